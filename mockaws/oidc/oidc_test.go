package oidc

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClock() *clock { return &clock{time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)} }

func declare(t testing.TB, issuers *Issuers, url, algorithm string) *Issuer {
	t.Helper()
	i, err := issuers.Declare(url, algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func mint(t testing.TB, i *Issuer, o TokenOptions) string {
	t.Helper()
	token, err := i.Mint(o)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// check parses and verifies a token.
func check(v *Verifier, token string) (*Token, error) {
	t, err := Parse(token)
	if err != nil {
		return nil, err
	}
	return t, v.Verify(context.Background(), t)
}

func wantProblem(t testing.TB, err error, problem Problem) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Problem != problem {
		t.Errorf("got %v, want %s", err, problem)
	}
}

func TestEveryAlgorithmVerifies(t *testing.T) {
	for _, algorithm := range Algorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			issuers := NewIssuers(nil)
			i := declare(t, issuers, "https://issuer.test/"+string(algorithm), string(algorithm))
			got, err := check(NewVerifier(issuers, nil),
				mint(t, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}}))
			if err != nil || got.Subject != "s" || got.Audience[0] != "a" || got.Algorithm != string(algorithm) ||
				got.Issuer != i.URL() {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestPresets(t *testing.T) {
	c := newClock()
	issuers := NewIssuers(c.now)
	v := NewVerifier(issuers, c.now)
	for _, row := range []struct {
		name             string
		preset           Preset
		issuer, sub, aud string
		lifetime         time.Duration
		keys             string
	}{
		{"Vercel, production", Vercel("acme", "web", Production), "https://oidc.vercel.com/acme",
			"owner:acme:project:web:environment:production", "https://vercel.com/acme", time.Hour,
			"https://oidc.vercel.com/acme/.well-known/jwks"},
		{"Vercel, preview", Vercel("acme", "web", Preview), "https://oidc.vercel.com/acme",
			"owner:acme:project:web:environment:preview", "https://vercel.com/acme", time.Hour,
			"https://oidc.vercel.com/acme/.well-known/jwks"},
		{"Vercel, development", Vercel("acme", "web", Development), "https://oidc.vercel.com/acme",
			"owner:acme:project:web:environment:development", "https://vercel.com/acme", 12 * time.Hour,
			"https://oidc.vercel.com/acme/.well-known/jwks"},
		{"Vercel, global issuer", VercelGlobal("acme", "web", Production), "https://oidc.vercel.com",
			"owner:acme:project:web:environment:production", "https://vercel.com/acme", time.Hour,
			"https://oidc.vercel.com/.well-known/jwks"},
		{"GitHub Actions", GitHubActions("acme/web", "refs/heads/main", ""),
			"https://token.actions.githubusercontent.com", "repo:acme/web:ref:refs/heads/main", "sts.amazonaws.com",
			5 * time.Minute, "https://token.actions.githubusercontent.com/.well-known/jwks"},
		{"GitHub Actions, environment", GitHubActions("acme/web", "refs/heads/main", "prod"),
			"https://token.actions.githubusercontent.com", "repo:acme/web:environment:prod", "sts.amazonaws.com",
			5 * time.Minute, "https://token.actions.githubusercontent.com/.well-known/jwks"},
		{"EKS, IRSA", EKSServiceAccount("https://oidc.eks.us-east-1.amazonaws.com/id/ABC", "default", "app",
			AudienceIRSA), "https://oidc.eks.us-east-1.amazonaws.com/id/ABC", "system:serviceaccount:default:app",
			"sts.amazonaws.com", 24 * time.Hour, "https://oidc.eks.us-east-1.amazonaws.com/id/ABC/keys"},
		{"EKS, Pod Identity", EKSServiceAccount("https://oidc.eks.us-east-1.amazonaws.com/id/ABC", "default", "app",
			AudiencePodIdentity), "https://oidc.eks.us-east-1.amazonaws.com/id/ABC",
			"system:serviceaccount:default:app", "pods.eks.amazonaws.com", 24 * time.Hour,
			"https://oidc.eks.us-east-1.amazonaws.com/id/ABC/keys"},
		{"Fly.io", Fly("acme", "web", "m1", "sts.amazonaws.com"), "https://oidc.fly.io/acme", "acme:web:m1",
			"sts.amazonaws.com", 15 * time.Minute, "https://oidc.fly.io/acme/.well-known/jwks"},
	} {
		t.Run(row.name, func(t *testing.T) {
			i := declare(t, issuers, row.preset.Issuer, "")
			token := mint(t, i, row.preset.Options())
			got, err := check(v, token)
			if err != nil {
				t.Fatal(err)
			}
			if got.Issuer != row.issuer || got.Subject != row.sub || len(got.Audience) != 1 ||
				got.Audience[0] != row.aud || got.Expiry.Sub(got.IssuedAt) != row.lifetime {
				t.Errorf("got iss %s, sub %s, aud %v, lifetime %s", got.Issuer, got.Subject, got.Audience,
					got.Expiry.Sub(got.IssuedAt))
			}
			if i.KeysURL() != row.keys || i.Algorithm() != "RS256" || row.preset.Source == "" ||
				row.preset.Confidence == "" {
				t.Errorf("got keys at %s, %s, source %q", i.KeysURL(), i.Algorithm(), row.preset.Source)
			}
			head, _, _ := strings.Cut(token, ".")
			raw, _ := base64.RawURLEncoding.DecodeString(head)
			if typed := bytes.Contains(raw, []byte(`"typ":"JWT"`)); typed != !strings.HasPrefix(row.name, "EKS") {
				t.Errorf("header %s", raw)
			}
		})
	}
}

func TestDefects(t *testing.T) {
	c := newClock()
	issuers := NewIssuers(c.now)
	i := declare(t, issuers, "https://oidc.vercel.com/acme", "")
	v := NewVerifier(issuers, c.now)
	want := map[Defect]Problem{
		Expired: ProblemExpired, NotYetValid: ProblemNotYetValid, TooOld: ProblemTooOld,
		WrongIssuer: ProblemUnreachable,
		WrongKey:    ProblemSignature, UnknownKey: ProblemUnknownKey, Unsigned: ProblemAlgorithm,
		Symmetric: ProblemAlgorithm,
		Tampered:  ProblemSignature, NotAToken: ProblemNotToken, NoSubject: ProblemMissingClaim,
		NoAudience:    ProblemMissingClaim,
		WrongAudience: "", // whom it is for is the caller's to check
	}
	for _, defect := range Defects() {
		t.Run(string(defect), func(t *testing.T) {
			problem, ok := want[defect]
			if !ok {
				t.Fatal("the table has no row for it")
			}
			o := Vercel("acme", "web", Production).Options()
			o.Defect = defect
			_, err := check(v, mint(t, i, o))
			if problem != "" {
				wantProblem(t, err, problem)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	if _, err := i.Mint(TokenOptions{Defect: "blue"}); err == nil || !strings.Contains(err.Error(), "want one of") {
		t.Errorf("an unknown defect: %v", err)
	}
}

func TestTimes(t *testing.T) {
	c := newClock()
	issuers := NewIssuers(c.now)
	i := declare(t, issuers, "https://issuer.test", "ES256")
	v := NewVerifier(issuers, c.now)
	start := c.at
	token := mint(t, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}, Lifetime: time.Hour})
	for _, row := range []struct {
		after   time.Duration
		problem Problem
	}{{0, ""}, {time.Hour - time.Second, ""}, {time.Hour, ProblemExpired}, {-5 * time.Minute, ""},
		{-6 * time.Minute, ProblemNotYetValid}} {
		c.at = start.Add(row.after)
		_, err := check(v, token)
		if row.problem != "" {
			wantProblem(t, err, row.problem)
		} else if err != nil {
			t.Errorf("after %s: %v", row.after, err)
		}
	}
	c.at = start.Add(2 * time.Hour)
	_, err := check(v, token)
	var e *Error
	if !errors.As(err, &e) || !e.Expiry.Equal(start.Add(time.Hour)) || !e.Now.Equal(c.at) {
		t.Errorf("got %+v", e)
	}
}

// TestAgeOfTokens holds the verifier to the bounds that it states. What AWS allows
// is not documented: that a token of five days is too old is known
// (mozilla-iam/mozilla-aws-cli#146).
func TestAgeOfTokens(t *testing.T) {
	c := newClock()
	issuers := NewIssuers(c.now)
	i := declare(t, issuers, "https://issuer.test", "ES256")
	v := NewVerifier(issuers, c.now)
	for _, row := range []struct {
		name    string
		issued  time.Duration // after now
		problem Problem
	}{
		{"as old as may be", -maxAge, ""},
		{"a second older", -maxAge - time.Second, ProblemTooOld},
		{"five days", -441398 * time.Second, ProblemTooOld},
		{"issued by a clock that is ahead", leeway, ""},
		{"a second more", leeway + time.Second, ProblemNotYetValid},
		{"tomorrow", 24 * time.Hour, ProblemNotYetValid},
	} {
		t.Run(row.name, func(t *testing.T) {
			token := mint(t, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a",
				"iat": c.at.Add(row.issued).Unix(),
				"nbf": c.at.Unix(), "exp": c.at.Add(48 * time.Hour).Unix()}})
			_, err := check(v, token)
			switch {
			case row.problem != "":
				wantProblem(t, err, row.problem)
			case err != nil:
				t.Error(err)
			}
		})
	}
}

// TestRetiredKeysAreForgotten: a key that its issuer publishes no more is not
// believed for longer than keys are kept, though its kid is known.
func TestRetiredKeysAreForgotten(t *testing.T) {
	c := newClock()
	issuers := NewIssuers(c.now)
	i := declare(t, issuers, "https://issuer.test", "ES256")
	v := NewVerifier(issuers, c.now)
	token := mint(t, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}, Lifetime: 12 * time.Hour})
	if _, err := check(v, token); err != nil {
		t.Fatal(err)
	}
	if err := i.Rotate(); err != nil {
		t.Fatal(err)
	}
	i.Retire()
	c.at = c.at.Add(keysLive - time.Second)
	if _, err := check(v, token); err != nil {
		t.Errorf("while keys are kept: %v", err)
	}
	c.at = c.at.Add(time.Second)
	_, err := check(v, token)
	wantProblem(t, err, ProblemUnknownKey)
}

