package shown_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/shown"
)

const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" // of AWS's documentation

// TestHeader: only names on the list show their values.
func TestHeader(t *testing.T) {
	for name, row := range map[string]struct{ value, want string }{
		"X-Amz-Date":           {"20260101T000000Z", "20260101T000000Z"},
		"X-Amz-Checksum-Crc32": {"AAAAAA==", "AAAAAA=="},
		"User-Agent":           {"aws-cli/2", "aws-cli/2"},
		"X-Amz-Server-Side-Encryption-Customer-Key":             {secret, "<40 characters>"},
		"X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key": {secret, "<40 characters>"},
		"X-Innocent":                       {secret, "<40 characters>"},
		"X-My-Auth":                        {"short", "<5 characters>"},
		"X-Amz-Meta-Owner":                 {secret, "<40 characters>"},
		"X-Amz-Security-Token":             {"IQoJb3JpZ2luX2VjE" + secret, "<57 characters, IQoJb3Jp…>"},
		"X-Api-Key":                        {"hunter2hunter2", "<14 characters>"},
		"Cookie":                           {"session=" + secret, "<48 characters>"},
		"X-" + strings.Repeat("Long-", 20): {secret, "<40 characters>"},
		"X-Empty":                          {"", ""},
		"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request, " +
			"SignedHeaders=host;x-amz-date;" + secret + ", Signature=0123456789abcdef",
			"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request, " +
				"SignedHeaders=host;x-amz-date;<40 characters>, Signature=01234567…"},
	} {
		if got := shown.Header(http.Header{name: {row.value}})[name][0]; got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestQuery(t *testing.T) {
	for query, want := range map[string]string{
		"":                            "",
		"list-type=2&prefix=a%2Fb":    "list-type=2&prefix=a%2Fb",
		"acl":                         "acl",
		"password=hunter2hunter2&x=1": "password=<14 characters>&x=1",
		"sig%6Eature=abc&q":           "sig%6Eature=<3 characters>&q",
		"wJalrXUtnFEMIK7MDENG":        "<20 characters>",
		"maxResults=1000&n=1234567":   "maxResults=1000&n=<7 characters>",
		"X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101%2Fus-east-1%2Fs3%2Faws4_request": "X-Amz-Credential=" +
			"AKIAIOSFODNN7EXAMPLE%2F20260101%2Fus-east-1%2Fs3%2Faws4_request",
		"X-Amz-Credential=wJalrXUtnFEMIK7MDENG": "X-Amz-Credential=<20 characters>",
		"%zz=" + secret:                         "%zz=<40 characters>",
	} {
		if got := shown.Query(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestCanonical(t *testing.T) {
	text := "PUT\n/bkt/a:b=c\npassword=hunter2hunter2&X-Amz-Expires=60\nhost:bkt.s3.amazonaws.com\n" +
		"x-amz-server-side-encryption-customer-key:" + secret + "\nx-api-key:" + secret + "\nx-my-auth:" + secret +
		"\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n\nhost;x-my-auth\nUNSIGNED-PAYLOAD"
	want := "PUT\n/bkt/a:b=c\npassword=<14 characters>&X-Amz-Expires=60\nhost:bkt.s3.amazonaws.com\n" +
		"x-amz-server-side-encryption-customer-key:<40 characters>\nx-api-key:<40 characters>\n" +
		"x-my-auth:<40 characters>\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n\nhost;x-my-auth\nUNSIGNED-PAYLOAD"
	if got := shown.Canonical(text); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestForms(t *testing.T) {
	got := strings.Join(shown.Forms("a/b c"), " | ")
	if want := "a/b c | a%2Fb+c | a%2fb+c | a%2Fb%20c | a%2fb%20c"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// BenchmarkHeader: it is asked for with each request.
func BenchmarkHeader(b *testing.B) {
	h := http.Header{"X-Amz-Date": {"20260101T000000Z"}, "User-Agent": {"aws"}, "Content-Type": {"application/json"},
		"X-Amz-Security-Token": {strings.Repeat("x", 900)}, "Authorization": {"AWS4-HMAC-SHA256 Credential=AKIA"}}
	b.ReportAllocs()
	for b.Loop() {
		shown.Header(h)
	}
}
