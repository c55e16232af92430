package mockaws_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// pasted is a secret as people paste it into the wrong place: the example of
// AWS's documentation
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html).
const pasted = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

const (
	signedByPasted = "AWS4-HMAC-SHA256 Credential=" + pasted +
		"/20250130/us-east-1/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature="
	fullSignature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
	signedByKey   = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20250130/us-east-1/sts/aws4_request, " +
		"SignedHeaders=host;x-amz-date, Signature="
)

// TestJournalShowsNoSecretWhereverItIsSent sends a secret in each place of a
// request and looks for it and for its longer parts, as it was sent and as it is
// decoded, in the journal.
func TestJournalShowsNoSecretWhereverItIsSent(t *testing.T) {
	escaped := url.QueryEscape(pasted)
	presigned := "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=" + time.Now().
		UTC().
		Format("20060102T150405Z") +
		"&X-Amz-SignedHeaders=host&X-Amz-Expires=60"
	for _, row := range []struct {
		name, host, query string
		header            map[string]string
		secret            string // "": pasted
	}{
		{name: "a header for a secret", header: map[string]string{"X-Client-Secret": pasted}},
		{name: "a header for a token", header: map[string]string{"X-Vault-Token": pasted}},
		{name: "a header for a password", header: map[string]string{"X-Password": pasted}},
		{name: "a header for a key", header: map[string]string{"X-Api-Key": pasted}},
		{name: "a header for a key, in one word", header: map[string]string{"X-Apikey": pasted}},
		{name: "a cookie", header: map[string]string{"Cookie": "session=" + pasted}},
		{name: "authorization at a proxy", header: map[string]string{"Proxy-Authorization": "Basic " + pasted}},
		{name: "a header whose name is too long to tell", header: map[string]string{"X-" + strings.Repeat("Long-",
			14) + "Name": pasted}},
		{name: "a parameter for a secret", query: "client_secret=" + pasted},
		{name: "a parameter for a token", query: "X-Amz-Security-Token=" + escaped},
		{name: "a parameter whose name is escaped", query: "client%5Fs%65cret=" + pasted},
		{name: "a parameter whose name is escaped wrongly", query: "client_%zzsecret=" + pasted},
		{name: "the scheme of Authorization", header: map[string]string{"Authorization": pasted}},
		{name: "a word of Authorization", header: map[string]string{"Authorization": "AWS4-HMAC-SHA256 " + pasted}},
		{name: "a piece of Authorization",
			header: map[string]string{"Authorization": "AWS4-HMAC-SHA256 Credential=x, " + pasted}},
		{name: "the place of the key id", header: map[string]string{"Authorization": signedByPasted + fullSignature}},
		{name: "the place of the key id, at S3", host: "s3.us-east-1.amazonaws.com",
			header: map[string]string{"Authorization": strings.Replace(signedByPasted, "/sts/", "/s3/", 1) +
				fullSignature, "X-Amz-Content-Sha256": "x"}},
		{name: "the place of the key id, in a URL", query: presigned + "&X-Amz-Signature=x&X-Amz-Credential=" +
			url.QueryEscape(pasted+"/20250130/us-east-1/sts/aws4_request")},
		{name: "the place of the credential",
			header: map[string]string{"Authorization": "AWS4-HMAC-SHA256 Credential=" + pasted +
				", SignedHeaders=host, Signature=x"}},
		{name: "the place of the key id, in a URL of Signature Version 2", host: "s3.us-east-1.amazonaws.com",
			query: "AWSAccessKeyId=" + escaped + "&Signature=x&Expires=1"},
		{name: "the place of the key id, at a service that is not known", host: "nothing.us-east-1.amazonaws.com",
			query: presigned + "&X-Amz-Credential=" + escaped},
		{name: "a signature", header: map[string]string{"Authorization": signedByKey + fullSignature},
			secret: fullSignature},
		{name: "a signature of a URL", query: presigned +
			"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20250130%2Fus-east-1%2Fsts%2Faws4_request" +
			"&X-Amz-Signature=" + fullSignature, secret: fullSignature},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := mocktest.New(t)
			host := row.host
			if host == "" {
				host = "sts.us-east-1.amazonaws.com"
			}
			query := "Action=GetCallerIdentity&Version=2011-06-15&" + row.query
			lines := []string{"GET /?" + strings.ReplaceAll(query, " ", "%20") + " HTTP/1.1", "Host: " + host,
				"X-Amz-Date: " + time.Now().UTC().Format("20060102T150405Z"), "Connection: close"}
			for name, value := range row.header {
				lines = append(lines, http.CanonicalHeaderKey(name)+": "+value)
			}
			sendRaw(t, w, strings.Join(lines, "\r\n")+"\r\n\r\n")
			all := w.Journal().Since(0)
			if len(all) != 1 {
				t.Fatalf("%d exchanges, want 1", len(all))
			}
			text, err := json.Marshal(all)
			if err != nil {
				t.Fatal(err)
			}
			forms := []string{row.secret}
			if row.secret == "" {
				forms = []string{pasted, escaped, url.PathEscape(pasted), "wJalrXUtnFEMI", "bPxRfiCYEXAMPLEKEY"}
			}
			shown := string(text) + all[0].String()
			for _, form := range forms {
				if strings.Contains(shown, form) {
					t.Errorf("the journal shows %q: %s", form, shown)
				}
			}
		})
	}
}
