package oidc_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/oidc"
)

// TestWhatIsServed: the two documents of each issuer, at its own path, by GET and HEAD, while
// it is up; the longest path that fits is the issuer of an address.
func TestWhatIsServed(t *testing.T) {
	s := oidc.NewIssuers(time.Now)
	for _, url := range []string{"https://idp.example.com", "https://idp.example.com/a", "https://idp.example.com/a/b",
		"https://oidc.vercel.com/acme"} {
		if _, err := s.Declare(url, "ES256"); err != nil && !strings.Contains(url, "vercel") {
			t.Fatal(err)
		}
	}
	if _, err := s.Declare("https://oidc.vercel.com/acme", ""); err != nil {
		t.Fatal(err)
	}
	if want := []string{"https://idp.example.com", "https://idp.example.com/a", "https://idp.example.com/a/b",
		"https://oidc.vercel.com", "https://oidc.vercel.com/acme"}; !slices.Equal(s.URLs(), want) {
		t.Errorf("issuers %v", s.URLs())
	}
	for _, row := range []struct {
		host, path, url string
		served          bool
	}{
		{"idp.example.com", "/.well-known/openid-configuration", "https://idp.example.com", true},
		{"IDP.example.com:443", "/a/.well-known/openid-configuration", "https://idp.example.com/a", true},
		{"idp.example.com", "/a/b/.well-known/openid-configuration", "https://idp.example.com/a/b", true},
		{"idp.example.com", "/ab/.well-known/openid-configuration", "https://idp.example.com", true},
		{"idp.example.com", "/a", "https://idp.example.com/a", true},
		{"other.example.com", "/a", "", false},
	} {
		i, served := s.At(row.host, row.path)
		if served != row.served || (i == nil) != (row.url == "") || i != nil && i.URL() != row.url {
			t.Errorf("%s%s: %v, %t", row.host, row.path, i, served)
		}
	}
	i, _ := s.Issuer("https://idp.example.com/a")
	const document = "/a/.well-known/openid-configuration"
	keys := strings.TrimPrefix(i.KeysURL(), "https://idp.example.com")
	for _, row := range []struct {
		method, path string
		down         bool
		status       int
	}{
		{"GET", document, false, 200}, {"HEAD", document, false, 200}, {"POST", document, false, 404},
		{"GET", keys, false, 200}, {"HEAD", keys, false, 200}, {"PUT", keys, false, 404},
		{"GET", "/a/else", false, 404}, {"GET", "/b/.well-known/openid-configuration", false, 404},
		{"GET", document, true, 503}, {"GET", keys, true, 503},
	} {
		i.SetDown(row.down)
		w := httptest.NewRecorder()
		i.ServeHTTP(w, httptest.NewRequest(row.method, "https://idp.example.com"+row.path, nil))
		if w.Code != row.status || i.Down() != row.down {
			t.Errorf("%s %s: %d, want %d", row.method, row.path, w.Code, row.status)
		}
	}
	for path, serves := range map[string]bool{document: true, keys: true, "/a/else": false,
		"/.well-known/openid-configuration": false, "/~token": false} {
		if i.Serves(path) != serves {
			t.Errorf("%s: want %t", path, serves)
		}
	}
}

// TestIssuersOfSeveralAlgorithms: AWS's own issuer of outbound tokens signs with RS256 and
// ES384 (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html);
// others with the one that they were declared with.
func TestIssuersOfSeveralAlgorithms(t *testing.T) {
	s := oidc.NewIssuers(time.Now)
	outbound, err := s.Declare("https://0123abcd-0000-4000-8000-000000000000.tokens.sts.global.api.aws", "")
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	outbound.ServeHTTP(w, httptest.NewRequest(http.MethodGet, outbound.ConfigurationURL(), nil))
	for _, want := range []string{"RS256", "ES384"} {
		if !strings.Contains(w.Body.String(), `"`+want+`"`) {
			t.Errorf("no %s in %s", want, w.Body)
		}
		token, err := outbound.Mint(oidc.TokenOptions{Algorithm: want, Claims: map[string]any{"sub": "x", "aud": "y"}})
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := oidc.Parse(token)
		if err != nil || parsed.Algorithm != want {
			t.Errorf("%+v, %v", parsed, err)
			continue
		}
		if err := oidc.NewVerifier(s, time.Now).Verify(t.Context(), parsed); err != nil {
			t.Error(err)
		}
	}
	if _, err := outbound.Mint(oidc.TokenOptions{Algorithm: "RS512"}); err == nil ||
		!strings.Contains(err.Error(), `no key of algorithm "RS512"`) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Declare(outbound.URL(), "ES256"); err == nil || !strings.Contains(err.Error(),
		"signs with RS256 already") {
		t.Errorf("got %v", err)
	}
	if _, err := outbound.Mint(oidc.TokenOptions{Lifetime: -time.Second}); err == nil ||
		!strings.Contains(err.Error(), "want a positive one") {
		t.Errorf("got %v", err)
	}
}

// TestExchangeRefuses what is no request for another token.
func TestExchangeRefuses(t *testing.T) {
	s := oidc.NewIssuers(time.Now)
	i, err := s.Declare("https://oidc.vercel.com/acme", "")
	if err != nil {
		t.Fatal(err)
	}
	good, err := i.Mint(oidc.TokenOptions{Claims: map[string]any{"sub": "x", "aud": "y", "owner": "acme"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		method, body string
		status       int
	}{
		{"GET", "", 405}, {"POST", "", 400}, {"POST", "{}", 400}, {"POST", `{"token": "` + good + `"}`, 400},
		{"POST", `{"token": "x", "aud": "a"}`, 401}, {"POST", `{"token": "` + good + `", "aud": "a"}`, 200},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(row.method, "https://oidc.vercel.com/~token", strings.NewReader(row.body)))
		if w.Code != row.status {
			t.Errorf("%s %.40s: %d %s, want %d", row.method, row.body, w.Code, w.Body, row.status)
		}
	}
}
