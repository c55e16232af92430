package project

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Flags is the project as a command line says it, for a shell: what to give
// hostproof run for the same. The zero value says nothing.
func (p Project) Flags() []string {
	var out []string
	flag := func(name, value string) { out = append(out, name+" "+quote(value)) }
	if p.KeyAs != nil && !slices.Equal(p.KeyAs, DefaultKeyAs) {
		flag("--key-as", strings.Join(p.KeyAs, ","))
	}
	if p.BearerAs != "" {
		flag("--bearer-as", p.BearerAs)
	}
	if p.Allow != nil && !slices.Equal(p.Allow, []string{"*"}) {
		flag("--allow", strings.Join(p.Allow, ","))
	}
	for _, role := range slices.Sorted(maps.Keys(p.RoleAllow)) {
		flag("--role-allow", role+"="+strings.Join(p.RoleAllow[role], ","))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Set)) {
		flag("--set", name+"="+p.Set[name])
	}
	for _, name := range p.Unset {
		flag("--unset", name)
	}
	for _, name := range p.Buckets {
		flag("--bucket", name)
	}
	for _, source := range slices.Sorted(maps.Keys(p.Lifetime)) {
		flag("--lifetime", source+"="+p.Lifetime[source].String())
	}
	for _, text := range p.Faults {
		flag("--fault", text)
	}
	if p.Baked {
		out = append(out, "--baked")
	}
	if p.AtInit {
		out = append(out, "--at-init")
	}
	return out
}

// plain are words that no shell takes for anything else.
var plain = regexp.MustCompile(`^[A-Za-z0-9_.,:/@%+-][A-Za-z0-9_.,:/@%+=-]*$`)

// quote is a word of a POSIX shell.
func quote(word string) string {
	if plain.MatchString(word) {
		return word
	}
	quoted, err := syntax.Quote(word, syntax.LangPOSIX)
	if err != nil {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" // what only bash can quote
	}
	return quoted
}
