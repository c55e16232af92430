package metadata_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

// FuzzEndpoints sends each kind of endpoint whatever comes. None may panic or
// answer without a status, and only a request that is right may get the secret.
func FuzzEndpoints(f *testing.F) {
	now := func() time.Time { return start }
	s := metadata.Settings{Now: now}
	must := func(h http.Handler, err error) http.Handler {
		if err != nil {
			f.Fatal(err)
		}
		return h
	}
	sso, err := metadata.NewSSO(metadata.SSOOptions{Settings: s, Roles: developer, RefreshToken: "refresh-0f3c"})
	if err != nil {
		f.Fatal(err)
	}
	v := metadata.Fixed(vended)
	handlers := []http.Handler{
		must(metadata.IMDS(metadata.IMDSOptions{Settings: s, Vendor: v})),
		must(metadata.PodIdentity(metadata.PodIdentityOptions{Settings: s, Vendor: v, Rate: -1})),
		must(metadata.SnapStart(metadata.SnapStartOptions{Settings: s, Vendor: v, Token: "token-0f3c"})),
		must(metadata.SignIn(metadata.SignInOptions{Settings: s, Vendor: v, RefreshToken: "refresh-0f3c"})),
		must(metadata.IDToken(metadata.IDTokenOptions{Settings: s, Path: "/id", Token: "token-0f3c",
			Mint: func(context.Context, string) (string, error) { return "", nil }})),
		must(metadata.ECS(metadata.ECSOptions{Settings: s, Credentials: map[string]metadata.Vendor{id: v}, Rate: -1})),
		sso.Portal(), sso.OIDC(), metadata.GCE(metadata.GCEOptions{Settings: s}), metadata.Azure(s),
	}
	f.Add("GET", "/latest/meta-data/iam/security-credentials/app", "X-Aws-Ec2-Metadata-Token", "AQAAA", "")
	f.Add("PUT", "/latest/api/token", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "99999999999999999999", "")
	f.Add("GET", "/v1/credentials", "Authorization", jwt(`{"exp":1e999}`), "")
	f.Add("GET", "/v1/credentials", "Authorization", podToken, "")
	f.Add("POST", "/v1/token", "Dpop", proof(f, "http://169.254.170.23", nil, nil), refreshBody)
	f.Add("POST", "/token", "Content-Type", "application/json", `{"grantType":"refresh_token","refreshToken":""}`)
	f.Add("GET", portalPath, "X-Amz-Sso_bearer_token", "", "")
	f.Add("GET", "/v3//task", "Metadata-Flavor", "Google", "")
	f.Fuzz(func(t *testing.T, method, path, name, value, body string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for i, h := range handlers {
			r, err := http.NewRequestWithContext(ctx, method, "http://169.254.170.23/"+strings.TrimPrefix(path, "/"),
				strings.NewReader(body))
			if err != nil {
				return
			}
			r.Header[http.CanonicalHeaderKey(name)] = []string{value}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			res := w.Result()
			if res.StatusCode < 200 || res.StatusCode > 599 {
				t.Errorf("handler %d: status %d", i, res.StatusCode)
			}
			// Two endpoints may hand something out: their address is their only
			// secret, and the agent of EKS does not check signatures.
			if i != 1 && i != 5 && strings.Contains(w.Body.String(), vended.SecretAccessKey) {
				t.Errorf("handler %d hands out a secret to %s %q with %s: %q", i, method, path, name, value)
			}
			if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") && !json.Valid(w.Body.Bytes()) {
				t.Errorf("handler %d: no JSON: %q", i, w.Body)
			}
		}
	})
}
