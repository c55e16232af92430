package mockaws_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws"
)

// FuzzServe feeds the pipeline requests of any form: each is answered and
// recorded, none is accepted, and no stage panics.
func FuzzServe(f *testing.F) {
	for _, seed := range []string{
		"GET / HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n",
		"POST /model/a.b/converse HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 " +
			"Credential=AKIA/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, " +
			"Signature=00\r\nX-Amz-Date: 20260101T000000Z\r\nContent-Length: 2\r\n\r\n{}",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
			"43\r\n\r\nAction=GetCallerIdentity&Version=2011-06-15",
		"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: CloudTrail_20131101.LookupEvents\r\nContent-Length: 2\r\n\r\n{}",
		"POST /service/X/operation/Y HTTP/1.1\r\nHost: x\r\nSmithy-Protocol: rpc-v2-cbor\r\nContent-Length: " +
			"1\r\n\r\n\xa0",
		"PUT /b/%2F..%00?x=%zz&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=99999999999 HTTP/1.1\r\nHost: " +
			"b.s3.us-east-1.amazonaws.com\r\nX-Amz-Content-Sha256: " +
			"STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nContent-Length: 5\r\n\r\n1;ch\r",
		"POST /model/a.b/invoke HTTP/1.1\r\nHost: bedrock-runtime.us-east-1.amazonaws.com\r\nAuthorization: Bearer " +
			"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz8=\r\nContent-Length: 0\r\n\r\n",
		"GET /b/k?AWSAccessKeyId=AKIA&Expires=9999999999&Signature=x&acl HTTP/1.1\r\nHost: b.s3.amazonaws.com\r\n\r\n",
		"POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: " +
			"156\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--b\r\nContent-Disposition: " +
			"form-data; name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n                                    ",
	} {
		f.Add(seed)
	}
	s := mockaws.New()
	f.Fuzz(func(t *testing.T, text string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			return // net/http answers those itself
		}
		r.RemoteAddr = "127.0.0.1:1"
		w := httptest.NewRecorder()
		before := s.Journal().Last()
		s.ServeHTTP(w, r)
		got := s.Journal().Since(before)
		s.Journal().Clear()
		if len(got) != 1 || w.Code == 0 {
			t.Fatalf("status %d, %d exchanges", w.Code, len(got))
		}
		if r := got[0].Verdict.Refusal; r != nil && strings.Contains(r.Detail, "a defect of the mock") {
			t.Fatalf("%s", r.Detail)
		}
		if got[0].Verdict.Accepted && got[0].Verdict.Principal != "anonymous" {
			t.Fatalf("accepted: %s", &got[0])
		}
	})
}

// FuzzReadSeed: a seed is taken or refused in one line, and applying it never
// panics.
func FuzzReadSeed(f *testing.F) {
	f.Add(`accounts: [{id: "111122223333", users: [{name: a, keys: [{}], allow: ["*"]}]}]`)
	f.Add("accounts:\n  - id: \"111122223333\"\n    roles: [{name: r, trust: {Version: \"2012-10-17\", Statement: " +
		"[]}}]\nbuckets: [{name: b, account: \"1\"}]")
	f.Add("{\"accounts\": [null]}")
	f.Add("a: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		seed, err := mockaws.ReadSeed(strings.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("more than one line: %q", err)
			}
			return
		}
		_, _ = mockaws.New().Seed(seed) // must not panic
	})
}
