package s3_test

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestUploadAnswers: uploads that S3 refuses, with what stands on the wire. The sources
// are those of the rows.
func TestUploadAnswers(t *testing.T) {
	v := newVault(t)
	const nvme = "X-Amz-Trailer: x-amz-checksum-crc64nvme"
	for _, row := range []struct {
		name, body string
		header     []string
		status     int
		want       string
	}{
		{"no length", "5\r\nhello\r\n0\r\n\r\n", nil, 411,
			"<Code>MissingContentLength</Code><Message>You must provide the Content-Length HTTP header.</Message>"},
		{"no number", "5\r\nhello\r\n0\r\n\r\n", []string{"X-Amz-Decoded-Content-Length: 12x"}, 411,
			"<Code>MissingContentLength</Code>"},
		{"another length", "5\r\nhello\r\n0\r\n\r\n", []string{"X-Amz-Decoded-Content-Length: 7"}, 400,
			"<Code>IncompleteBody</Code><Message>You did not provide the number of bytes specified by the " +
				"Content-Length HTTP header</Message><NumberBytesExpected>7</NumberBytesExpected>" +
				"<NumberBytesProvided>5</NumberBytesProvided>"},
		{"no checksum", "5\r\nhello\r\n0\r\nx-amz-checksum-crc64nvme:invalid\r\n\r\n",
			[]string{"X-Amz-Decoded-Content-Length: 5", nvme}, 400,
			"<Code>InvalidRequest</Code><Message>Value for x-amz-checksum-crc64nvme trailing header is " +
				"invalid.</Message>"},
		{"no last blank line", "5\r\nhello\r\n0\r\nx-amz-checksum-crc64nvme:M3eFcAZSQlc=\r\n",
			[]string{"X-Amz-Decoded-Content-Length: 5", nvme}, 400, "<Code>IncompleteBody</Code>"},
		{"right", "5\r\nhello\r\n0\r\nx-amz-checksum-crc64nvme:M3eFcAZSQlc=\r\n\r\n",
			[]string{"X-Amz-Decoded-Content-Length: 5", nvme}, 200, ""},
	} {
		n := note{method: "PUT", body: row.body,
			header: append([]string{"X-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER"}, row.header...)}
		resp, body, _ := n.send(t, v)
		if resp.StatusCode != row.status || !strings.Contains(body, row.want) {
			t.Errorf("%s: %d %s, want %d %s", row.name, resp.StatusCode, body, row.status, row.want)
		}
	}
}

// TestXXHash: S3 takes the checksums of 2026. The values of "abcdefg" are those of
// versity/versitygw, tests/integration/unsigned_streaming_payload_trailer.go.
func TestXXHash(t *testing.T) {
	v := newVault(t)
	for algorithm, sum := range map[string]string{"xxhash64": "GGCUDikCgi0=", "xxhash3": "WkDcP9RMBS8=",
		"xxhash128": "Kq/YOGmlnDE/55jA7aptxg=="} {
		header := "X-Amz-Checksum-" + algorithm
		resp, body, _ := note{method: "PUT", body: "abcdefg", header: []string{header + ": " + sum}}.send(t, v)
		if resp.StatusCode != 200 || resp.Header.Get(header) != sum {
			t.Errorf("%s: %d %s %s", algorithm, resp.StatusCode, resp.Header, body)
		}
		resp, body, _ = note{method: "PUT", body: "abcdefG", header: []string{header + ": " + sum}}.send(t, v)
		if resp.StatusCode != 400 || !strings.Contains(body, "<Code>BadDigest</Code>") {
			t.Errorf("%s of another body: %d %s", algorithm, resp.StatusCode, body)
		}
	}
}

// TestUploadWithoutLength: a PUT over HTTP/1.1 that announces no length, not even 0
// (versity/versitygw#1043, #1248, #1623). What was signed of its body is not looked at before.
func TestUploadWithoutLength(t *testing.T) {
	v := newVault(t)
	const missing = "<Code>MissingContentLength</Code>"
	hash := []string{fmt.Sprintf("X-Amz-Content-Sha256: %x", sha256.Sum256([]byte("hello")))}
	signed := note{method: "PUT", header: hash}
	for _, row := range []struct {
		name   string
		note   note
		line   string
		status int
		want   string
	}{
		{"presigned", note{method: "PUT", presigned: "60"}, "", 411, missing},
		{"presigned and empty", note{method: "PUT", presigned: "60"}, "Content-Length: 0\r\n", 200, ""},
		{"a signed body", signed, "", 411, missing},
		{"aws-chunked with its decoded length alone", note{method: "PUT", header: []string{
			"X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "X-Amz-Decoded-Content-Length: 5",
			"Content-Encoding: aws-chunked"}}, "", 400,
			"<Code>IncompleteBody</Code><Message>The request body terminated unexpectedly</Message>"},
		{"aws-chunked without any length", note{method: "PUT", header: []string{
			"X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "Content-Encoding: aws-chunked"}}, "", 411,
			missing},
		{"a signed body of another length", signed, "Content-Length: 0\r\n", 400,
			"<Code>XAmzContentSHA256Mismatch</Code>"},
		{"a signed part", note{method: "PUT", target: "/uploads/k?partNumber=1&uploadId=u", header: hash}, "", 411,
			missing},
		{"a body with a wrong signature", note{method: "PUT", header: hash, change: inAuthorization("Signature=.",
			"Signature=x")}, "", 403, "<Code>SignatureDoesNotMatch</Code>"},
	} {
		status, body := withoutBody(t, v, row.note.request(t, v), row.line)
		if status != row.status || !strings.Contains(body, row.want) {
			t.Errorf("%s: %d %s, want %d %s", row.name, status, body, row.status, row.want)
		}
	}
}

// withoutBody sends the head of a request only, with a line that was not signed.
func withoutBody(t *testing.T, v *vault, r *http.Request, line string) (int, string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(v.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	head := &strings.Builder{}
	fmt.Fprintf(head, "PUT %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n", r.URL.RequestURI(), r.Host, line)
	_ = r.Header.Write(head)
	if _, err := io.WriteString(conn, head.String()+"\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body)
}
