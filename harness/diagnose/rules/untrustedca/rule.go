// Package untrustedca is the rule untrusted-ca: the program refused the certificate of the run's CA.
package untrustedca

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "untrusted-ca"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The program refused the certificate of the run's CA",
		Text: "The program has a list of CAs of its own and reads neither the system's files nor the " +
			"variables that name them. It says nothing of its credentials.",
		Example: "The program refused the certificate of sts.amazonaws.com: \"remote error: tls: unknown " +
			"certificate authority\".",
	},
	Needs:      facts.Attempts | facts.Output | facts.Ending,
	Source:     rule.DocRustRoots,
	Confidence: "V",
	Run:        check,
}

// notTrusting is how libraries say that they do not know who signed a
// certificate: rustls, Go, Node, OpenSSL (Python, Ruby, PHP, curl), Java.
var notTrusting = regexp.MustCompile(
	`invalid peer certificate: UnknownIssuer|certificate signed by unknown authority|` +
		`unable to get (local )?issuer certificate|unable to verify the first certificate|self[- ]signed certificate in certificate chain|` +
		`CERTIFICATE_VERIFY_FAILED|certificate verify failed|PKIX path building failed`,
)

// distrust is how the other side of a TLS handshake says so
// (https://www.rfc-editor.org/rfc/rfc8446#section-6.2, unknown_ca), as Go's
// crypto/tls names that alert.
var distrust = regexp.MustCompile(`remote error: tls: unknown certificate authority`)

// check: the subject has a list of CAs of its own, and the call that it
// would have made on the host is none here.
func check(d *facts.Facts) (rule.Telling, bool) {
	failures := d.Result.TLSFailures
	at := slices.IndexFunc(failures, func(f seen.TLSFailure) bool { return distrust.MatchString(f.Problem) })
	words := d.Said(notTrusting)
	switch {
	case !d.Result.Failed() || len(failures) == 0 || at < 0 && words == "":
		return rule.Telling{}, false
	case words == "":
		words = failures[at].Problem
	}
	return rule.Telling{
		What: fmt.Sprintf("The program refused the certificate of %s: %q.", failures[max(at, 0)].Name, words),
		Why: "It is signed by the CA of this run, which stands in the system's CA files and in those that the " +
			"wiring's variables name. " +
			"The subject reads neither: it has a list of CAs of its own, as Rust programs with webpki-roots have. " +
			"This says nothing of its credentials.",
		Change: "Let the subject read the system's CAs (in Rust a feature with native roots in place of " +
			"webpki-roots, which the AWS SDK's own client has), " +
			"or, where it reads AWS_ENDPOINT_URL, run it with --isolation endpoint, which is without TLS",
	}, true
}
