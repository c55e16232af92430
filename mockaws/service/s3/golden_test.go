package s3_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// vault is an S3 endpoint of us-east-1 with buckets in two regions, and everybody
// who may or may not use them.
type vault struct {
	*mockaws.Server
	url                                    string
	user, other, nobody, inactive, foreign aws.Credentials
	session, expired                       aws.Credentials
}

func newVault(t testing.TB) *vault {
	t.Helper()
	v := &vault{Server: mockaws.New(mockaws.WithMaxBody(8 << 20))}
	applied, err := v.Seed(mockaws.Seed{
		Seed: iam.Seed{Accounts: []iam.AccountSeed{
			{ID: mocktest.Account, Users: []iam.UserSeed{
				{Name: "app", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}},
				{Name: "other", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}},
				{Name: "nobody", Keys: []iam.KeySeed{{}}},
				{Name: "idle", Allow: []string{"*"}, Keys: []iam.KeySeed{{Status: "inactive"}}},
			}, Roles: []iam.RoleSeed{{Name: "job", TrustService: []string{"lambda.amazonaws.com"},
				Allow: []string{"*"}}},
				Sessions: []iam.SessionSeed{{Role: "job", Name: "now"}, {Role: "job", Name: "then", ExpiresIn: "-1m"}}},
			{ID: "999988887777", Users: []iam.UserSeed{{Name: "stranger", Allow: []string{"*"},
				Keys: []iam.KeySeed{{}}}}},
		}},
		Buckets: []mockaws.BucketSeed{{Name: "uploads", Account: mocktest.Account},
			{Name: "europe", Account: mocktest.Account, Region: "eu-central-1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := mockaws.Listen("127.0.0.1:0", v.Server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	v.url = l.URL
	for i, c := range []*aws.Credentials{&v.user, &v.other, &v.nobody, &v.inactive, &v.foreign} {
		*c = aws.Credentials{AccessKeyID: applied.Keys[i].KeyID, SecretAccessKey: applied.Keys[i].Secret}
	}
	for i, c := range []*aws.Credentials{&v.session, &v.expired} {
		s := applied.Sessions[i]
		*c = aws.Credentials{AccessKeyID: s.KeyID, SecretAccessKey: s.Secret, SessionToken: s.Token}
	}
	return v
}

// A note is a request to S3 as a table describes it; what is left out is a
// signed GET of an object in us-east-1.
type note struct {
	method, host, target, body string
	header                     []string // "Name: value", signed
	as                         func(*vault) aws.Credentials
	unsigned                   bool
	presigned                  string        // X-Amz-Expires; "" signs the header
	ago                        time.Duration // signed so long ago
	region, service            string
	change                     func(*http.Request) // after signing
}

func (n note) request(t testing.TB, v *vault) *http.Request {
	t.Helper()
	or := func(s *string, otherwise string) {
		if *s == "" {
			*s = otherwise
		}
	}
	or(&n.method, "GET")
	or(&n.host, "s3.us-east-1.amazonaws.com")
	or(&n.target, "/uploads/k")
	or(&n.region, "us-east-1")
	or(&n.service, "s3")
	r, err := http.NewRequest(n.method, v.url+n.target, strings.NewReader(n.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = n.host
	for _, line := range n.header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	if !n.unsigned {
		n.sign(t, v, r)
	}
	if n.change != nil {
		n.change(r)
	}
	return r
}

func (n note) sign(t testing.TB, v *vault, r *http.Request) {
	t.Helper()
	credentials := v.user
	if n.as != nil {
		credentials = n.as(v)
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	at := v.Clock().Now().Add(-n.ago)
	if n.presigned != "" {
		q := r.URL.Query()
		q.Set("X-Amz-Expires", n.presigned)
		r.URL.RawQuery = q.Encode()
		signed, _, err := signer.PresignHTTP(context.Background(), credentials, r, "UNSIGNED-PAYLOAD", n.service,
			n.region, at)
		if err != nil {
			t.Fatal(err)
		}
		if r.URL, err = url.Parse(signed); err != nil {
			t.Fatal(err)
		}
		return
	}
	sum := sha256.Sum256([]byte(n.body))
	hash := hex.EncodeToString(sum[:])
	if given := r.Header.Get("X-Amz-Content-Sha256"); given != "" {
		hash = given
	}
	r.Header.Set("X-Amz-Content-Sha256", hash)
	if err := signer.SignHTTP(context.Background(), credentials, r, hash, n.service, n.region, at); err != nil {
		t.Fatal(err)
	}
}

// send sends it and gives back the response with its body and the exchange.
func (n note) send(t testing.TB, v *vault) (*http.Response, string, mockaws.Exchange) {
	t.Helper()
	r := n.request(t, v)
	u, err := url.Parse(v.url)
	if err != nil {
		t.Fatal(err)
	}
	r.URL.Scheme, r.URL.Host = u.Scheme, u.Host
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	all := v.Journal().Since(0)
	return resp, string(body), all[len(all)-1]
}

func setHeader(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func sigV2Parts(header string) string {
	return "<Code>InvalidArgument</Code><Message>AWS authorization header is invalid.  Expected " +
		"AwsAccessKeyId:signature</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>" + header +
		"</ArgumentValue>"
}

// inAuthorization changes a piece of the Authorization header.
func inAuthorization(pattern, replacement string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", regexp.MustCompile(pattern).ReplaceAllString(r.Header.Get("Authorization"),
			replacement))
	}
}

// asymmetric makes it a request of Signature Version 4A with a region set, "" for none.
func asymmetric(set string) func(*http.Request) {
	return func(r *http.Request) {
		inAuthorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")(r)
		inAuthorization("/us-east-1/", "/")(r)
		if set != "" {
			r.Header.Set("X-Amz-Region-Set", set)
		}
	}
}

// inQuery sets or, with "", deletes a query parameter after signing.
func inQuery(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		q := r.URL.Query()
		q.Set(name, value)
		if value == "" {
			q.Del(name)
		}
		r.URL.RawQuery = q.Encode()
	}
}

const headerMalformed = "<Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; "
const queryMalformed = "<Code>AuthorizationQueryParametersError</Code><Message>"

// variable parts of answers.
var variable = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`\d{8}T\d{6}Z`), "{date}"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "{time}"},
	{regexp.MustCompile(`"20\d{6}"`), `"{day}"`},
}

