// Package yamlerr says errors of the YAML decoder in words of the file's format,
// for people who do not know the Go types behind it.
//
// The decoder is go.yaml.in/yaml/v3, whose errors are English text. goccy/go-yaml
// has errors with types and positions, but stops at the first unknown key or
// wrong value, where this decoder reports all of a file at once, and its error
// texts quote the lines around, which may hold secrets. The tests of this package
// pin the texts that are read here: they fail where a new version of the decoder
// words them differently.
package yamlerr

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	atLine     = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?((?s).*)$`)
	unknownKey = regexp.MustCompile(`^field (.*) not found in type (?:\w+\.)?(\w+)$`)
	wrongKind  = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `(.*)`)? into (.+)$")
)

// Problem is one thing that is wrong with a file.
type Problem struct {
	Line int // from 1; 0 where the decoder names none
	Text string
}

// Problems are what is wrong according to the error of decoding a file into a
// value of root's type: each in one line and without names of Go types. Where a
// key is not known, it lists the keys of that place.
func Problems(err error, root any) []Problem {
	if err == nil {
		return nil
	}
	texts := []string{err.Error()}
	var several *yaml.TypeError
	if errors.As(err, &several) {
		texts = several.Errors
	}
	keys := map[string][]string{}
	collect(reflect.TypeOf(root), keys, map[reflect.Type]bool{})
	out := make([]Problem, len(texts))
	for i, text := range texts {
		parts := atLine.FindStringSubmatch(text)
		out[i].Line, _ = strconv.Atoi(parts[1]) // digits or nothing, by the pattern
		out[i].Text = words(oneLine(parts[2]), keys)
	}
	return out
}

// InWords is the error of decoding a file as one error, whose text has all
// Problems, each with its line.
func InWords(err error, root any) error {
	if err == nil {
		return nil
	}
	var texts []string
	for _, p := range Problems(err, root) {
		if p.Line > 0 {
			p.Text = fmt.Sprintf("line %d: %s", p.Line, p.Text)
		}
		texts = append(texts, p.Text)
	}
	return errors.New(strings.Join(texts, "; "))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func words(text string, keys map[string][]string) string {
	if m := unknownKey.FindStringSubmatch(text); m != nil {
		if known := keys[m[2]]; len(known) > 0 {
			return fmt.Sprintf("there is no key %q here; the keys are %s", m[1], strings.Join(known, ", "))
		}
		return fmt.Sprintf("there is no key %q here", m[1])
	}
	if m := wrongKind.FindStringSubmatch(text); m != nil {
		got := kind(m[1])
		if m[2] != "" {
			got = fmt.Sprintf("%q", m[2])
		}
		return fmt.Sprintf("%s stands where %s belongs", got, wanted(m[3]))
	}
	return text
}

// kind is a kind of YAML's in words.
func kind(tag string) string {
	switch tag {
	case "seq":
		return "a list"
	case "map":
		return "a mapping (key: value)"
	}
	return "a single value"
}

// wanted is a Go type in words.
func wanted(goType string) string {
	switch {
	case goType == "string":
		return "a text"
	case goType == "bool":
		return "true or false"
	case goType == "time.Duration":
		return "a length of time, such as 10m"
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "uint"), strings.HasPrefix(goType, "float"):
		return "a number"
	case strings.HasPrefix(goType, "[]"):
		return "a list (each item on a line that begins with -)"
	}
	return "a mapping (key: value)"
}

// collect notes the keys of each mapping, by the name of its Go type; of two
// types with one name, the keys of both.
func collect(t reflect.Type, keys map[string][]string, seen map[reflect.Type]bool) {
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map) {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct || seen[t] {
		return
	}
	seen[t] = true
	for _, key := range keysOf(t) {
		if !slices.Contains(keys[t.Name()], key) {
			keys[t.Name()] = append(keys[t.Name()], key)
		}
	}
	for i := range t.NumField() {
		collect(t.Field(i).Type, keys, seen)
	}
}

func keysOf(t reflect.Type) (out []string) {
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			out = append(out, keysOf(t.Field(i).Type)...)
		case name != "" && name != "-":
			out = append(out, name)
		}
	}
	return out
}