// TestAudienceAsItIsWritten: Kubernetes writes aud as a list, also of one
// (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/,
// the token's JSON payload); GitHub, Vercel and Fly.io as a text
// (https://docs.github.com/en/actions/reference/security/oidc, "example token").
func TestAudienceAsItIsWritten(t *testing.T) {
	issuers := NewIssuers(nil)
	for _, row := range []struct {
		preset Preset
		want   string
	}{
		{EKSServiceAccount("https://oidc.eks.us-east-1.amazonaws.com/id/ABC", "default", "app", AudienceIRSA),
			`["sts.amazonaws.com"]`},
		{EKSServiceAccount("https://oidc.eks.us-east-1.amazonaws.com/id/ABC", "default", "app", AudiencePodIdentity),
			`["pods.eks.amazonaws.com"]`},
		{GitHubActions("acme/web", "refs/heads/main", ""), `"sts.amazonaws.com"`},
		{Vercel("acme", "web", Production), `"https://vercel.com/acme"`},
		{Fly("acme", "web", "m1", "sts.amazonaws.com"), `"sts.amazonaws.com"`},
	} {
		parts := strings.Split(mint(t, declare(t, issuers, row.preset.Issuer, ""), row.preset.Options()), ".")
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		var claims struct{ Aud json.RawMessage }
		if err := json.Unmarshal(payload, &claims); err != nil || string(claims.Aud) != row.want {
			t.Errorf("%s: aud is %s, want %s, %v", row.preset.Issuer, claims.Aud, row.want, err)
		}
	}
}

