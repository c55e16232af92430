package explain

import (
	"os"
	"testing"

	"go.yaml.in/yaml/v3"
)

// spokenText is a text, and who printed it or of whom it speaks; both are empty where
// it tells neither.
type spokenText struct {
	Text   string `yaml:"text"`
	Of     string `yaml:"of"`
	Speaks string `yaml:"speaks"`
}

// TestSpeakers: what a program prints tells whose text it is. A word that anybody
// writes tells only what the text speaks of, and prose tells nothing.
func TestSpeakers(t *testing.T) {
	data, err := os.ReadFile("testdata/speakers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var rows []spokenText
	if err := yaml.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, row := range rows {
		seen[row.Of], seen[row.Speaks+" named"] = true, true
		of, printed := speakerOf(row.Text)
		switch {
		case row.Of == "" && row.Speaks == "":
			if of != nil {
				t.Errorf("%q: %s, want none", row.Text, of.Name)
			}
		case of == nil:
			t.Errorf("%q: none, want %s%s", row.Text, row.Of, row.Speaks)
		case of.Name != row.Of+row.Speaks || printed != (row.Of != ""):
			t.Errorf("%q: %s, printed %v, want %s%s", row.Text, of.Name, printed, row.Of, row.Speaks)
		}
	}
	for _, s := range knownWords().Speakers {
		if !seen[s.Name] || s.Names != "" && !seen[s.Name+" named"] {
			t.Errorf("%s has no text of its own, or none that only speaks of it", s.Name)
		}
	}
}
