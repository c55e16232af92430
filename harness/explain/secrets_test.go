package explain_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/explain"
)

// planted are secrets in places of a request where people put them. Nothing of the
// explanation may show one, as it is or as it is written in a URL.
var planted = map[string]string{
	"SSE-C":    "b3RoZXItc3NlLWMta2V5LW90aGVyLXNzZS1jLWtleS0xMg==",
	"api key":  "APIKEYREALAPIKEYREAL12345",
	"password": "hunter2hunter2",
	"own auth": "sk_live_51HabcdefghijklmnopQRST",
	"token":    "IQoJb3JpZ2luX2VjEJz//////////wEaCXVzLWVhc3QtMSJHMEUCIQDplantedplanted",
	"given":    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzREALKEY1",
	"in url":   "Passw0rdInTheAddress",
}

const plantedRequest = "curl -H 'Authorization: AWS4-HMAC-SHA256 " +
	"Credential=AKIAREALREALREALREAL/20260101/us-east-1/s3/aws4_request, " +
	"SignedHeaders=host;x-amz-date;x-amz-server-side-encryption-customer-key;x-api-key;x-my-auth, " +
	"Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7' -H 'X-Amz-Date: " +
	"20260101T000000Z' -H 'x-amz-server-side-encryption-customer-key: {SSE-C}' -H 'x-api-key: {api key}' -H " +
	"'x-my-auth: {own auth}' -H 'x-amz-security-token: {token}' -H 'Referer: https://me:{in url}@example.com/' " +
	"'https://bkt.s3.amazonaws.com/k?password={password}&secret={given, escaped}'"

// fill puts the secrets into a text.
func fill(text string) string {
	for name, secret := range planted {
		text = strings.NewReplacer("{"+name+"}", secret, "{"+name+", escaped}", url.QueryEscape(secret)).Replace(text)
	}
	return text
}

func TestShowsNoSecretOfItsInput(t *testing.T) {
	http := fill("PUT /k/{own auth}/{api key}?password={password}&secret={given, escaped} HTTP/1.1\nHost: " +
		"bkt.s3.amazonaws.com\n" +
		"X-Amz-Date: 20260101T000000Z\nX-My-Auth: {own auth}\nX-Api-Key: {api key}\nX-Amz-Security-Token: {token}\n" +
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIAREALREALREALREAL/20260101/us-east-1/s3/aws4_request, " +
		"SignedHeaders=host;{own auth};x-amz-date, Signature=00\n\n")
	message := fill("Error: SignatureDoesNotMatch: The request signature we calculated does not match\n" +
		"  x-amz-security-token:{token}\n  aws_session_token={token} postgres://app:{in url}@db/x\n" +
		"  x-amz-server-side-encryption-customer-key:{SSE-C} AccessDenied {given}")
	for name, input := range map[string]string{"curl": fill(plantedRequest), "HTTP": http, "message": message} {
		for _, secret := range []string{"", planted["given"]} {
			r, err := explain.Explain([]byte(input), explain.Options{Secret: secret})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var text bytes.Buffer
			r.WriteText(&text)
			data, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			shows(t, name+" as text", text.String())
			shows(t, name+" as JSON", string(data))
		}
	}
}

// shows fails a test if a text shows one of the secrets, or the longer half of one.
func shows(t *testing.T, what, text string) {
	t.Helper()
	for name, secret := range planted {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), secret[len(secret)/2:]} {
			if strings.Contains(text, form) {
				t.Errorf("%s shows the %s %q:\n%s", what, name, form, text)
				break
			}
		}
	}
}
