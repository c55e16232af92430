package explain

import (
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// TestMeaningsSayWhereTheyAreFrom: each has what a person needs, and a public
// source.
func TestMeaningsSayWhereTheyAreFrom(t *testing.T) {
	for _, m := range allMeanings() {
		if m.id == "" || m.what == "" || m.change == "" || !strings.HasPrefix(m.source, "https://") ||
			!slices.Contains([]string{"V", "L", "U"}, m.confidence) {
			t.Errorf("%s: what %q, change %q, source %q, confidence %q", m.match, m.what, m.change, m.source,
				m.confidence)
		}
	}
	for _, c := range checks {
		if c.id == "" || !strings.HasPrefix(c.source, "https://") || !slices.Contains([]string{"V", "L", "U"},
			c.confidence) {
			t.Errorf("check %s: source %q, confidence %q", c.id, c.source, c.confidence)
		}
	}
}

// TestChecksAreOfExplainAlone: what a run's rules say is asked of them; one condition
// and one sentence exists for each finding.
func TestChecksAreOfExplainAlone(t *testing.T) {
	ofRules := []ledger.Kind{diagnose.SwappedCredentials, diagnose.MixedCredentials, diagnose.TokenLeftOut,
		diagnose.ExpiredCredentials, diagnose.ClockSkew, diagnose.WrongRegion, diagnose.WrongSecret,
		diagnose.WrongSignature, diagnose.BadBearer, diagnose.Unsigned}
	for _, c := range checks {
		if slices.Contains(ofRules, c.id) {
			t.Errorf("%s has a sentence of its own here", c.id)
		}
	}
}

// TestWordsAreWhole: each saying compiles, says what, why and what to change, is about a
// kind of which the stage is known, and has a public source; hosts that are named exist.
func TestWordsAreWhole(t *testing.T) {
	d := knownWords()
	stages := map[ledger.Kind]string{}
	for _, k := range d.Kinds {
		if stages[k.Kind] != "" {
			t.Errorf("%s is there twice", k.Kind)
		}
		stages[k.Kind] = k.Stage
		for _, h := range k.Hosts {
			if _, err := fixtures.Builtin().Host(h); err != nil {
				t.Errorf("%s: %v", k.Kind, err)
			}
		}
	}
	for _, s := range d.Sayings {
		if len(s.Says) == 0 || s.What == "" || s.Why == "" || s.Change == "" || stages[s.Kind] == "" ||
			!strings.HasPrefix(s.Source, "https://") || !slices.Contains([]string{"V", "L", "U"}, s.Confidence) {
			t.Errorf("%s: says %q, stage %q, source %q", s.Kind, s.Says, stages[s.Kind], s.Source)
		}
		if words := len(strings.Fields(s.What + " " + s.Why + " " + s.Change)); words > 110 {
			t.Errorf("%s has %d words", s.Kind, words)
		}
	}
	for _, p := range slices.Concat(d.phrases(false, false), d.phrases(true, false), d.phrases(false, true)) {
		for _, m := range p.match {
			if m.MatchString("here is my setup: one bucket, two regions") {
				t.Errorf("%s: %s fits anything", p.Kind, m)
			}
		}
	}
}
