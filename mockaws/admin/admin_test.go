package admin_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/admin"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service/connect"
)

const token = "of-the-tests-0123456789"

// ask sends a request as Protect wants it, but for the headers given.
func ask(t *testing.T, method, url, body string, header map[string]string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	for name, value := range header {
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(got)
}

// TestProtected tries the API as web pages, other names and programs without its token do.
func TestProtected(t *testing.T) {
	_, c, url := start(t)
	const body = `{"kind": "drop", "call": "*", "times": 1}`
	for name, row := range map[string]struct {
		method, path string
		header       map[string]string
		status       int
		says         string
	}{
		"a page": {"POST", "/v1/faults", map[string]string{"Origin": "https://evil.example"}, 403,
			"web pages"},
		"a page of the same machine": {"POST", "/v1/faults", map[string]string{"Origin": url}, 403, "web pages"},
		"a page without a name": {"GET", "/v1/journal", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403,
			"web pages"},
		"a form": {"POST", "/v1/faults", map[string]string{"Content-Type": "text/plain"}, 415,
			"application/json"},
		"no content type": {"POST", "/v1/faults", map[string]string{"Content-Type": ""}, 415,
			"application/json"},
		"a name that leads here": {"GET", "/v1/journal", map[string]string{"Host": "evil.example:4567"}, 403,
			"evil.example"},
		"health by such a name": {"GET", "/healthz", map[string]string{"Host": "evil.example"}, 403,
			"evil.example"},
		"no token": {"GET", "/v1/secrets", map[string]string{"Authorization": ""}, 401,
			"Bearer TOKEN"},
		"another token": {"GET", "/v1/secrets", map[string]string{"Authorization": "Bearer " + token +
			"x"}, 401, "Bearer TOKEN"},
		"half the token": {"DELETE", "/v1/journal", map[string]string{"Authorization": "Bearer of-the"},
			401, "Bearer TOKEN"},
		"health without a token": {"GET", "/healthz", map[string]string{"Authorization": ""}, 200, "ok"},
		"localhost":              {"GET", "/v1/journal", map[string]string{"Host": "localhost:1"}, 200, "[]"},
		"an IPv6 address":        {"GET", "/v1/journal", map[string]string{"Host": "[::1]:1"}, 200, "[]"},
		"YAML": {"POST", "/v1/seed",
			map[string]string{"Content-Type": "application/yaml; charset=utf-8"}, 400, "kind"},
	} {
		status, got := ask(t, row.method, url+row.path, body, row.header)
		if status != row.status || !strings.Contains(got, row.says) {
			t.Errorf("%s: %d %s, want %d and %q", name, status, got, row.status, row.says)
		}
	}
	if planned, err := c.Faults(t.Context()); err != nil || len(planned) != 0 {
		t.Errorf("faults %v, %v: a request that was refused had an effect", planned, err)
	}
}

// start serves a mock and its management API.
func start(t *testing.T) (aws string, c *admin.Client, management string) {
	t.Helper()
	s := mockaws.New()
	a, err := mockaws.Listen("127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mockaws.Listen("127.0.0.1:0", admin.Protect(admin.Handler(s), token))
	if err != nil {
		t.Fatal(err)
	}
	c = admin.NewClient(m.URL, token)
	t.Cleanup(func() { a.Close(); m.Close(); c.Close() })
	return a.URL, c, m.URL
}

var seed = mockaws.Seed{
	Seed: iam.Seed{Accounts: []iam.AccountSeed{{
		ID:    "111122223333",
		Users: []iam.UserSeed{{Name: "app", Keys: []iam.KeySeed{{}}}},
		Roles: []iam.RoleSeed{{Name: "r", TrustService: []string{"lambda.amazonaws.com"},
			Policies: []iam.PolicySeed{{Name: "p", Document: map[string]any{"Version": "2012-10-17",
				"Statement": []any{map[string]any{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}}}}},
		Sessions: []iam.SessionSeed{{Role: "r", Name: "job-1"}},
	}}},
	Buckets: []mockaws.BucketSeed{{Name: "uploads", Account: "111122223333"}},
}

func TestSeedOverTheWire(t *testing.T) {
	_, c, _ := start(t)
	applied, err := c.Seed(t.Context(), seed)
	if err != nil {
		t.Fatal(err)
	}
	if len(applied.Keys) != 1 || len(applied.Keys[0].Secret) != 40 || len(applied.Sessions) != 1 ||
		len(applied.Sessions[0].Token) != iam.DefaultTokenLength {
		t.Errorf("applied: %v %v", applied.Keys, applied.Sessions)
	}
	secrets, err := c.Secrets(t.Context())
	if err != nil || !slices.Contains(secrets, applied.Keys[0].Secret) ||
		!slices.Contains(secrets, applied.Sessions[0].Token) {
		t.Errorf("%d secrets, %v: those of the seed are not among them", len(secrets), err)
	}
	if _, err := c.Seed(t.Context(),
		mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: "1"}}}}); err == nil ||
		!strings.Contains(err.Error(), "accounts[0]") {
		t.Errorf("a broken seed: %v", err)
	}
}

