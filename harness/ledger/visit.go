package ledger

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/mockaws/shown"
)

// Visit is one request to a served subject, and what it answered.
type Visit struct {
	Method string    `json:"method"`
	Path   string    `json:"path"` // with the query
	Time   time.Time `json:"time"`
	// Status is the HTTP status of the answer; 0 if there was none.
	Status int `json:"status"`
	// Problem says why there was no answer, or why its body broke off.
	Problem  string        `json:"problem,omitempty"`
	Duration time.Duration `json:"durationNs"` // until the end of the body, as far as it was read
	// Calls are the AWS calls that were made while it was answered, by the numbers
	// of their exchanges. Of requests at the same time each has the calls of all.
	Calls []int64 `json:"calls,omitempty"`
	// Answer is the beginning of the answer's body as a text, without secrets, at
	// most 2,000 characters.
	Answer string `json:"answer,omitempty"`
	// Body is the beginning of the answer's body, at most 64 KiB, as far as the
	// visitor read it.
	Body []byte `json:"-"`
}

// Broken reports whether the server failed: it answered with a status of 500 or
// more, or not at all.
func (v *Visit) Broken() bool { return v.Status >= 500 || v.Problem != "" }

// String is the visit in one line.
func (v *Visit) String() string {
	line := v.Method + " " + v.Path
	if v.Status != 0 {
		line += fmt.Sprintf(" was answered %d %s", v.Status, http.StatusText(v.Status))
	}
	if v.Problem != "" {
		line += ": " + v.Problem
	}
	return strings.TrimSpace(line)
}

// longWord is what an unknown secret looks like: a run of base64. Names,
// addresses and ARNs have dots, dashes or colons within such a length.
var longWord = regexp.MustCompile(`[A-Za-z0-9+/=_-]{40,}`)

// maxAnswer bounds what is shown of an answer, in characters.
const maxAnswer = 2000

// ShowAnswers makes the text of the answers. The secrets of the run are known by then.
func (r *Result) ShowAnswers() {
	for i := range r.Visits {
		text := headline.Printable(r.Scrub(strings.ToValidUTF8(string(r.Visits[i].Body), "\uFFFD")))
		text = longWord.ReplaceAllStringFunc(text, shown.Length)
		if runes := []rune(text); len(runes) > maxAnswer {
			text = string(runes[:maxAnswer]) + "…"
		}
		r.Visits[i].Answer = text
	}
}

// AssignCalls says which AWS calls were made during which request. ahead is how far
// the mock's clock is ahead of this machine's.
func (r *Result) AssignCalls(ahead time.Duration) {
	for i := range r.Visits {
		v := &r.Visits[i]
		for _, e := range r.Exchanges {
			if after := e.Time.Add(-ahead).Sub(v.Time); after >= 0 && after <= v.Duration {
				v.Calls = append(v.Calls, e.Seq)
			}
		}
	}
}