// The answers of S3 to what is wrong with a signature, byte for byte but for
// RequestId and HostId, which follow all others. The mark is how sure it is that
// AWS answers so.
var s3Answers = []struct {
	name, mark string
	note       note
	status     int
	body       string // between <Error> and <RequestId>
}{
	{"no credentials, bucket", "V", note{unsigned: true}, 403,
		"<Code>AccessDenied</Code><Message>Access Denied</Message>"},
	// GET / may be answered with 307 to S3's home page (likely); this refusal leads
	// no client out.
	{"no credentials, service", "U", note{unsigned: true, target: "/"}, 403,
		"<Code>AccessDenied</Code><Message>Access Denied</Message>"},
	{"anonymous multipart upload", "L", note{unsigned: true, method: "POST", target: "/uploads/k?uploads"}, 403,
		"<Code>AccessDenied</Code><Message>Anonymous users cannot initiate multipart uploads. Please " +
			"authenticate.</Message>"},
	{"anonymous copy", "L", note{unsigned: true, method: "PUT", header: []string{"X-Amz-Copy-Source: a/b"}}, 403,
		"<Code>AccessDenied</Code><Message>Anonymous users cannot copy objects. Please authenticate.</Message>"},
	{"anonymous bucket", "L", note{unsigned: true, method: "PUT", target: "/new-bucket"}, 403,
		"<Code>AccessDenied</Code><Message>Anonymous users cannot invoke this API. Please authenticate.</Message>"},
	{"unknown key", "V", note{as: func(*vault) aws.Credentials {
		return aws.Credentials{AccessKeyID: "AKIAQQQQQQQQQQQQQQQQ", SecretAccessKey: "s"}
	}}, 403, "<Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our " +
		"records.</Message><AWSAccessKeyId>AKIAQQQQQQQQQQQQQQQQ</AWSAccessKeyId>"},
	{"inactive key", "L", note{as: func(v *vault) aws.Credentials { return v.inactive }}, 403,
		"<Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our " +
			"records.</Message><AWSAccessKeyId>{inactive}</AWSAccessKeyId>"},
	{"temporary key without token", "V", note{as: func(v *vault) aws.Credentials {
		c := v.session
		c.SessionToken = ""
		return c
	}}, 403, "<Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our " +
		"records.</Message><AWSAccessKeyId>{session}</AWSAccessKeyId>"},
	{"foreign token", "V", note{as: func(v *vault) aws.Credentials {
		c := v.user
		c.SessionToken = v.session.SessionToken
		return c
	}}, 400, "<Code>InvalidToken</Code><Message>The provided token is malformed or otherwise " +
		"invalid.</Message><Token-0>{token}</Token-0>"},
	{"malformed token", "V", note{as: func(v *vault) aws.Credentials {
		c := v.user
		c.SessionToken = "garbage<"
		return c
	}}, 400, "<Code>InvalidToken</Code><Message>The provided token is malformed or otherwise " +
		"invalid.</Message><Token-0>garbage&lt;</Token-0>"},
	{"expired token", "V", note{as: func(v *vault) aws.Credentials { return v.expired }}, 400,
		"<Code>ExpiredToken</Code><Message>The provided token has expired.</Message><Token-0>{expired}</Token-0>"},
	{"too old", "V", note{ago: 16 * time.Minute}, 403,
		"<Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is " +
			"too large.</Message><RequestTime>{date}</RequestTime><ServerTime>{time}</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>"},
	{"in the future", "V", note{ago: -16 * time.Minute}, 403,
		"<Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is " +
			"too large.</Message><RequestTime>{date}</RequestTime><ServerTime>{time}</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>"},
	{"region", "V", note{region: "eu-west-3"}, 400, headerMalformed +
		"the region 'eu-west-3' is wrong; expecting 'us-east-1'</Message><Region>us-east-1</Region>"},
	{"no region", "V", note{change: inAuthorization("/us-east-1/", "//")}, 400, headerMalformed +
		`a non-empty region must be provided in the credential.</Message>`},
	{"region set of SigV4a missing", "U", note{change: asymmetric("")}, 400, headerMalformed +
		"the region '' is wrong; expecting 'us-east-1'</Message><Region>us-east-1</Region>"},
	{"region set of SigV4a", "U", note{change: asymmetric("eu-*")}, 400, headerMalformed +
		"the region 'eu-*' is wrong; expecting 'us-east-1'</Message><Region>us-east-1</Region>"},
	{"service", "L", note{service: "ec2"}, 400, headerMalformed +
		`incorrect service &quot;ec2&quot;. This endpoint belongs to &quot;s3&quot;.</Message>`},
	{"terminator", "L", note{change: inAuthorization("aws4_request", "aws5_request")}, 400, headerMalformed +
		`incorrect terminal &quot;aws5_request&quot;. This endpoint uses &quot;aws4_request&quot;.</Message>`},
	{"scope date format", "L", note{change: inAuthorization(`/20\d{6}/`, "/today/")}, 400, headerMalformed +
		`incorrect date format &quot;today&quot;. This date in the credential must be in the format &quot;yyyyMMdd&quot;.</Message>`},
	{"scope date", "L", note{change: inAuthorization(`/20\d{6}/`, "/20200101/")}, 400, headerMalformed +
		`Invalid credential date. Date is not the same as X-Amz-Date.</Message>`},
	{"credential shape", "V", note{change: inAuthorization(`/aws4_request`, "")}, 400, headerMalformed +
		`the Credential is mal-formed; expecting &quot;&lt;YOUR-AKID&gt;/YYYYMMDD/REGION/SERVICE/aws4_request&quot;.</Message>`},
	{"no key id", "V", note{change: inAuthorization(`Credential=[^/]*/`, "Credential=/")}, 400, headerMalformed +
		`a non-empty Access Key (AKID) must be provided in the credential.</Message>`},
	{"two components", "L", note{change: inAuthorization(`, Signature=.*`, "")}, 400, headerMalformed +
		`the authorization header requires three components: Credential, SignedHeaders, and Signature.</Message>`},
	{"key id pasted with its name", "V", note{change: inAuthorization(`Credential=AKIA[^/]*/20\d{6}`,
		"Credential=aws_access_key_id= x/today")}, 400, headerMalformed +
		"the authorization component &quot;Credential=aws_access_key_id= x/today/us-east-1/s3/aws4_request&quot; is " +
		"malformed.</Message>"},
	{"component without a value", "V", note{change: inAuthorization(`Signature=.*`, "Sig")}, 400, headerMalformed +
		`the authorization component &quot;Sig&quot; is malformed.</Message>`},
	{"no credential", "L", note{change: inAuthorization(`Credential=`, "Cred=")}, 400, headerMalformed +
		`missing Credential.</Message>`},
	{"no signed headers", "L", note{change: inAuthorization(`SignedHeaders=`, "Headers=")}, 400, headerMalformed +
		`missing SignedHeaders.</Message>`},
	{"no signature", "L", note{change: inAuthorization(`Signature=`, "Sig=")}, 400, headerMalformed +
		`missing Signature.</Message>`},
	{"no space", "L", note{change: setHeader("Authorization", "x")}, 400,
		"<Code>InvalidArgument</Code><Message>Authorization header is invalid -- one and only one ' ' (space) " +
			"required.</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>x</ArgumentValue>"},
	{"another scheme", "L", note{change: setHeader("Authorization", "Basic eDp5")}, 400,
		"<Code>InvalidArgument</Code><Message>Unsupported Authorization " +
			"Type</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>Basic eDp5</ArgumentValue>"},
	{"SigV2 in a region of SigV4 only", "L", note{host: "s3.eu-central-1.amazonaws.com", target: "/europe/k",
		change: setHeader("Authorization", "AWS a:b")}, 400,
		"<Code>InvalidRequest</Code><Message>The authorization mechanism you have provided is not supported. Please " +
			"use AWS4-HMAC-SHA256.</Message>"},
	// As recorded from s3.amazonaws.com on 2017-11-02, but for the values.
	{"SigV2, three parts", "L", note{change: setHeader("Authorization", "AWS a:b:c")}, 400, sigV2Parts("AWS a:b:c")},
	{"SigV2, one part", "L", note{change: setHeader("Authorization", "AWS x")}, 400, sigV2Parts("AWS x")},
	{"no date", "L", note{change: func(r *http.Request) { r.Header.Del("X-Amz-Date") }}, 403,
		"<Code>AccessDenied</Code><Message>AWS authentication requires a valid Date or x-amz-date header.</Message>"},
	{"no payload hash", "L", note{change: func(r *http.Request) { r.Header.Del("X-Amz-Content-Sha256") }}, 400,
		"<Code>InvalidRequest</Code><Message>Missing required header for this request: x-amz-content-sha256</Message>"},
	{"another body", "V", note{method: "PUT", body: "x", header: []string{"X-Amz-Content-Sha256: " + emptyHash}}, 400,
		"<Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content-sha256' header does not match " +
			"what was computed.</Message><ClientComputedContentSHA256>" + emptyHash +
			"</ClientComputedContentSHA256><S3ComputedContentSHA256>2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881</S3ComputedContentSHA256>"},
	{"no hash at all", "L", note{header: []string{"X-Amz-Content-Sha256: abc"}}, 400,
		"<Code>InvalidArgument</Code><Message>x-amz-content-sha256 must be UNSIGNED-PAYLOAD, " +
			"STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, " +
			"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, " +
			"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 " +
			"value.</Message><ArgumentName>x-amz-content-sha256</ArgumentName><ArgumentValue>abc</ArgumentValue>"},
	{"headers not signed", "V", note{change: func(r *http.Request) {
		r.Header.Set("X-Amz-Decoded-Content-Length", "1")
		r.Header.Set("X-Amz-Acl", "private")
	}}, 403, "<Code>AccessDenied</Code><Message>There were headers present in the request which were not " +
		"signed</Message><HeadersNotSigned>x-amz-acl, x-amz-decoded-content-length</HeadersNotSigned>"},
	{"both mechanisms", "L", note{presigned: "60", change: setHeader("Authorization", "x y")}, 400,
		"<Code>InvalidArgument</Code><Message>Only one auth mechanism allowed; only the X-Amz-Algorithm query " +
			"parameter, Signature query string parameter or the Authorization header should be " +
			"specified</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>x y</ArgumentValue>"},
	{"presigned, a parameter missing", "V", note{presigned: "60", change: inQuery("X-Amz-Date", "")}, 400,
		queryMalformed + "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, " +
			"X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.</Message>"},
	{"presigned, algorithm", "L", note{presigned: "60", change: inQuery("X-Amz-Algorithm", "AWS4-HMAC-SHA1")}, 400,
		queryMalformed +
			"X-Amz-Algorithm only supports &quot;AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256&quot;</Message>"},
	{"presigned, credential", "L", note{presigned: "60", change: inQuery("X-Amz-Credential", "x/y")}, 400,
		queryMalformed + "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting " +
			"&quot;&lt;YOUR-AKID&gt;/YYYYMMDD/REGION/SERVICE/aws4_request&quot;.</Message>"},
	{"presigned, no key id", "U", note{presigned: "60",
		change: inQuery("X-Amz-Credential", "/20260101/us-east-1/s3/aws4_request")}, 400, queryMalformed +
		"Error parsing the X-Amz-Credential parameter; a non-empty Access Key (AKID) must be provided in the " +
		"credential.</Message>"},
	{"presigned, region", "L", note{presigned: "60", region: "eu-west-3"}, 400, queryMalformed +
		"Error parsing the X-Amz-Credential parameter; the region &quot;eu-west-3&quot; is wrong; expecting " +
		"&quot;us-east-1&quot;</Message><Region>us-east-1</Region>"},
	{"presigned, service", "L", note{presigned: "60", service: "ec2"}, 400, queryMalformed +
		"Error parsing the X-Amz-Credential parameter; incorrect service &quot;ec2&quot;. This endpoint belongs to " +
		"&quot;s3&quot;.</Message>"},
	{"presigned, too long", "V", note{presigned: "604801"}, 400, queryMalformed + "X-Amz-Expires must be less than a " +
		"week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds</Message>"},
	{"presigned, negative", "V", note{presigned: "-1"}, 400, queryMalformed +
		"X-Amz-Expires must be non-negative</Message>"},
	{"presigned, no number", "V", note{presigned: "soon"}, 400, queryMalformed +
		"X-Amz-Expires should be a number</Message>"},
	{"presigned, date", "L", note{presigned: "60", change: inQuery("X-Amz-Date", "today")}, 400, queryMalformed +
		"X-Amz-Date must be in the ISO8601 Long Format &quot;yyyyMMdd'T'HHmmss'Z'&quot;</Message>"},
	{"presigned, another day", "L", note{presigned: "60", change: inQuery("X-Amz-Date", "20200101T000000Z")}, 400,
		queryMalformed + "Invalid credential date &quot;{day}&quot;. This date is not the same as X-Amz-Date: " +
			"&quot;{day}&quot;.</Message>"},
	{"presigned, expired", "V", note{presigned: "60", ago: 2 * time.Minute}, 403,
		"<Code>AccessDenied</Code><Message>Request has " +
			"expired</Message><X-Amz-Expires>60</X-Amz-Expires><Expires>{time}</Expires><ServerTime>{time}</ServerTime>"},
	{"presigned for no time", "V", note{presigned: "0"}, 403,
		"<Code>AccessDenied</Code><Message>Request has " +
			"expired</Message><X-Amz-Expires>0</X-Amz-Expires><Expires>{time}</Expires><ServerTime>{time}</ServerTime>"},
	{"presigned for later", "L", note{presigned: "60", ago: -time.Hour}, 403,
		"<Code>AccessDenied</Code><Message>Request is not valid " +
			"yet</Message><X-Amz-Date>{date}</X-Amz-Date><ServerTime>{time}</ServerTime>"},
	{"presigned with SigV2, a parameter missing", "V",
		note{unsigned: true, target: "/uploads/k?AWSAccessKeyId=a&Expires=1"}, 403,
		"<Code>AccessDenied</Code><Message>Query-string authentication requires the Signature, Expires and " +
			"AWSAccessKeyId parameters</Message>"},
	{"presigned with SigV2, expired", "V",
		note{unsigned: true, target: "/uploads/k?AWSAccessKeyId=a&Expires=1&Signature=c"}, 403,
		"<Code>AccessDenied</Code><Message>Request has " +
			"expired</Message><Expires>{time}</Expires><ServerTime>{time}</ServerTime>"},
	{"denied in the account", "V", note{as: func(v *vault) aws.Credentials { return v.nobody }}, 403,
		"<Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: " +
			"s3:GetObject on resource: &quot;arn:aws:s3:::uploads/k&quot; because no identity-based policy allows " +
			"the s3:GetObject action</Message>"},
	{"denied to another account", "V", note{as: func(v *vault) aws.Credentials { return v.foreign }}, 403,
		"<Code>AccessDenied</Code><Message>Access Denied</Message>"},
}

