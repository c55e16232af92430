package prose

import "testing"

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		" the role is unknown ":        "The role is unknown.",
		"It is.":                       "It is.",
		"arn:aws:iam::1:role/x is not": "arn:aws:iam::1:role/x is not.",
	} {
		if got := Sentence(text); got != want {
			t.Errorf("Sentence(%q) is %q, want %q", text, got, want)
		}
	}
}
