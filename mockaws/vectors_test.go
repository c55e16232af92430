package mockaws_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

type vector struct {
	Name      string   `yaml:"name"`
	Target    string   `yaml:"target"` // "GET /path?query"
	Header    []string `yaml:"header"`
	Signed    string   `yaml:"signed"`
	Signature string   `yaml:"signature"` // "" for a presigned target
}

const vectorDate = "20150830T123600Z"

// text is the request as it goes over the wire.
func (v vector) text() string {
	lines := []string{v.Target + " HTTP/1.1", "Host: example.amazonaws.com", "Connection: close"}
	lines = append(lines, v.Header...)
	if v.Signature != "" {
		algorithm, scope := "AWS4-HMAC-SHA256", "20150830/us-east-1/service/aws4_request"
		if strings.HasPrefix(v.Name, "v4a/") {
			algorithm, scope = "AWS4-ECDSA-P256-SHA256", "20150830/service/aws4_request"
		}
		lines = append(lines, "X-Amz-Date: "+vectorDate, fmt.Sprintf(
			"Authorization: %s Credential=AKIDEXAMPLE/%s, SignedHeaders=%s, Signature=%s", algorithm, scope, v.Signed,
			v.Signature))
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

var sentSignature = regexp.MustCompile(`Signature=[0-9a-f]+`)

// otherSignature is a request with another last digit in its signature.
func otherSignature(text string) string {
	return sentSignature.ReplaceAllStringFunc(text, func(signature string) string {
		last := "0"
		if strings.HasSuffix(signature, "0") {
			last = "1"
		}
		return signature[:len(signature)-1] + last
	})
}

// TestVectors judges published requests for a service that a seed declares, over TCP,
// through the whole mock.
func TestVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/vectors.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := yaml.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	const seed = `
accounts: [{id: "111122223333", users: [{name: app, keys: [{id: AKIDEXAMPLE, secret: %s}]}]}]
services: [{name: service, protocol: rest-json, asymmetric: true}]
`
	server, url := judged(t, fmt.Sprintf(seed, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
	other, otherURL := judged(t, fmt.Sprintf(seed, "xJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
	for _, s := range []interface{ SetOffset(time.Duration) }{server.Clock(), other.Clock()} {
		at, _ := time.Parse("20060102T150405Z", vectorDate)
		s.SetOffset(time.Until(at))
	}
	kinds := map[string]int{}
	for _, v := range vectors {
		kind, _, _ := strings.Cut(v.Name, "/")
		kinds[fmt.Sprintf("%s, header %v", kind, v.Signature != "")]++
		if status := overTCP(t, url, v.text()); status != http.StatusOK {
			t.Errorf("%s: %d\n%s", v.Name, status, last(t, server))
		} else if e := last(t, server); !e.Verdict.Accepted || e.Verdict.Principal == "" {
			t.Errorf("%s: %s", v.Name, e)
		}
		for _, wrong := range []struct{ url, text string }{{url, otherSignature(v.text())}, {otherURL, v.text()}} {
			if status := overTCP(t, wrong.url, wrong.text); status != http.StatusForbidden {
				t.Errorf("%s: changed, or under another secret: %d", v.Name, status)
			}
		}
		if e := last(t, other); e.Verdict.Refusal.Reason != verdict.SignatureMismatch {
			t.Errorf("%s: %s", v.Name, e)
		}
	}
	if len(kinds) != 4 || len(vectors) < 12 {
		t.Errorf("vectors: %v", kinds)
	}
}

// overTCP sends a request as it is written and returns the answer's status.
func overTCP(t *testing.T, url, text string) int {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// TestDeclaredServicesAreChecked: a seed that cannot be, says why.
func TestDeclaredServicesAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		"{name: UPPER}":                  "services[0]: name is \"UPPER\"",
		"{name: a, protocol: soap}":      "protocol is \"soap\": write one of json, query, rest-json, rest-xml",
		"{name: a, skew: soon}":          "skew is \"soon\"",
		"{name: a, paths: twice}":        "paths is \"twice\": write normalised, as-sent or either",
		"{name: a, unsignedPayload: 12}": "true or false belongs",
	} {
		server := newServer()
		err := seedOf(server, "accounts: [{id: \"111122223333\"}]\nservices: ["+text+"]\n")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