func TestS3Bytes(t *testing.T) {
	v := newVault(t)
	fill := strings.NewReplacer("{inactive}", v.inactive.AccessKeyID, "{session}", v.session.AccessKeyID,
		"{token}", v.session.SessionToken, "{expired}", v.expired.SessionToken)
	for _, row := range s3Answers {
		t.Run(row.name, func(t *testing.T) {
			resp, body, e := row.note.send(t, v)
			id, host := resp.Header.Get("X-Amz-Request-Id"), resp.Header.Get("X-Amz-Id-2")
			want := xml.Header + "<Error>" + fill.Replace(row.body) + "<RequestId>" + id + "</RequestId><HostId>" +
				host + "</HostId></Error>"
			got := strings.ReplaceAll(body, "&quot;", `"`)
			for _, p := range variable {
				got = p.pattern.ReplaceAllString(got, p.name)
			}
			if want = strings.ReplaceAll(want, "&quot;", `"`); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if resp.StatusCode != row.status || e.Confidence != row.mark {
				t.Errorf("status %d with mark %s, want %d with %s", resp.StatusCode, e.Confidence, row.status, row.mark)
			}
			wantS3ErrorHeaders(t, resp, id, host)
			if e.Verdict.Accepted {
				t.Errorf("accepted: %s", &e)
			}
		})
	}
}

