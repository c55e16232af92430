package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Payload is the body as a handler should see it.
func Payload(r *Request) ([]byte, *verdict.Refusal) {
	return r.Body, nil
}

func (v *Verifier) verifyPayload(r *Request, a *Authorization, rules Rules, secret string) *verdict.Refusal {
	claimed := claimedHash(r, a)
	if !rules.S3 || !isHexSHA256(claimed) {
		return nil
	}
	sum := sha256.Sum256(r.Body)
	if computed := hex.EncodeToString(sum[:]); !strings.EqualFold(claimed, computed) {
		return refuse(verdict.PayloadHashMismatch, "the body is not the one that x-amz-content-sha256 was computed for", "claimed", claimed, "computed", computed)
	}
	return nil
}
