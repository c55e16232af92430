package s3_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hostproof/hostproof/mockaws/sigv2"
	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// follow uses a presigned URL as a browser would: with no credentials at all.
func follow(t *testing.T, r *v4.PresignedHTTPRequest, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.Method, r.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range r.SignedHeader {
		if !strings.EqualFold(name, "Host") && !strings.EqualFold(name, "Content-Length") {
			req.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

func TestS3Presigned(t *testing.T) {
	for _, who := range []string{"user", "session"} {
		t.Run(who, func(t *testing.T) {
			v := newVault(t)
			as := v.user
			if who == "session" {
				as = v.session
			}
			p := s3.NewPresignClient(v.client(&as, "us-east-1"))
			key := aws.String("a key/with ünicode+&=.txt")
			put, err := p.PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: key,
				ContentType: aws.String("text/plain"), Metadata: map[string]string{"color": "blue"}})
			if err != nil {
				t.Fatal(err)
			}
			if status, body := follow(t, put, "content"); status != 200 {
				t.Fatalf("PUT: %d %s", status, body)
			}
			get, err := p.PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: uploads, Key: key,
				ResponseContentDisposition: aws.String("attachment")})
			if err != nil {
				t.Fatal(err)
			}
			if status, body := follow(t, get, ""); status != 200 || body != "content" {
				t.Errorf("GET: %d %s", status, body)
			}
			head, err := p.PresignHeadObject(t.Context(), &s3.HeadObjectInput{Bucket: uploads, Key: key})
			if err != nil {
				t.Fatal(err)
			}
			if status, body := follow(t, head, ""); status != 200 || body != "" {
				t.Errorf("HEAD: %d %s", status, body)
			}
			remove, err := p.PresignDeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: uploads, Key: key})
			if err != nil {
				t.Fatal(err)
			}
			if status, body := follow(t, remove, ""); status != 204 {
				t.Errorf("DELETE: %d %s", status, body)
			}
			if status, body := follow(t, get, ""); status != 404 {
				t.Errorf("GET of what was deleted: %d %s", status, body)
			}
			for _, e := range v.Journal().Since(0) {
				if e.Presented.Scheme != "sigv4-query" || !e.Verdict.Accepted || strings.Contains(e.Query,
					as.SessionToken) && as.SessionToken != "" {
					t.Errorf("%s, %s, query %s", &e, e.Presented.Scheme, e.Query)
				}
			}
		})
	}
}

