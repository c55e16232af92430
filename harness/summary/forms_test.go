package summary

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/junit"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/place"
	"github.com/hostproof/hostproof/harness/sarif"
)

func readJUnit(t *testing.T, r *ledger.Result) (string, junit.Case) {
	t.Helper()
	var b strings.Builder
	if err := WriteJUnit(&b, r, time.Date(2026, 11, 30, 12, 0, 0, 0, time.FixedZone("x", 3600))); err != nil {
		t.Fatal(err)
	}
	var all struct {
		Suites []struct {
			Cases []struct {
				Name      string         `xml:"name,attr"`
				ClassName string         `xml:"classname,attr"`
				Failure   *junit.Problem `xml:"failure"`
				SystemOut string         `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(b.String()), &all); err != nil {
		t.Fatalf("%v: %s", err, b.String())
	}
	c := all.Suites[0].Cases[0]
	return b.String(), junit.Case{Name: c.Name, ClassName: c.ClassName, Failure: c.Failure, SystemOut: c.SystemOut}
}

func TestJUnit(t *testing.T) {
	const secret = "wJalrXUtnFEMIxK7MDENGxbPxRfiCYzzzzzzzzzz"
	bad := &ledger.Result{
		Host:     "ecs",
		Subject:  "node a.mjs " + secret,
		ExitCode: 1,
		Duration: 1500 * time.Millisecond,
		Stderr:   []byte("Error: \x1b[1mbroke\x00 " + secret),
		Diagnosis: ledger.Diagnosis{Findings: []ledger.Finding{
			{
				Kind:   "long-term-key",
				Hazard: true,
				What:   "worked",
			},
			{Kind: "not-allowed", What: "It <has> " + secret},
		}},
	}
	bad.KeepSecrets([]string{secret})
	text, c := readJUnit(t, bad)
	if c.Failure == nil || c.Failure.Type != "not-allowed" || !strings.HasPrefix(c.Failure.Message, "It <has> ") ||
		!strings.Contains(c.Failure.Text, "not-allowed") || c.ClassName != "run.ecs" {
		t.Errorf("got %+v", c)
	}
	for _, want := range []string{`tests="1" failures="1" errors="0" time="1.500"`, `timestamp="2026-11-30T11:00:00"`} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %s: %s", want, text)
		}
	}
	if strings.Contains(text, secret) {
		t.Error("it shows a secret")
	}
	if _, c = readJUnit(
		t,
		&ledger.Result{Host: "ecs"},
	); c.Failure != nil ||
		!strings.Contains(c.SystemOut, "host ecs") {
		t.Errorf("a run that is fine: %+v", c)
	}
	for kind, r := range map[string]*ledger.Result{"not-fine": {ExitCode: 3}, "interrupted": {Interrupted: "SIGINT"}} {
		if _, c = readJUnit(t, r); c.Failure == nil || c.Failure.Type != kind {
			t.Errorf("%s: got %+v", kind, c)
		}
	}
}

// TestAnnotate: what a text has stays in its annotation, whatever it has.
func TestAnnotate(t *testing.T) {
	var b strings.Builder
	err := Annotate(&b, []sarif.Finding{
		{Host: "ecs", At: place.Place{File: "a,b:c%.mjs", Line: 7}, Finding: ledger.Finding{Kind: "not-allowed",
			What: "100%: first,\n::error::second\r", Change: "Change."}},
		{At: place.Place{File: "a.mjs"}, Finding: ledger.Finding{Kind: "k", Hazard: true, What: "w"}},
		{Finding: ledger.Finding{Kind: "k", What: "w"}},
	})
	want := "::error file=a%2Cb%3Ac%25.mjs,line=7,title=not-allowed on ecs::100%25: first, ::error::second Change.\n" +
		"::warning file=a.mjs,title=k::w\n::error title=k::w\n"
	if err != nil || b.String() != want {
		t.Errorf("%v: got\n%s\nwant\n%s", err, b.String(), want)
	}
}
