package sigv4_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/sigv4"
)

func readRequest(t *testing.T, lines ...string) *http.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.Join(lines, "\r\n") + "\r\n\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFromHTTPTarget(t *testing.T) {
	for _, x := range []struct{ line, path, query string }{
		{"GET / HTTP/1.1", "/", ""},
		{"GET /a%3Ab?x=%2f&y HTTP/1.1", "/a%3Ab", "x=%2f&y"},
		{"GET //a/../b? HTTP/1.1", "//a/../b", ""},
		{"GET /a?b?c HTTP/1.1", "/a", "b?c"},
		{"GET http://h/a%3Ab?x=1 HTTP/1.1", "/a%3Ab", "x=1"},
		{"GET http://h HTTP/1.1", "", ""},
		{"GET http://h?x=1 HTTP/1.1", "", "x=1"},
		{"OPTIONS * HTTP/1.1", "*", ""},
	} {
		r := sigv4.FromHTTP(readRequest(t, x.line, "Host: h"), nil)
		if r.Path != x.path || r.RawQuery != x.query || r.Host != "h" {
			t.Errorf("%s: %q %q %q", x.line, r.Host, r.Path, r.RawQuery)
		}
	}
	client, err := http.NewRequest("GET", "https://h/a%3Ab?x=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := sigv4.FromHTTP(client, nil); r.Path != "/a%3Ab" || r.RawQuery != "x=1" {
		t.Errorf("a client's request: %+v", r)
	}
}

// TestFromHTTPRestores: net/http takes some headers out of the header.
func TestFromHTTPRestores(t *testing.T) {
	h := readRequest(t, "POST / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked", "Trailer: X-B, X-A", "X-Own: 1", "",
		"0", "")
	r := sigv4.FromHTTP(h, nil)
	if got := r.Header.Get("Transfer-Encoding"); got != "chunked" {
		t.Errorf("Transfer-Encoding %q", got)
	}
	if got := r.Header.Get("Trailer"); got != "X-A, X-B" {
		t.Errorf("Trailer %q", got)
	}
	if h.Header.Get("Transfer-Encoding") != "" || h.Header.Get("Trailer") != "" {
		t.Error("the server's header was changed")
	}
	h = readRequest(t, "POST / HTTP/1.1", "Host: h", "Content-Length: 5", "", "hello")
	if got := sigv4.FromHTTP(h, nil).Header.Get("Content-Length"); got != "5" {
		t.Errorf("Content-Length %q", got)
	}
	h.Header.Del("Content-Length")
	if got := sigv4.FromHTTP(h, nil).Header.Get("Content-Length"); got != "5" {
		t.Errorf("Content-Length restored: %q", got)
	}
}

// TestOverTheWire: signed requests arrive whole through net/http's own client
// and server, with HTTP/1.1 and HTTP/2.
func TestOverTheWire(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		var proto string
		var verifier sigv4.Verifier
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
			proto = h.Proto
			body, err := io.ReadAll(h.Body)
			if err != nil {
				t.Error(err)
			}
			r := sigv4.FromHTTP(h, body)
			if refusal := judge(&verifier, r, bedrockRules(), testSecret, signingTime); refusal != nil {
				http.Error(w, fmt.Sprintf("%v\n%+v", refusal, refusal.Cause), http.StatusForbidden)
			}
		}))
		server.EnableHTTP2 = http2
		server.StartTLS()
		defer server.Close()
		for _, target := range []string{"/model/a%3Ab/converse", "/?b=2&a=%2F+", "/é/%E2%82%AC?k=ü"} {
			body := []byte(`{"messages":[]}`)
			h, err := http.NewRequest("POST", server.URL+target, bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			h.Header.Set("Content-Type", "application/json")
			h.Header.Add("X-Twice", "one")
			h.Header.Add("X-Twice", "two")
			creds := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret, SessionToken: "token"}
			if err := v4.NewSigner().SignHTTP(context.Background(), creds, h, hashOf(body), "bedrock", "us-east-1",
				signingTime); err != nil {
				t.Fatal(err)
			}
			response, err := server.Client().Do(h)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if err := response.Body.Close(); err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != http.StatusOK {
				t.Errorf("%s %s: %s", proto, target, text)
			}
		}
		if want := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[http2]; proto != want {
			t.Errorf("the protocol is %s, not %s", proto, want)
		}
	}
}

// TestListedInAnyOrder: a client may list the signed headers in any order if it
// signed them sorted.
func TestListedInAnyOrder(t *testing.T) {
	x := signHeaders(t, http.Header{"X-A": {"1"}})
	a := x.authorization()
	reversed := slices.Clone(a.SignedHeaders)
	slices.Reverse(reversed)
	replaceAuthorization(x.request, strings.Join(a.SignedHeaders, ";"), strings.Join(reversed, ";"))
	if refusal := judge(new(sigv4.Verifier), x.request, x.rules, testSecret, signingTime); refusal != nil {
		t.Error(refusal)
	}
}

// TestHashedBody is taken for the body that was hashed and no other: what was
// kept must never let another body pass.
func TestHashedBody(t *testing.T) {
	for _, service := range []struct {
		name  string
		rules sigv4.Rules
	}{{"bedrock", sigv4.Rules{Service: "bedrock"}}, {"s3", s3Rules()}} {
		for _, row := range []struct {
			signed, hashed, arrived string
			accepted                bool
		}{
			{"first", "first", "first", true},
			{"first", "first", "other", false},
			{"first", "first", "firs", false},
			{"first", "first", "", false},
			{"other", "first", "other", true}, // hashed anew
			{"other", "first", "first", false},
			{"", "first", "", true},
		} {
			h := httptest.NewRequest("PUT", "https://example.amazonaws.com/key", strings.NewReader(row.signed))
			h.Header.Set("X-Amz-Content-Sha256", hashOf([]byte(row.signed)))
			creds := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret}
			if err := v4.NewSigner(s3Options).SignHTTP(t.Context(), creds, h, hashOf([]byte(row.signed)), service.name,
				"us-east-1", signingTime); err != nil {
				t.Fatal(err)
			}
			r := sigv4.FromHTTP(h, []byte(row.hashed))
			if got := r.HashBody(); got != hashOf([]byte(row.hashed)) {
				t.Errorf("HashBody of %q is %s", row.hashed, got)
			}
			if row.arrived != row.hashed {
				r.Body = []byte(row.arrived)
			}
			refusal := judge(new(sigv4.Verifier), r, service.rules, testSecret, signingTime)
			if (refusal == nil) != row.accepted {
				t.Errorf("%s %+v: %v", service.name, row, refusal)
			}
		}
	}
}