func TestJournalIsAwaited(t *testing.T) {
	aws, c, management := start(t)
	type answer struct {
		got []mockaws.Exchange
		err error
	}
	done := make(chan answer, 1)
	go func() {
		got, err := c.Await(context.Background(), 0, 2, 30*time.Second)
		done <- answer{got, err}
	}()
	for range 2 {
		resp, err := http.Get(aws + "/bucket/key")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	a := <-done
	if a.err != nil || len(a.got) != 2 || a.got[1].Seq != 2 || a.got[0].Call != "s3:GetObject" {
		t.Errorf("got %v, %v", a.got, a.err)
	}
	if rest, err := c.Journal(t.Context(), 1); err != nil || len(rest) != 1 {
		t.Errorf("since 1: %v, %v", rest, err)
	}
	for limit, want := range map[string]int{"": 2, "0": 2, "1": 1, "2": 2, "3": 2} {
		_, text := ask(t, "GET", management+"/v1/journal?limit="+limit, "", nil)
		var got []mockaws.Exchange
		err := json.Unmarshal([]byte(text), &got)
		if err != nil || len(got) != want || got[0].Seq != 1 {
			t.Errorf("at most %q: %d, %v; want %d from the first on", limit, len(got), err, want)
		}
	}
	if none, err := c.Await(t.Context(), 2, 1, time.Millisecond); err != nil || len(none) != 0 {
		t.Errorf("nothing to come: %v, %v", none, err)
	}
}

func TestServices(t *testing.T) {
	_, c, _ := start(t)
	services, err := c.Services(t.Context())
	if err != nil || len(services) < 4 {
		t.Fatalf("%v, %v", services, err)
	}
	for _, s := range services {
		if s.ID == "" || s.SigningName == "" || s.Protocol == "" || len(s.Operations) == 0 {
			t.Errorf("%+v", s)
		}
	}
}

func TestClockAndFaults(t *testing.T) {
	_, c, _ := start(t)
	if err := c.AdvanceClock(t.Context(), time.Hour); err != nil {
		t.Error(err)
	}
	if err := c.AddFault(t.Context(), fault.Fault{Call: "*", Kind: fault.KindDrop, Times: 1}); err != nil {
		t.Error(err)
	}
	if err := c.AddFault(t.Context(), fault.Fault{Call: "*", Kind: "melt", Times: 1}); err == nil ||
		!strings.Contains(err.Error(), "melt") {
		t.Errorf("got %v", err)
	}
}

func TestBadRequests(t *testing.T) {
	_, _, url := start(t)
	for _, row := range []struct{ method, path, body string }{
		{"GET", "/v1/journal?since=x", ""},
		{"GET", "/v1/journal?timeout=soon", ""},
		{"GET", "/v1/journal?limit=-1", ""},
		{"POST", "/v1/seed", "accounts: ["},
		{"POST", "/v1/seed", ""},
		{"POST", "/v1/faults", `{"unknown": 1}`},
		{"POST", "/v1/faults", `{"kind": "drop", "call": "*", "times": 1, "tims": 2}`},
		{"PUT", "/v1/clock", `{"offset": "1h", "ofset": "2h"}`},
		{"PUT", "/v1/clock", `{}`},
		{"PUT", "/v1/clock", `{"offset": "1h", "advance": "1h"}`},
		{"PUT", "/v1/clock", `{"offset": "later"}`},
	} {
		status, body := ask(t, row.method, url+row.path, row.body, nil)
		if status != 400 || !strings.HasPrefix(body, `{"error":"`) {
			t.Errorf("%s %s %s: %d %s", row.method, row.path, row.body, status, body)
		}
	}
}

func TestIssuersAndTokens(t *testing.T) {
	aws, c, _ := start(t)
	ctx := t.Context()
	const url = "https://oidc.eks.us-east-1.amazonaws.com/id/ABC"
	info, err := c.DeclareIssuer(ctx, mockaws.IssuerSeed{URL: url})
	if err != nil || info.Algorithm != "RS256" || info.KeysURL != url+"/keys" {
		t.Fatalf("declared %+v, %v", info, err)
	}
	token, err := c.MintToken(ctx, mockaws.TokenRequest{Issuer: url, Claims: map[string]any{"sub": "s", "aud": "a"},
		Lifetime: "15m"})
	if err != nil || strings.Count(token, ".") != 2 {
		t.Errorf("minted %d characters, %v", len(token), err)
	}
	list, err := c.Issuers(ctx)
	if err != nil || len(list) != 1 || list[0] != info {
		t.Errorf("listed %v, %v", list, err)
	}
	for _, row := range []struct {
		err  error
		want string
	}{
		{second(c.MintToken(ctx, mockaws.TokenRequest{Issuer: "https://nobody.test"})), url},
		{second(c.MintToken(ctx, mockaws.TokenRequest{Issuer: url, Lifetime: "soon"})), "15m"},
		{second(c.MintToken(ctx, mockaws.TokenRequest{Issuer: url, Defect: "blue"})), "wrong-key"},
		{second(c.DeclareIssuer(ctx, mockaws.IssuerSeed{URL: "http://x"})), "https://host"},
		{second(c.DeclareIssuer(ctx, mockaws.IssuerSeed{URL: url, Algorithm: "ES256"})), "RS256"},
		{second(c.Seed(ctx, mockaws.Seed{Issuers: []mockaws.IssuerSeed{{URL: "x"}}})), "issuers[0]"},
	} {
		if row.err == nil || !strings.Contains(row.err.Error(), row.want) || strings.Contains(row.err.Error(), "\n") {
			t.Errorf("got %v, want a line with %q", row.err, row.want)
		}
	}
	// The issuer answers at its hostname, on the listener of AWS.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, aws+"/id/ABC/.well-known/openid-configuration", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "oidc.eks.us-east-1.amazonaws.com"
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 || !strings.Contains(string(body), `"jwks_uri":"`+url+`/keys"`) {
		t.Errorf("got %s %s, %v", resp.Status, body, err)
	}
	journal, err := c.Journal(ctx, 0)
	if err != nil || len(journal) != 1 || journal[0].Call != "oidc:openid-configuration" ||
		!journal[0].Verdict.Accepted {
		t.Errorf("journal %v, %v", journal, err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestLogin has a token judged through the API.
func TestLogin(t *testing.T) {
	server := mockaws.New()
	api := httptest.NewServer(admin.Protect(admin.Handler(server), token))
	defer api.Close()
	client := admin.NewClient(api.URL, token)
	defer client.Close()
	_, err := client.Login(t.Context(), connect.Login{Token: "hunter2!"})
	if err == nil || !strings.Contains(err.Error(), "neither a presigned request") {
		t.Errorf("got %v", err)
	}
	e, err := client.Login(t.Context(), connect.Login{Resource: "db-ABC", Token: "db:5432/?Action=connect&DBUser=app&" +
		"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261130%2Feu-west-3%2Frds-db%2F" +
		"aws4_request&X-Amz-Date=20261130T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=" +
		strings.Repeat("a", 64)})
	if err != nil || e.Verdict.Accepted || e.Verdict.Refusal == nil || e.Seq != 1 {
		t.Errorf("%v, %s", err, &e)
	}
}
