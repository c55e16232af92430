package deploy

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
)

// maxVisitBody bounds what is kept of an answer, in bytes.
const maxVisitBody = 64 << 10

// visits are what a served subject was asked, in order. The zero value is empty.
type visits struct {
	mu   sync.Mutex
	list []*ledger.Visit
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

// visiting is a visit under way. It is the body of the answer, too, and notes
// what is read of it.
type visiting struct {
	visits *visits
	visit  *ledger.Visit
	body   io.ReadCloser
	kept   bytes.Buffer
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
		if err != nil && err != io.EOF {
			v.Problem = "its body broke off: " + err.Error()
		}
	})
	return n, err
}

func (x *visiting) Close() error { return x.body.Close() }
