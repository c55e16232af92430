package mockaws_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestFrontDoor puts the mock before a server that takes any signature.
func TestFrontDoor(t *testing.T) {
	w := mocktest.New(t)
	var reached []string
	behind := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		reached = append(reached, r.Method+" "+r.RequestURI+" "+r.Header.Get("X-Amz-Target"))
		if r.Header.Get("X-Amz-Target") != "" {
			rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
			fmt.Fprint(rw, `{"trailList": [{"Name": "from upstream"}]}`)
			return
		}
		rw.Header().Set("X-Upstream", "yes")
		_, _ = io.WriteString(rw, "from upstream")
	}))
	defer behind.Close()
	address, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"s3", "cloudtrail"} {
		if err := w.AddUpstream(mockaws.Upstream{Service: name, URL: address}); err != nil {
			t.Fatal(err)
		}
	}
	good := w.Config(w.User.KeyID, w.User.Secret, "")

	out, err := s3.NewFromConfig(good).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"),
		Key: aws.String("a key")})
	if err != nil {
		t.Fatal(err)
	}
	if data, _ := io.ReadAll(out.Body); string(data) != "from upstream" {
		t.Errorf("got %q", data)
	}
	// An operation that only the upstream has.
	trails, err := cloudtrail.NewFromConfig(good).DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	if err != nil || len(trails.TrailList) != 1 || *trails.TrailList[0].Name != "from upstream" {
		t.Errorf("got %v, %v", trails, err)
	}
	if e := w.Last(t); !e.Verdict.Accepted || e.Action != "cloudtrail:DescribeTrails" {
		t.Errorf("exchange: %s", &e)
	}

	bad := w.Config(w.User.KeyID, w.User.Secret, w.Platform.Token)
	if _, err := s3.NewFromConfig(bad).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"),
		Key: aws.String("k")}); err == nil || !strings.Contains(err.Error(), "InvalidToken") {
		t.Errorf("got %v", err)
	}
	if len(reached) != 2 || reached[0] != "GET /b/a%20key?x-id=GetObject " {
		t.Errorf("the upstream saw %q", reached)
	}
}

// TestDotSegments: the mock authorizes the path as it is written, so that a key
// must not climb into another bucket at an upstream that resolves it.
func TestDotSegments(t *testing.T) {
	w := mocktest.New(t)
	reached := 0
	behind := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	defer behind.Close()
	address, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.AddUpstream(mockaws.Upstream{Service: "s3", URL: address}); err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(w.Config(w.User.KeyID, w.User.Secret, ""))
	for key, want := range map[string]int{"../other/secret": 0, "a/./b": 0, "a/..": 0, `..\..\secret`: 0,
		"..;x=1/secret": 0, "a..b/...": 1, `a\b;c`: 1} {
		reached = 0
		_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String(key)})
		if reached != want {
			t.Errorf("%s: %d requests reached the upstream, want %d (%v)", key, reached, want, err)
		}
		if want == 0 && (err == nil || !strings.Contains(err.Error(), "InvalidURI")) {
			t.Errorf("%s: got %v, want InvalidURI", key, err)
		}
	}
}

func TestUpstreamThatIsDown(t *testing.T) {
	w := mocktest.New(t)
	if err := w.AddUpstream(mockaws.Upstream{Service: "s3", URL: &url.URL{Scheme: "http",
		Host: "127.0.0.1:1"}}); err != nil {
		t.Fatal(err)
	}
	_, err := s3.NewFromConfig(w.Config(w.User.KeyID, w.User.Secret, "")).ListBuckets(t.Context(),
		&s3.ListBucketsInput{})
	if err == nil || !strings.Contains(err.Error(), "the upstream of s3 at 127.0.0.1:1 did not answer") {
		t.Errorf("got %v", err)
	}
}

// An upstream's answer is bounded as a client's request is, and what is larger is
// neither passed on nor cut.
func TestUpstreamAnswersAreBounded(t *testing.T) {
	for size, want := range map[int]int{1 << 10: http.StatusOK, 1<<10 + 1: http.StatusServiceUnavailable} {
		s := mockaws.New(mockaws.WithMaxBody(1 << 10))
		applied, err := s.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
			Users: []iam.UserSeed{{Name: "app", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}}}}}}})
		if err != nil {
			t.Fatal(err)
		}
		behind := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(rw, strings.Repeat("x", size))
		}))
		defer behind.Close()
		address, err := url.Parse(behind.URL)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AddUpstream(mockaws.Upstream{Service: "s3", URL: address}); err != nil {
			t.Fatal(err)
		}
		front := httptest.NewServer(s)
		defer front.Close()
		req, err := http.NewRequest(http.MethodGet, front.URL+"/b/k", nil)
		if err != nil {
			t.Fatal(err)
		}
		key := applied.Keys[0]
		const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		req.Header.Set("X-Amz-Content-Sha256", empty)
		err = v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: key.KeyID, SecretAccessKey: key.Secret},
			req, empty, "s3", "us-east-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != want || want == http.StatusOK && len(body) != size {
			t.Errorf("%d bytes: status %d with %d bytes, want %d", size, resp.StatusCode, len(body), want)
		}
	}
}

// TestHopByHop: what belongs to the connection with the client does not reach the
// upstream, nor the other way round: Connection, what it lists, and the headers
// that RFC 9110 lists in addition
// (https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1).
func TestHopByHop(t *testing.T) {
	w := mocktest.New(t)
	var reached http.Header
	behind := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		reached = r.Header.Clone()
		for name, value := range map[string]string{"Connection": "X-Back", "X-Back": "1", "Keep-Alive": "timeout=5",
			"Upgrade": "h2c", "X-End": "2"} {
			rw.Header().Set(name, value)
		}
	}))
	defer behind.Close()
	address, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.AddUpstream(mockaws.Upstream{Service: "dynamodb", URL: address}); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, w.URL, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	creds := aws.Credentials{AccessKeyID: w.User.KeyID, SecretAccessKey: w.User.Secret}
	if err := mocktest.Sign(t.Context(), creds, req, "{}", "dynamodb", "us-east-1"); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{ // a proxy on the way would have added them: they are not signed
		"Connection": "X-Hop, keep-alive", "X-Hop": "1", "Keep-Alive": "timeout=5", "Te": "trailers",
		"Proxy-Connection": "keep-alive", "Upgrade": "h2c", "X-Through": "2",
	} {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Fatalf("answered %s", resp.Status)
	}
	for _, name := range []string{"Connection", "X-Hop", "Keep-Alive", "Te", "Proxy-Connection", "Upgrade"} {
		if v := reached.Get(name); v != "" {
			t.Errorf("the upstream saw %s: %s", name, v)
		}
	}
	for _, name := range []string{"Connection", "X-Back", "Keep-Alive", "Upgrade"} {
		if v := resp.Header.Get(name); v != "" {
			t.Errorf("the client saw %s: %s", name, v)
		}
	}
	if reached.Get("X-Through") != "2" || resp.Header.Get("X-End") != "2" {
		t.Errorf("a header of the ends is lost: %q, %q", reached.Get("X-Through"), resp.Header.Get("X-End"))
	}
}
