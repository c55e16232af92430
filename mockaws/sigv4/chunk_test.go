package sigv4_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	streamDocs  = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html"
	trailerDocs = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html"
)

var chunkNow = time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)

// chunkedRequest is the upload in AWS's documentation: 66560 letters "a".
func chunkedRequest(keyword, signedHeaders, signature, body string, header ...string) *sigv4.Request {
	x := golden{
		target: "PUT /examplebucket/chunkObject.txt", host: "s3.amazonaws.com", date: "20130524T000000Z",
		keyID: testKeyID, body: body,
		scope: "20130524/us-east-1/s3/aws4_request", signed: signedHeaders, signature: signature,
		header: append([]string{
			"Content-Encoding: aws-chunked", "X-Amz-Storage-Class: REDUCED_REDUNDANCY",
			"X-Amz-Decoded-Content-Length: 66560", "X-Amz-Content-Sha256: " + keyword,
		}, header...),
	}
	return x.request()
}

func signedUpload() *sigv4.Request {
	return chunkedRequest("STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
		"content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
		"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
		"10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"+strings.Repeat("a",
			65536)+"\r\n"+
			"400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"+
			strings.Repeat("a", 1024)+"\r\n"+
			"0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
		"Content-Length: 66824")
}

func trailerUpload(trailers string) *sigv4.Request {
	return chunkedRequest("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
		"content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
		"106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
		"10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"+strings.Repeat("a",
			65536)+"\r\n"+
			"400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"+
			strings.Repeat("a", 1024)+"\r\n"+
			"0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"+trailers,
		"X-Amz-Trailer: x-amz-checksum-crc32c")
}

// The trailers of the documentation, and others that are as well signed but are
// not the payload's (aws/aws-sdk-java-v2, tests of AwsChunkedV4PayloadSigner).
const (
	docTrailers   = "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
	otherTrailers = "x-amz-checksum-crc32c:wdBDMA==\r\nx-amz-trailer-signature:ce306fa4cdf73aa89071b78358f0d22ea79c43117314c8ed68017f7d6f91048e\r\n\r\n"
)

func TestChunksOfTheDocumentation(t *testing.T) {
	for _, x := range []struct {
		source  string
		request *sigv4.Request
		payload verdict.Reason // of Payload, "" if it accepts
	}{
		{streamDocs, signedUpload(), ""},
		{trailerDocs, trailerUpload(docTrailers), ""},
		{trailerDocs, trailerUpload(strings.Replace(docTrailers, "\r\nx-amz-t", "\n\r\nx-amz-t", 1)), ""},
		{"aws/aws-sdk-java-v2", trailerUpload(otherTrailers), verdict.ChecksumMismatch},
		{trailerDocs, trailerUpload("\r\n" + docTrailers), ""},
	} {
		var v sigv4.Verifier
		a, refusal := sigv4.Parse(x.request, s3Rules(), chunkNow)
		if refusal == nil {
			refusal = v.Verify(x.request, a, s3Rules(), testSecret)
		}
		if refusal != nil {
			t.Errorf("%s: %v %v", x.source, refusal, refusal.Cause)
			continue
		}
		payload, refusal := sigv4.Payload(x.request)
		switch {
		case x.payload == "" && (refusal != nil || string(payload) != strings.Repeat("a", 66560)):
			t.Errorf("%s: %d bytes, %v", x.source, len(payload), refusal)
		case x.payload != "" && (refusal == nil || refusal.Reason != x.payload):
			t.Errorf("%s: %v, want %s", x.source, refusal, x.payload)
		}
	}
}

