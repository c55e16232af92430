package casefile

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/casefile/packages"
)

// TestStubs: a draft with packages has a program of their language that loads the first.
func TestStubs(t *testing.T) {
	for _, row := range []struct {
		set        packages.Set
		name, says string
	}{
		{packages.Set{Npm: []string{"@aws-sdk/client-s3@3.1.0", "other"}}, "program.mjs", `from "@aws-sdk/client-s3";`},
		{packages.Set{Npm: []string{"left-pad@1.0.0"}}, "program.mjs", `from "left-pad";`},
		{packages.Set{Pip: []string{"anthropic-bedrock[all]==1.0"}}, "program.py", "\nimport anthropic_bedrock\n"},
		{packages.Set{Cargo: []string{"aws-sdk-s3@1.0"}}, "main.rs", "what the reporter does with aws-sdk-s3."},
		{packages.Set{Maven: []string{"g:a:1"}}, "Program.java", "class Program {"},
		{packages.Set{}, "program.sh", "what the reporter runs."},
	} {
		name, program := stub(row.set)
		if name != row.name || !strings.Contains(string(program), row.says) || !strings.Contains(string(program),
			fillIn) {
			t.Errorf("%+v: %s\n%s", row.set, name, program)
		}
	}
}

// TestWith: what a run runs where, with the versions that it has.
func TestWith(t *testing.T) {
	c, err := Parse("a-bug.txtar", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	r := c.Runs()[0]
	if got := c.with(r); got != "sh program.sh on vercel" {
		t.Errorf("got %q", got)
	}
	c.Libraries = map[string]string{"b": "2", "a": "1"}
	c.Packages = packages.Set{Npm: []string{"x@1"}}
	if got := c.with(r); got != "sh program.sh on vercel, with a 1, b 2, "+c.Packages.String() {
		t.Errorf("got %q", got)
	}
}
