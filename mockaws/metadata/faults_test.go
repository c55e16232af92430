package metadata_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
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

// TestPlannedFaultsOfEachKind: each kind of endpoint answers a throttled request and a
// planned status in its own form, and the record says that it was planned.
func TestPlannedFaultsOfEachKind(t *testing.T) {
	idToken := newHost(t, func(s metadata.Settings) (http.Handler, error) {
		return metadata.IDToken(metadata.IDTokenOptions{Settings: s, Path: "/idtoken", Token: "t",
			Mint: func(context.Context, string) (string, error) { return "token", nil }})
	})
	gce := newHost(t, func(s metadata.Settings) (http.Handler, error) {
		return metadata.GCE(metadata.GCEOptions{Settings: s}), nil
	})
	azure := newHost(t, func(s metadata.Settings) (http.Handler, error) { return metadata.Azure(s), nil })
	tokens := newHost(t, func(s metadata.Settings) (http.Handler, error) {
		sso, err := metadata.NewSSO(metadata.SSOOptions{Settings: s, TokenService: s, Roles: developer})
		return sso.OIDC(), err
	})
	for _, row := range []struct {
		kind          string
		h             *host
		method, path  string
		status        int // of what is throttled
		throttled     string
		failed, behav string
	}{
		{"imds", newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional}), "GET", roles, 429,
			"429 - Too Many Requests", "503 - Service Unavailable", "imds"},
		{"ecs", newECS(t, metadata.ECSOptions{}), "GET", taskPath, 429, "You have reached maximum request limit.",
			"InternalServerError", "ecs"},
		{"eks-pod-identity", newPodIdentity(t, metadata.PodIdentityOptions{}), "GET", "/v1/credentials", 429, "",
			"InternalServerException", "eks-pod-identity"},
		{"snapstart", newSnapStart(t, metadata.SnapStartOptions{}), "GET", snapPath, 429, "Too Many Requests\n",
			"Internal server error\n", "snapstart"},
		{"oidc", idToken, "GET", "/idtoken", 429, `{"message":"Too many requests"}`,
			`{"message":"Internal server error"}`, "oidc"},
		{"gce", gce, "GET", "/computeMetadata/v1/", 429, "", "", "gce-metadata"},
		{"azure", azure, "GET", "/metadata/instance", 429, "Too Many Requests", "Service Unavailable",
			"azure-metadata"},
		{"sso-portal", newSSO(t, metadata.SSOOptions{Roles: developer}), "GET", portalPath, 429,
			"TooManyRequestsException", "InternalServerException", "sso-portal"},
		{"sso-oidc", tokens, "POST", "/token", 400, "slow_down", "server_error", "sso-oidc"},
		{"signin", newSignIn(t, metadata.SignInOptions{}), "POST", "/v1/token", 429, "rate_exceeded", "server_error",
			"signin"},
	} {
		t.Run(row.kind, func(t *testing.T) {
			plan(t, row.h, fault.Throttle(1))
			got := row.h.ask(t, row.method, row.path)
			if l := row.h.last(t); got.status != row.status || !strings.Contains(got.body, row.throttled) ||
				l.Method != row.method || row.path != l.Path && !strings.HasPrefix(row.path, l.Path+"?") ||
				l.Host != strings.TrimPrefix(row.h.URL, "http://") || !l.Time.Equal(start) ||
				l.Fault != fault.KindThrottle || !strings.HasPrefix(l.Behaviour, row.behav+"/") {
				t.Errorf("throttled: %d %q, %+v", got.status, got.body, l)
			}
			plan(t, row.h, fault.Status(503, 1))
			got = row.h.ask(t, row.method, row.path)
			if l := row.h.last(t); got.status != 503 || !strings.Contains(got.body, row.failed) ||
				l.Behaviour != row.behav+"/fault" || !strings.Contains(l.Note, "a failure that was planned") ||
				l.Fault != fault.KindStatus {
				t.Errorf("failed: %d %q, %+v", got.status, got.body, l)
			}
		})
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
