package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Payload is the body as a handler should see it: with aws-chunked encoding or
// the signing of an event stream undone. It checks the decoded length and the
// checksums of trailers, and x-amz-checksum-* headers of a PUT, but no
// signature; that is Verify's.
func Payload(r *Request) ([]byte, *verdict.Refusal) {
	claimed, _ := r.first(contentSHA256)
	if claimed == streamingEvents {
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
	for _, check := range []func(*chunked, streaming) *verdict.Refusal{r.checkDecodedLength, r.checkTrailers} {
		if refusal := check(body, mode); refusal != nil {
			return nil, refusal
		}
	}
	return body.payload, r.verifyHeaderChecksums(body.payload)
}

func (r *Request) checkDecodedLength(body *chunked, _ streaming) *verdict.Refusal {
	text, ok := r.first(decodedContentLength)
	if !ok {
		return malformed("the header %s is missing", decodedContentLength)
	}
	if n, err := strconv.ParseUint(text, 10, 62); err != nil || n != uint64(len(body.payload)) {
		return malformed("the header %s says %.20q, and the payload has %d bytes", decodedContentLength, text, len(body.payload))
	}
	return nil
}

// checkTrailers wants exactly the trailers that x-amz-trailer announces, and
// their checksums to be the payload's.
func (r *Request) checkTrailers(body *chunked, mode streaming) *verdict.Refusal {
	var announced []string
	if list, ok := r.first(trailerAnnouncement); ok && mode.trailer {
		for name := range strings.SplitSeq(list, ",") {
			announced = append(announced, strings.ToLower(strings.TrimSpace(name)))
		}
		slices.Sort(announced)
	}
	names := make([]string, len(body.trailers))
	for i, t := range body.trailers {
		names[i] = t.name
	}
	if !slices.Equal(announced, names) {
		problem := fmt.Sprintf("x-amz-trailer announces %q, and the trailers are %q", strings.Join(announced, ","), strings.Join(names, ","))
		return refuse(verdict.TrailerMalformed, problem, "problem", problem, "trailer", strings.Join(names, ","))
	}
	for _, t := range body.trailers {
		if refusal := verifyChecksum(t.name, t.value, body.payload); refusal != nil {
			return refusal
		}
	}
	return nil
}

// verifyHeaderChecksums checks the x-amz-checksum-* headers of a PUT. In other
// requests they may be those of an object, not of the body.
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
	claimed := claimedHash(r, a)
	if claimed == streamingEvents && !rules.S3 {
		return v.verifyEvents(r, a, secret)
	}
	if !rules.S3 {
		return nil
	}
	if isHexSHA256(claimed) {
		return verifyHash(r.Body, claimed)
	}
	mode, ok := streamingKeywords[claimed]
	if !ok {
		return nil
	}
	if mode.signed && mode.asymmetric != a.Asymmetric() {
		return refuse(verdict.PayloadHashMalformed, "x-amz-content-sha256 is of another algorithm than the signature", "value", claimed)
	}
	return v.verifyChunks(r, a, mode, secret)
}

func verifyHash(body []byte, claimed string) *verdict.Refusal {
	sum := sha256.Sum256(body)
	if computed := hex.EncodeToString(sum[:]); !strings.EqualFold(claimed, computed) {
		return refuse(verdict.PayloadHashMismatch, "the body is not the one that x-amz-content-sha256 was computed for", "claimed", claimed, "computed", computed)
	}
	return nil
}
