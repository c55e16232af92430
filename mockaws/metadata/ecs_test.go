package metadata_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

const id = "d2a7d1c4-0c1b-4d2e-9a52-5a1d8b1f6c3e"

func newECS(t *testing.T, o metadata.ECSOptions) *host {
	t.Helper()
	if o.Credentials == nil {
		o.Credentials = map[string]metadata.Vendor{id: metadata.Fixed(vended)}
	}
	return newHost(t, func(s metadata.Settings) (http.Handler, error) {
		o.Settings = s
		return metadata.ECS(o)
	})
}

func TestECSVendsCredentials(t *testing.T) {
	h := newECS(t, metadata.ECSOptions{})
	for _, path := range []string{"/v2/credentials/" + id, "/v1/credentials?id=" + id} {
		got := h.ask(t, "GET", path)
		got.want(t, 200,
			`{"RoleArn":"arn:aws:iam::123456789012:role/app","AccessKeyId":"ASIAEXAMPLE000000001","SecretAccessKey":"secret/example","Token":"token/example==","Expiration":"2026-11-21T12:00:00Z"}`)
		got.wantHeader(t, "Content-Type", "application/json", "X-Rate-Limit-Limit", "40.00", "X-Rate-Limit-Duration",
			"1", "X-Rate-Limit-Request-Forwarded-For", "")
		if got.header.Get("X-Rate-Limit-Request-Remote-Addr") == "" {
			t.Error("no X-Rate-Limit-Request-Remote-Addr")
		}
		if l := h.last(t); l.KeyID != vended.AccessKeyID {
			t.Errorf("observed %+v", l)
		}
	}
}

func TestECSRefuses(t *testing.T) {
	h := newECS(t, metadata.ECSOptions{Credentials: map[string]metadata.Vendor{
		id: metadata.Fixed(vended), "cold": metadata.Failing(metadata.ErrNotReady),
		"none":   metadata.Failing(metadata.ErrNoRole),
		"broken": metadata.Failing(errors.New("broken")),
		"trust":  metadata.Failing(&metadata.AssumeRoleError{RoleName: "app"}),
	}})
	unknown := `{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400}`
	for path, want := range map[string]answer{
		"/v2/credentials/": {400, nil,
			`{"code":"NoIdInRequest","message":"CredentialsV2Request: No Credential ID in the request","HTTPErrorCode":400}`},
		"/v1/credentials": {400, nil,
			`{"code":"NoIdInRequest","message":"CredentialsV1Request: No Credential ID in the request","HTTPErrorCode":400}`},
		"/v2/credentials/other": {400, nil, unknown},
		"/v2/credentials/none":  {400, nil, unknown},
		"/v2/credentials/trust": {400, nil, unknown},
		"/v2/credentials/cold": {503, nil,
			`{"code":"CredentialsUninitialized","message":"CredentialsV2Request: Credentials uninitialized for ID","HTTPErrorCode":503}`},
		"/v2/credentials/broken": {500, nil,
			`{"code":"InternalServerError","message":"Internal server error","HTTPErrorCode":500}`},
		"/v2/credentials": {404, nil, "404 page not found\n"},
		"/v4/" + id:       {404, nil, "404 page not found\n"},
		"/":               {404, nil, "404 page not found\n"},
	} {
		h.ask(t, "GET", path).want(t, want.status, want.body)
	}
}

// The agent's router sends a client on from a path with two slashes
// (https://github.com/aws/amazon-ecs-agent/blob/master/ecs-agent/tmds/server.go).
func TestECSLeadsToTheCleanPath(t *testing.T) {
	h := newECS(t, metadata.ECSOptions{Credentials: map[string]metadata.Vendor{id: metadata.Fixed(vended)}, Burst: 1})
	for asked, want := range map[string]string{
		"//v2/credentials/" + id: "/v2/credentials/" + id, "/v2//credentials/": "/v2/credentials/",
		"/v1/../v1/credentials?id=a": "/v1/credentials?id=a",
	} {
		got := h.ask(t, "GET", asked)
		got.want(t, 301, "")
		got.wantHeader(t, "Location", want, "X-Rate-Limit-Limit", "")
	}
	if got := h.ask(t, "GET", "/v2/credentials/"+id); got.status != 200 {
		t.Errorf("got %d of the clean path", got.status)
	}
}

func TestECSLimitsRequests(t *testing.T) {
	h := newECS(t, metadata.ECSOptions{Rate: 2, Burst: 3})
	path := "/v2/credentials/" + id
	for range 3 {
		if got := h.ask(t, "GET", path); got.status != 200 {
			t.Fatalf("got %d within the burst", got.status)
		}
	}
	got := h.ask(t, "GET", path)
	got.want(t, 429, "You have reached maximum request limit.")
	got.wantHeader(t, "Content-Type", "text/plain; charset=utf-8", "X-Rate-Limit-Limit", "2.00")
	if got := h.ask(t, "GET", "/v2/credentials/x"); got.status != 400 {
		t.Errorf("got %d of another path, which has its own limit", got.status)
	}
	h.advance(500 * time.Millisecond)
	if got := h.ask(t, "GET", path); got.status != 200 {
		t.Errorf("got %d half a second later", got.status)
	}
	h.ask(t, "GET", path).want(t, 429, "You have reached maximum request limit.")
	// A bucket that was not used for an hour holds a burst, and no more
	// (https://pkg.go.dev/golang.org/x/time/rate#Limiter, on which the agent's tollbooth is built).
	h.advance(time.Hour)
	for range 3 {
		if got := h.ask(t, "GET", path); got.status != 200 {
			t.Errorf("got %d within the burst an hour later", got.status)
		}
	}
	h.ask(t, "GET", path).want(t, 429, "You have reached maximum request limit.")
}
