package diagnose

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
)

// MissingResource is the kind of an accepted call whose object the simulated
// account does not have.
const MissingResource ledger.Kind = "missing-resource"

const docNoSuchBucket = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"

// missingBucket: the caller was accepted, and the bucket is not there. It speaks
// only of a program that failed: others may have asked whether it is there.
func missingBucket(c *call) (telling, bool) {
	if !c.Verdict.Accepted || c.Code != "NoSuchBucket" || !failedSomewhere(c.result) {
		return telling{}, false
	}
	bucket := strings.TrimPrefix(c.Resource, "arn:aws:s3:::")
	bucket, _, _ = strings.Cut(bucket, "/")
	return telling{
		what: fmt.Sprintf(
			"%s was accepted as %s, and this simulation has no bucket %q.",
			c.Call,
			c.Verdict.Principal,
			bucket,
		),
		why: "The credentials are right. A simulated account has the buckets that the project names, and no others.",
		change: fmt.Sprintf(
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
