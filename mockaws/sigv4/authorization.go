package sigv4

import (
	"slices"
	"strings"
	"time"
)

// Mechanism is where a request carries its signature.
type Mechanism string

// The mechanisms.
const (
	None   Mechanism = ""
	Header Mechanism = "header" // the Authorization header
	Query  Mechanism = "query"  // X-Amz-* query parameters: a presigned URL
	Form   Mechanism = "form"   // fields of an HTML form to S3; Parse does not read them
)

// The algorithms.
const (
	algorithmHMAC  = "AWS4-HMAC-SHA256"
	algorithmECDSA = "AWS4-ECDSA-P256-SHA256"
	algorithmV2    = "AWS" // Signature Version 2, to be refused
)

// Authorization is what a request claims about its signature. Nothing in it is
// proven before Verify accepts it; where Parse refused, it holds what could be
// read.
type Authorization struct {
	Mechanism  Mechanism
	Algorithm  string
	Credential string // as sent
	// The parts of the credential. Region is empty with SigV4a, whose scope has
	// none.
	KeyID, ScopeDate, Region, Service, Terminator string
	// SignedHeaders, sorted.
	SignedHeaders []string
	Signature     string
	// Date is the time of signing; DateText is how the request wrote it.
	Date     time.Time
	DateText string
	// Token is the session token, TokenSigned whether the signature covers it.
	Token       string
	TokenSigned bool
	// OwnToken: Token came in the header of Rules.OwnToken, or in the query under its name.
	OwnToken bool
	// Expires is X-Amz-Expires of a presigned URL; zero without it.
	Expires time.Duration
	// RegionSet is X-Amz-Region-Set of SigV4a, such as "us-east-1,eu-*".
	RegionSet string
	// Listed is SignedHeaders as sent: "host;x-amz-date", in the client's order.
	Listed string
}

// Asymmetric says whether the signature is SigV4a's.
func (a *Authorization) Asymmetric() bool { return a.Algorithm == algorithmECDSA }

// Scope is the credential scope as it enters the string to sign.
func (a *Authorization) Scope() string {
	if a.Asymmetric() {
		return a.ScopeDate + "/" + a.Service + "/" + a.Terminator
	}
	return a.ScopeDate + "/" + a.Region + "/" + a.Service + "/" + a.Terminator
}

// Signs says whether SignedHeaders names a header, in lower case.
func (a *Authorization) Signs(header string) bool {
	_, found := slices.BinarySearch(a.SignedHeaders, header)
	return found
}

// readCredential takes the credential apart. It has five parts, four with
// SigV4a; a key id may itself hold slashes in no known service.
func (a *Authorization) readCredential() bool {
	parts := make([]string, 0, 5)
	for part := range strings.SplitSeq(a.Credential, "/") {
		if len(parts) == 5 {
			return false
		}
		parts = append(parts, part)
	}
	if len(parts) > 0 {
		a.KeyID = parts[0]
	}
	if a.Asymmetric() && len(parts) == 4 {
		a.ScopeDate, a.Service, a.Terminator = parts[1], parts[2], parts[3]
		return a.KeyID != ""
	}
	if len(parts) != 5 {
		return false
	}
	a.ScopeDate, a.Region, a.Service, a.Terminator = parts[1], parts[2], parts[3], parts[4]
	return a.KeyID != "" && !a.Asymmetric()
}

// readSignedHeaders sorts, as AWS does: a client may list them in any order,
// but must have signed them sorted.
func (a *Authorization) readSignedHeaders(list string) {
	if list == "" {
		return
	}
	a.Listed, a.SignedHeaders = list, strings.Split(list, ";")
	if !slices.IsSorted(a.SignedHeaders) {
		slices.Sort(a.SignedHeaders)
	}
}