// TestChunksChanged: nothing in a chunked body can be changed.
func TestChunksChanged(t *testing.T) {
	replace := func(from, to string) func(string) string {
		return func(body string) string { return strings.Replace(body, from, to, 1) }
	}
	for _, x := range []struct {
		name   string
		change func(string) string
		want   verdict.Reason
	}{
		{"a byte", replace("aaa", "aba"), verdict.ChunkSignatureMismatch},
		{"a signature", replace("ad80c730", "ad80c731"), verdict.ChunkSignatureMismatch},
		{"no signature", replace(";chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
			""), verdict.ChunkMalformed},
		{"another name", replace("chunk-signature", "chunk-signatura"), verdict.ChunkMalformed},
		{"size too large", replace("10000;", "10001;"), verdict.ChunkMalformed},
		{"size huge", replace("10000;", "3fffffffffffffff;"), verdict.ChunkMalformed},
		{"size not hexadecimal", replace("10000;", "1_000;"), verdict.ChunkMalformed},
		{"size negative", replace("10000;", "-1;"), verdict.ChunkMalformed},
		{"no final chunk", func(body string) string { return body[:strings.LastIndex(body, "0;chunk")] },
			verdict.ChunkMalformed},
		{"cut off", func(body string) string { return body[:70000-4000] }, verdict.ChunkMalformed},
		{"final chunk elsewhere", func(body string) string { return body[strings.LastIndex(body, "0;chunk"):] },
			verdict.ChunkSignatureMismatch},
		{"a chunk twice", func(body string) string { return body[:strings.Index(body, "400;")] + body },
			verdict.ChunkSignatureMismatch},
		{"empty", func(string) string { return "" }, verdict.ChunkMalformed},
		{"text after the end", func(body string) string { return body + "more" }, verdict.ChunkMalformed},
		{"a trailer after the end", func(body string) string { return body + "x-more: 1\r\n" },
			verdict.ChunkMalformed},
	} {
		r := signedUpload()
		r.Body = []byte(x.change(string(r.Body)))
		if refusal := judge(new(sigv4.Verifier), r, s3Rules(), testSecret, chunkNow); refusal == nil ||
			refusal.Reason != x.want {
			t.Errorf("%s: %v, want %s", x.name, refusal, x.want)
		}
	}
	for _, x := range []struct {
		name, from, to string
		want           verdict.Reason
	}{
		{"the checksum", "sOO8/Q==", "sOO8/A==", verdict.ChunkSignatureMismatch},
		{"the trailer's signature", "d81f82fc", "d81f82fd", verdict.ChunkSignatureMismatch},
		{"no trailer signature", "x-amz-trailer-signature", "x-other", verdict.ChunkMalformed},
		{"the trailer's name", "crc32c", "crc32", verdict.TrailerMalformed},
	} {
		r := trailerUpload(strings.Replace(docTrailers, x.from, x.to, 1))
		if refusal := judge(new(sigv4.Verifier), r, s3Rules(), testSecret, chunkNow); refusal == nil ||
			refusal.Reason != x.want {
			t.Errorf("%s: %v, want %s", x.name, refusal, x.want)
		}
	}
}

// "Only the last chunk is allowed to have a size less than 8192 bytes", S3 says
// (aws/aws-sdk-js-v3#6799 has this answer, and quotes the documentation).
// The sizes are looked at before the signatures of the chunks.
func TestSmallChunks(t *testing.T) {
	for _, x := range []struct {
		name  string
		sizes []int
		want  verdict.Reason
	}{
		{"the last one alone", []int{1}, verdict.ChunkSignatureMismatch},
		{"the least size", []int{8192, 1}, verdict.ChunkSignatureMismatch},
		{"the first one too small", []int{8191, 1}, verdict.ChunkTooSmall},
		{"the one before the last too small", []int{8192, 8191, 1}, verdict.ChunkTooSmall},
	} {
		var body strings.Builder
		for _, size := range x.sizes {
			fmt.Fprintf(&body, "%x;chunk-signature=%064d\r\n%s\r\n", size, 0, strings.Repeat("a", size))
		}
		fmt.Fprintf(&body, "0;chunk-signature=%064d\r\n\r\n", 0)
		r := signedUpload()
		r.Body = []byte(body.String())
		if refusal := judge(new(sigv4.Verifier), r, s3Rules(), testSecret, chunkNow); refusal == nil ||
			refusal.Reason != x.want {
			t.Errorf("%s: %v, want %s", x.name, refusal, x.want)
		}
	}
}