// counting is a network that counts what is fetched.
type counting struct {
	http.RoundTripper
	requests []string
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.requests = append(c.requests, r.URL.String())
	return c.RoundTripper.RoundTrip(r)
}

func TestRotation(t *testing.T) {
	issuers := NewIssuers(nil)
	i := declare(t, issuers, "https://issuer.test", "ES256")
	o := TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}}
	net := &counting{RoundTripper: issuers}
	v := NewVerifier(net, nil)
	old := mint(t, i, o)
	accepted := func(what, token string, fetches int) {
		t.Helper()
		if _, err := check(v, token); err != nil || len(net.requests) != fetches {
			t.Errorf("%s: %v, after %d requests, want %d", what, err, len(net.requests), fetches)
		}
	}
	accepted("the first token", old, 2) // the document and the keys
	accepted("again", old, 2)
	if err := i.Rotate(); err != nil {
		t.Fatal(err)
	}
	fresh := mint(t, i, o)
	accepted("a kid that is not known is looked for again", fresh, 4)
	accepted("the old key is still published", old, 4)
	i.Retire()
	v.Forget(i.URL())
	_, err := check(v, old)
	wantProblem(t, err, ProblemUnknownKey)
	accepted("the new key stays", fresh, 6)
	i.SetDown(true)
	accepted("known keys need no network", fresh, 6)
	v.Forget(i.URL())
	_, err = check(v, fresh)
	wantProblem(t, err, ProblemUnreachable)
	i.SetDown(false)
	accepted("reachable again", fresh, 9)
}

