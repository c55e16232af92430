// Package missingresource is the rule missing-resource: an accepted call on a bucket that is not there.
package missingresource

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "missing-resource"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "An accepted call on a bucket that is not there",
		Text: "The caller was accepted, and the simulated account does not have the bucket. Nothing is wrong " +
			"with the credentials, if the call had any: an anonymous one shows nothing of them.",
		Example: "s3:GetObject was accepted, and this simulation has no bucket \"uploads\".",
	},
	Needs:      facts.Calls | facts.Ending | facts.Output,
	Source:     rule.DocNoSuchBucket,
	Confidence: "V",
	Call:       check,
}

// check: the caller was accepted, and the bucket is not there. It speaks
// only of a program that failed: others may have asked whether it is there.
func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Verdict.Accepted || c.Code != "NoSuchBucket" || !failedSomewhere(c.Result) {
		return rule.Telling{}, false
	}
	bucket := strings.TrimPrefix(c.Resource, "arn:aws:s3:::")
	bucket, _, _ = strings.Cut(bucket, "/")
	return rule.Telling{
		What: fmt.Sprintf(
			"%s was accepted as %s, and this simulation has no bucket %q.",
			c.Call,
			c.Verdict.Principal,
			bucket,
		),
		Why: cmp.Or(facts.Anonymous(c.Exchange), "The credentials are right.") +
			" A simulated account has the buckets that the project names, and no others.",
		Change: fmt.Sprintf(
			"Give the project the bucket: --bucket %s, in Go harness.Bucket(%q). If it is there already in your "+
				"account, "+
				"nothing is wrong on the host",
			bucket,
			bucket,
		),
	}, true
}

// failedSomewhere reports whether the subject failed or, as a server, answered a
// request with 5xx.
func failedSomewhere(r *ledger.Result) bool {
	for i := range r.Visits {
		if r.Visits[i].Broken() {
			return true
		}
	}
	return r.Failed()
}
