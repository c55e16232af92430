package metadata_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

func newPodIdentity(t *testing.T, o metadata.PodIdentityOptions) *host {
	t.Helper()
	if o.Vendor == nil {
		o.Vendor = metadata.Fixed(vended)
	}
	return newHost(t, func(s metadata.Settings) (http.Handler, error) {
		o.Settings = s
		return metadata.PodIdentity(o)
	})
}

// jwt is an unsigned token: the agent does not look.
func jwt(claims string) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"RS256"}`)) + "." + part([]byte(claims)) + ".c2ln"
}

var podToken = jwt(fmt.Sprintf(`{"exp":%d}`, start.Add(time.Hour).Unix()))

func TestPodIdentityVendsCredentials(t *testing.T) {
	h := newPodIdentity(t, metadata.PodIdentityOptions{})
	for _, address := range []string{"169.254.170.23", "169.254.170.23:80", "[fd00:ec2::23]", "[fd00:ec2::23]:80"} {
		got := h.ask(t, "GET", "/v1/credentials", "Host", address, "Authorization", podToken)
		got.want(t, 200,
			`{"AccessKeyId":"ASIAEXAMPLE000000001","SecretAccessKey":"secret/example","Token":"token/example==","AccountId":"123456789012","Expiration":"2026-11-21T12:00:00Z"}`)
		got.wantHeader(t, "Content-Type", "application/json")
	}
	if l := h.last(t); l.KeyID != vended.AccessKeyID || strings.Contains(l.String(), "secret") {
		t.Errorf("observed %s", l)
	}
}

func TestPodIdentityRefuses(t *testing.T) {
	agent := "169.254.170.23"
	bad := errors.New("of another cluster")
	for name, c := range map[string]struct {
		o           metadata.PodIdentityOptions
		host, token string
		status      int
		body        string
	}{
		"another address": {host: "127.0.0.1:8080", token: podToken, status: 403, body: "Access Denied. Called agent " +
			"through invalid address, please use either [169.254.170.23 fd00:ec2::23] address not 127.0.0.1\n"},
		"no token": {host: agent, status: 400, body: "Service account token cannot be empty\n"},
		"no JWT": {host: agent, token: "abc", status: 400, body: "Service account token cannot be parsed: " +
			"token is malformed: token contains an invalid number of segments\n"},
		"a scheme in front": {host: agent, token: "Bearer " + podToken, status: 400, body: "Service account token " +
			"cannot be parsed: token is malformed: could not base64 decode header: illegal base64 data at input byte " +
			"6\n"},
		"no claims": {host: agent, token: "YQ.b!.c", status: 400,
			body: "Service account token cannot be parsed: token is malformed: could not decode claims\n"},
		"expired": {host: agent, token: jwt(fmt.Sprintf(`{"exp":%d}`, start.Unix())), status: 400,
			body: "Service account token failed basic claim validations: token has invalid claims: token is expired\n"},
		"too early": {host: agent, token: jwt(fmt.Sprintf(`{"nbf":%d}`, start.Unix()+1)), status: 400,
			body: "Service account token failed basic claim validations: token has invalid claims: token is not " +
				"valid yet\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newPodIdentity(t, c.o).ask(t, "GET", "/v1/credentials", "Host", c.host, "Authorization", c.token)
			got.want(t, c.status, c.body)
			got.wantHeader(t, "Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff")
		})
	}
	for name, c := range map[string]struct {
		o      metadata.PodIdentityOptions
		status int
		body   string
	}{
		"not verified": {metadata.PodIdentityOptions{Verify: func(_ ctx, token string) error { return bad }}, 400,
			"]: (InvalidTokenException): The specified Kubernetes service account token is invalid., fault: client\n"},
		"not associated": {metadata.PodIdentityOptions{Verify: func(ctx, string) error {
			return fmt.Errorf("other: %w",
				metadata.ErrNoRole)
		}}, 404, "]: (ResourceNotFoundException): No association found for service account, fault: client\n"},
		"no association": {metadata.PodIdentityOptions{Vendor: metadata.Failing(metadata.ErrNoRole)}, 404,
			"]: (ResourceNotFoundException): No association found for service account, fault: client\n"},
		"trust": {metadata.PodIdentityOptions{Vendor: metadata.Failing(
			&metadata.AssumeRoleError{RoleName: "app"})}, 400, "]: (AccessDeniedException): Unauthorized Exception! " +
			"EKS does not have permissions to assume the associated role., fault: client\n"},
		"failure": {metadata.PodIdentityOptions{Vendor: metadata.Failing(errors.New("broken"))}, 500,
			"]: (InternalServerException): Internal server error, fault: server\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newPodIdentity(t, c.o).ask(t, "GET", "/v1/credentials", "Host", agent, "Authorization", podToken)
			if got.status != c.status || !strings.HasPrefix(got.body, "[") || !strings.HasSuffix(got.body, c.body) ||
				strings.Contains(got.body, "broken") {
				t.Errorf("got %d %q, want %d and %q at the end", got.status, got.body, c.status, c.body)
			}
		})
	}
	newPodIdentity(t, metadata.PodIdentityOptions{}).ask(t, "GET", "/", "Host", agent).want(t, 404,
		"404 page not found\n")
}

func TestPodIdentityLimitsRequests(t *testing.T) {
	h := newPodIdentity(t, metadata.PodIdentityOptions{Rate: 2, Hosts: []string{"127.0.0.1"}})
	for range 2 {
		h.ask(t, "GET", "/v1/credentials", "Authorization", podToken)
	}
	h.ask(t, "GET", "/v1/credentials", "Authorization", podToken).want(t, 429, "Too Many Requests\n")
	h.advance(500 * time.Millisecond)
	if got := h.ask(t, "GET", "/v1/credentials", "Authorization", podToken); got.status != 200 {
		t.Errorf("got %d half a second later", got.status)
	}
}