func TestPayload(t *testing.T) {
	unsigned := func(body, length string, header ...string) *sigv4.Request {
		r := &sigv4.Request{Method: "PUT", Path: "/k", Header: http.Header{}, Body: []byte(body)}
		r.Header.Set("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
		if length != "" {
			r.Header.Set("X-Amz-Decoded-Content-Length", length)
		}
		for _, h := range header {
			name, value, _ := strings.Cut(h, ": ")
			r.Header.Set(name, value)
		}
		return r
	}
	plain := func(method string, header ...string) *sigv4.Request {
		r := unsigned("123456789", "", header...)
		r.Method = method
		r.Header.Del("X-Amz-Content-Sha256")
		return r
	}
	sum := crc32.ChecksumIEEE([]byte("hello"))
	hello := base64.StdEncoding.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
	const announce = "X-Amz-Trailer: x-amz-checksum-crc32"
	for _, x := range []struct {
		name    string
		request *sigv4.Request
		want    string
		reason  verdict.Reason
	}{
		{"trailer", unsigned("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:"+hello+"\r\n\r\n", "5", announce), "hello", ""},
		{"two chunks", unsigned("2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32: "+hello+"\r\n\r\n", "5", announce),
			"hello", ""},
		{"wrong checksum", unsigned("5\r\nhellO\r\n0\r\nx-amz-checksum-crc32:"+hello+"\r\n\r\n", "5", announce), "",
			verdict.ChecksumMismatch},
		{"not announced", unsigned("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:"+hello+"\r\n\r\n", "5"), "",
			verdict.TrailerMalformed},
		{"announced, not sent", unsigned("5\r\nhello\r\n0\r\n\r\n", "5", announce), "", verdict.TrailerMalformed},
		{"another one", unsigned("5\r\nhello\r\n0\r\nx-amz-checksum-sha1:"+hello+"\r\n\r\n", "5", announce), "",
			verdict.TrailerMalformed},
		{"unknown algorithm", unsigned("5\r\nhello\r\n0\r\nx-amz-checksum-crc7:"+hello+"\r\n\r\n", "5",
			"X-Amz-Trailer: x-amz-checksum-crc7"), "", verdict.TrailerMalformed},
		{"length too small", unsigned("5\r\nhello\r\n0\r\n\r\n", "4"), "", verdict.ChunkMalformed},
		{"length missing", unsigned("5\r\nhello\r\n0\r\n\r\n", ""), "", verdict.ChunkMalformed},
		{"length no number", unsigned("5\r\nhello\r\n0\r\n\r\n", "five"), "", verdict.ChunkMalformed},
		{"no chunks", unsigned("hello", "5"), "", verdict.ChunkMalformed},
		{"plain", plain("PUT"), "123456789", ""},
		// The check values of "123456789", https://reveng.sourceforge.io/crc-catalogue/all.htm
		{"crc32", plain("PUT", "X-Amz-Checksum-Crc32: "+b64("cbf43926")), "123456789", ""},
		{"crc32c", plain("PUT", "X-Amz-Checksum-Crc32c: "+b64("e3069283")), "123456789", ""},
		{"crc64nvme", plain("PUT", "X-Amz-Checksum-Crc64nvme: "+b64("ae8b14860a799888")), "123456789", ""},
		{"sha1", plain("PUT", "X-Amz-Checksum-Sha1: "+b64("f7c3bc1d808e04732adf679965ccc34ca7ae3441")), "123456789",
			""},
		{"sha256", plain("PUT", "X-Amz-Checksum-Sha256: "+b64(hashOf([]byte("123456789")))), "123456789", ""},
		{"wrong header", plain("PUT", "X-Amz-Checksum-Crc32: "+b64("cbf43927")), "", verdict.ChecksumMismatch},
		{"an object's checksum", plain("POST", "X-Amz-Checksum-Crc32: "+b64("cbf43927")), "123456789", ""},
		{"its kind", plain("PUT", "X-Amz-Checksum-Type: FULL_OBJECT"), "123456789", ""},
	} {
		payload, refusal := sigv4.Payload(x.request)
		switch {
		case x.reason == "" && (refusal != nil || string(payload) != x.want):
			t.Errorf("%s: %q, %v", x.name, payload, refusal)
		case x.reason != "" && (refusal == nil || refusal.Reason != x.reason):
			t.Errorf("%s: %v, want %s", x.name, refusal, x.reason)
		}
	}
}

func b64(digits string) string {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(b)
}
