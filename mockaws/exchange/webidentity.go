package exchange

// WebIdentity is whom a verified OpenID Connect token stands for.
type WebIdentity struct {
	Issuer   string   `json:"issuer"`
	Subject  string   `json:"subject"`
	Audience []string `json:"audience"`
	Provider string   `json:"provider"` // ARN of the account's OIDC provider
	Account  string   `json:"account"`  // of the role that is asked for
}

// String names it as a principal.
func (w *WebIdentity) String() string { return "web identity " + w.Subject + " of " + w.Issuer }
