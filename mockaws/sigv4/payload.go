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
	body, refusal := decodeChunked(r.Body)
	if refusal != nil {
		return nil, refusal
	}
	payload := body.payload()
	if refusal := r.checkDecodedLength(payload); refusal != nil {
		return nil, refusal
	}
	if refusal := r.checkTrailers(body.trailers, payload, mode); refusal != nil {
		return nil, refusal
	}
	return payload, r.verifyHeaderChecksums(payload)
}

func (r *Request) checkDecodedLength(payload []byte) *verdict.Refusal {
	text, ok := r.First(decodedContentLength)
	if !ok {
		return malformed("the header %s is missing", decodedContentLength)
	}
	if n, err := strconv.ParseUint(text, 10, 62); err != nil || n != uint64(len(payload)) {
		return malformed("the header %s says %.20q, and the payload has %d bytes", decodedContentLength, text,
			len(payload))
	}
	return nil
}

// checkTrailers wants exactly the trailers that x-amz-trailer announces, and
// their checksums to be the payload's.
func (r *Request) checkTrailers(trailers []field, payload []byte, mode streaming) *verdict.Refusal {
	var announced []string
	if list, ok := r.First(trailerAnnouncement); ok && mode.trailer {
		for name := range strings.SplitSeq(list, ",") {
			announced = append(announced, strings.ToLower(strings.TrimSpace(name)))
		}
		slices.Sort(announced)
	}
	names := make([]string, len(trailers))
	for i, t := range trailers {
		names[i] = t.name
	}
	if !slices.Equal(announced, names) {
		problem := fmt.Sprintf("x-amz-trailer announces %q, and the trailers are %q", strings.Join(announced, ","),
			strings.Join(names, ","))
		return refuse(verdict.BadTrailer{Problem: problem, Trailer: strings.Join(names, ",")}, problem)
	}
	for _, t := range trailers {
		if refusal := verifyChecksum(t.name, t.value, payload); refusal != nil {
			return refusal
		}
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

// verifyPayload checks the body against what was signed of it.
func (v *Verifier) verifyPayload(r *Request, a *Authorization, rules Rules, secret string) *verdict.Refusal {
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
