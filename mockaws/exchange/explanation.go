package exchange

// Explanation shows a signature mismatch: what the mock signed, and where the
// client probably differed. Tokens in it are redacted.
type Explanation struct {
	CanonicalRequest string `json:"canonicalRequest"`
	StringToSign     string `json:"stringToSign"`
	// Mistake says in a sentence what the client probably did.
	Mistake string `json:"mistake,omitempty"`
	// Line (from 1), Ours and Theirs are the first line of the canonical request
	// that differs, where the mistake was recognised.
	Line   int    `json:"line,omitempty"`
	Name   string `json:"name,omitempty"`
	Ours   string `json:"ours,omitempty"`
	Theirs string `json:"theirs,omitempty"`
}
