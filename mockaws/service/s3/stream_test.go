package s3_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// Over TLS the SDK sends what it cannot seek in as aws-chunked with a checksum
// after it.
func TestS3TrailerOfTheSDK(t *testing.T) {
	w := mocktest.New(t)
	srv := httptest.NewTLSServer(w)
	defer srv.Close()
	cfg := configOf(w)
	cfg.BaseEndpoint, cfg.HTTPClient = aws.String(srv.URL), srv.Client()
	client := s3.NewFromConfig(cfg)
	for _, algorithm := range []s3types.ChecksumAlgorithm{"", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
		content := random(t, 100_000)
		out, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"),
			ChecksumAlgorithm: algorithm,
			Body:              struct{ io.Reader }{bytes.NewReader(content)},
			ContentLength:     aws.Int64(int64(len(content))),
			ContentEncoding:   aws.String("gzip")})
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		if e := w.Last(t); e.Header.Get("X-Amz-Content-Sha256") != "STREAMING-UNSIGNED-PAYLOAD-TRAILER" ||
			!slices.Contains(e.Header.Values("Content-Encoding"), "aws-chunked") {
			t.Errorf("%s: sent as %v", algorithm, e.Header)
		}
		got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: uploads, Key: aws.String("k")})
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(got.Body); err != nil || !bytes.Equal(data, content) ||
			*got.ContentEncoding != "gzip" || out.ChecksumType != "FULL_OBJECT" {
			t.Errorf("%s: %d bytes in %v, %v", algorithm, len(data), *got.ContentEncoding, err)
		}
	}
}

// chunked writes a body as aws-chunked, each chunk signed over the one before it,
// and a trailer if the request announces one.
func chunked(secret, date, seed, content, trailer string) string {
	key := []byte("AWS4" + secret)
	for _, part := range []string{date[:8], "us-east-1", "s3", "aws4_request"} {
		key = hmacSHA256(key, part)
	}
	sign := func(kind, before, rest string) string {
		return hex.EncodeToString(hmacSHA256(key, "AWS4-HMAC-SHA256-"+kind+"\n"+date+"\n"+date[:8]+
			"/us-east-1/s3/aws4_request\n"+before+"\n"+rest))
	}
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return hex.EncodeToString(sum[:])
	}
	var b strings.Builder
	for _, chunk := range []string{content[:8192], content[8192:], ""} {
		seed = sign("PAYLOAD", seed, emptyHash+"\n"+hash(chunk))
		fmt.Fprintf(&b, "%x;chunk-signature=%s\r\n%s", len(chunk), seed, chunk)
		if chunk != "" || trailer == "" {
			b.WriteString("\r\n")
		}
	}
	if trailer != "" {
		fmt.Fprintf(&b, "%s\r\nx-amz-trailer-signature:%s\r\n\r\n", trailer, sign("TRAILER", seed, hash(trailer+"\n")))
	}
	return b.String()
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func TestS3SignedChunks(t *testing.T) {
	v := newVault(t)
	content := strings.Repeat("0123456789abcdef", 1000)
	crc := base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(content))))
	send := func(trailer string, change func(string) string) (*http.Response, string) {
		t.Helper()
		n := note{method: "PUT", header: []string{
			"X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "Content-Encoding: aws-chunked",
			fmt.Sprintf("X-Amz-Decoded-Content-Length: %d", len(content)),
		}}
		if trailer != "" {
			n.header[0] += "-TRAILER"
			n.header = append(n.header, "X-Amz-Trailer: x-amz-checksum-crc32")
		}
		n.change = func(r *http.Request) {
			seed := regexp.MustCompile("Signature=(.*)").FindStringSubmatch(r.Header.Get("Authorization"))[1]
			body := change(chunked(v.user.SecretAccessKey, r.Header.Get("X-Amz-Date"), seed, content, trailer))
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		}
		resp, body, _ := n.send(t, v)
		return resp, body
	}
	same := func(s string) string { return s }
	replace := func(from, to string) func(string) string {
		return func(s string) string { return strings.Replace(s, from, to, 1) }
	}
	good := "x-amz-checksum-crc32:" + crc
	for _, c := range []struct {
		name, trailer string
		change        func(string) string
		status        int
		want          string
	}{
		{"signed", "", same, 200, ""},
		{"signed with trailer", good, same, 200, ""},
		{"a byte changed", "", replace("0123", "1123"), 403, "<Code>SignatureDoesNotMatch</Code>"},
		{"a signature of another length", "", replace("chunk-signature=", "chunk-signature=0"), 400,
			"<Code>IncompleteBody</Code><Message>The request body terminated unexpectedly</Message>"},
		{"the last chunk alone", "", func(s string) string { return s[strings.Index(s, "\r\n0;")+2:] }, 403,
			"<Code>SignatureDoesNotMatch</Code>"},
		{"cut off", "", func(s string) string { return s[:len(s)/2] }, 400, "<Code>IncompleteBody</Code>"},
		{"trailer changed", good, replace(good, "x-amz-checksum-crc32:AAAAAA=="), 403,
			"<Code>SignatureDoesNotMatch</Code>"},
		{"wrong checksum, signed", "x-amz-checksum-crc32:AAAAAA==", same, 400,
			"<Code>BadDigest</Code><Message>The CRC32 you specified did not match the calculated checksum.</Message>"},
	} {
		if resp, body := send(c.trailer, c.change); resp.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %s, want %d %s", c.name, resp.StatusCode, body, c.status, c.want)
		}
		resp, body, _ := note{header: []string{"X-Amz-Checksum-Mode: ENABLED"}}.send(t, v)
		if resp.StatusCode != 200 || body != content || resp.Header.Get("Content-Encoding") != "" {
			t.Errorf("after %s: %d, %d bytes, encoding %q", c.name, resp.StatusCode, len(body),
				resp.Header.Get("Content-Encoding"))
		}
		if got := resp.Header.Get("X-Amz-Checksum-Crc32"); c.name == "signed with trailer" && got != crc {
			t.Errorf("checksum %q, want %q", got, crc)
		}
	}
}

