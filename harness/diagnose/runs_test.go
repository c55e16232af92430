package diagnose

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/diagnose/rules/nocall"
	"github.com/hostproof/hostproof/harness/ledger"
)

// TestRunsAreToldByTheirRule: where a rule speaks in its folder, no rule that is
// asked before it takes the word.
func TestRunsAreToldByTheirRule(t *testing.T) {
	for _, u := range Rules() {
		for _, r := range rowsOf(t, u) {
			if r.Silent {
				continue
			}
			t.Run(string(u.Kind)+"/"+r.Name, func(t *testing.T) {
				f := r.facts(t)
				found, _ := Run(f.Result, f.Known)
				if want := cmpKind(r.Kind, u.Kind); !slices.ContainsFunc(found.Findings,
					func(f ledger.Finding) bool { return f.Kind == want }) {
					t.Errorf("finds %+v, want a finding %s among them", found.Findings, want)
				}
			})
		}
	}
}

// TestQuietRuns are runs of which nothing is to be said.
func TestQuietRuns(t *testing.T) {
	data, err := os.ReadFile("testdata/quiet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&rows); err != nil || len(rows) < 10 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for i := range rows {
		t.Run(rows[i].Name, func(t *testing.T) {
			f := rows[i].facts(t)
			found, _ := Run(f.Result, f.Known)
			found.Findings = slices.DeleteFunc(found.Findings, func(f ledger.Finding) bool { return f.Seq > 0 })
			if len(found.Findings) > 0 {
				t.Errorf("says %+v, want nothing", found.Findings)
			}
		})
	}
}

// noCall is what the rule no-call says of a run.
func noCall(r *ledger.Result, k Known) (rule.Telling, bool) {
	return nocall.Rule.Run(facts.OfRun(r, k))
}
