package mockaws_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// TestUploadsOverTheWire: a stream of unknown length is refused as AWS refuses it
// (aws/aws-sdk-js-v3#3400), and so is an expected owner that is no account.
func TestUploadsOverTheWire(t *testing.T) {
	_, url := judged(t, `
accounts: [{id: "111122223333", users: [{name: app, allow: ["s3:*"], keys: [{id: AKIAIOSFODNN7EXAMPLE, secret: `+
		rightSecret+`}]}]}]
buckets: [{name: uploads, account: "111122223333"}]
`)
	for _, row := range []struct {
		name, extra, body string
		header            http.Header
		status            int
		answer            string
	}{
		{"chunked", "Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n", nil, 501,
			"<Header>Transfer-Encoding</Header>"},
		{"of known length", "Content-Length: 5", "hello", nil, 200, ""},
		{"owner", "Content-Length: 5", "hello", http.Header{"X-Amz-Expected-Bucket-Owner": {"me"}}, 400,
			"InvalidBucketOwnerAWSAccountID"},
		{"other owner", "Content-Length: 5", "hello", http.Header{"X-Amz-Expected-Bucket-Owner": {"999988887777"}}, 403,
			"AccessDenied"},
	} {
		req, _ := http.NewRequest(http.MethodPut, "http://s3.us-east-1.amazonaws.com/uploads/key", nil)
		for k, v := range row.header {
			req.Header[k] = v
		}
		req.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
		signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
		if err := signer.SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE",
			SecretAccessKey: rightSecret}, req, "UNSIGNED-PAYLOAD", "s3", "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
		text := &strings.Builder{}
		text.WriteString("PUT /uploads/key HTTP/1.1\r\nHost: s3.us-east-1.amazonaws.com\r\nConnection: close\r\n" +
			row.extra +
			"\r\n")
		_ = req.Header.Write(text)
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(text.String() + "\r\n" + row.body))
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		conn.Close()
		if resp.StatusCode != row.status || !strings.Contains(string(body), row.answer) {
			t.Errorf("%s: %d %s", row.name, resp.StatusCode, body)
		}
	}
}
