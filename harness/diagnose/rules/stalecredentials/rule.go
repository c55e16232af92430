// Package stalecredentials is the rule stale-credentials: the endpoint says that the credentials have ended, and AWS
// takes them.
package stalecredentials

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "stale-credentials"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The endpoint says that the credentials have ended, and AWS takes them",
		Text: "While EC2 cannot renew the credentials of a role it hands out those that it has; clients are " +
			"to go on with them.",
		Example: "s3:ListBuckets was made with credentials that the instance metadata handed out as expired, " +
			"and AWS took them.",
	},
	Needs:      facts.Calls | facts.Lookups,
	Source:     rule.DocStability,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// check: the endpoint says that the credentials have ended, and AWS takes them.
func check(c *facts.Call) (rule.Telling, bool) {
	i := slices.IndexFunc(c.Result.Lookups, func(l metadata.Lookup) bool {
		return l.Fault == fault.KindStale && l.KeyID != "" && l.KeyID == c.Presented.KeyID
	})
	if i < 0 {
		return rule.Telling{}, false
	}
	return rule.Telling{
		What: fmt.Sprintf(
			"%s was made with credentials that %s handed out as expired, and AWS took them.",
			c.Call,
			"the "+c.Trace.KeyID.Endpoint,
		),
		Why: fmt.Sprintf(
			"While EC2 cannot renew a role's credentials it hands out those that it has, AWS takes them for "+
				"longer, and clients are to go on (static stability): %s did. "+
				"Other clients, and those of container endpoints, give up.",
			orThe(c.Library.Name, "this client"),
		),
		Change: "Leave the program as it is; have it say when its credentials are old, and look at the status of " +
			"EC2 in the region",
	}, true
}

func orThe(name, other string) string {
	if strings.TrimSpace(name) == "" {
		return other
	}
	return name
}
