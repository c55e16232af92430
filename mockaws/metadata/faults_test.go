package metadata_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

func plan(t *testing.T, h *host, f fault.Fault) {
	t.Helper()
	if err := h.settings.Faults.Add(f); err != nil {
		t.Fatal(err)
	}
}

const taskPath = "/v2/credentials/" + id

func TestFaultsStrikeByCount(t *testing.T) {
	h := newECS(t, metadata.ECSOptions{})
	plan(t, h, fault.Throttle(2))
	for range 2 {
		h.ask(t, "GET", taskPath).want(t, 429, "You have reached maximum request limit.")
	}
	if l := h.last(t); l.Fault != fault.KindThrottle || l.Status != 429 || l.Confidence != metadata.Verified {
		t.Errorf("observed %+v", l)
	}
	if got := h.ask(t, "GET", taskPath); got.status != 200 {
		t.Errorf("got %d when the fault was over", got.status)
	}
	if p := h.settings.Faults.Pending(); len(p) != 0 {
		t.Errorf("pending: %v", p)
	}
}

func TestFaultsMatch(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional})
	plan(t, h, fault.Status(500, 1).At("put", ""))
	plan(t, h, fault.Status(503, 1).At("", roles+"*"))
	h.ask(t, "GET", "/latest/meta-data/instance-id").want(t, 200, "i-0123456789abcdef0")
	h.ask(t, "GET", roles+"app").want(t, 503, page("503 - Service Unavailable"))
	h.ask(t, "PUT", "/latest/api/token", ttl, "60").want(t, 500, page("500 - Internal Server Error"))
	if got := h.ask(t, "GET", roles+"app"); got.status != 200 {
		t.Errorf("got %d", got.status)
	}
	plan(t, h, fault.Hang(9))
	h.settings.Faults.Clear()
	h.ask(t, "GET", roles).want(t, 200, "app")
}

func TestFaultsOnTheWire(t *testing.T) {
	h := newECS(t, metadata.ECSOptions{})
	whole := h.ask(t, "GET", taskPath).body

	plan(t, h, fault.Malformed(1))
	got := h.ask(t, "GET", taskPath)
	got.want(t, 200, whole[:len(whole)/2])
	if json.Valid([]byte(got.body)) {
		t.Error("half a document is valid JSON")
	}
	plan(t, h, fault.Truncate(1))
	if got, err := h.try(t.Context(), "GET", taskPath); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("truncated: got %+v, %v", got, err)
	}
	plan(t, h, fault.Reset(1))
	if got, err := h.try(t.Context(), "POST", taskPath); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("reset: got %+v, %v", got, err)
	}
	plan(t, h, fault.Hang(1))
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got, err := h.try(short, "GET", taskPath); !hangs(err) {
		t.Errorf("hang: got %+v, %v", got, err)
	}
	plan(t, h, fault.Slow(30*time.Millisecond, 1))
	begin := time.Now()
	if got := h.ask(t, "GET", taskPath); got.status != 200 || time.Since(begin) < 30*time.Millisecond {
		t.Errorf("slow: got %d after %s", got.status, time.Since(begin))
	}
}

func TestStaleCredentials(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional})
	plan(t, h, fault.Stale(1))
	plan(t, h, fault.Stale(1).By(time.Hour))
	for _, want := range []string{"2026-11-21T05:55:00Z", "2026-11-21T05:00:00Z", "2026-11-21T12:00:00Z"} {
		if got := h.ask(t, "GET", roles+"app"); !strings.Contains(got.body, `"Expiration" : "`+want+`"`) ||
			!strings.Contains(got.body, vended.AccessKeyID) {
			t.Errorf("got %q, want expiration %s", got.body, want)
		}
	}
}

func TestFaultsAreChecked(t *testing.T) {
	for want, f := range map[string]fault.Fault{
		`fault "nap" is not one of`: {Kind: "nap", Times: 1},
		"times is 0":                {Kind: fault.KindHang},
		"status is 200":             {Kind: fault.KindStatus, Times: 1, Status: 200},
		"delay is 0s":               {Kind: fault.KindSlow, Times: 1},
		"delay is -1s":              {Kind: fault.KindStale, Times: 1, Delay: -time.Second},
		"begin with a slash":        {Kind: fault.KindReset, Times: 1, Path: "latest"},
	} {
		if err := fault.NewPlan(fault.Endpoints).Add(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestCredentialsShowNoSecret(t *testing.T) {
	data, err := json.Marshal(vended)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{vended.String(), vended.GoString(), vended.LogValue().String(), string(data)} {
		if strings.Contains(shown, vended.SecretAccessKey) || strings.Contains(shown, vended.Token) ||
			!strings.Contains(shown, vended.AccessKeyID) {
			t.Errorf("shows %q", shown)
		}
	}
}
