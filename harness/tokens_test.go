package harness_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

func started(t *testing.T, host string, opts ...harness.Option) *harness.Deployment {
	t.Helper()
	return harness.StartTest(t, host, append([]harness.Option{harness.WithMock("embedded"),
		harness.WithIsolation(isolation.Endpoint)}, opts...)...)
}

// claimsOf decodes a token without verifying it.
func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d characters that are no token", len(token))
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestTokensAreWhereTheHostPutsThem(t *testing.T) {
	variable := func(name string) func(*testing.T, *harness.Deployment) string {
		return func(t *testing.T, d *harness.Deployment) string {
			env, err := d.Environment()
			if err != nil {
				t.Fatal(err)
			}
			value, _ := env.Lookup(name)
			return value
		}
	}
	file := func(name string) func(*testing.T, *harness.Deployment) string {
		return func(t *testing.T, d *harness.Deployment) string {
			path := variable(name)(t, d)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return string(content)
		}
	}
	header := func(name string) func(*testing.T, *harness.Deployment) string {
		return func(t *testing.T, d *harness.Deployment) string {
			h, err := d.RequestHeaders()
			if err != nil {
				t.Fatal(err)
			}
			return h.Get(name)
		}
	}
	for _, row := range []struct {
		host          string
		token         func(*testing.T, *harness.Deployment) string
		iss, sub, aud string
		seconds       float64
	}{
		{"vercel-oidc", header("x-vercel-oidc-token"), "https://oidc.vercel.com/acme",
			"owner:acme:project:app:environment:production", "https://vercel.com/acme", 3600},
		{"vercel-build", variable("VERCEL_OIDC_TOKEN"), "https://oidc.vercel.com/acme",
			"owner:acme:project:app:environment:production", "https://vercel.com/acme", 3600},
		{"eks-irsa", file("AWS_WEB_IDENTITY_TOKEN_FILE"),
			"https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
			"system:serviceaccount:default:app", "sts.amazonaws.com", 86400},
		{"eks-pod-identity", file("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
			"https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
			"system:serviceaccount:default:app", "pods.eks.amazonaws.com", 86400},
		{"fly", file("AWS_WEB_IDENTITY_TOKEN_FILE"), "https://oidc.fly.io/acme", "acme:app:machine",
			"sts.amazonaws.com", 600},
	} {
		t.Run(row.host, func(t *testing.T) {
			d := started(t, row.host, harness.User("app"))
			claims := claimsOf(t, row.token(t, d))
			aud := claims["aud"]
			if list, ok := aud.([]any); ok && len(list) == 1 {
				aud = list[0]
			}
			if claims["iss"] != row.iss || claims["sub"] != row.sub || aud != row.aud ||
				claims["exp"].(float64)-claims["iat"].(float64) != row.seconds {
				t.Errorf("got %v", claims)
			}
		})
	}
}

func TestTokenSettings(t *testing.T) {
	d := started(t, "vercel-oidc", harness.User("app"), harness.TokenClaims("vercel",
		map[string]any{"environment": "preview",
			"owner_id": nil}))
	h, err := d.RequestHeaders()
	if err != nil {
		t.Fatal(err)
	}
	claims := claimsOf(t, h.Get("x-vercel-oidc-token"))
	if _, there := claims["owner_id"]; there || claims["environment"] != "preview" || claims["project"] != "app" {
		t.Errorf("got %v", claims)
	}
	for _, row := range []struct {
		opt  harness.Option
		want string
	}{
		{harness.TokenDefect("github", oidc.Expired), `host vercel-oidc has no issuer "github": it has vercel`},
		{harness.RoleTrust("deploy", "{}"), `host vercel-oidc has no role "deploy". It has: app`},
	} {
		_, err := harness.Start(t.Context(), "vercel-oidc", harness.User("app"), harness.WithMock("embedded"),
			harness.WithIsolation(isolation.Endpoint), row.opt)
		var setting *harness.SettingError
		if !errors.As(err, &setting) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("got %v, want %s", err, row.want)
		}
	}
	if _, err := harness.Start(t.Context(), "local", harness.User("app"), harness.WithMock("embedded"),
		harness.WithIsolation(isolation.Endpoint),
		harness.IssuerDown("x")); err == nil || !strings.Contains(err.Error(), "it has none") {
		t.Errorf("got %v", err)
	}
	if _, err := harness.Start(t.Context(), "vercel-oidc", harness.User("app"), harness.WithMock("embedded"),
		harness.WithIsolation(isolation.Endpoint),
		harness.TokenDefect("vercel", "blue")); err == nil || !strings.Contains(err.Error(),
		"is no defect of a token") {
		t.Errorf("got %v", err)
	}
}
