package s3

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/internal/checksums"
	"github.com/hostproof/hostproof/mockaws/service"
)

const sdkAlgorithm = "X-Amz-Sdk-Checksum-Algorithm"

// CheckTransfer makes S3's checks of how the body of a PUT is transferred. They come
// after the signature and before the hash of the body: a body that was signed and
// comes without Content-Length is answered 411, not XAmzContentSHA256Mismatch
// (versity/versitygw, tests/rest_scripts/put_object_openssl.sh and
// put_object_without_content_length in tests/util/util_object.sh, which also runs
// against S3). operation is S3's name for the call.
func CheckTransfer(r *http.Request, operation string) *service.Error {
	// A body in aws-chunked says its length in another header, and boto3 sends such a
	// body in HTTP's own chunks as well (boto/botocore, httpchecksum.py).
	decoded := r.Header.Get("X-Amz-Decoded-Content-Length") != ""
	switch {
	case decoded:
	case slices.Contains(r.TransferEncoding, "chunked"):
		return fail("ChunkedTransfer", "Header", "Transfer-Encoding")
	case r.ContentLength < 0, withoutLength(r) && takesBody(operation):
		return fail("MissingContentLength")
	}
	return nil
}

// CheckChecksums makes S3's checks of what the headers of a PUT say of its checksum.
func CheckChecksums(h http.Header) *service.Error {
	sent := checksumHeaders(h)
	trailers := checksumTrailers(h)
	switch {
	case len(sent) > 1:
		return fail("SeveralChecksums")
	case len(sent) == 1 && len(trailers) > 0:
		return fail("ChecksumTwice")
	case slices.ContainsFunc(trailers, unknownChecksum):
		return fail("OtherTrailer")
	}
	for _, name := range sent {
		if !wellFormed(name, h.Get(name)) {
			return fail("MalformedChecksum", "header", name)
		}
	}
	return checkSDKAlgorithm(h, slices.Concat(sent, trailers))
}

// withoutLength says whether a request over HTTP/1.1 announces no length of its body,
// not even 0.
func withoutLength(r *http.Request) bool {
	return r.ProtoMajor == 1 && r.ContentLength == 0 && r.Header.Get("Content-Length") == ""
}

// takesBody says whether an operation stores the body of its PUT. Of others, such as
// CreateBucket, it is not known whether S3 wants a length.
func takesBody(operation string) bool { return operation == "PutObject" || operation == "UploadPart" }

// unknownChecksum says whether a header's name is no checksum that S3 has.
func unknownChecksum(name string) bool {
	return checksums.Hashes[strings.TrimPrefix(name, checksums.Prefix)] == nil
}

// checkSDKAlgorithm compares the algorithm that an SDK announces with the checksums
// that are there.
func checkSDKAlgorithm(h http.Header, names []string) *service.Error {
	algorithm := h.Get(sdkAlgorithm)
	switch {
	case algorithm == "":
		return nil
	case len(names) == 0:
		return fail("AlgorithmAlone")
	case !slices.Contains(names, checksums.Prefix+strings.ToLower(algorithm)):
		return fail("OtherAlgorithm")
	}
	return nil
}

// checksumHeaders are the names, in lower case, of the headers with a checksum.
func checksumHeaders(h http.Header) (names []string) {
	for header := range h {
		name := strings.ToLower(header)
		algorithm, ok := strings.CutPrefix(name, checksums.Prefix)
		if ok && algorithm != "type" && algorithm != "mode" && algorithm != "algorithm" {
			names = append(names, name)
		}
	}
	return names
}

// checksumTrailers are the checksums that are announced to come after the body.
func checksumTrailers(h http.Header) (names []string) {
	for trailer := range strings.SplitSeq(h.Get("X-Amz-Trailer"), ",") {
		if name := strings.ToLower(strings.TrimSpace(trailer)); strings.HasPrefix(name, checksums.Prefix) {
			names = append(names, name)
		}
	}
	return names
}

// wellFormed says whether a value can be a checksum of its header's algorithm: base64
// of as many bytes. Of an algorithm that is not known every value can.
func wellFormed(name, value string) bool {
	newHash := checksums.Hashes[strings.TrimPrefix(name, checksums.Prefix)]
	if newHash == nil {
		return true
	}
	sum, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	return err == nil && len(sum) == newHash().Size()
}
