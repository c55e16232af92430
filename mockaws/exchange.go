package mockaws

import (
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The words of package verdict, which say what was decided about a request.
type (
	Verdict = verdict.Verdict
	Refusal = verdict.Refusal
	Reason  = verdict.Reason
)

// The words of package exchange, for what was seen of a request.
type (
	Exchange    = exchange.Exchange
	Presented   = exchange.Presented
	Explanation = exchange.Explanation
	Opaque      = exchange.Opaque
)

// Describe makes the description of a secret string; nil for an empty one.
func Describe(secret string) *Opaque { return exchange.Describe(secret) }

// Fingerprint is the first 16 hexadecimal digits of a string's SHA-256: enough
// to recognise a value that one holds, useless to one who does not.
func Fingerprint(secret string) string { return exchange.Fingerprint(secret) }
