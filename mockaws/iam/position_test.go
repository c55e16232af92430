package iam

import (
	"slices"
	"testing"
)

// TestStatementSpans: positions count characters and lines, and text that is broken or of
// another form has none, and does not hang.
func TestStatementSpans(t *testing.T) {
	for text, want := range map[string][]Position{
		`{"Statement":{"a":{"b":[{}]}},"Id":"x"}`:     {{1, 15}, {1, 30}},
		`{"Id":{"Statement":{}},"Statement":{"a":1}}`: {{1, 37}, {1, 43}},
		`{"Id":"üü","Statement":[{}]}`:                {{1, 25}, {1, 27}},
		"{\r\n\"Statement\":\r\n[\r\n{}\r\n,{}]}":     {{3, 2}, {4, 3}, {4, 3}, {5, 4}},
		`{"Statement":[]}`:                            nil, `{"Statement":"x"}`: nil, `[{"Statement":{}}]`: nil, `{"Statement":[{}`: nil,
		`{"Statement":[{},]}`: nil, `{"Statement":`: nil, `{"Statement"`: nil, `{`: nil, ``: nil, `x`: nil,
		`{"a":x}`: nil,
	} {
		var got []Position
		for _, at := range placesOf(text) {
			got = append(got, at.start, at.end)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// FuzzStatementSpans: each span of a policy is within its text, and there is one for each
// statement.
func FuzzStatementSpans(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	f.Add(`{"Statement":1,"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range statementSpans(text) {
			if s.from < 0 || s.from > s.to || s.to > len(text) {
				t.Fatalf("%v of %q", s, text)
			}
		}
		if p, err := ParsePolicy(IdentityPolicy, text); err == nil && len(statementSpans(text)) != len(p.statements) {
			t.Fatalf("%d spans of %d statements: %q", len(statementSpans(text)), len(p.statements), text)
		}
	})
}
