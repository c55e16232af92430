package sigv4

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Payload is the body as a handler should see it: with aws-chunked encoding or
// the signing of an event stream undone. It checks the decoded length and the
// checksums of trailers, and x-amz-checksum-* headers of a PUT, but no
// signature; that is Verify's.
func Payload(r *Request) ([]byte, *verdict.Refusal) {
	claimed, _ := r.First(contentSHA256)
	if claimed == canonical.StreamingEvents {
		return unwrapEvents(r.Body)
	}
	mode, ok := streamingKeywords[claimed]
	if !ok {
		return r.Body, r.verifyHeaderChecksums(r.Body)
	}
	body, refusal := r.takeChunks(mode)
	if refusal != nil {
		return nil, refusal
	}
	if refusal := r.checkTrailers(body, mode); refusal != nil {
		return nil, refusal
	}
	payload := body.payload()
	if refusal := r.checkDecodedLength(body.size()); refusal != nil {
		return nil, refusal
	}
	for _, t := range body.trailers {
		if refusal := verifyChecksum(t.name, t.value, payload); refusal != nil {
			return nil, refusal
		}
	}
	return payload, r.verifyHeaderChecksums(payload)
}

// takeChunks takes the body apart and looks at its shape. An unsigned body that has
// another length than it announces is refused before its trailers are read, a signed
// one after its signatures (versity/versitygw s3api/utils, compared with AWS).
func (r *Request) takeChunks(mode streaming) (*chunked, *verdict.Refusal) {
	body, refusal := decodeChunked(r.Body, mode)
	if refusal != nil {
		return nil, refusal
	}
	if !mode.signed {
		if refusal := r.checkDecodedLength(body.size()); refusal != nil {
			return nil, refusal
		}
	}
	return body, body.readTrailers()
}

// decodedLength is the payload's length as the request announces it, in bytes.
func (r *Request) decodedLength() (uint64, *verdict.Refusal) {
	text, ok := r.First(decodedContentLength)
	problem := fmt.Sprintf("the header %s says %.20q, which is no length", decodedContentLength, text)
	if !ok {
		problem = "the header " + decodedContentLength + " is missing"
	}
	n, err := strconv.ParseUint(text, 10, 62)
	if err != nil {
		return 0, refuse(verdict.BadChunk{Problem: problem, Length: verdict.ProblemMissing},
			"the aws-chunked body: "+problem)
	}
	return n, nil
}

func (r *Request) checkDecodedLength(provided int) *verdict.Refusal {
	expected, refusal := r.decodedLength()
	if refusal != nil || expected == uint64(provided) {
		return refusal
	}
	problem := fmt.Sprintf("the header %s says %d, and the payload has %d bytes", decodedContentLength, expected,
		provided)
	return refuse(verdict.BadChunk{Problem: problem, Length: verdict.ProblemOther, Expected: expected,
		Provided: provided}, "the aws-chunked body: "+problem)
}

// checkTrailers wants exactly the trailers that x-amz-trailer announces.
func (r *Request) checkTrailers(body *chunked, mode streaming) *verdict.Refusal {
	var announced []string
	if list, ok := r.First(trailerAnnouncement); ok && mode.trailer {
		for name := range strings.SplitSeq(list, ",") {
			announced = append(announced, strings.ToLower(strings.TrimSpace(name)))
		}
		slices.Sort(announced)
	}
	names := make([]string, len(body.trailers))
	for i, t := range body.trailers {
		names[i] = t.name
	}
	if refusal := body.checkTrailerSignature(mode, len(announced)); refusal != nil {
		return refusal
	}
	if !slices.Equal(announced, names) {
		problem := fmt.Sprintf("x-amz-trailer announces %q, and the trailers are %q", strings.Join(announced, ","),
			strings.Join(names, ","))
		return refuse(verdict.BadTrailer{Problem: problem, Trailer: strings.Join(names, ",")}, problem)
	}
	return nil
}

// verifyHeaderChecksums checks the x-amz-checksum-* headers of a PUT. In other
// requests they may belong to an object, not to the body.
func (r *Request) verifyHeaderChecksums(payload []byte) *verdict.Refusal {
	if r.Method != "PUT" {
		return nil
	}
	for header, values := range r.Header {
		name := strings.ToLower(header)
		if !strings.HasPrefix(name, checksumPrefix) || len(values) == 0 {
			continue
		}
		if refusal := verifyChecksum(name, strings.TrimSpace(values[0]), payload); refusal != nil {
			return refusal
		}
	}
	return nil
}

// VerifyPayload checks the body of a request, whose signature VerifySignature has
// accepted, against what was signed of it.
func (v *Verifier) VerifyPayload(r *Request, a *Authorization, rules Rules, secret string) *verdict.Refusal {
	claimed := a.ClaimedHash(r)
	if claimed == canonical.StreamingEvents && !rules.S3 {
		return v.verifyEvents(r, a, secret)
	}
	if !rules.S3 {
		return nil
	}
	if canonical.IsHexSHA256(claimed) {
		return r.verifyHash(claimed)
	}
	mode, ok := streamingKeywords[claimed]
	if !ok {
		return nil
	}
	if mode.signed && mode.asymmetric != a.Asymmetric() {
		return refuse(verdict.BadPayloadHash{Value: claimed},
			"x-amz-content-sha256 is of another algorithm than the signature")
	}
	return v.verifyChunks(r, a, mode, secret)
}

func (r *Request) verifyHash(claimed string) *verdict.Refusal {
	if computed := string(r.appendBodyHash(nil)); !strings.EqualFold(claimed, computed) {
		return refuse(verdict.OtherPayload{Claimed: claimed, Computed: computed},
			"the body is not the one that x-amz-content-sha256 was computed for")
	}
	return nil
}
