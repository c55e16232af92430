package sigv4

// Explanation says why a signature does not match.
type Explanation struct {
	// CanonicalRequest and StringToSign are the server's.
	CanonicalRequest, StringToSign string
	// Mistake is one sentence: what the client did, or that no known mistake
	// makes this signature.
	Mistake         string
	FirstDifference Difference
}

// Difference is a line of the canonical request (or of what else is signed) that
// the client had otherwise.
type Difference struct {
	Line         int    // of the canonical request, from 1; 0: not in it
	Name         string // "path", "query", "header host", "payload hash", "secret"...
	Ours, Theirs string
}

// Explain finds the mistake behind a signature that does not match, given the
// secret that should have made it.
func Explain(r *Request, a *Authorization, rules Rules, secret string) Explanation {
	return Explanation{CanonicalRequest: a.CanonicalRequest(r, rules), StringToSign: a.StringToSign(r, rules)}
}
