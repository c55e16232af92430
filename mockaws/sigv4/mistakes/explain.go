package mistakes

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

// Explanation says why a signature does not match.
type Explanation struct {
	// CanonicalRequest and StringToSign are the server's. Where the session
	// token is signed, the canonical request shows it: Redact hides it.
	CanonicalRequest, StringToSign string
	// Mistake is one sentence: what the client did, or that none of the known
	// mistakes makes this signature. It holds no secret and no token.
	Mistake string
	// Found says whether a mistake was found that makes exactly this signature.
	Found bool
	// FirstDifference is where the client's side first differs. Without a
	// mistake found it is empty.
	FirstDifference Difference
	// TheirCanonicalRequest and TheirStringToSign are what the client signed,
	// where a mistake was found.
	TheirCanonicalRequest, TheirStringToSign string
	// Checked names the kinds of mistakes that were tried, Attempts counts the
	// signatures computed for them.
	Checked  []string
	Attempts int
}

// Difference is a line of the canonical request, or another input of the
// signature, that the client had otherwise.
type Difference struct {
	// Line of the canonical request, from 1; 0 for what is not in it.
	Line int
	// Name is "method", "path", "query", "header host" (and so on), "blank
	// line", "signed headers", "payload hash", "end", "algorithm", "date",
	// "credential scope", "signing key", "secret" or "signature".
	Name string
	// Ours and Theirs are the line on either side. For the signing key they say
	// in words what was used, without the secret. For the session token they
	// show it: Redact hides it.
	Ours, Theirs string
}

// Known is another secret that a client might have used by mistake.
type Known struct {
	Label  string // how to name it: "AKIAIOSFODNN7EXAMPLE (user app)"
	Secret string
	Token  string // its session token, if it has one
}

// Explain finds the mistake behind a signature that does not match, given the
// secret that should have made it: it makes the known mistakes one by one, then
// two at a time, and looks for the signature that the request has. known are
// other secrets that may have been used instead.
func Explain(r *sigv4.Request, a *sigv4.Authorization, rules sigv4.Rules, secret string, known ...Known) Explanation {
	return newSearch(r, a, rules, secret, known).explain()
}

// ExplainBriefly is Explain with the known mistakes one at a time only. It takes
// about a thirtieth of the time where there is nothing to be found: for a client
// that keeps sending what was searched in vain.
func ExplainBriefly(r *sigv4.Request, a *sigv4.Authorization, rules sigv4.Rules, secret string,
	known ...Known) Explanation {
	s := newSearch(r, a, rules, secret, known)
	s.pairwise = false
	return s.explain()
}

func (s *search) explain() Explanation {
	e := Explanation{CanonicalRequest: s.base.canonical(), StringToSign: s.base.toSign()}
	found := s.run()
	e.Attempts = s.attempts
	for _, k := range mistakeKinds {
		e.Checked = append(e.Checked, k.name)
	}
	if found == nil {
		e.Mistake = s.nothing()
		return e
	}
	e.Found, e.Mistake = true, found.sentence()
	e.TheirCanonicalRequest, e.TheirStringToSign = found.draft.canonical(), found.draft.toSign()
	e.FirstDifference = found.difference(s.base)
	return e
}

// finding is the mistakes that together make the signature.
type finding struct {
	draft    *draft
	mistakes []mistake
}

func (f *finding) sentence() string {
	if len(f.mistakes) == 0 {
		return "the signature of the request itself is right"
	}
	clauses := make([]string, len(f.mistakes))
	for i, m := range f.mistakes {
		clauses[i] = m.clause
	}
	return "the client " + strings.Join(clauses, ", and ")
}

// difference compares line by line, and looks at what is not in the canonical
// request where that is the same.
func (f *finding) difference(base *draft) Difference {
	ours, theirs := strings.Split(base.canonical(), "\n"), strings.Split(f.draft.canonical(), "\n")
	for i := range max(len(ours), len(theirs)) {
		o, t := at(ours, i), at(theirs, i)
		if i >= len(ours) {
			return Difference{Line: i + 1, Name: "end", Ours: "no further line", Theirs: "a line with " +
				strconv.Itoa(len(t)) + " characters"}
		}
		if o != t {
			return Difference{Line: i + 1, Name: lineName(base, i, o, t), Ours: o, Theirs: t}
		}
	}
	switch d := f.draft; {
	case base.algorithm != d.algorithm:
		return Difference{Name: "algorithm", Ours: base.algorithm, Theirs: d.algorithm}
	case base.date != d.date:
		return Difference{Name: "date", Ours: base.date, Theirs: d.date}
	case base.scope != d.scope:
		return Difference{Name: "credential scope", Ours: base.scope, Theirs: d.scope}
	}
	for _, m := range f.mistakes {
		if m.ours != "" || m.theirs != "" {
			return Difference{Name: m.part, Ours: m.ours, Theirs: m.theirs}
		}
	}
	return Difference{}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// lineName names a line of the canonical request, i from 0.
func lineName(base *draft, i int, ours, theirs string) string {
	const first = 3 // of the headers
	last := first + len(base.headers)
	switch {
	case i == 0:
		return "method"
	case i == 1:
		return "path"
	case i == 2:
		return "query"
	case i < last:
		name, _, _ := strings.Cut(ours, ":")
		if theirName, _, ok := strings.Cut(theirs, ":"); ok && theirName < name && theirName != "" {
			name = strings.ToLower(theirName)
		}
		return "header " + name
	case i == last:
		if name, _, ok := strings.Cut(theirs, ":"); ok {
			return "header " + name
		}
		return "blank line"
	case i == last+1:
		return "signed headers"
	default:
		return "payload hash"
	}
}

// nothing says that no known mistake makes the signature, and what is left.
func (s *search) nothing() string {
	names := make([]string, len(mistakeKinds))
	for i, k := range mistakeKinds {
		names[i] = k.name
	}
	how := "alone or two at a time"
	if !s.pairwise {
		how = "one at a time"
	}
	return fmt.Sprintf("none of the known mistakes (%s), %s, makes this signature: most likely the client signed "+
		"with another secret than that of %s, or something changed %s on the way",
		strings.Join(names, ", "), how, orNone(s.auth.KeyID), s.whatIsSigned())
}

func (s *search) whatIsSigned() string {
	list := append([]string{"the method", "the path", "the query"}, s.auth.SignedHeaders[:min(len(s.auth.SignedHeaders),
		20)]...)
	if len(s.auth.SignedHeaders) > 20 {
		list = append(list, "further headers")
	}
	if s.base.hash != canonical.UnsignedPayload {
		list = append(list, "the body")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

func orNone(s string) string {
	if s == "" {
		return "the key"
	}
	return s
}
