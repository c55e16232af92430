package sigv2_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv2"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	docs   = "https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html"
	keyID  = "AKIAIOSFODNN7EXAMPLE"
	secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// Requests that AWS published with their signatures.
var goldens = []struct {
	name, method, target, bucket string
	header                       http.Header
	at                           time.Time
}{
	{"object GET", "GET", "/photos/puppy.jpg", "awsexamplebucket1", http.Header{
		"Date": {"Tue, 27 Mar 2007 19:36:42 +0000"}, "Authorization": {"AWS " + keyID +
			":qgk2+6Sv9/oM7G3qLEjTH1a1l1g="},
	}, time.Date(2007, 3, 27, 19, 36, 42, 0, time.UTC)},
	{"query string", "GET", "/photos/puppy.jpg?AWSAccessKeyId=" + keyID +
		"&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620", "johnsmith", http.Header{},
		time.Unix(1175139610, 0)},
}

func request(method, target string, header http.Header) *sigv4.Request {
	path, query, _ := strings.Cut(target, "?")
	return &sigv4.Request{Method: method, Path: path, RawQuery: query, Header: header}
}

func TestPublishedSignatures(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			r := request(g.method, g.target, g.header)
			a, refusal := sigv2.Parse(r, g.at)
			if refusal != nil {
				t.Fatal(refusal)
			}
			if a.KeyID != keyID {
				t.Errorf("key id %q", a.KeyID)
			}
			if refusal := a.Verify(r, g.bucket, secret); refusal != nil {
				t.Errorf("%s: %v\n%s", docs, refusal, a.StringToSign(r, g.bucket))
			}
			for what, change := range map[string]func(*sigv4.Request){
				"method": func(r *sigv4.Request) { r.Method = "PUT" },
				"path":   func(r *sigv4.Request) { r.Path += "x" },
				"header": func(r *sigv4.Request) { r.Header = http.Header{"X-Amz-Acl": {"public-read"}} },
				"query":  func(r *sigv4.Request) { r.RawQuery += "&acl" },
			} {
				changed := *r
				change(&changed)
				b, refusal := sigv2.Parse(&changed, g.at)
				if refusal == nil {
					refusal = b.Verify(&changed, g.bucket, secret)
				}
				if refusal == nil {
					t.Errorf("accepted with another %s", what)
				}
			}
			if refusal := a.Verify(r, g.bucket, secret+"x"); refusal == nil ||
				refusal.Reason != verdict.SignatureMismatch {
				t.Errorf("wrong secret: %v", refusal)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	now := time.Unix(1175139620, 0)
	for _, c := range []struct {
		target string
		header http.Header
		want   verdict.Reason
	}{
		{"/b/k?AWSAccessKeyId=A&Signature=s&Expires=1175139621", http.Header{}, ""},
		{"/b/k?AWSAccessKeyId=A&Signature=s&Expires=1175139620", http.Header{}, verdict.PresignExpired},
		{"/b/k?AWSAccessKeyId=A&Signature=s&Expires=soon", http.Header{}, verdict.MalformedDate},
		{"/b/k?AWSAccessKeyId=A&Signature=s", http.Header{}, verdict.MissingQueryParameters},
		{"/b/k?AWSAccessKeyId=A&Expires=1175139621", http.Header{}, verdict.MissingQueryParameters},
		{"/b/k", http.Header{"Authorization": {"AWS A:s"}, "Date": {now.UTC().Format(http.TimeFormat)}}, ""},
		{"/b/k", http.Header{"Authorization": {"AWS A:s"},
			"Date": {now.Add(-16 * time.Minute).UTC().Format(http.TimeFormat)}}, verdict.SignatureExpired},
		{"/b/k", http.Header{"Authorization": {"AWS A:s"},
			"X-Amz-Date": {now.Add(16 * time.Minute).UTC().Format(http.TimeFormat)}}, verdict.SignatureNotYetCurrent},
		{"/b/k", http.Header{"Authorization": {"AWS A:s"}}, verdict.MalformedDate},
		{"/b/k", http.Header{"Authorization": {"AWS A"}, "Date": {now.UTC().Format(http.TimeFormat)}},
			verdict.MissingParameters},
		{"/b/k", http.Header{"Authorization": {"AWS A:"}, "Date": {now.UTC().Format(http.TimeFormat)}},
			verdict.MissingParameters},
		{"/b/k", http.Header{"Authorization": {"AWS A:b:s"}, "Date": {now.UTC().Format(http.TimeFormat)}},
			verdict.MissingParameters},
	} {
		_, refusal := sigv2.Parse(request("GET", c.target, c.header), now)
		if got := reasonOf(refusal); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.target, c.header, got, c.want)
		}
	}
}

func reasonOf(r *verdict.Refusal) verdict.Reason {
	if r == nil {
		return ""
	}
	return r.Reason
}

func FuzzParse(f *testing.F) {
	f.Add("/b/k?AWSAccessKeyId=A&Signature=s&Expires=1", "", "")
	f.Add("/b/k", "AWS A:s", "Tue, 27 Mar 2007 19:36:42 +0000")
	f.Add("/%zz?%zz=&Expires=99999999999999999999&acl&acl=2", "AWS", "")
	f.Fuzz(func(t *testing.T, target, authorization, date string) {
		r := request("GET", target, http.Header{"Date": {date}})
		if authorization != "" {
			r.Header["Authorization"] = []string{authorization}
		}
		a, refusal := sigv2.Parse(r, time.Unix(0, 0))
		if refusal == nil && a.Verify(r, "b", "a secret that nobody has") == nil {
			t.Errorf("accepted %s %q", target, authorization)
		}
	})
}
