package mockaws_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const unlistedSeed = `
accounts: [{id: "111122223333", users: [{name: app, keys: [{id: AKIAIOSFODNN7EXAMPLE, secret: ` + rightSecret + `}]}]}]
`

const (
	rightSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	wrongSecret = "xJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// judged is a mock that listens, with one key.
func judged(t *testing.T, seed string) (*mockaws.Server, string) {
	t.Helper()
	server := newServer()
	if err := seedOf(server, seed); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return server, web.URL
}

func newServer() *mockaws.Server { return mockaws.New() }

// seedOf makes what a seed describes.
func seedOf(server *mockaws.Server, text string) error {
	seed, err := mockaws.ReadSeed(strings.NewReader(text))
	if err == nil {
		_, err = server.Seed(seed)
	}
	return err
}

// signedFor sends a request to a host's name at the mock, signed by AWS's own signer.
func signedFor(t *testing.T, url, host, method, path, service, secret, body string, header http.Header) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	for k := range header {
		req.Header.Set(k, header.Get(k))
	}
	hash := hashOf(body)
	if service == "vpc-lattice-svcs" {
		hash = "UNSIGNED-PAYLOAD" // it takes no other: its documentation
		req.Header.Set("X-Amz-Content-Sha256", hash)
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = strings.HasPrefix(service, "s3") })
	err = signer.SignHTTP(context.Background(), aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE",
		SecretAccessKey: secret},
		req, hash, service, "eu-west-3", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// TestServicesThatNoTableHas: a call to one is judged by its credential scope,
// and the answer claims nothing.
func TestServicesThatNoTableHas(t *testing.T) {
	server, url := judged(t, unlistedSeed)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	target := http.Header{"X-Amz-Target": {"Future_20300101.DoIt"}, "Content-Type": {"application/x-amz-json-1.1"}}
	for _, row := range []struct {
		service, host, method, path, body string
		header                            http.Header
	}{
		{"execute-api", "a1b2c3.execute-api.eu-west-3.amazonaws.com", "GET", "/prod/pets?limit=1", "", nil},
		{"es", "search-x-abc.eu-west-3.es.amazonaws.com", "POST", "/idx/_search", "{}", nil},
		{"aoss", "abc.eu-west-3.aoss.amazonaws.com", "GET", "/_cat/indices", "", nil},
		{"aps", "aps-workspaces.eu-west-3.amazonaws.com", "POST", "/workspaces/ws-1/api/v1/remote_write", "x", nil},
		{"lambda-url", "abc.lambda-url.eu-west-3.on.aws", "POST", "/hello", "{}", nil},
		{"appsync", "abc.appsync-api.eu-west-3.amazonaws.com", "POST", "/graphql", "{}", nil},
		{"s3-object-lambda", "ap-111122223333.s3-object-lambda.eu-west-3.amazonaws.com", "GET", "/a//b%20c", "", nil},
		{"bedrock-agentcore", "bedrock-agentcore.eu-west-3.amazonaws.com", "POST", "/not/yet/there", "{}", nil},
		{"aws-external-anthropic", "aws-external-anthropic.eu-west-3.api.aws", "POST", "/v1/files", "{}", nil},
		{"vpc-lattice-svcs", "svc.abc.vpc-lattice-svcs.eu-west-3.on.aws", "POST", "/orders", "{}", nil},
		{"dsql", "abc.dsql.eu-west-3.on.aws", "POST", "/", "{}", target},
		{"iotdata", "abc-ats.iot.eu-west-3.amazonaws.com", "GET", "/mqtt", "", nil},
		{"neptune-db", "x.cluster-abc.eu-west-3.neptune.amazonaws.com", "POST", "/sparql", "query=x", form},
		{"managedblockchain", "nd-abc.ethereum.managedblockchain.eu-west-3.amazonaws.com", "POST", "/", "{}", nil},
		{"kafka-cluster", "boot-abc.kafka-serverless.eu-west-3.amazonaws.com", "GET",
			"/?Action=kafka-cluster%3AConnect",
			"", nil},
		{"future-query", "future-query.eu-west-3.amazonaws.com", "POST", "/", "Action=DoIt&Version=2030-01-01", form},
		{"future-json", "future-json.eu-west-3.amazonaws.com", "POST", "/", "{}", target},
		{"future-rest", "future-rest.eu-west-3.api.aws", "PUT", "/model/x/converse", "{}", nil},
		{"transcribe", "transcribestreaming.eu-west-3.amazonaws.com", "GET", "/not-yet", "", nil},
		{"my-own", "127.0.0.1", "DELETE", "/bucket/key", "", nil},
	} {
		t.Run(row.service+" "+row.path, func(t *testing.T) {
			resp := signedFor(t, url, row.host, row.method, row.path, row.service, rightSecret, row.body, row.header)
			body, _ := io.ReadAll(resp.Body)
			e := last(t, server)
			if resp.StatusCode != http.StatusNotImplemented ||
				e.Verdict.Principal != "arn:aws:iam::111122223333:user/app" ||
				e.Presented.ScopeService != row.service || e.Confidence == "V" || bytes.Contains(body, []byte("S3")) ||
				!strings.Contains(e.Verdict.Refusal.Detail, "not known here") {
				t.Errorf("right secret: %d %s\n%s", resp.StatusCode, body, e)
			}
			resp = signedFor(t, url, row.host, row.method, row.path, row.service, wrongSecret, row.body, row.header)
			e = last(t, server)
			if resp.StatusCode/100 != 4 || e.Verdict.Principal != "" || e.Confidence == "V" ||
				e.Verdict.Refusal.Reason != verdict.SignatureMismatch {
				t.Errorf("wrong secret: %d, %s %s\n%s", resp.StatusCode, e.Confidence, e.Source, e)
			}
		})
	}
}

func hashOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// last is the newest exchange.
func last(t *testing.T, server *mockaws.Server) *mockaws.Exchange {
	t.Helper()
	all := server.Journal().Since(0)
	if len(all) == 0 {
		t.Fatal("no exchange")
	}
	return &all[len(all)-1]
}

// TestNewerOperations: a table that is older than AWS answers as not knowing, not as
// AWS would to a name that it has not.
func TestNewerOperations(t *testing.T) {
	server, url := judged(t, unlistedSeed)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for service, call := range map[string]struct{ host, version string }{
		"sts": {"sts.eu-west-3.amazonaws.com", "2011-06-15"},
		"iam": {"iam.amazonaws.com", "2010-05-08"},
	} {
		resp := signedFor(t, url, call.host, "POST", "/", service, rightSecret, "Action=OfNextYear&Version="+
			call.version, form)
		e := last(t, server)
		if service == "iam" { // which is signed for us-east-1 alone
			if e.Verdict.Refusal.Reason != verdict.WrongScope {
				t.Errorf("%s", e)
			}
			continue
		}
		if resp.StatusCode != http.StatusNotImplemented || e.Verdict.Principal == "" || e.Confidence == "V" {
			t.Errorf("%s: %d\n%s", service, resp.StatusCode, e)
		}
	}
}

// TestNotKnownIsReadable: the answer to what is not known here is in the language that the
// service's clients read, also where the request has no body that shows it. The SDK for Rust
// said only that it found a < in place of JSON.
func TestNotKnownIsReadable(t *testing.T) {
	_, url := judged(t, unlistedSeed)
	for host, want := range map[string]string{
		"portal.sso.us-east-2.amazonaws.com": "application/json",
		"portal.sso-fips.us-east-2.api.aws":  "application/json",
		"route53.amazonaws.com":              "text/xml",
	} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet,
			url+"/federation/credentials?account_id=1&role_name=r", nil)
		r.Host = host
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 501 || resp.Header.Get("Content-Type") != want ||
			!strings.Contains(string(body), "MockNotImplemented") {
			t.Errorf("%s: %d %s %s, want %s", host, resp.StatusCode, resp.Header.Get("Content-Type"), body, want)
		}
	}
}