func wantS3ErrorHeaders(t *testing.T, resp *http.Response, id, host string) {
	t.Helper()
	if len(id) != 16 || strings.ToUpper(id) != id || len(host) != 76 {
		t.Errorf("ids %q and %q", id, host)
	}
	if resp.Header.Get("Content-Type") != "application/xml" || resp.Header.Get("Server") != "AmazonS3" ||
		fmt.Sprint(resp.TransferEncoding) != "[chunked]" || resp.Header.Get("X-Amz-Bucket-Region") != "" {
		t.Errorf("headers: %v %v", resp.Header, resp.TransferEncoding)
	}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err != nil || time.Since(date).Abs() > time.Minute {
		t.Errorf("Date: %v, %v", date, err)
	}
}

// A wrong secret is answered with all that the signature was made over, as text
// and as bytes.
func TestS3SignatureMismatch(t *testing.T) {
	v := newVault(t)
	resp, body, e := note{as: func(v *vault) aws.Credentials {
		return aws.Credentials{AccessKeyID: v.user.AccessKeyID, SecretAccessKey: v.other.SecretAccessKey}
	}}.send(t, v)
	var doc struct {
		XMLName  xml.Name
		Elements []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	var names []string
	for _, el := range doc.Elements {
		names = append(names, el.XMLName.Local)
		text[el.XMLName.Local] = el.Text
	}
	if got := strings.Join(names, " "); got != "Code Message AWSAccessKeyId StringToSign SignatureProvided "+
		"StringToSignBytes CanonicalRequest CanonicalRequestBytes RequestId HostId" {
		t.Errorf("elements: %s", got)
	}
	if resp.StatusCode != 403 || text["Code"] != "SignatureDoesNotMatch" || e.Confidence != "V" ||
		text["AWSAccessKeyId"] != v.user.AccessKeyID ||
		text["Message"] != "The request signature we calculated does not match the signature you provided. Check "+
			"your key and signing method." {
		t.Errorf("%d %q, mark %s", resp.StatusCode, text, e.Confidence)
	}
	for _, name := range []string{"StringToSign", "CanonicalRequest"} {
		if fmt.Sprintf("% x", text[name]) != text[name+"Bytes"] {
			t.Errorf("%sBytes are not those of %s", name, name)
		}
	}
	sum := sha256.Sum256([]byte(text["CanonicalRequest"]))
	if !strings.HasSuffix(text["StringToSign"], "\n"+hex.EncodeToString(sum[:])) ||
		!strings.HasPrefix(text["CanonicalRequest"], "GET\n/uploads/k\n") {
		t.Errorf("string to sign %q", text["StringToSign"])
	}
	if e.Presented.SecretOf != v.other.AccessKeyID {
		t.Errorf("the secret is said to be of %q", e.Presented.SecretOf)
	}
}

// A refused HEAD has the status and headers of the refusal, and no body.
func TestS3RefusedHEAD(t *testing.T) {
	v := newVault(t)
	for _, row := range s3Answers {
		n := row.note
		if n.method != "" || n.target == "/" {
			continue
		}
		n.method = "HEAD"
		resp, body, _ := n.send(t, v)
		if resp.StatusCode != row.status || body != "" || resp.Header.Get("Content-Type") != "application/xml" {
			t.Errorf("%s: %d %q, want %d", row.name, resp.StatusCode, body, row.status)
		}
	}
}

// Where a bucket is, and what S3 answers at another place. Hostnames are AWS's
// own, as in a sandbox.
func TestS3Regions(t *testing.T) {
	v := newVault(t)
	redirect := func(endpoint, bucket string) string {
		return "<Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed " +
			"using the specified endpoint. Please send all future requests to this endpoint.</Message><Endpoint>" +
			endpoint + "</Endpoint><Bucket>" + bucket + "</Bucket>"
	}
	wrong := headerMalformed +
		"the region 'us-east-1' is wrong; expecting 'eu-central-1'</Message><Region>eu-central-1</Region>"
	for _, c := range []struct {
		host, target, region string
		status               int
		body                 string
	}{
		{"s3.us-east-1.amazonaws.com", "/uploads", "us-east-1", 200, ""},
		{"s3.amazonaws.com", "/uploads", "us-east-1", 200, ""},
		{"uploads.s3.amazonaws.com", "/", "us-east-1", 200, ""},
		{"uploads.s3.us-east-1.amazonaws.com", "/", "us-east-1", 200, ""},
		{"uploads.s3.dualstack.us-east-1.amazonaws.com", "/", "us-east-1", 200, ""},
		{"s3.dualstack.us-east-1.amazonaws.com", "/uploads", "us-east-1", 200, ""},
		{"s3-external-1.amazonaws.com", "/uploads", "us-east-1", 200, ""},
		{"uploads.s3-fips.us-east-1.amazonaws.com", "/", "us-east-1", 200, ""},
		{"s3.eu-central-1.amazonaws.com", "/europe", "eu-central-1", 200, ""},
		{"europe.s3-eu-central-1.amazonaws.com", "/", "eu-central-1", 200, ""},
		{"europe.s3.amazonaws.com", "/", "eu-central-1", 200, ""}, // DNS leads there
		{"127.0.0.1", "/europe", "eu-central-1", 200, ""},

		{"s3.us-east-1.amazonaws.com", "/europe", "us-east-1", 301, redirect("s3.eu-central-1.amazonaws.com",
			"europe")},
		{"s3.amazonaws.com", "/europe", "us-east-1", 301, redirect("s3.eu-central-1.amazonaws.com", "europe")},
		{"europe.s3.us-east-1.amazonaws.com", "/", "us-east-1", 301, redirect("europe.s3.eu-central-1.amazonaws.com",
			"europe")},
		{"uploads.s3.eu-west-1.amazonaws.com", "/", "eu-west-1", 301, redirect("uploads.s3.amazonaws.com", "uploads")},
		{"127.0.0.1", "/europe", "us-east-1", 301, redirect("s3.eu-central-1.amazonaws.com", "europe")},
		{"europe.s3.amazonaws.com", "/", "us-east-1", 400, wrong},
		{"s3.eu-central-1.amazonaws.com", "/europe", "us-east-1", 400, wrong},
		{"uploads.s3-accelerate.amazonaws.com", "/", "us-east-1", 400,
			"<Code>InvalidRequest</Code><Message>S3 Transfer Acceleration is not configured on this bucket</Message>"},
		{"uploads.s3-accelerate.dualstack.amazonaws.com", "/", "us-east-1", 400,
			"<Code>InvalidRequest</Code><Message>S3 Transfer Acceleration is not configured on this bucket</Message>"},
	} {
		t.Run(c.host+c.target+" in "+c.region, func(t *testing.T) {
			resp, body, e := note{host: c.host, target: c.target, region: c.region}.send(t, v)
			if resp.StatusCode != c.status || !strings.Contains(body, c.body) ||
				e.Verdict.Accepted != (c.status == 200) {
				t.Errorf("%d %s, want %d %s", resp.StatusCode, body, c.status, c.body)
			}
			bucket := "us-east-1"
			if strings.Contains(c.host+c.target, "europe") {
				bucket = "eu-central-1"
			}
			if got := resp.Header.Get("X-Amz-Bucket-Region"); got != bucket {
				t.Errorf("x-amz-bucket-region: %q", got)
			}
			head, body, _ := note{method: "HEAD", host: c.host, target: c.target, region: c.region}.send(t, v)
			if head.StatusCode != c.status || body != "" || head.Header.Get("X-Amz-Bucket-Region") != bucket {
				t.Errorf("HEAD: %d %q, region %q", head.StatusCode, body, head.Header.Get("X-Amz-Bucket-Region"))
			}
		})
	}
}

func TestS3BodyLimits(t *testing.T) {
	v := newVault(t)
	resp, body, e := note{method: "PUT", body: string(bytes.Repeat([]byte("x"), 8<<20+1))}.send(t, v)
	if resp.StatusCode != 400 || !strings.Contains(body, "<Code>EntityTooLarge</Code>") || !strings.Contains(body,
		"<MaxSizeAllowed>8388608</MaxSizeAllowed>") || e.Verdict.Accepted {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// TestS3SizeLimits: the size stands before its limit, as in the answer of AWS that
// basho/riak_cs#1233 shows.
func TestS3SizeLimits(t *testing.T) {
	v := newVault(t)
	for _, row := range []struct {
		note note
		want string
	}{
		{note{method: "PUT", target: "/uploads/" + strings.Repeat("k", 1025)}, "<Code>KeyTooLongError</Code>" +
			"<Message>Your key is too long</Message><Size>1025</Size><MaxSizeAllowed>1024</MaxSizeAllowed>"},
		{note{method: "PUT", header: []string{"X-Amz-Meta-A: " + strings.Repeat("v", 2048)}},
			"<Code>MetadataTooLarge</Code><Message>Your metadata headers exceed the maximum allowed metadata size" +
				"</Message><Size>2049</Size><MaxSizeAllowed>2048</MaxSizeAllowed>"},
	} {
		resp, body, e := row.note.send(t, v)
		if resp.StatusCode != 400 || !strings.Contains(body, row.want) || e.Confidence != "V" {
			t.Errorf("%d %s, confidence %s", resp.StatusCode, body, e.Confidence)
		}
	}
}
