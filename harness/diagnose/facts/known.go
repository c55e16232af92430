package facts

import (
	"time"

	"github.com/hostproof/hostproof/fixtures"
)

// Known is what a deployment knows for certain of credentials and of its host,
// whatever the program did.
type Known struct {
	// Secrets are the secret access keys, by key id.
	Secrets map[string]string
	// Issuers say in words which endpoint or call handed credentials out, by key
	// id, and tokens, by fingerprint.
	Issuers map[string]string
	// Files are the contents of the host's files, by path.
	Files map[string]string
	// Rotated are tokens that files of the host had before, by fingerprint.
	Rotated map[string]Rotated
	// Ends say when credentials end, by key id.
	Ends map[string]time.Time
	// Headers are the request headers that had a value, by its fingerprint.
	Headers map[string]string
	// Platform is the account of the host's own principal; empty where there is
	// none.
	Platform string
	// Roles say in words by what the host gives the program a role.
	Roles []string
	// Offered are variables with a key that the program is free not to use.
	Offered []string
	// Offers are the places of the host and of the project that hand out
	// credentials.
	Offers []Offered
	// Advice is what the host's fixture has to say.
	Advice []fixtures.Advice
	// RequestHeaders are the headers by which the host hands out credentials with
	// each request.
	RequestHeaders []string
	// RoleOfPrincipal is the fixture's name of a role, by its name in IAM.
	RoleOfPrincipal map[string]string
}

// Rotated says where a token was until another one took its place.
type Rotated struct {
	File  string
	Until time.Time
}

// Offered is a place that hands out credentials, with what the deployment knows
// of it.
type Offered struct {
	fixtures.Offer
	// KeyIDs are the key ids of the credentials that it has handed out.
	KeyIDs []string
	// Principal is whose they are, an ARN.
	Principal string
}
