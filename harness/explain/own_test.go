package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/explain"
	"github.com/hostproof/hostproof/harness/ledger"
)

// TestPublishedMessages is of what SDKs, tools and services print, with where they
// publish it: the finding is about that cause, whatever stands around the message.
func TestPublishedMessages(t *testing.T) {
	type row struct {
		Name, Text, From string
		Kind             []ledger.Kind
		Says, Hides      []string
	}
	rows := explain.Rows[row](t, "own.yaml", 60)
	for _, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			if !strings.HasPrefix(row.From, "https://") {
				t.Errorf("no source: %q", row.From)
			}
			r, err := explain.Explain([]byte(row.Text), explain.Options{})
			if err != nil {
				t.Fatal(err)
			}
			f := r.Findings[0]
			if !slices.Contains(row.Kind, f.Kind) {
				t.Errorf("%s, want %s: %s", f.Kind, row.Kind, f.Paragraph())
			}
			for _, says := range row.Says {
				if !strings.Contains(strings.ToLower(f.Paragraph()), strings.ToLower(says)) {
					t.Errorf("says %q, want %q in it", f.Paragraph(), says)
				}
			}
			for _, hides := range row.Hides {
				if strings.Contains(textOf(t, r), hides) {
					t.Errorf("says %q", hides)
				}
			}
		})
	}
}

// TestSilence: words of a class alone are no finding of it.
func TestSilence(t *testing.T) {
	type row struct {
		Text  string
		Never []ledger.Kind
		Kind  ledger.Kind
	}
	rows := explain.Rows[row](t, "silent.yaml", 12)
	for _, row := range rows {
		r, err := explain.Explain([]byte(row.Text), explain.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Findings[0].Kind != row.Kind {
			t.Errorf("%q: %s, want %s", row.Text, r.Findings[0].Kind, row.Kind)
		}
		for _, f := range r.Findings {
			if slices.Contains(row.Never, f.Kind) {
				t.Errorf("%q: says %s: %s", row.Text, f.Kind, f.What)
			}
		}
	}
}
