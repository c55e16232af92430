package library

import (
	"regexp"
	"slices"
	"sync"

	"github.com/hostproof/hostproof/fixtures"
)

// NoCredentials is the situation in which a library found no credentials.
const NoCredentials = fixtures.NoCredentials

// Saying is a text that a library ends with, and what it means.
type Saying struct {
	*fixtures.Saying
	text, name *regexp.Regexp // name may be nil
}

// Sayings are what libraries say, in the order of the situations that they mean.
var Sayings = sync.OnceValue(func() []Saying {
	var out []Saying
	for _, l := range fixtures.Libraries() {
		for i := range l.Says {
			s := Saying{Saying: &l.Says[i], text: regexp.MustCompile(l.Says[i].Text)}
			if s.Name != "" {
				s.name = regexp.MustCompile(s.Name)
			}
			out = append(out, s)
		}
	}
	order := fixtures.Situations()
	slices.SortStableFunc(out, func(a, b Saying) int {
		return slices.Index(order, a.Means) - slices.Index(order, b.Means)
	})
	return out
})

// CallNames are how libraries name the call that failed in the text of an error.
func CallNames() (out []fixtures.CallName) {
	for _, l := range fixtures.Libraries() {
		out = append(out, l.Calls...)
	}
	return out
}

// Regexp finds the saying, or the error's name, in a text.
func (s Saying) Regexp() *regexp.Regexp {
	if s.name == nil {
		return s.text
	}
	return regexp.MustCompile(s.text.String() + "|" + s.name.String())
}

// Find finds in a text what a library says in a situation, and where, as
// [regexp.Regexp.FindStringIndex] says it: the first place of several, and a text
// before the name of an error. Without one the place is nil.
func Find(text, situation string) (found Saying, at []int) {
	if text == "" {
		return found, nil // most programs print little, and the libraries take long to read
	}
	for _, part := range []func(Saying) *regexp.Regexp{
		func(s Saying) *regexp.Regexp { return s.text },
		func(s Saying) *regexp.Regexp { return s.name },
	} {
		for _, s := range Sayings() {
			re := part(s)
			if s.Means != situation || re == nil {
				continue
			}
			if m := re.FindStringIndex(text); m != nil && (at == nil || m[0] < at[0]) {
				found, at = s, m
			}
		}
		if at != nil {
			return found, at
		}
	}
	return found, nil
}