func TestOnlyDeclaredIssuersAreReached(t *testing.T) {
	issuers := NewIssuers(nil)
	declare(t, issuers, "https://issuer.test/a", "ES256")
	elsewhere, err := NewIssuer("https://elsewhere.test", "ES256", nil)
	if err != nil {
		t.Fatal(err)
	}
	v := NewVerifier(issuers, nil)
	_, err = check(v, mint(t, elsewhere, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}}))
	wantProblem(t, err, ProblemUnreachable)
	neighbour, err := NewIssuer("https://issuer.test/b", "ES256", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = check(v, mint(t, neighbour, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}}))
	wantProblem(t, err, ProblemUnreachable)
	// A document that names another issuer is not accepted.
	liar := http.NewServeMux()
	liar.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { elsewhere.ServeHTTP(w, r) })
	_, err = check(NewVerifier(handlerTransport{liar}, nil),
		mint(t, neighbour, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a", "iss": "https://liar.test"}}))
	wantProblem(t, err, ProblemIssuer)
}

// A document is what is answered with 200 alone, and not what a redirect leads to
// (OpenID Connect Discovery 1.0, section 4.2: "A successful response MUST use the
// 200 OK HTTP status code").
func TestRedirectsAreNotFollowed(t *testing.T) {
	i, err := NewIssuer("https://issuer.test", "ES256", nil)
	if err != nil {
		t.Fatal(err)
	}
	token := mint(t, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}})
	for _, moved := range []string{"/.well-known/openid-configuration", "/.well-known/jwks.json"} {
		mux := http.NewServeMux()
		mux.Handle("/", i)
		mux.Handle("/new/", http.StripPrefix("/new", i))
		mux.Handle(moved, http.RedirectHandler("/new"+moved, http.StatusMovedPermanently))
		_, err := check(NewVerifier(handlerTransport{mux}, nil), token)
		wantProblem(t, err, ProblemUnreachable)
	}
	if _, err := check(NewVerifier(handlerTransport{i}, nil), token); err != nil {
		t.Errorf("without a redirect: %v", err)
	}
}

