package metadata_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

var start = time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC)

// vended are the credentials of most tests.
var vended = metadata.Credentials{
	RoleName: "app", RoleARN: "arn:aws:iam::123456789012:role/app",
	AccessKeyID: "ASIAEXAMPLE000000001", SecretAccessKey: "secret/example", Token: "token/example==",
	Expiration: start.Add(6*time.Hour + 481*time.Millisecond), LastUpdated: start,
}

// host is an endpoint in a server, with a clock, and what it was asked.
type host struct {
	*httptest.Server
	settings metadata.Settings

	mu      sync.Mutex
	now     time.Time
	lookups []metadata.Lookup
	all     []metadata.Lookup // those that seen forgot, too
}

// newHost serves what open makes of the host's settings.
func newHost(t *testing.T, open func(metadata.Settings) (http.Handler, error)) *host {
	t.Helper()
	h := &host{now: start}
	t.Cleanup(func() {
		for _, l := range h.all {
			if kind, _, _ := strings.Cut(l.Behaviour, "/"); l.Behaviour != "" && l.Endpoint != kind {
				t.Errorf("an endpoint without a name of its own is noted as %q, want its kind: %+v", l.Endpoint, l)
			}
		}
	})
	h.settings = metadata.Settings{Now: h.clock, Observe: h.observe, Faults: fault.NewPlan(fault.Endpoints)}
	handler, err := open(h.settings)
	if err != nil {
		t.Fatal(err)
	}
	h.Server = httptest.NewServer(handler)
	t.Cleanup(h.Close)
	return h
}

func (h *host) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *host) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *host) observe(l metadata.Lookup) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lookups, h.all = append(h.lookups, l), append(h.all, l)
}

// seen are the lookups so far, and forgets them.
func (h *host) seen() []metadata.Lookup {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.lookups
	h.lookups = nil
	return out
}

// last is the last lookup.
func (h *host) last(t *testing.T) metadata.Lookup {
	t.Helper()
	seen := h.seen()
	if len(seen) == 0 {
		t.Fatal("nothing was observed")
	}
	return seen[len(seen)-1]
}

type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; headers are pairs of name and value.
func (h *host) ask(t *testing.T, method, path string, headers ...string) answer {
	t.Helper()
	got, err := h.try(t.Context(), method, path, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// send is ask with a body.
func (h *host) send(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	got, err := h.do(t.Context(), method, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *host) try(ctx context.Context, method, path string, headers ...string) (answer, error) {
	return h.do(ctx, method, path, "", headers...)
}

func (h *host) do(ctx context.Context, method, path, body string, headers ...string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, h.URL+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	client := *h.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(text)}, err
}

// want compares status and body.
func (a answer) want(t *testing.T, status int, body string) {
	t.Helper()
	if a.status != status || a.body != body {
		t.Errorf("got %d %q\nwant %d %q", a.status, a.body, status, body)
	}
}

// wantHeader compares headers, pairs of name and value.
func (a answer) wantHeader(t *testing.T, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := strings.Join(a.header.Values(pairs[i]), ", "); got != pairs[i+1] {
			t.Errorf("%s: %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
}

// hangs says whether a request ran into its deadline.
func hangs(err error) bool { return errors.Is(err, context.DeadlineExceeded) }
