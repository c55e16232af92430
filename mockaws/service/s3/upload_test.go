package s3_test

import (
	"cmp"
	"net/http"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/service/s3"
)

// TestUploadsThatS3Refuses: requests of which others recorded or reported AWS's answer
// (see the sources in the rows).
func TestUploadsThatS3Refuses(t *testing.T) {
	const crc, sha = "AAAAAA==", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	for _, row := range []struct {
		name    string
		header  map[string]string
		chunked bool
		length  int64
		code    string // "" for what is taken
		message string
	}{
		{name: "nothing particular"},
		{name: "one checksum", header: map[string]string{"X-Amz-Checksum-Crc32": crc}},
		{name: "chunked", chunked: true, length: -1, code: "NotImplemented", message: "A header you provided implies"},
		{name: "a checksum that S3 has not as a trailer",
			header: map[string]string{"X-Amz-Trailer": "x-amz-checksum-crc7"}, code: "InvalidRequest",
			message: "The value specified in the x-amz-trailer header is not supported"},
		{name: "no length", length: -1, code: "MissingContentLength", message: "Content-Length"},
		{name: "two checksums", header: map[string]string{"X-Amz-Checksum-Crc32": crc, "X-Amz-Checksum-Sha256": sha},
			code: "InvalidRequest", message: "Expecting a single x-amz-checksum- header"},
		{name: "header and trailer",
			header: map[string]string{"X-Amz-Checksum-Crc32": crc, "X-Amz-Trailer": "x-amz-checksum-crc32"},
			code:   "InvalidRequest", message: "Multiple checksum Types"},
		{name: "no base64", header: map[string]string{"X-Amz-Checksum-Crc32": "nope!"}, code: "InvalidRequest",
			message: "Value for x-amz-checksum-crc32 header is invalid."},
		{name: "too short", header: map[string]string{"X-Amz-Checksum-Sha256": crc}, code: "InvalidRequest",
			message: "Value for x-amz-checksum-sha256 header is invalid."},
		{name: "algorithm alone", header: map[string]string{"X-Amz-Sdk-Checksum-Algorithm": "CRC32"},
			code: "InvalidRequest", message: "no corresponding x-amz-checksum-* or x-amz-trailer headers were found."},
		{name: "other algorithm",
			header: map[string]string{"X-Amz-Sdk-Checksum-Algorithm": "SHA1", "X-Amz-Checksum-Crc32": crc},
			code:   "InvalidRequest", message: "Value for x-amz-sdk-checksum-algorithm header is invalid."},
		{name: "other algorithm than the trailer",
			header: map[string]string{"X-Amz-Sdk-Checksum-Algorithm": "SHA1", "X-Amz-Trailer": "x-amz-checksum-crc32"},
			code:   "InvalidRequest", message: "Value for x-amz-sdk-checksum-algorithm header is invalid."},
		{name: "the trailer's algorithm",
			header: map[string]string{"X-Amz-Sdk-Checksum-Algorithm": "CRC32",
				"X-Amz-Trailer": "x-amz-checksum-crc32"}},
		{name: "aws-chunked in chunks of HTTP", chunked: true, length: -1,
			header: map[string]string{"X-Amz-Decoded-Content-Length": "5", "X-Amz-Trailer": "x-amz-checksum-crc32"}},
		{name: "the kind of a checksum", header: map[string]string{"X-Amz-Checksum-Algorithm": "CRC32",
			"X-Amz-Checksum-Type": "FULL_OBJECT", "X-Amz-Checksum-Crc32": crc}},
	} {
		r := &http.Request{Method: http.MethodPut, Header: http.Header{}, ContentLength: row.length}
		for k, v := range row.header {
			r.Header.Set(k, v)
		}
		if row.chunked {
			r.TransferEncoding = []string{"chunked"}
		}
		err := cmp.Or(s3.CheckTransfer(r, "PutObject"), s3.CheckChecksums(r.Header))
		switch {
		case err == nil && row.code == "":
		case err == nil || err.Code != row.code || !strings.Contains(err.Message, row.message):
			t.Errorf("%s: got %v, want %s: %s", row.name, err, row.code, row.message)
		}
	}
}
