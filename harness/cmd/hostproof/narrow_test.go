package main

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestNarrowed: the help of a command is the same from its own grammar as from the whole.
func TestNarrowed(t *testing.T) {
	all := reflect.TypeFor[commands]()
	for i := range all.NumField() {
		name := strings.ToLower(all.Field(i).Name)
		own := narrowed([]string{name, "--help"})
		_, whole := all.Field(i).Tag.Lookup("whole")
		if fields := reflect.TypeOf(own).Elem().NumField(); whole != (fields == all.NumField()) {
			t.Errorf("%s: %d commands in its grammar", name, fields)
		}
		if of, want := helpOf(t, own, name), helpOf(t, &commands{}, name); of != want {
			t.Errorf("%s prints\n%s\nof all commands\n%s", name, of, want)
		}
	}
	for _, args := range [][]string{nil, {"--help"}, {"--version"}, {"no-such"}, {""}} {
		if _, ok := narrowed(args).(*commands); !ok {
			t.Errorf("%q is read without all commands", args)
		}
	}
	t.Setenv(completionVariable, "hostproof run")
	if _, ok := narrowed([]string{"run"}).(*commands); !ok {
		t.Error("a shell's completion does not see all commands")
	}
}

func helpOf(t *testing.T, of any, command string) string {
	t.Helper()
	var out bytes.Buffer
	parser, err := kong.New(of, append(grammar, kong.Name("hostproof"), kong.Writers(&out, &out),
		kong.Exit(func(int) {}), kong.Description(description))...)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = parser.Parse([]string{command, "--help"}) // some need an argument; the help is printed first
	if out.Len() == 0 {
		t.Fatalf("%s has no help", command)
	}
	return out.String()
}
