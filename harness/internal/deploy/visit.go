package deploy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
)

// maxVisitBody bounds what is kept of an answer, in bytes.
const maxVisitBody = 64 << 10

// visits are what a served subject was asked, in order. The zero value is empty.
type visits struct {
	mu    sync.Mutex
	list  []*ledger.Visit
	begun []<-chan struct{} // one for each answer that has begun, closed when it has ended
}

func (v *visits) begin(r *http.Request) *visiting {
	x := &visiting{visits: v, visit: &ledger.Visit{Method: r.Method, Path: r.URL.RequestURI(), Time: time.Now()}}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.list = append(v.list, x.visit)
	return x
}

// all are the visits so far.
func (v *visits) all() (out []ledger.Visit) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, visit := range v.list {
		out = append(out, *visit)
	}
	return out
}

// patience is how long a server that is stopped may take for the rest of its answers.
const patience = time.Second

// await waits until the answers that have begun have ended, as long as patience. A visitor that
// has the head of an answer may stop the server at once; what it does for the rest is wanted.
func (v *visits) await() {
	v.mu.Lock()
	begun := slices.Clone(v.begun)
	v.mu.Unlock()
	late := time.After(patience)
	for _, ended := range begun {
		select {
		case <-ended:
		case <-late:
			return
		}
	}
}

// visiting is a visit under way. It is the body of the answer, too, and notes
// what is read of it.
type visiting struct {
	visits *visits
	visit  *ledger.Visit
	body   io.ReadCloser
	kept   bytes.Buffer
	end    func() // says that the answer has ended
}

// answered notes an answer, or that there was none, and hands it on.
func (x *visiting) answered(r *http.Response, err error) (*http.Response, error) {
	x.note(func(v *ledger.Visit) {
		if err != nil {
			v.Problem = err.Error()
			return
		}
		v.Status = r.StatusCode
	})
	if err == nil && r.StatusCode != http.StatusSwitchingProtocols {
		x.body, r.Body = r.Body, x
		ended := make(chan struct{})
		x.end = sync.OnceFunc(func() { close(ended) })
		x.note(func(*ledger.Visit) { x.visits.begun = append(x.visits.begun, ended) })
	}
	return r, err
}

func (x *visiting) note(what func(*ledger.Visit)) {
	x.visits.mu.Lock()
	defer x.visits.mu.Unlock()
	x.visit.Duration = time.Since(x.visit.Time)
	what(x.visit)
}

func (x *visiting) Read(p []byte) (int, error) {
	n, err := x.body.Read(p)
	x.note(func(v *ledger.Visit) {
		if room := maxVisitBody - x.kept.Len(); room > 0 {
			x.kept.Write(p[:min(n, room)])
		}
		v.Body = x.kept.Bytes()
		// A visitor that goes away, also because the server is stopped, does not break an answer.
		if err != nil && err != io.EOF && !errors.Is(err, context.Canceled) {
			v.Problem = "its body broke off: " + err.Error()
		}
	})
	if err != nil {
		x.end()
	}
	return n, err
}

func (x *visiting) Close() error {
	x.end()
	return x.body.Close()
}