// Each change to a presigned URL is refused.
func TestS3PresignedAndTampered(t *testing.T) {
	v := newVault(t)
	if _, err := v.client(&v.user, "us-east-1").PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads,
		Key: aws.String("k"), Body: strings.NewReader("v")}); err != nil {
		t.Fatal(err)
	}
	presign := func(as *aws.Credentials) *v4.PresignedHTTPRequest {
		t.Helper()
		r, err := s3.NewPresignClient(v.client(as, "us-east-1")).PresignGetObject(t.Context(),
			&s3.GetObjectInput{Bucket: uploads, Key: aws.String("k")}, s3.WithPresignExpires(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	query := func(change func(url.Values)) func(*v4.PresignedHTTPRequest) {
		return func(r *v4.PresignedHTTPRequest) {
			u, err := url.Parse(r.URL)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			change(q)
			u.RawQuery = q.Encode()
			r.URL = u.String()
		}
	}
	for _, c := range []struct {
		name   string
		as     *aws.Credentials
		change func(*v4.PresignedHTTPRequest)
		status int
		code   string
	}{
		{"untouched", &v.user, func(*v4.PresignedHTTPRequest) {}, 200, ""},
		{"untouched, with token", &v.session, func(*v4.PresignedHTTPRequest) {}, 200, ""},
		{"another method", &v.user, func(r *v4.PresignedHTTPRequest) { r.Method = "DELETE" }, 403,
			"SignatureDoesNotMatch"},
		{"another key", &v.user, func(r *v4.PresignedHTTPRequest) { r.URL = strings.Replace(r.URL, "/k?", "/l?", 1) },
			403, "SignatureDoesNotMatch"},
		{"longer life", &v.user, query(func(q url.Values) { q.Set("X-Amz-Expires", "3600") }), 403,
			"SignatureDoesNotMatch"},
		{"another parameter", &v.user, query(func(q url.Values) { q.Set("response-content-type", "text/html") }), 403,
			"SignatureDoesNotMatch"},
		{"signature", &v.user, query(func(q url.Values) { q.Set("X-Amz-Signature", strings.Repeat("0", 64)) }), 403,
			"SignatureDoesNotMatch"},
		{"token left out", &v.session, query(func(q url.Values) { q.Del("X-Amz-Security-Token") }), 403,
			"InvalidAccessKeyId"},
		{"foreign token added", &v.user,
			query(func(q url.Values) { q.Set("X-Amz-Security-Token", v.session.SessionToken) }), 400, "InvalidToken"},
		{"expired credentials", &v.expired, func(*v4.PresignedHTTPRequest) {}, 400, "ExpiredToken"},
		{"unsigned header", &v.user,
			func(r *v4.PresignedHTTPRequest) { r.SignedHeader = http.Header{"X-Amz-Acl": {"private"}} }, 403,
			"AccessDenied"},
		{"not allowed", &v.nobody, func(*v4.PresignedHTTPRequest) {}, 403, "AccessDenied"},
	} {
		r := presign(c.as)
		c.change(r)
		if status, body := follow(t, r, ""); status != c.status || c.code != "" && !strings.Contains(body,
			"<Code>"+c.code+"</Code>") {
			t.Errorf("%s: %d %s, want %d %s", c.name, status, body, c.status, c.code)
		}
	}

	r := presign(&v.user)
	v.Clock().Advance(59 * time.Second)
	if status, body := follow(t, r, ""); status != 200 {
		t.Errorf("in its last second: %d %s", status, body)
	}
	v.Clock().Advance(2 * time.Second)
	if status, body := follow(t, r, ""); status != 403 || !strings.Contains(body,
		"<Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires>") {
		t.Errorf("a second later: %d %s", status, body)
	}
	// A session that ends before the URL ends it.
	short, err := v.IAM().MintPlatformSession("arn:aws:iam::111122223333:role/job", "short", 15*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	as := aws.Credentials{AccessKeyID: short.KeyID, SecretAccessKey: short.Secret, SessionToken: short.Token}
	at := v.Clock().Now()
	req, err := http.NewRequest("GET", v.url+"/uploads/k?X-Amz-Expires=604800", nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, _, err := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).PresignHTTP(
		context.Background(), as, req, "UNSIGNED-PAYLOAD", "s3", "us-east-1", at)
	if err != nil {
		t.Fatal(err)
	}
	week := &v4.PresignedHTTPRequest{Method: "GET", URL: signed}
	if status, body := follow(t, week, ""); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	v.Clock().Advance(16 * time.Minute)
	if status, body := follow(t, week, ""); status != 400 || !strings.Contains(body, "<Code>ExpiredToken</Code>") {
		t.Errorf("after its session: %d %s", status, body)
	}
}

// S3 ignores a checksum in the query of a presigned URL, as SDKs that presign
// without a body put it there (aws/aws-sdk-go-v2#2610, localstack/localstack#12169).
func TestS3PresignedWithChecksumOfNothing(t *testing.T) {
	v := newVault(t)
	n := note{method: "PUT", target: "/uploads/k?x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32",
		presigned: "60", body: "content"}
	if resp, body, _ := n.send(t, v); resp.StatusCode != 200 || resp.Header.Get("X-Amz-Checksum-Crc32") != "" {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// presignV2 makes the kind of URL that boto3 makes in us-east-1 by default.
func presignV2(as aws.Credentials, method, target string, until time.Time) string {
	q := url.Values{"AWSAccessKeyId": {as.AccessKeyID}, "Expires": {strconv.FormatInt(until.Unix(), 10)},
		"Signature": {"?"}}
	if as.SessionToken != "" {
		q.Set("x-amz-security-token", as.SessionToken)
	}
	r := &sigv4.Request{Method: method, Path: target, RawQuery: q.Encode(), Header: http.Header{}}
	a, _ := sigv2.Parse(r, time.Unix(0, 0))
	q.Set("Signature", sigv2.Sign(as.SecretAccessKey, a.StringToSign(r, "")))
	return target + "?" + q.Encode()
}

func TestS3PresignedWithSignatureVersion2(t *testing.T) {
	v := newVault(t)
	soon := time.Now().Add(time.Minute)
	put := note{unsigned: true, method: "PUT", body: "content", target: presignV2(v.user, "PUT", "/uploads/k", soon)}
	if resp, body, e := put.send(t, v); resp.StatusCode != 200 || e.Presented.Scheme != "sigv2-query" ||
		e.Presented.SecretOf != v.user.AccessKeyID {
		t.Fatalf("%d %s: %s", resp.StatusCode, body, &e)
	}
	typed := put
	typed.header = []string{"Content-Type: text/plain"}
	if resp, body, e := typed.send(t, v); resp.StatusCode != 403 || !strings.HasPrefix(e.Explanation.Mistake,
		"sent with Content-Type: text/plain, which was not signed") {
		t.Errorf("%d %s: %+v", resp.StatusCode, body, e.Explanation)
	}
	wrong := v.user
	wrong.SecretAccessKey = v.other.SecretAccessKey
	foreign := v.user
	foreign.SessionToken = v.session.SessionToken
	for _, c := range []struct {
		name         string
		host, target string
		status       int
		want         string
	}{
		{"good", "", presignV2(v.user, "GET", "/uploads/k", soon), 200, "content"},
		{"good, with token", "", presignV2(v.session, "GET", "/uploads/k", soon), 200, "content"},
		{"another method", "", presignV2(v.user, "PUT", "/uploads/k", soon), 403, "<Code>SignatureDoesNotMatch</Code>"},
		{"another secret", "", presignV2(wrong, "GET", "/uploads/k", soon), 403, "</StringToSignBytes><RequestId>"},
		{"a parameter that is signed", "", presignV2(v.user, "GET", "/uploads/k", soon) + "&response-content-type=a",
			403, "<Code>SignatureDoesNotMatch</Code>"},
		{"one that is not", "", presignV2(v.user, "GET", "/uploads/k", soon) + "&x=y", 200, "content"},
		{"foreign token", "", presignV2(foreign, "GET", "/uploads/k", soon), 400, "<Code>InvalidToken</Code>"},
		{"expired token", "", presignV2(v.expired, "GET", "/uploads/k", soon), 400, "<Code>ExpiredToken</Code>"},
		{"not allowed", "", presignV2(v.nobody, "GET", "/uploads/k", soon), 403,
			"is not authorized to perform: s3:GetObject"},
		{"a region of SigV4 only", "s3.eu-central-1.amazonaws.com", presignV2(v.user, "GET", "/europe/k", soon), 400,
			"Please use AWS4-HMAC-SHA256."},
	} {
		resp, body, _ := note{unsigned: true, host: c.host, target: c.target}.send(t, v)
		if resp.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %s, want %d %s", c.name, resp.StatusCode, body, c.status, c.want)
		}
	}
}

// TestS3PresignedHeadersInTheQuery: what a presigned URL has in its query counts as the header
// of that name.
func TestS3PresignedHeadersInTheQuery(t *testing.T) {
	v := newVault(t)
	for _, row := range []struct {
		key, name, value, body string
		status                 int
	}{
		{"new", "If-None-Match", "*", "", 200},
		{"new", "If-None-Match", "*", "<Condition>If-None-Match</Condition>", 412},
		{"new", "if-match", `"d41d8cd98f00b204e9800998ecf8427e"`, "", 200},
		{"new", "If-Match", `"another"`, "<Condition>If-Match</Condition>", 412},
		{"new", "x-amz-expected-bucket-owner", "999988887777", "<Code>AccessDenied</Code>", 403},
		{"new", "x-amz-storage-class", "OUTPOSTS", "<StorageClassRequested>OUTPOSTS</StorageClassRequested>", 400},
	} {
		target := "/uploads/" + row.key + "?" + url.Values{row.name: {row.value}}.Encode()
		resp, body, _ := note{method: "PUT", target: target, presigned: "60"}.send(t, v)
		if resp.StatusCode != row.status || !strings.Contains(body, row.body) {
			t.Errorf("%s=%s: %d %s", row.name, row.value, resp.StatusCode, body)
		}
	}
}

// TestS3OverrideBeyondLatin1: response-* headers can hold ISO-8859-1 alone.
func TestS3OverrideBeyondLatin1(t *testing.T) {
	v := newVault(t)
	client := v.client(&v.user, "us-east-1")
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"),
		Body: strings.NewReader("held")}); err != nil {
		t.Fatal(err)
	}
	p := s3.NewPresignClient(client)
	for value, want := range map[string]string{
		"non-ascii_—_é_": "<Code>InvalidArgument</Code><Message>Header value cannot be represented using " +
			"ISO-8859-1.</Message><ArgumentName>response-cache-control</ArgumentName>" +
			"<ArgumentValue>non-ascii_—_é_</ArgumentValue>",
		"é": "held",
	} {
		get, err := p.PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: uploads, Key: aws.String("k"),
			ResponseCacheControl: &value})
		if err != nil {
			t.Fatal(err)
		}
		if _, body := follow(t, get, ""); !strings.Contains(body, want) {
			t.Errorf("%s: %s", value, body)
		}
	}
}
