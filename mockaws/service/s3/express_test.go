package s3_test

import (
	"cmp"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	directory    = "fast--use1-az4--x-s3"
	directoryARN = "arn:aws:s3express:us-east-1:" + mocktest.Account + ":bucket/" + directory
	zone         = "s3express-use1-az4.us-east-1.amazonaws.com"
)

// express is a mock with directory buckets, and an SDK that calls it by AWS's hostnames.
type express struct{ *mocktest.World }

func newExpress(t *testing.T) express {
	t.Helper()
	w := mocktest.New(t)
	_, err := w.Seed(mockaws.Seed{Buckets: []mockaws.BucketSeed{{Name: directory, Account: mocktest.Account},
		{Name: "other--use1-az4--x-s3", Account: mocktest.Account}}})
	if err != nil {
		t.Fatal(err)
	}
	return express{w}
}

// last is the journal's last exchange.
func (w express) last(t *testing.T) *mockaws.Exchange {
	t.Helper()
	e := w.World.Last(t)
	return &e
}

// client makes calls with a configuration; the hostnames are AWS's, without TLS.
func (w express) client(t *testing.T, cfg aws.Config) *s3.Client {
	t.Helper()
	cfg.BaseEndpoint = nil
	cfg.HTTPClient = w.http(t)
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.EndpointOptions.DisableHTTPS = true })
}

// http leads each hostname to the mock.
func (w express) http(t *testing.T) *http.Client {
	t.Helper()
	at := strings.TrimPrefix(w.URL, "http://")
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", at)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// TestExpress: the SDK creates a session for a directory bucket, and what it does there carries
// the session's token.
func TestExpress(t *testing.T) {
	w := newExpress(t)
	client, ctx := w.client(t, w.Good()), t.Context()
	key := aws.String("a/b")
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(directory), Key: key,
		Body: strings.NewReader("quick")})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(directory), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(got.Body); err != nil || string(data) != "quick" {
		t.Errorf("got %q, %v", data, err)
	}
	deleted, err := client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: aws.String(directory),
		Delete: &s3types.Delete{Objects: []s3types.ObjectIdentifier{{Key: key}}}})
	if err != nil || len(deleted.Errors) != 0 || len(deleted.Deleted) != 1 {
		t.Errorf("deleted %+v, %v", deleted, err)
	}
	var calls []string
	all := w.Journal().Since(0)
	for i := range all {
		e := &all[i]
		calls = append(calls, e.Call)
		if e.Verdict.Principal != "arn:aws:iam::"+mocktest.Account+":user/app" ||
			e.Presented.ScopeService != "s3express" ||
			e.Host != directory+"."+zone {
			t.Errorf("%s", e)
		}
	}
	want := "s3express:CreateSession s3express:PutObject s3express:GetObject s3express:DeleteObjects"
	if strings.Join(calls, " ") != want {
		t.Errorf("calls %q", calls)
	}
	create, put := &all[0], &all[1]
	if create.Issued == "" || put.Presented.KeyID != create.Issued || put.Presented.Token == nil ||
		create.IssuedUntil.Sub(create.Time).Round(time.Second) != 5*time.Minute {
		t.Errorf("%s\n%s", create, put)
	}
}

// TestExpressPolicies: IAM is asked for a session and its mode, once; without a mode the lesser
// one is given where the better is not allowed.
func TestExpressPolicies(t *testing.T) {
	w := newExpress(t)
	body := func() io.Reader { return strings.NewReader("x") }
	put := func(client *s3.Client) error {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(directory), Key: aws.String("k"),
			Body: body()})
		return err
	}
	if err := put(w.client(t, w.Good())); err != nil {
		t.Fatal(err)
	}
	get := func(client *s3.Client) error {
		_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(directory), Key: aws.String("k")})
		return err
	}
	head := func(client *s3.Client) error {
		_, err := client.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String(directory)})
		return err
	}
	only := func(condition string) string {
		return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3express:CreateSession",
			"Resource": "` + directoryARN + `"` + condition + `}]}`
	}
	reading := `, "Condition": {"StringEquals": {"s3express:SessionMode": "ReadOnly"}}`
	for _, row := range []struct {
		name, policy   string
		put, get, head bool
	}{
		{"session", only(""), true, true, true},
		{"reader", only(reading), false, true, true},
		{"general", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`,
			false, false, false},
	} {
		for _, sessions := range []bool{true, false} {
			name := row.name
			if !sessions {
				name += "-without"
			}
			t.Run(name, func(t *testing.T) {
				cfg := w.UserWith(t, iam.UserSeed{Name: name, Policies: []iam.PolicySeed{{Name: "p",
					Document: row.policy}}})
				client := w.client(t, cfg)
				if !sessions {
					cfg.BaseEndpoint, cfg.HTTPClient = nil, w.http(t)
					client = s3.NewFromConfig(cfg, func(o *s3.Options) {
						o.EndpointOptions.DisableHTTPS = true
						o.DisableS3ExpressSessionAuth = aws.Bool(true)
					})
				}
				for what, ask := range map[string]struct {
					do   func(*s3.Client) error
					want bool
				}{"put": {put, row.put}, "get": {get, row.get}, "head": {head, row.head}} {
					err := ask.do(client)
					if (err == nil) != ask.want {
						t.Errorf("%s: %v\n%s", what, err, w.last(t))
					}
					if err != nil && w.last(t).Verdict.Refusal.Reason != verdict.Denied {
						t.Errorf("%s: %s", what, w.last(t))
					}
				}
			})
		}
	}
}

