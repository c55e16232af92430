package explain

import (
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
)

// TestDecisions: what else stands in a text decides between causes, and words of it alone
// do not. Each note that is data decides in one of the texts.
func TestDecisions(t *testing.T) {
	type row struct {
		Text  string
		Says  string
		Never []string
	}
	rows := Rows[row](t, "decides.yaml", 60)
	var all strings.Builder
	for _, row := range rows {
		r, err := Explain([]byte(row.Text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := r.Findings[0].Paragraph()
		all.WriteString(said + "\n")
		if !strings.Contains(said, row.Says) {
			t.Errorf("%q: says %s %q, want %q", row.Text, r.Findings[0].Kind, said, row.Says)
		}
		for _, never := range row.Never {
			if strings.Contains(said, never) {
				t.Errorf("%q: says %q", row.Text, said)
			}
		}
	}
	for _, d := range knownWords().Decides {
		for _, n := range d.Near {
			first, _, _ := strings.Cut(n.Why, "{")
			first = first[:min(len(first), 20)]
			if len(d.Kinds) == 0 || !strings.HasPrefix(n.Source, "https://") || !strings.Contains(all.String(), first) {
				t.Errorf("no text has the note %q of %v, source %q", n.Why, d.Kinds, n.Source)
			}
		}
	}
}

// TestADecisionIsLikelyAtMost: what stands beside an error shows no cause for certain.
func TestADecisionIsLikelyAtMost(t *testing.T) {
	for had, want := range map[string]string{"V": "L", "L": "L", "U": "U"} {
		if got := (nearby{Why: "W."}).decides(ledger.Finding{Confidence: had}).Confidence; got != want {
			t.Errorf("%s: %s, want %s", had, got, want)
		}
	}
}

// TestInBrief: a finding loses the shortest sentence that is enough, never the first ones,
// and what is in brackets stays whole.
func TestInBrief(t *testing.T) {
	words := func(n int) string { return strings.TrimSpace(strings.Repeat("w ", n)) }
	for _, row := range []struct{ name, why, change, wantWhy, wantChange string }{
		{"short", "A b. C d.", "E; f.", "A b. C d.", "E; f."},
		{"the shortest that is enough", words(40) + ". " + words(30) + ". " + words(6) + ".", words(15) + ".",
			words(40) + ". " + words(30) + ".", words(15) + "."},
		{"the first ones stay", words(70) + ".", words(70) + ".", words(70) + ".", words(70) + "."},
		{"a part of what to change", words(60) + ".", words(20) + "; " + words(20) + ".", words(60) + ".",
			words(20) + "."},
		{"the part between", words(30) + ".", words(20) + "; " + words(46) + "; z.", words(30) + ".",
			words(20) + "; z."},
		{"a sentence before a part", words(50) + ".", words(20) + ". " + words(25) + "; z.", words(50) + ".",
			words(20) + ". Z."},
		{"brackets", words(50) + ".", words(20) + " (a; b. c). " + words(30) + ".", words(50) + ".",
			words(20) + " (a; b. c)."},
		{"nothing", "", "", "", ""},
	} {
		f := ledger.Finding{What: "W.", Why: row.why, Change: row.change}
		inBrief(&f)
		if f.Why != row.wantWhy || f.Change != row.wantChange {
			t.Errorf("%s: %q %q", row.name, f.Why, f.Change)
		}
	}
	if got := sentencesOf("A (b. c) d. E; f."); !slices.Equal(got, []string{"A (b. c) d.", "E;", "f."}) {
		t.Errorf("%q", got)
	}
}
