package casefile

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/casefile/packages"
)

// TestTextOfAnOutcome: the case, its runs with their libraries, each expectation with its
// mark, and of a run that went otherwise the whole result, which the reader else asks for.
func TestTextOfAnOutcome(t *testing.T) {
	c, err := Parse("a-bug.txtar", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	c.Broken.Packages = packages.Set{Npm: []string{"left-pad@1.0.0"}}
	whole := &harness.Result{Subject: "sh program.sh", ExitCode: 3}
	o := &Outcome{Case: c, Runs: []RunOutcome{
		{Run: c.Broken, Result: whole, Checks: []Check{{"exit code 1", "exit code 3", false}, {"no AWS call", "none",
			true}}},
		{Run: c.Fixed, Result: whole, Checks: []Check{{"exit code 3", "exit code 3", true}}},
	}}
	var plain, verbose strings.Builder
	o.WriteText(&plain, false)
	o.WriteText(&verbose, true)
	want := "a-bug  [A: " + Classes["A"] + "]\n" +
		"  issue:   https://github.com/vercel/ai/issues/3018\n  symptom: it fails\n  cause:   a token\n" +
		"  forced:  the host sets it\n\n" +
		"  broken: sh program.sh on vercel, with " + c.Broken.Packages.String() + "\n" +
		"    NOT  exit code 1\n         but exit code 3\n    ok   no AWS call\n\n    all of it:\n      "
	text := plain.String()
	if !strings.HasPrefix(text, want) {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	if want := "\n  fixed: sh program.sh on vercel\n    ok   exit code 3\n"; !strings.HasSuffix(text, want) {
		t.Errorf("%s\nwant at its end\n%s", text, want)
	}
	if n := strings.Count(text, "all of it:"); n != 1 || strings.Count(verbose.String(), "all of it:") != 2 {
		t.Errorf("%d whole results, and where all are wanted:\n%s", n, verbose.String())
	}
	_, result, _ := strings.Cut(text, "all of it:\n")
	result, _, _ = strings.Cut(result, "\n  fixed:")
	for _, line := range strings.Split(result, "\n") {
		if line != "" && !strings.HasPrefix(line, "      ") {
			t.Errorf("the result is not set in: %q", line)
		}
	}
}