// session is what CreateSession gives.
func (w express) session(t *testing.T, mode s3types.SessionMode) s3types.SessionCredentials {
	t.Helper()
	out, err := w.client(t, w.Good()).CreateSession(t.Context(), &s3.CreateSessionInput{
		Bucket: aws.String(directory), SessionMode: mode})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Credentials
}

// TestExpressSessionsAreJudged: the token belongs to one bucket, one key, one mode, one header,
// and five minutes.
func TestExpressSessionsAreJudged(t *testing.T) {
	w := newExpress(t)
	session := w.session(t, s3types.SessionModeReadWrite)
	reads := w.session(t, s3types.SessionModeReadOnly)
	own := map[string]string{"x-amz-s3session-token": *session.SessionToken}
	with := func(name, token string) map[string]string { return map[string]string{name: token} }
	for _, row := range []struct {
		name, method, bucket, target string
		creds                        s3types.SessionCredentials
		header                       map[string]string
		service, code                string
		reason                       verdict.Reason
	}{
		{"right", "GET", directory, "/?list-type=2", session, own, "s3express", "", ""},
		{"another bucket", "GET", "other--use1-az4--x-s3", "/?list-type=2", session, own, "s3express", "AccessDenied",
			verdict.Denied},
		{"reads only", "DELETE", directory, "/k", reads, with("x-amz-s3session-token", *reads.SessionToken),
			"s3express",
			"AccessDenied", verdict.Denied},
		{"another's token", "GET", directory, "/?list-type=2", reads, own, "s3express", "InvalidToken",
			verdict.TokenForOtherKey},
		{"no token", "GET", directory, "/?list-type=2", session, nil, "s3express", "InvalidAccessKeyId",
			verdict.TokenMissing},
		{"the header of STS", "GET", directory, "/?list-type=2", session, with("x-amz-security-token",
			*session.SessionToken), "s3express", "InvalidToken", verdict.TokenMalformed},
		{"cut", "GET", directory, "/?list-type=2", session, with("x-amz-s3session-token",
			(*session.SessionToken)[:40]), "s3express", "InvalidToken", verdict.TokenMalformed},
		{"signed for S3", "GET", directory, "/?list-type=2", session, own, "s3", "AuthorizationHeaderMalformed",
			verdict.WrongScope},
		{"a session for a session", "GET", directory, "/?session", session, own, "s3express", "AccessDenied",
			verdict.Denied},
		{"no bucket", "GET", "none--use1-az4--x-s3", "/?list-type=2", session, own, "s3express", "NoSuchBucket",
			verdict.OperationFailed},
	} {
		t.Run(row.name, func(t *testing.T) {
			w.ask(t, row.method, row.bucket, row.target, row.creds, row.header, row.service)
			e := w.last(t)
			if e.Code != row.code || row.reason != "" && (e.Verdict.Refusal == nil ||
				e.Verdict.Refusal.Reason != row.reason) {
				t.Errorf("%s", e)
			}
			if row.reason != "" && row.reason != verdict.OperationFailed && e.Verdict.Accepted {
				t.Errorf("accepted: %s", e)
			}
			if text := e.String(); strings.Contains(text, *session.SessionToken) ||
				strings.Contains(text, *session.SecretAccessKey) {
				t.Errorf("a secret: %s", text)
			}
		})
	}
	w.Clock().Advance(5*time.Minute + time.Second)
	w.ask(t, "GET", directory, "/?list-type=2", session, own, "s3express")
	if e := w.last(t); e.Verdict.Refusal == nil || e.Verdict.Refusal.Reason != verdict.TokenExpired {
		t.Errorf("after five minutes: %s", e)
	}
}

