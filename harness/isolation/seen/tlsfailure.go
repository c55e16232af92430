package seen

// TLSFailure is a TLS connection that came to nothing, most often because the
// subject does not trust the run's CA.
type TLSFailure struct {
	Name    string `json:"name"`
	Problem string `json:"problem"` // of the handshake, as crypto/tls says it, or NoRequest
	Count   int    `json:"count"`
}

// NoRequest is the problem of a connection that the subject closed in or after
// the handshake without a word: so does a Node that refuses the certificate, and
// a client that connects ahead of need.
const NoRequest = "closed without an alert or a request"
