package sigv4_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// TestUnsignedStreams: bodies and what becomes of them, as versity/versitygw has them in
// the tests that it holds against AWS
// (tests/integration/unsigned_streaming_payload_trailer.go, of 2026-08-19).
func TestUnsignedStreams(t *testing.T) {
	const (
		nvme     = "x-amz-checksum-crc64nvme"
		ofHello  = nvme + ":M3eFcAZSQlc=\r\n\r\n"
		ofDummy  = nvme + ":dPVWc2vU1+Q="
		mismatch = verdict.ProblemOther
	)
	for _, row := range []struct {
		body, length, trailer string
		want                  verdict.Reason
		problem               string // of the cause
	}{
		{"5\r\nhello\r\n0\r\n" + ofHello, "5", nvme, "", ""},
		{"B\r\nhello world\r\n0\r\n\r\n", "11", "", "", ""},
		// malformed trailers
		{"5\r\nhello\r\n0\r\n\r\n", "5", nvme, verdict.TrailerMalformed, ""},
		{"5\r\nhello\r\n0\r\n:M3eFcAZSQlc=\r\n\r\n", "5", nvme, verdict.TrailerMalformed, ""},
		{"5\r\nhello\r\n0\r\n" + ofHello, "5", "", verdict.TrailerMalformed, ""},
		{"5\r\nhello\r\n0\r\ninvalid_trailer:M3eFcAZSQlc=\r\n\r\n", "5", nvme, verdict.TrailerMalformed, ""},
		// a length that is missing or none
		{"5\r\nhello\r\n0\r\n" + ofHello, "", nvme, verdict.ChunkMalformed, verdict.ProblemMissing},
		{"5\r\nhello\r\n0\r\n" + ofHello, "abc", nvme, verdict.ChunkMalformed, verdict.ProblemMissing},
		{"5\r\nhello\r\n0\r\n" + ofHello, "12x", nvme, verdict.ChunkMalformed, verdict.ProblemMissing},
		// checksums
		{"5\r\nhello\r\n0\r\n" + nvme + ":invalid_checksum\r\n\r\n", "5", nvme, verdict.ChecksumMismatch,
			verdict.ProblemMalformed},
		{"5\r\nhello\r\n0\r\n" + nvme + ":QFRKMGE3tuw=\r\n\r\n", "5", nvme, verdict.ChecksumMismatch, ""},
		// incomplete bodies
		{"A\ndummy data\r\n0\r\n\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"A\r\ndummy data0\r\n\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"A\r\nXYZ\r\ndummy data\r\n0\r\n\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"B\r\ndummy data\r\n0\r\n\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"A\r\ndummy data\r\n0\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"A\r\ndummy data\r\n0\r\n" + ofDummy + "\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"A\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"A\r\nA\r\ndummy data\r\n0\r\n\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"invalid_chunk_size\r\ndummy data\r\n0\r\n" + ofDummy + "\r\n\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		{"A\r\ndummy data\r\nJ\r\n" + ofDummy + "\r\n\r\n", "10", nvme, verdict.ChunkMalformed, ""},
		// another length than announced
		{"b\r\nabcdefghijk\r\n0\r\n\r\n", "5", "", verdict.ChunkMalformed, mismatch},
		{"b\r\nabcdefghijk\r\n0\r\n\r\n", "200", "", verdict.ChunkMalformed, mismatch},
		{"a\r\ndummy data\r\n0\r\n" + ofDummy + "\r\n\r\n", "128", nvme, verdict.ChunkMalformed, mismatch},
		{"a\r\ndummy data\r\n0\r\nx-amz-checksum-sha256:eXuwq/95jXIAr3aF3KeQHt/8Ur8mUA1b2XKCZY7iQVI=\r\n\r\n", "7",
			nvme, verdict.ChunkMalformed, mismatch},
	} {
		r := &sigv4.Request{Method: "PUT", Path: "/b/k", Header: http.Header{}, Body: []byte(row.body)}
		r.Header.Set("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
		if row.length != "" {
			r.Header.Set("X-Amz-Decoded-Content-Length", row.length)
		}
		if row.trailer != "" {
			r.Header.Set("X-Amz-Trailer", row.trailer)
		}
		_, refusal := sigv4.Payload(r)
		checkOutcome(t, strconv.Quote(row.body), refusal, row.want, row.problem)
	}
}

func checkOutcome(t *testing.T, name string, refusal *verdict.Refusal, want verdict.Reason, problem string) {
	t.Helper()
	switch {
	case refusal == nil && want == "":
	case refusal == nil || refusal.Reason != want:
		t.Errorf("%s: %v, want %q", name, refusal, want)
	default:
		c, ok := refusal.Cause.(interface{ Case() verdict.Variant })
		if got := ok && c.Case().Problem == problem; !got && problem != "" {
			t.Errorf("%s: %+v, want the problem %q", name, refusal.Cause, problem)
		}
	}
}

// TestSignedStreams changes the body of AWS's documentation in the places where
// versity/versitygw changes one in the tests that it holds against AWS
// (tests/integration/signed_streaming_payload.go and
// signed_streaming_payload_trailer.go, of 2026-08-19): its shape is looked at before its
// signatures.
func TestSignedStreams(t *testing.T) {
	const signature = "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"
	for _, row := range []struct {
		name, from, to string
		want           verdict.Reason
	}{
		{"unchanged", "", "", ""},
		{"a size that is none", "10000;", "j;", verdict.ChunkMalformed},
		{"no end of the line", signature + "\r\n", signature, verdict.ChunkMalformed},
		{"another end of the line", signature + "\r\n", signature + "cc", verdict.ChunkMalformed},
		{"a colon after the size", "400;", "400:", verdict.ChunkMalformed},
		{"no name of the signature", "400;chunk-signature=", "400;", verdict.ChunkMalformed},
		{"a short signature", signature, signature[5:], verdict.ChunkMalformed},
		{"text in the end of a trailer", "/Q==\r\n", "/Q==\rbcd", verdict.ChunkMalformed},
		{"another name of the trailers' signature", "x-amz-trailer-s", "x-ainvalidiler-s", verdict.ChunkMalformed},
		{"a long signature of the trailers", "signature:d81f", "signature:abcded81f", verdict.ChunkMalformed},
		{"no blank line", "2e435\r\n\r\n", "2e435\r\npp", verdict.ChunkMalformed},
		{"no end", "2e435\r\n\r\n", "2e435erty", verdict.ChunkMalformed},
		{"a trailer of another name", "x-amz-checksum-crc32c:", "x-amz-invalid:", verdict.TrailerMalformed},
		{"no trailer", "x-amz-checksum-crc32c:sOO8/Q==\r\n", "", verdict.TrailerMalformed},
		{"a trailer that is not announced", "x-amz-checksum-crc32c:", "x-amz-checksum-sha1:", verdict.TrailerMalformed},
		{"another last signature", signature[:8], "00000000", verdict.ChunkSignatureMismatch},
	} {
		r := trailerUpload(docTrailers)
		if row.from != "" && !strings.Contains(string(r.Body), row.from) {
			t.Fatalf("%s: the body has no %q", row.name, row.from)
		}
		r.Body = []byte(strings.Replace(string(r.Body), row.from, row.to, 1))
		checkOutcome(t, row.name, judge(new(sigv4.Verifier), r, s3Rules(), testSecret, chunkNow), row.want, "")
	}
}