// TestExpressSessionIsNoneOfSTS: no other service takes it.
func TestExpressSessionIsNoneOfSTS(t *testing.T) {
	w := newExpress(t)
	session := w.session(t, s3types.SessionModeReadWrite)
	_, err := sts.NewFromConfig(w.Config(*session.AccessKeyId, *session.SecretAccessKey,
		*session.SessionToken)).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	mocktest.WantError(t, err, "InvalidClientTokenId", "")
	if d := w.last(t).Verdict.Refusal.Detail; !strings.Contains(d, "x-amz-s3session-token") {
		t.Errorf("the detail is %q", d)
	}
}

// ask sends one request, signed with the credentials of a session.
func (w express) ask(t *testing.T, method, bucket, target string, creds s3types.SessionCredentials,
	header map[string]string, service string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+bucket+"."+zone+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	hash := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	r.Header.Set("X-Amz-Content-Sha256", hash)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	err = signer.SignHTTP(t.Context(), aws.Credentials{AccessKeyID: *creds.AccessKeyId,
		SecretAccessKey: *creds.SecretAccessKey}, r, hash, service, "us-east-1", w.Clock().Now())
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.http(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// TestDirectoryBuckets: they are made, listed, given a policy and removed at an endpoint of
// their own, and general purpose buckets do not take their names.
func TestDirectoryBuckets(t *testing.T) {
	w := newExpress(t)
	client, ctx, name := w.client(t, w.Good()), t.Context(), aws.String("made--use1-az5--x-s3")
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: name,
		CreateBucketConfiguration: &s3types.CreateBucketConfiguration{
			Location: &s3types.LocationInfo{Name: aws.String("use1-az5"), Type: "AvailabilityZone"},
			Bucket:   &s3types.BucketInfo{Type: "Directory", DataRedundancy: "SingleAvailabilityZone"}}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.ListDirectoryBuckets(ctx, &s3.ListDirectoryBucketsInput{})
	if err != nil || len(list.Buckets) != 3 || *list.Buckets[1].Name != *name {
		t.Errorf("%+v, %v", list, err)
	}
	if e := w.last(t); e.Host != "s3express-control.us-east-1.amazonaws.com" ||
		e.Action != "s3express:ListAllMyDirectoryBuckets" {
		t.Errorf("%s", e)
	}
	general, err := client.ListBuckets(ctx, &s3.ListBucketsInput{})
	if err != nil || len(general.Buckets) != 1 {
		t.Errorf("%+v, %v", general, err)
	}
	policy := `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
		"Action": "s3express:CreateSession", "Resource": "arn:aws:s3express:us-east-1:` + mocktest.Account +
		`:bucket/` + *name + `"}]}`
	if _, err := client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: name, Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	_, err = client.CreateSession(ctx, &s3.CreateSessionInput{Bucket: name})
	mocktest.WantError(t, err, "AccessDenied", "")
	if _, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: name}); err != nil {
		t.Error(err)
	}
	_, err = clientOf(w.World).CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("fast--x-s3")})
	if err == nil {
		t.Error("a general purpose bucket with the name of a directory bucket")
	}
}

// throughHost sends requests to the mock that were made for a hostname of AWS.
type throughHost struct {
	client aws.HTTPClient
	mock   string
}

func (c throughHost) Do(r *http.Request) (*http.Response, error) {
	r.Host, r.URL.Host, r.URL.Scheme = r.URL.Host, c.mock, "http"
	return c.client.Do(r)
}

func TestRefusalsOfExpress(t *testing.T) {
	mocktest.Refusals(t, "S3 Express", "rest-xml of S3 Express", func(ctx context.Context, c aws.Config) error {
		c.HTTPClient = throughHost{cmp.Or[aws.HTTPClient](c.HTTPClient, http.DefaultClient),
			strings.TrimPrefix(*c.BaseEndpoint, "http://")}
		c.BaseEndpoint = aws.String("https://s3express-control.us-east-1.amazonaws.com")
		client := s3.NewFromConfig(c, func(o *s3.Options) {
			o.DisableS3ExpressSessionAuth = aws.Bool(true) // with an endpoint it asks for a session of no bucket
		})
		_, err := client.ListDirectoryBuckets(ctx, &s3.ListDirectoryBucketsInput{})
		return err
	})
}
