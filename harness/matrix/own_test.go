package matrix_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/harness/matrix"
	"github.com/hostproof/hostproof/harness/report"
)

// TestOwnPrograms runs programs of a file on hosts, records what came of them,
// and compares a second run with the record, as it is and changed.
func TestOwnPrograms(t *testing.T) {
	dir := t.TempDir()
	script := `[ -n "$MY_AWS_ACCESS_KEY_ID" ] && [ "$(pwd)" = "` + dir + `" ] || exit 9
[ "$1" = idle ] || [ "$VERCEL" = 1 ]`
	if err := os.WriteFile(filepath.Join(dir, "app.sh"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	subjects, err := matrix.ReadPrograms(strings.NewReader(`
- name: my-app
  run: [sh, app.sh]
  strategies:
  - {name: idle, args: [idle]}
  - {name: picky, title: works on Vercel, args: [picky]}
`), dir)
	if err != nil {
		t.Fatal(err)
	}
	selection := matrix.Selection{Hosts: []string{"local", "vercel", "vercel-fluid"}}
	first := runMatrix(t, plan(t, selection, subjects...), matrix.Options{Expected: matrix.AllAccepted()})
	if n := first.Unexpected(); n != 1 { // no AWS call, all of them; one of them fails
		t.Errorf("%d cells are not as expected", n)
	}
	var recorded bytes.Buffer
	if err := matrix.WriteExpectations(&recorded, first); err != nil {
		t.Fatal(err)
	}
	expected, err := matrix.ReadExpected(bytes.NewReader(recorded.Bytes()))
	if err != nil {
		t.Fatalf("%v:\n%s", err, &recorded)
	}
	if rules := strings.Count(recorded.String(), "- hosts: ["); rules != 3 {
		t.Errorf("%d rules, want one for the idle strategy and two for the picky one:\n%s", rules, &recorded)
	}
	again := runMatrix(t, plan(t, selection, subjects...), matrix.Options{Expected: expected})
	if n := again.Unexpected(); n != 0 {
		t.Errorf("%d cells are not as recorded:\n%s", n, &recorded)
	}
	changed, err := matrix.ReadExpected(strings.NewReader(strings.ReplaceAll(recorded.String(), "is: no-call",
		"is: failed")))
	if err != nil {
		t.Fatal(err)
	}
	if changed.Judge(again); again.Unexpected() != 6 { // none of them is what is expected now
		t.Errorf("%d cells are not as expected", again.Unexpected())
	}
}

func TestOwnProgramsRefuseBadInput(t *testing.T) {
	for text, says := range map[string]string{
		"":                        "write at least",
		"[]":                      "write at least",
		"- {run: [node]}":         `name ""`,
		"- {name: a b, run: [x]}": `name "a b"`,
		"- {name: a}":             "nothing to run",
		"- {name: a, run: [x], strategies: [{name: s}, {name: s}]}": "each name once",
		"- {name: a, run: [x]}\n- {name: a, run: [x]}":              "another one named a",
		"- {name: a, argv: [x]}":                                    "argv",
		"name: a":                                                   "a mapping (key: value) stands where a list",
	} {
		_, err := matrix.ReadPrograms(strings.NewReader(text), ".")
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, want one line with %q", text, err, says)
		}
	}
}

// TestWhatWasNotJudgedIsNotRecorded: a harness that failed says nothing of a
// program.
func TestWhatWasNotJudgedIsNotRecorded(t *testing.T) {
	r := &report.Report{Cells: []report.Cell{{Host: "local", Subject: "a", Strategy: "run",
		Status: report.Status{Outcome: report.Broken}, Problem: "the disk is full"}}}
	if err := matrix.WriteExpectations(&bytes.Buffer{}, r); err == nil || !strings.Contains(err.Error(),
		"the disk is full") {
		t.Errorf("got %v", err)
	}
}

// TestWhatIsRecordedIsExpected: expectations that are written of a report say of each of
// its cells what came of it, and hosts with the same outcome stand in one rule.
func TestWhatIsRecordedIsExpected(t *testing.T) {
	cell := func(host, strategy string, s report.Status) report.Cell {
		return report.Cell{Host: host, Subject: "a", Strategy: strategy, Status: s}
	}
	refused := report.Status{Outcome: report.Refused, As: "user app", Code: "ExpiredToken",
		Finding: "expired-credentials"}
	r := &report.Report{Cells: []report.Cell{
		cell("ec2", "run", refused),
		cell("lambda", "run", refused),
		cell("netlify", "run", report.Status{Outcome: report.Refused, As: "user app", Code: "InvalidClientTokenId",
			Finding: "expired-credentials"}),
		cell("fly", "other", report.Status{Outcome: report.Accepted, As: "role app"}),
	}}
	var out bytes.Buffer
	if err := matrix.WriteExpectations(&out, r); err != nil {
		t.Fatal(err)
	}
	var rules []struct {
		Hosts, Subjects, Strategies    []string
		Is, As, Code, Finding, Because string
	}
	if err := yaml.Unmarshal(out.Bytes(), &rules); err != nil || len(rules) != 3 {
		t.Fatalf("%d rules, %v:\n%s", len(rules), err, out.String())
	}
	said := map[string]string{}
	for _, x := range rules {
		for _, host := range x.Hosts {
			is := []string{x.Is, x.As, x.Code, x.Finding}
			said[host] = strings.Join(slices.Concat(x.Subjects, x.Strategies, is), " ")
		}
	}
	for host, want := range map[string]string{
		"ec2": "a run refused user app ExpiredToken expired-credentials", "fly": "a other accepted role app  ",
		"lambda":  "a run refused user app ExpiredToken expired-credentials",
		"netlify": "a run refused user app InvalidClientTokenId expired-credentials",
	} {
		if said[host] != want {
			t.Errorf("%s: %q, want %q", host, said[host], want)
		}
	}
}

// TestEveryPartOfAnExpectationIsCompared: a cell that differs in one part alone is
// not as expected, and says in which.
func TestEveryPartOfAnExpectationIsCompared(t *testing.T) {
	expected, err := matrix.ReadExpected(strings.NewReader(
		"- {is: refused, as: user app, code: InvalidClientTokenId, finding: mixed-credentials, because: for the " +
			"test, source: \"a/b#1\"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	right := report.Status{Outcome: report.Refused, As: "user app", Code: "InvalidClientTokenId",
		Finding: "mixed-credentials"}
	for _, row := range []struct {
		says   string
		change func(*report.Status)
	}{
		{"", func(*report.Status) {}},
		{"outcome accepted, not refused", func(s *report.Status) { s.Outcome = report.Accepted }},
		{"caller platform, not user app", func(s *report.Status) { s.As = "platform" }},
		{"code none, not InvalidClientTokenId", func(s *report.Status) { s.Code = "" }},
		{"finding unknown-key, not mixed-credentials", func(s *report.Status) { s.Finding = "unknown-key" }},
		{"finding none, not mixed-credentials", func(s *report.Status) { s.Finding = "" }},
	} {
		cell := report.Cell{Host: "local", Subject: "a", Strategy: "run", Status: right}
		row.change(&cell.Status)
		r := &report.Report{Cells: []report.Cell{cell}}
		if expected.Judge(r); r.Cells[0].Unexpected != row.says || r.Unexpected() != min(1, len(row.says)) {
			t.Errorf("says %q, want %q", r.Cells[0].Unexpected, row.says)
		}
	}
}
