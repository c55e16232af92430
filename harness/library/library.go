package library

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/fixtures"
)

// Library is a client library, as a request's User-Agent names it.
type Library struct {
	ID      string `json:"id"`   // "aws-sdk-js-v3"; "" when it is not known
	Name    string `json:"name"` // "AWS SDK for JavaScript v3"
	Version string `json:"version,omitempty"`

	facts *fixtures.Library // nil when it is not known
}

// String is name and version.
func (l Library) String() string { return strings.TrimSpace(l.Name + " " + l.Version) }

// Advice names what one may want of a library.
type Advice string

// What one may want of a library.
const (
	KeysAlone  Advice = fixtures.KeysAlone
	WithToken  Advice = fixtures.WithToken
	Refreshing Advice = fixtures.Refreshing
	OwnRegion  Advice = fixtures.OwnRegion
	NoBearer   Advice = fixtures.NoBearer
	OwnNames   Advice = fixtures.OwnNames
	// WebIdentity is to have it exchange the host's token.
	WebIdentity Advice = fixtures.WebIdentity
)

// Advise says how a library does it; for one that is not known, in general.
func (l Library) Advise(a Advice) string {
	if l.facts != nil {
		if text := l.facts.Advise(string(a)); text != "" {
			return text
		}
	}
	return known().any.Advise(string(a))
}

// Own is how this library does it, in words of its own; empty where it is not known, or
// has none.
func (l Library) Own(a Advice) string {
	if l.facts == nil {
		return ""
	}
	return l.facts.Advise(string(a))
}

// CorrectsClock says whether the library sets its clock by AWS's answers and
// tries again, and whether that is known at all.
func (l Library) CorrectsClock() (corrects, isKnown bool) {
	if l.facts == nil || l.facts.Clock == nil {
		return false, false
	}
	return l.facts.Clock.Corrects, true
}

// index is the libraries with their regular expressions.
type index struct {
	libraries []indexed
	any       *fixtures.Library
}

type indexed struct {
	facts         *fixtures.Library
	agent, traces *regexp.Regexp // traces may be nil
}

// known is the libraries that come with hostproof, the more specific first: the
// AWS CLI's User-Agent has botocore's name in it, too.
var known = sync.OnceValue(func() index {
	var out index
	for _, l := range fixtures.Libraries() {
		if l.ID == fixtures.AnyLibrary {
			out.any = l
			continue
		}
		i := indexed{facts: l, agent: regexp.MustCompile(l.Agent)}
		if l.Traces != "" {
			i.traces = regexp.MustCompile(l.Traces)
		}
		out.libraries = append(out.libraries, i)
	}
	return out
})

func (i indexed) library(version string) Library {
	return Library{ID: i.facts.ID, Name: i.facts.Name, Version: version, facts: i.facts}
}

// Of tells a library by the User-Agent of its requests; the zero Library
// when it is none that is known.
func Of(userAgent string) Library {
	for _, l := range known().libraries {
		if m := l.agent.FindStringSubmatch(userAgent); m != nil {
			return l.library(strings.Join(m[1:], ""))
		}
	}
	return Library{}
}

// In tells a library by what it leaves in the text of an error; the zero Library
// when there is nothing of the kind.
func In(text string) Library {
	for _, l := range known().libraries {
		if l.traces != nil && l.traces.MatchString(text) {
			return l.library("")
		}
	}
	return Library{}
}

// ByID is a library without a version.
func ByID(id string) Library {
	i := slices.IndexFunc(known().libraries, func(l indexed) bool { return l.facts.ID == id })
	if i < 0 {
		return Library{}
	}
	return known().libraries[i].library("")
}
