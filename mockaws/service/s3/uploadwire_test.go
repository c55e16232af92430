package s3_test

import (
	"bufio"
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
// (versity/versitygw#1043, #1248).
func TestUploadWithoutLength(t *testing.T) {
	v := newVault(t)
	for _, row := range []struct {
		line   string
		status int
	}{{"", 411}, {"Content-Length: 0\r\n", 200}} {
		r := note{method: "PUT", presigned: "60"}.request(t, v)
		conn, err := net.Dial("tcp", strings.TrimPrefix(v.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n", r.URL.RequestURI(), r.Host,
			row.line)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != row.status || row.status == 411 && !strings.Contains(string(body),
			"<Code>MissingContentLength</Code>") {
			t.Errorf("%q: %d %s", row.line, resp.StatusCode, body)
		}
	}
}