// Identity pools sign with RS512 and write typ JWS: a token of one is shown at
// https://speakerdeck.com/player/fcca686ecc42459fa57423156ce7561f, slide 13.
func TestCognitoIdentityPoolsSign(t *testing.T) {
	i, err := NewIssuer("https://cognito-identity.amazonaws.com", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(mint(t, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}}), ".")
	raw, _ := base64.RawURLEncoding.DecodeString(head)
	var header struct{ Alg, Typ string }
	if err := json.Unmarshal(raw, &header); err != nil || header.Alg != "RS512" || header.Typ != "JWS" {
		t.Errorf("header %s, %v", raw, err)
	}
	if want := "https://cognito-identity.amazonaws.com/.well-known/jwks_uri"; i.KeysURL() != want {
		t.Errorf("keys at %s, want %s", i.KeysURL(), want)
	}
}

type handlerTransport struct{ http.Handler }

func (h handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// Vercel's issuers of teams sign with the key of the global one, with which its
// helper verifies them all.
func TestVercelSharesKeys(t *testing.T) {
	issuers := NewIssuers(nil)
	team := declare(t, issuers, "https://oidc.vercel.com/acme", "")
	global, ok := issuers.Issuer("https://oidc.vercel.com")
	if !ok {
		t.Fatal("the global issuer is not there")
	}
	if get(t, issuers, team.KeysURL()) != get(t, issuers, global.KeysURL()) {
		t.Error("the keys differ")
	}
	a := declare(t, issuers, "https://oidc.eks.eu-west-1.amazonaws.com/id/A", "")
	b := declare(t, issuers, "https://oidc.eks.eu-west-1.amazonaws.com/id/B", "")
	if get(t, issuers, a.KeysURL()) == get(t, issuers, b.KeysURL()) {
		t.Error("two clusters have one key")
	}
}

func get(t *testing.T, issuers *Issuers, url string) string {
	t.Helper()
	resp, err := (&http.Client{Transport: issuers}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil || resp.StatusCode != 200 ||
		resp.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("GET %s: %s %v", url, resp.Status, err)
	}
	return b.String()
}

func TestDiscovery(t *testing.T) {
	issuers := NewIssuers(nil)
	i := declare(t, issuers, "https://oidc.eks.eu-west-1.amazonaws.com/id/A", "")
	var doc map[string]any
	if err := json.Unmarshal([]byte(get(t, issuers, i.ConfigurationURL())), &doc); err != nil {
		t.Fatal(err)
	}
	if doc["issuer"] != i.URL() || doc["jwks_uri"] != i.URL()+"/keys" {
		t.Errorf("got %v", doc)
	}
	var set jose.JSONWebKeySet
	keys := get(t, issuers, i.KeysURL())
	if err := json.Unmarshal([]byte(keys), &set); err != nil || len(set.Keys) != 1 || !set.Keys[0].IsPublic() {
		t.Errorf("got %s, %v", keys, err)
	}
	for _, private := range []string{`"d"`, `"p"`, `"q"`} {
		if strings.Contains(keys, private) {
			t.Errorf("the keys have %s", private)
		}
	}
}

func TestExchange(t *testing.T) {
	c := newClock()
	issuers := NewIssuers(c.now)
	global := declare(t, issuers, "https://oidc.vercel.com", "")
	post := func(body map[string]string) (int, map[string]any) {
		t.Helper()
		data, _ := json.Marshal(body)
		resp, err := (&http.Client{Transport: issuers}).Post("https://oidc.vercel.com/~token", "application/json",
			bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var out map[string]any
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, out
	}
	token := mint(t, global, VercelGlobal("acme", "web", Preview).Options())
	c.at = c.at.Add(10 * time.Minute)
	status, out := post(map[string]string{"token": token, "aud": "sts.amazonaws.com", "jti": "one"})
	if status != 200 {
		t.Fatalf("got %d %v", status, out)
	}
	got, err := check(NewVerifier(issuers, c.now), out["token"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if got.Issuer != "https://oidc.vercel.com/acme" || got.Audience[0] != "sts.amazonaws.com" ||
		got.Claims["jti"] != "one" || got.Claims["act"] == nil || !got.IssuedAt.Equal(c.at) {
		t.Errorf("got %v", got.Claims)
	}
	if out["expiry"] != float64(got.Expiry.Unix()) {
		t.Errorf("expiry %v, want %d", out["expiry"], got.Expiry.Unix())
	}
	o := VercelGlobal("acme", "web", Preview).Options()
	o.Defect = Expired
	if status, out := post(map[string]string{"token": mint(t, global, o), "aud": "x"}); status != 401 ||
		out["error"] == nil {
		t.Errorf("an expired token: %d %v", status, out)
	}
}

func TestBadIssuers(t *testing.T) {
	for _, row := range [][2]string{{"http://issuer.test", ""}, {"issuer.test", ""}, {"https://issuer.test/", ""},
		{"https://issuer.test?x=1", ""}, {"https://issuer.test", "HS256"}, {"https://issuer.test", "none"}} {
		if i, err := NewIssuer(row[0], row[1], nil); err == nil {
			t.Errorf("%v: made %s", row, i.URL())
		}
	}
	issuers := NewIssuers(nil)
	declare(t, issuers, "https://issuer.test", "ES256")
	if _, err := issuers.Declare("https://issuer.test", "RS256"); err == nil {
		t.Error("an issuer has two algorithms")
	}
}

func TestParseNamesTheMissingClaim(t *testing.T) {
	i, err := NewIssuer("https://issuer.test", "ES256", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sub", "aud", "iss", "exp", "iat"} {
		claims := map[string]any{"sub": "s", "aud": "a"}
		claims[name] = nil
		_, err := Parse(mint(t, i, TokenOptions{Claims: claims}))
		var e *Error
		if !errors.As(err, &e) || e.Claim != name {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// FuzzToken: whatever is sent as a token, the verifier answers, and accepts only
// what the issuer signed.
func FuzzToken(f *testing.F) {
	issuers := NewIssuers(nil)
	i := declare(f, issuers, "https://issuer.test", "ES256")
	v := NewVerifier(issuers, nil)
	good := mint(f, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": []string{"a", "b"}}})
	for _, defect := range append(Defects(), "") {
		f.Add(mint(f, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}, Defect: defect}))
	}
	f.Add(good)
	f.Add("..")
	f.Add("eyJhbGciOiJFUzI1NiJ9.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		got, err := check(v, token)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%T is no *Error: %v", err, err)
		}
		if err == nil && got.Subject != "s" {
			t.Fatalf("accepted %q", token)
		}
		if err != nil && len(token) > 40 && strings.Contains(err.Error(), token) {
			t.Fatalf("the error repeats the token")
		}
	})
}

// FuzzKeys: whatever an issuer answers, the verifier does not break.
func FuzzKeys(f *testing.F) {
	i, err := NewIssuer("https://issuer.test", "ES256", nil)
	if err != nil {
		f.Fatal(err)
	}
	token := mint(f, i, TokenOptions{Claims: map[string]any{"sub": "s", "aud": "a"}})
	f.Add([]byte(`{"issuer":"https://issuer.test","jwks_uri":"https://issuer.test/k"}`),
		[]byte(`{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`))
	f.Add([]byte(`{"issuer":"https://issuer.test","jwks_uri":"://"}`), []byte(`{"keys":[null,{}]}`))
	f.Fuzz(func(t *testing.T, document, keys []byte) {
		mux := http.NewServeMux()
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(keys) })
		mux.HandleFunc(configurationPath, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(document) })
		if _, err := check(NewVerifier(handlerTransport{mux}, nil), token); err == nil {
			t.Fatal("accepted with keys that nobody has")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for _, algorithm := range []string{"RS256", "ES256"} {
		b.Run(algorithm, func(b *testing.B) {
			issuers := NewIssuers(nil)
			i := declare(b, issuers, "https://issuer.test", algorithm)
			v := NewVerifier(issuers, nil)
			token := mint(b, i, Vercel("acme", "web", Production).Options())
			b.ReportAllocs()
			for b.Loop() {
				if _, err := check(v, token); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
