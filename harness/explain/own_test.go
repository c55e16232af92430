package explain_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/harness/explain"
	"github.com/hostproof/hostproof/harness/ledger"
)

// TestPublishedMessages is of what SDKs, tools and services print, with where they
// publish it: the finding is about that cause, whatever stands around the message.
func TestPublishedMessages(t *testing.T) {
	data, err := os.ReadFile("testdata/own.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Name, Text, From string
		Kind             []ledger.Kind
		Says, Hides      []string
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&rows); err != nil || len(rows) < 60 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
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
	data, err := os.ReadFile("testdata/silent.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Text  string
		Never []ledger.Kind
		Kind  ledger.Kind
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&rows); err != nil || len(rows) < 12 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
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
