package harness

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/internal/headline"
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

// longWord is what a secret looks like that nobody knows: a run of base64. Names,
// addresses and ARNs have dots, dashes or colons within such a length.
var longWord = regexp.MustCompile(`[A-Za-z0-9+/=_-]{40,}`)

// maxAnswer bounds what is shown of an answer, in characters.
const maxAnswer = 2000

// showAnswers makes the text of the answers. The secrets of the run are known by then.
func (r *Result) showAnswers() {
	for i := range r.Visits {
		text := headline.Printable(r.scrub(strings.ToValidUTF8(string(r.Visits[i].Body), "\uFFFD")))
		text = longWord.ReplaceAllStringFunc(text, func(word string) string { return fmt.Sprintf("<%d characters>", len(word)) })
		if runes := []rune(text); len(runes) > maxAnswer {
			text = string(runes[:maxAnswer]) + "…"
		}
		r.Visits[i].Answer = text
	}
}

// assignCalls says which AWS calls were made during which request. ahead is how far
// the mock's clock is ahead of this machine's.
func (r *Result) assignCalls(ahead time.Duration) {
	for i := range r.Visits {
		v := &r.Visits[i]
		for _, e := range r.Exchanges {
			if after := e.Time.Add(-ahead).Sub(v.Time); after >= 0 && after <= v.Duration {
				v.Calls = append(v.Calls, e.Seq)
			}
		}
	}
}

// maxVisitBody bounds what is kept of an answer, in bytes.
const maxVisitBody = 64 << 10

// visits are what a served subject was asked, in order. The zero value is empty.
type visits struct {
	mu   sync.Mutex
	list []*Visit
}

func (v *visits) begin(r *http.Request) *visiting {
	x := &visiting{visits: v, visit: &Visit{Method: r.Method, Path: r.URL.RequestURI(), Time: time.Now()}}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.list = append(v.list, x.visit)
	return x
}

// all are the visits so far.
func (v *visits) all() (out []Visit) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, visit := range v.list {
		out = append(out, *visit)
	}
	return out
}

// visiting is a visit under way. It is the body of the answer, too, and notes
// what is read of it.
type visiting struct {
	visits *visits
	visit  *Visit
	body   io.ReadCloser
	kept   bytes.Buffer
}

// answered notes an answer, or that there was none, and hands it on.
func (x *visiting) answered(r *http.Response, err error) (*http.Response, error) {
	x.note(func(v *Visit) {
		if err != nil {
			v.Problem = err.Error()
			return
		}
		v.Status = r.StatusCode
	})
	if err == nil && r.StatusCode != http.StatusSwitchingProtocols {
		x.body, r.Body = r.Body, x
	}
	return r, err
}

func (x *visiting) note(what func(*Visit)) {
	x.visits.mu.Lock()
	defer x.visits.mu.Unlock()
	x.visit.Duration = time.Since(x.visit.Time)
	what(x.visit)
}

func (x *visiting) Read(p []byte) (int, error) {
	n, err := x.body.Read(p)
	x.note(func(v *Visit) {
		if room := maxVisitBody - x.kept.Len(); room > 0 {
			x.kept.Write(p[:min(n, room)])
		}
		v.Body = x.kept.Bytes()
		if err != nil && err != io.EOF {
			v.Problem = "its body broke off: " + err.Error()
		}
	})
	return n, err
}

func (x *visiting) Close() error { return x.body.Close() }
