package protocol

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The sentences that AWS's service framework composes, with their sources. The
// order of checks follows the chart "AWS Auth Error Ordering"
// (github.com/dacut/scratchstack-aws-signature, docs).
const (
	// no final period: the token is at fault
	TextTokenInvalid = "The security token included in the request is invalid"
	TextKeyInvalid   = "The security token included in the request is invalid." // with one: the key id was not found
	TextTokenExpired = "The security token included in the request is expired"
	TextMismatch     = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	TextExpired    = "Signature expired: {date} is now earlier than {bound} ({now} - {minutes} min.)"
	textNotYet     = "Signature not yet current: {date} is still later than {bound} ({now} + {minutes} min.)"
	textHost       = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
	textDate       = "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
	textCredential = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, " +
		"got '{credential}'"
	textBoth      = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
	textAlgorithm = "Unsupported AWS 'algorithm': '{algorithm}'."
)

// ScopeSentences lists every part of the scope that is wrong, in AWS's order;
// each sentence is followed by a space, the last one too (hashicorp/vault#6268).
func ScopeSentences(c verdict.ForeignScope) string {
	var b strings.Builder
	if c.Region != nil {
		// Since 2022 the value is no longer printed (namecheap/node-vault-client#25).
		b.WriteString("Credential should be scoped to a valid region. ")
	}
	if c.Service != nil {
		fmt.Fprintf(&b, "Credential should be scoped to correct service: '%s'. ", c.Service.Expected)
	}
	if c.Terminator != nil {
		fmt.Fprintf(&b, "Credential should be scoped with a valid terminator: 'aws4_request', not '%s'. ",
			c.Terminator.Sent)
	}
	if c.Date != nil {
		fmt.Fprintf(&b, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "+
			"'%s' != '%s', from '%s'. ",
			c.Date.Sent, c.Date.Expected, c.Date.From)
	}
	return b.String()
}

func missingHeaderSentences(c verdict.MissingParts) string {
	var b strings.Builder
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if slices.Contains(c.Missing, name) {
			fmt.Fprintf(&b, "Authorization header requires '%s' parameter. ", name)
		}
	}
	if slices.Contains(c.Missing, "Date") {
		b.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return b.String() + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(c.Header)
}

func missingQuerySentences(c verdict.MissingQuery) string {
	var b strings.Builder
	for _, name := range []string{"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if slices.Contains(c.Missing, name) {
			fmt.Fprintf(&b, "AWS query-string parameters must include '%s'. ", name)
		}
	}
	return b.String() + "Re-examine the query-string parameters."
}

// MissingEqualSign is the message for an Authorization header with a piece that is no pair,
// or with a bearer token where none is taken.
func MissingEqualSign(cause verdict.Cause) string {
	piece, _ := cause.(verdict.BadPiece)
	return "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded " +
		"with Base64): '" +
		hashed(piece.Header) + "'."
}

// Denied is the grammar of access-denied messages, see "Troubleshoot access
// denied error messages" in the IAM User Guide.
func Denied(c verdict.Denial) string {
	text := "User: " + c.Principal + " is not authorized to perform: " + c.Action
	if c.Resource != "" {
		text += " on resource: " + c.Resource
	}
	if c.Because != "" {
		text += " " + c.Because
	}
	return text
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}
