package mistakes_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
)

// FuzzExplain: no request makes the search panic, and what it finds is
// consistent. The draft that it starts from is the canonical request.
func FuzzExplain(f *testing.F) {
	f.Add(bedrockPath, "a=1&b=+&a=", "host;x-amz-date;x-a", " v  w ", []byte(bedrockBody), false, goodSign)
	f.Add("/..//%zz", "X-Amz-Security-Token=a%2Bb&x", "host", "", []byte{}, true, "short")
	f.Add("", "", ":authority;content-length;connection", "é", []byte("a=b&c=d+e"), false, strings.ToUpper(goodSign))
	f.Fuzz(func(t *testing.T, path, query, signed, value string, body []byte, s3 bool, signature string) {
		if len(path)+len(query)+len(signed)+len(body) > 2000 || strings.Count(signed, ";") > 10 {
			return
		}
		rules := sigv4.Rules{Service: "bedrock", S3: s3}
		r := &sigv4.Request{Method: "POST", Host: "h:1", Path: path, RawQuery: query, Body: body,
			Header: http.Header{"X-A": {value, value}, "X-Amz-Date": {now}}}
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/"+scope+", SignedHeaders="+signed+
			", Signature="+signature)
		a, _ := sigv4.Parse(r, rules, signingTime)
		e := mistakes.Explain(r, a, rules, testSecret, mistakes.Known{Label: "other", Secret: "other", Token: "t"})
		if e.CanonicalRequest != a.CanonicalRequest(r, rules) || e.StringToSign != a.StringToSign(r, rules) {
			t.Errorf("the draft is\n%q\nthe canonical request\n%q", e.CanonicalRequest, a.CanonicalRequest(r, rules))
		}
		if e.Mistake == "" || e.Found {
			t.Errorf("%+v", e)
		}
	})
}
