package mistakes_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// signature signs a canonical request with the test credentials.
func signature(canonical, service string) string {
	key := []byte("AWS4" + testSecret)
	for _, part := range []string{"20250130", "us-east-1", service, "aws4_request"} {
		key = hmacOf(key, part)
	}
	return hex.EncodeToString(hmacOf(key, "AWS4-HMAC-SHA256\n"+now+"\n20250130/us-east-1/"+service+"/aws4_request\n"+
		hashOf([]byte(canonical))))
}

func explainAs(t *testing.T, r *sigv4.Request, rules sigv4.Rules, known ...mistakes.Known) mistakes.Explanation {
	t.Helper()
	a, refusal := sigv4.Parse(r, rules, signingTime)
	if refusal != nil {
		t.Fatal(refusal)
	}
	return mistakes.Explain(r, a, rules, testSecret, known...)
}

// TestExplainS3: mistakes with S3's dialect, in the Authorization header.
func TestExplainS3(t *testing.T) {
	const body = "the body"
	for _, x := range []struct {
		name, host, path, signedPath, claimed, hash, want string
	}{
		{"right", "b.s3.amazonaws.com", "/a%20b", "/a%20b", hashOf([]byte(body)), hashOf([]byte(body)),
			"signature of the request itself is right"},
		{"encoded twice", "b.s3.amazonaws.com", "/a%20b", "/a%2520b", hashOf([]byte(body)), hashOf([]byte(body)),
			"path encoded twice, where S3 wants it encoded once"},
		{"normalised", "b.s3.amazonaws.com", "/a//b/../c", "/a/c", hashOf([]byte(body)), hashOf([]byte(body)),
			"normalised the path"},
		{"not encoded", "b.s3.amazonaws.com", "/a(b)", "/a(b)", hashOf([]byte(body)), hashOf([]byte(body)),
			"as the request line has it, without encoding"},
		{"encodeURIComponent", "b.s3.amazonaws.com", "/a%20(b)", "/a%20(b)", hashOf([]byte(body)), hashOf([]byte(body)),
			"as the request line has it"},
		{"another encoder", "b.s3.amazonaws.com", "/a%20%28b%29", "/a%20(b)", hashOf([]byte(body)),
			hashOf([]byte(body)), "as encodeURIComponent leaves them"},
		{"bucket in path", "b.s3.amazonaws.com", "/k", "/b/k", hashOf([]byte(body)), hashOf([]byte(body)),
			`with the bucket "b" in front`},
		{"bucket not in path", "s3.amazonaws.com", "/b/k", "/k", hashOf([]byte(body)), hashOf([]byte(body)),
			`without "/b" at its front`},
		{"unsigned, but hashed", "b.s3.amazonaws.com", "/k", "/k", "UNSIGNED-PAYLOAD", hashOf([]byte(body)),
			"signed the hash of the body, where the canonical request must have"},
		{"hashed, but unsigned", "b.s3.amazonaws.com", "/k", "/k", hashOf([]byte(body)), "UNSIGNED-PAYLOAD",
			"signed UNSIGNED-PAYLOAD, where S3 wants the hash"},
		{"empty", "b.s3.amazonaws.com", "/k", "/k", "UNSIGNED-PAYLOAD", emptyHash, "hash of an empty body"},
	} {
		r := &sigv4.Request{Method: "PUT", Host: x.host, Path: x.path, Body: []byte(body), Header: http.Header{
			"X-Amz-Date": {now}, "X-Amz-Content-Sha256": {x.claimed},
		}}
		const signed = "host;x-amz-content-sha256;x-amz-date"
		canonical := "PUT\n" + x.signedPath + "\n\nhost:" + x.host + "\nx-amz-content-sha256:" + x.claimed +
			"\nx-amz-date:" + now + "\n\n" + signed + "\n" + x.hash
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+testKeyID+
			"/20250130/us-east-1/s3/aws4_request, SignedHeaders="+signed+", Signature="+signature(canonical, "s3"))
		if e := explainAs(t, r, s3Rules); !e.Found || !strings.Contains(e.Mistake, x.want) {
			t.Errorf("%s: %q, want %q", x.name, e.Mistake, x.want)
		}
	}
}

