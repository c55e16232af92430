package protocol

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
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
	textDenied    = "User: {principal} is not authorized to perform: {action}{onResource}{because}"
)

// ScopeSentences lists every part of the scope that is wrong, in AWS's order;
// each sentence is followed by a space, the last one too (hashicorp/vault#6268).
func ScopeSentences(args map[string]string) string {
	var b strings.Builder
	if _, ok := args["region"]; ok {
		// Since 2022 the value is no longer printed (namecheap/node-vault-client#25).
		b.WriteString("Credential should be scoped to a valid region. ")
	}
	if _, ok := args["service"]; ok {
		fmt.Fprintf(&b, "Credential should be scoped to correct service: '%s'. ", args["expectedService"])
	}
	if t, ok := args["terminator"]; ok {
		fmt.Fprintf(&b, "Credential should be scoped with a valid terminator: 'aws4_request', not '%s'. ", t)
	}
	if d, ok := args["scopeDate"]; ok {
		fmt.Fprintf(&b, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "+
			"'%s' != '%s', from '%s'. ",
			d, args["headerDate"], args["header"])
	}
	return b.String()
}

func missingHeaderSentences(args map[string]string) string {
	missing := strings.Split(args["missing"], ",")
	var b strings.Builder
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if contains(missing, name) {
			fmt.Fprintf(&b, "Authorization header requires '%s' parameter. ", name)
		}
	}
	if contains(missing, "Date") {
		b.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return b.String() + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(args["header"])
}

func missingQuerySentences(args map[string]string) string {
	missing := strings.Split(args["missing"], ",")
	var b strings.Builder
	for _, name := range []string{"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if contains(missing, name) {
			fmt.Fprintf(&b, "AWS query-string parameters must include '%s'. ", name)
		}
	}
	return b.String() + "Re-examine the query-string parameters."
}

// MissingEqualSign is the message about an Authorization header without
// key=value pairs. Args has the header under "header"; AWS shows its hash.
func MissingEqualSign(args map[string]string) string {
	return "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded " +
		"with Base64): '" +
		hashed(args["header"]) + "'."
}

// Denied is the grammar of access-denied messages, see "Troubleshoot access
// denied error messages" in the IAM User Guide.
func Denied(args map[string]string) string {
	on := ""
	if args["resource"] != "" {
		on = " on resource: " + args["resource"]
	}
	because := ""
	if args["because"] != "" {
		because = " " + args["because"]
	}
	return Fill(textDenied, map[string]string{
		"principal": args["principal"], "action": args["action"], "onResource": on, "because": because,
	})
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func contains(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}
