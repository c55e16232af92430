package mockaws_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// front is a mock before an upstream, with a user who may use what is called "mine".
type front struct {
	url, service string
	creds        aws.Credentials
	reached      []string // what the upstream got: method and target
	header       http.Header
}

func newFront(t *testing.T, name string) *front {
	t.Helper()
	f := &front{service: name}
	behind := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		f.reached, f.header = append(f.reached, r.Method+" "+r.RequestURI), r.Header
	}))
	t.Cleanup(behind.Close)
	address, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := mockaws.New()
	applied, err := s.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
		Users: []iam.UserSeed{{Name: "app", Keys: []iam.KeySeed{{}}, Policies: []iam.PolicySeed{{Name: "mine",
			Document: `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": [
				"arn:aws:s3:::mine/?", "arn:aws:s3:::mine/secret/*", "arn:aws:s3:::mine//k",
				"arn:aws:dynamodb:us-east-1:` + mocktest.Account + `:table/mine",
				"arn:aws:iam::` + mocktest.Account + `:user/app"]}}`}}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddUpstream(mockaws.Upstream{Service: name, URL: address}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	f.url = server.URL
	f.creds = aws.Credentials{AccessKeyID: applied.Keys[0].KeyID, SecretAccessKey: applied.Keys[0].Secret}
	return f
}

// send signs a request for a host name, if there is a key, sends it to the mock and returns the status and body.
func (f *front) send(t *testing.T, method, host, target, body string, header map[string]string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, f.url+target, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	for name, value := range header {
		r.Header.Set(name, value)
	}
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Content-Sha256", hash)
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = f.service == "s3" })
	if f.creds.AccessKeyID != "" {
		if err := signer.SignHTTP(t.Context(), f.creds, r, hash, f.service, "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	status, answer, _ := mocktest.Answer(t, r)
	return status, answer
}

func deletion(keys ...string) string {
	return "<Delete><Object><Key>" + strings.Join(keys, "</Key></Object><Object><Key>") + "</Key></Object></Delete>"
}

// TestUpstreamGetsWhatWasJudged: the upstream's reading of a forwarded request is the one
// that was authorized, or the request is refused.
func TestUpstreamGetsWhatWasJudged(t *testing.T) {
	amzJSON := map[string]string{"X-Amz-Target": "DynamoDB_20120810.GetItem",
		"Content-Type": "application/x-amz-json-1.0"}
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	const s3Host, table, iamHost = "s3.amazonaws.com", "dynamodb.us-east-1.amazonaws.com", "iam.amazonaws.com"
	for _, row := range []struct {
		name, service, method, host, target, body string
		header                                    map[string]string
		want                                      string // what the upstream gets, "" for nothing
		says                                      string
	}{
		{"own bucket", "s3", "GET", s3Host, "/mine/k", "", nil, "GET /mine/k", ""},
		{"another bucket", "s3", "GET", s3Host, "/secret/k", "", nil, "", "AccessDenied"},
		{"own bucket by its host", "s3", "GET", "mine." + s3Host, "/secret/k%20x", "", nil,
			"GET /mine/secret/k%20x", ""},
		{"own bucket by its host, twice a slash", "s3", "GET", "mine." + s3Host, "//k", "", nil, "GET /mine//k", ""},
		{"another bucket by its host", "s3", "PUT", "secret." + s3Host, "/mine/k", "", nil, "", "AccessDenied"},
		{"two slashes", "s3", "GET", s3Host, "//mine/k", "", nil, "", "not known here"},
		{"a copy of one's own", "s3", "PUT", s3Host, "/mine/k", "", map[string]string{"X-Amz-Copy-Source": "mine/x"},
			"PUT /mine/k", ""},
		{"a copy of another's", "s3", "PUT", s3Host, "/mine/k", "", map[string]string{"X-Amz-Copy-Source": "/secret/x"},
			"", "AccessDenied"},
		{"to delete one's own", "s3", "POST", s3Host, "/mine?delete=", deletion("a", "b"), nil,
			"POST /mine?delete=", ""},
		{"to delete others'", "s3", "POST", s3Host, "/secret?delete=", deletion("a"), nil, "", "AccessDenied"},
		{"to delete two keys of one object", "s3", "POST", "mine." + s3Host, "/?delete=",
			"<Delete><Object><Key>kept</Key><Key>a</Key></Object></Delete>", nil, "", "AccessDenied"},
		{"to delete nothing", "s3", "POST", s3Host, "/mine?delete=", "<Delete/>", nil, "", "MalformedXML"},
		{"without an implementation here", "iam", "POST", iamHost, "/",
			"Action=AttachGroupPolicy&GroupName=g&PolicyArn=a&Version=2010-05-08", form, "", "AccessDenied"},
		{"own table", "dynamodb", "POST", table, "/", `{"TableName": "mine", "Key": {"a": {"S": "x"}}}`, amzJSON,
			"POST /", ""},
		{"another table in front", "dynamodb", "POST", table, "/", `{"TableName": "secret", "TableName": "mine"}`,
			amzJSON, "", "twice in one object"},
		{"another table, escaped", "dynamodb", "POST", table, "/", `{"TableName": "secret", "Table\u004eame": "mine"}`,
			amzJSON, "", "twice in one object"},
		{"names of two objects", "dynamodb", "POST", table, "/",
			`{"TableName": "mine", "Key": {"S": {"S": "x"}}, "AttributesToGet": ["S", "S"]}`, amzJSON, "POST /", ""},
		{"two actions", "iam", "POST", iamHost, "/",
			"Action=GetUser&UserName=app&Version=2010-05-08&Action=DeleteUser", form, "", "is there 2 times"},
		{"one action", "iam", "POST", iamHost, "/", "Action=GetUser&UserName=app&Version=2010-05-08", form,
			"POST /", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFront(t, row.service)
			status, answer := f.send(t, row.method, row.host, row.target, row.body, row.header)
			if got := strings.Join(f.reached, ", "); got != row.want {
				t.Errorf("the upstream got %q, want %q (%d %s)", got, row.want, status, answer)
			}
			if !strings.Contains(answer, row.says) {
				t.Errorf("%d %s: want %q", status, answer, row.says)
			}
		})
	}
}

// TestStrangersAtTheFrontDoor: nothing is forwarded that carries no signature.
func TestStrangersAtTheFrontDoor(t *testing.T) {
	for target, body := range map[string]string{"/mine?delete=": deletion("a"), "/mine/k": "", "/mine?acl=": ""} {
		f := newFront(t, "s3")
		f.creds = aws.Credentials{}
		status, answer := f.send(t, "POST", "s3.amazonaws.com", target, body, nil)
		if status < 400 || f.reached != nil {
			t.Errorf("%s: %d %s, the upstream got %q", target, status, answer, f.reached)
		}
	}
}

// TestOverridesAreNotForwarded: no header leads the upstream to another path or method.
func TestOverridesAreNotForwarded(t *testing.T) {
	f := newFront(t, "s3")
	header := map[string]string{"X-Original-URL": "/secret/k", "X-Rewrite-URL": "/secret/k", "X-HTTP-Method": "DELETE",
		"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE", "X-Forwarded-Host": "evil.example",
		"X-Amz-Meta-Kept": "yes"}
	if status, answer := f.send(t, "GET", "s3.amazonaws.com", "/mine/k", "", header); status != http.StatusOK {
		t.Fatalf("%d %s", status, answer)
	}
	for name := range header {
		if got := f.header.Get(name); (got != "") != (name == "X-Amz-Meta-Kept") {
			t.Errorf("the upstream got %s: %q", name, got)
		}
	}
}