// TestExplainPresigned: mistakes with a presigned URL.
func TestExplainPresigned(t *testing.T) {
	const token = "IQoJ+token/with=signs+and+more+characters"
	const encodedToken = "IQoJ%2Btoken%2Fwith%3Dsigns%2Band%2Bmore%2Bcharacters"
	params := func(expires string, more ...string) string {
		list := append([]string{
			"X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential=" + testKeyID +
				"%2F20250130%2Fus-east-1%2Fs3%2Faws4_request",
			"X-Amz-Date=" + now, "X-Amz-Expires=" + expires,
		}, more...)
		return strings.Join(list, "&")
	}
	const tokenParam = "X-Amz-Security-Token="
	const end = "X-Amz-SignedHeaders=host"
	for _, x := range []struct {
		name         string
		sent, signed string // queries, without the signature
		method, hash string // as signed
		want         string
		known        []mistakes.Known
	}{
		{"right", params("900", tokenParam+encodedToken, end), params("900", tokenParam+encodedToken, end), "GET",
			"UNSIGNED-PAYLOAD", "itself is right", nil},
		{"another method", params("900", end), params("900", end), "PUT", "UNSIGNED-PAYLOAD",
			"signed the method PUT and sent GET", nil},
		{"empty hash", params("900", end), params("900", end), "GET", emptyHash, "hash of an empty body", nil},
		{"token added later", params("900", tokenParam+encodedToken, end), params("900", end), "GET",
			"UNSIGNED-PAYLOAD", "before the session token was added", nil},
		{"token with plus signs", params("900", tokenParam+strings.ReplaceAll(encodedToken, "%2B", "+"), end),
			params("900", tokenParam+encodedToken, end), "GET", "UNSIGNED-PAYLOAD",
			`left "+" in the session token unencoded`, nil},
		{"token encoded twice", params("900", tokenParam+encodedToken, end),
			params("900", tokenParam+strings.ReplaceAll(encodedToken, "%", "%25"), end), "GET", "UNSIGNED-PAYLOAD",
			"session token encoded twice", nil},
		{"token not sent", params("900", end), params("900", tokenParam+encodedToken, end), "GET", "UNSIGNED-PAYLOAD",
			"signed the session token of K and did not send it", []mistakes.Known{{Label: "K", Token: token}}},
		{"another token", params("900", tokenParam+"other", end), params("900", tokenParam+encodedToken, end), "GET",
			"UNSIGNED-PAYLOAD", "signed the session token of K and sent another one",
			[]mistakes.Known{{Label: "K", Token: token}}},
		{"life made longer", params("3601", end), params("900", end), "GET", "UNSIGNED-PAYLOAD",
			"signed X-Amz-Expires=900 and sent 3601", nil},
		{"parameter added", params("900", end, "response-content-type=text%2Fplain"), params("900", end), "GET",
			"UNSIGNED-PAYLOAD", `without the parameter "response-content-type"`, nil},
		{"not sorted", "x-id=GetObject&" + params("900", end), "x-id=GetObject&" + params("900", end), "GET",
			"UNSIGNED-PAYLOAD", "did not sort the query's parameters", nil},
	} {
		canonical := x.method + "\n/k\n" + x.signed + "\nhost:b.s3.amazonaws.com\n\nhost\n" + x.hash
		r := &sigv4.Request{Method: "GET", Host: "b.s3.amazonaws.com", Path: "/k", Header: http.Header{},
			RawQuery: x.sent + "&X-Amz-Signature=" + signature(canonical, "s3")}
		e := explainAs(t, r, s3Rules, x.known...)
		if !e.Found || !strings.Contains(e.Mistake, x.want) {
			t.Errorf("%s: %q, want %q", x.name, e.Mistake, x.want)
		}
		if text := e.Mistake + mistakes.Redact(e.FirstDifference.Ours+"\n"+e.FirstDifference.Theirs); strings.Contains(
			text, "signs") {
			t.Errorf("%s: the token is in %q", x.name, text)
		}
	}
}

// TestHostileSizes: a request of a megabyte or two is judged and explained in
// bounded time.
func TestHostileSizes(t *testing.T) {
	r := &sigv4.Request{Method: "GET", Host: "h", Path: strings.Repeat("/..a/./", 20000),
		RawQuery: strings.Repeat("a&%2f=+&", 50000), Header: http.Header{"X-Amz-Date": {now}}}
	var signed strings.Builder
	for i := range 50000 {
		fmt.Fprintf(&signed, "x-%d;", i)
		if i%10 == 0 {
			r.Header[fmt.Sprintf("X-Amz-%d", i)] = []string{"v"}
		}
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20250130/us-east-1/s3/aws4_request, SignedHeaders="+
		signed.String()+"host, Signature="+goodSign)
	for _, s3 := range []bool{false, true} {
		rules := sigv4.Rules{Service: "s3", S3: s3}
		if s3 {
			r.Header.Set("X-Amz-Content-Sha256", emptyHash)
		}
		refusal := judge(r, rules, testSecret)
		if want := map[bool]verdict.Reason{false: verdict.SignatureMismatch,
			true: verdict.HeadersNotSigned}[s3]; refusal == nil || refusal.Reason != want {
			t.Fatalf("%v, want %s", refusal.Reason, want)
		}
		e := explainAs(t, r, rules)
		if e.Found || e.Attempts > 2000 || len(e.Mistake) > 2000 {
			t.Errorf("%d attempts, %.200q", e.Attempts, e.Mistake)
		}
	}
}
