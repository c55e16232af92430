package project

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"mvdan.cc/sh/v3/syntax"

	"github.com/hostproof/hostproof/mockaws"
)

// Flags is the project as a command line says it, for a shell: what to give
// hostproof run for the same. The zero value says nothing. Planned faults have no
// flag, and of a seed, which may hold secrets, nothing is shown.
func (p Project) Flags() (out []string) {
	v := reflect.ValueOf(p)
	for _, s := range Settings() {
		for _, value := range s.words(v.FieldByIndex(s.field.Index)) {
			if s.Value == "" {
				out = append(out, "--"+s.Flag)
				continue
			}
			separator := " "
			if strings.HasPrefix(value, "-") {
				separator = "=" // else it would be taken for a flag
			}
			out = append(out, "--"+s.Flag+separator+quote(value))
		}
	}
	return out
}

// usual are the values of fields that say the same as the flag left out.
var usual = map[string][]string{"keyAs": DefaultKeyAs, "allow": {"*"}}

// joined are the lists that one flag says with commas.
var joined = []string{"keyAs", "allow", "deny"}

// words are the values of a flag; it is given once for each.
func (s Setting) words(v reflect.Value) (out []string) {
	list, isList := v.Interface().([]string)
	switch {
	case v.IsZero(), isList && usual[s.Key] != nil && slices.Equal(list, usual[s.Key]):
		return nil
	case isList && slices.Contains(joined, s.Key):
		return []string{strings.Join(list, ",")}
	case isList:
		return list
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			out = append(out, word(v.Index(i)))
		}
		return out
	case v.Kind() == reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			out = append(out, key.String()+"="+word(v.MapIndex(key)))
		}
		return out
	}
	return []string{word(v)}
}

// word is one value as text; a structure is YAML in one line.
func word(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Duration:
		return x.String()
	case *time.Duration:
		return x.String()
	case []string:
		return strings.Join(x, ",")
	case mockaws.Seed:
		return "FILE"
	}
	if v.Kind() == reflect.Struct {
		return oneLine(v.Interface())
	}
	return fmt.Sprint(v.Interface())
}

// oneLine is a value as JSON, which is YAML too, with the keys of its YAML form.
func oneLine(x any) string {
	var plain any
	data, err := yaml.Marshal(x)
	if err == nil {
		err = yaml.Unmarshal(data, &plain)
	}
	if err == nil {
		data, err = json.Marshal(plain)
	}
	if err != nil {
		return fmt.Sprint(x) // a claim that is no data: it can be shown and not repeated
	}
	return string(data)
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