// An anonymous upload is decoded and checked like any other.
func TestS3AnonymousUpload(t *testing.T) {
	v := newVault(t)
	admin := v.client(&v.user, "us-east-1")
	if _, err := admin.DeletePublicAccessBlock(t.Context(),
		&s3.DeletePublicAccessBlockInput{Bucket: uploads}); err != nil {
		t.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":[` + statement("Allow", `"*"`, "s3:PutObject", "uploads/*", "") +
		`]}`
	if _, err := admin.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: uploads,
		Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	body := "7\r\ncontent\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n"
	crc := base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte("content"))))
	for checksum, status := range map[string]int{crc: 200, "AAAAAA==": 400} {
		resp, text, _ := note{unsigned: true, method: "PUT", body: fmt.Sprintf(body, checksum), header: []string{
			"X-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER", "X-Amz-Trailer: x-amz-checksum-crc32",
			"X-Amz-Decoded-Content-Length: 7"}}.send(t, v)
		if resp.StatusCode != status {
			t.Errorf("%s: %d %s", checksum, resp.StatusCode, text)
		}
	}
	if _, text, _ := (note{}).send(t, v); text != "content" {
		t.Errorf("stored %q", text)
	}
}

// Everything at once: no call fails, and no reader sees a mixture.
func TestS3AtOnce(t *testing.T) {
	w := mocktest.New(t)
	client := clientOf(w)
	key := aws.String("k")
	put(t, client, "k", strings.Repeat("0", 1000))
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			text := strings.Repeat(fmt.Sprint(i), 1000)
			for range 10 {
				if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: key,
					Body: strings.NewReader(text)}); err != nil {
					t.Error(err)
				}
				if data, _, err := get(t, client, &s3.GetObjectInput{Key: key}); err != nil ||
					strings.Trim(data, data[:1]) != "" {
					t.Errorf("%.20q, %v", data, err)
				}
				up, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: uploads,
					Key: key})
				if err != nil {
					t.Error(err)
					return
				}
				part, err := client.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: uploads, Key: key,
					UploadId: up.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader(text)})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := client.CompleteMultipartUpload(t.Context(),
					&s3.CompleteMultipartUploadInput{Bucket: uploads, Key: key, UploadId: up.UploadId,
						MultipartUpload: &s3types.CompletedMultipartUpload{
							Parts: []s3types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag}}}}); err != nil {
					t.Error(err)
				}
				if _, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: uploads}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// A large object is in memory once: as it was sent, in parts, and as a copy.
func TestS3KeepsAnObjectOnce(t *testing.T) {
	const size = 48 << 20
	v := newVault(t)
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what was pooled goes in the second
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	client := v.client(&v.user, "us-east-1")
	before := heap()
	up, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: uploads,
		Key: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}
	var parts []s3types.CompletedPart
	for i := range int32(size / (6 << 20)) {
		out, err := client.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: uploads, Key: aws.String("k"),
			UploadId: up.UploadId, PartNumber: aws.Int32(i + 1), Body: bytes.NewReader(make([]byte, 6<<20))})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, s3types.CompletedPart{PartNumber: aws.Int32(i + 1), ETag: out.ETag})
	}
	if _, err := client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{Bucket: uploads,
		Key: aws.String("k"), UploadId: up.UploadId,
		MultipartUpload: &s3types.CompletedMultipartUpload{Parts: parts}}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.CopyObject(t.Context(), &s3.CopyObjectInput{Bucket: uploads, Key: aws.String("copy"),
		CopySource: aws.String("uploads/k")}); err != nil {
		t.Fatal(err)
	}
	out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: uploads, Key: aws.String("copy")})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, out.Body); err != nil || n != size {
		t.Errorf("%d bytes, %v", n, err)
	}
	if grown := heap() - before; grown < size*9/10 || grown > size*13/10 {
		t.Errorf("the heap has grown by %d bytes for an object of %d and its copy", grown, size)
	}
	runtime.KeepAlive(v)
}
