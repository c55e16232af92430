// Package wrongregion is the rule wrong-region: signed for another region or service than the endpoint's.
package wrongregion

import (
	"fmt"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "wrong-region"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "Signed for another region or service than the endpoint's",
		Text:  "Region and service are part of the signature, and an endpoint accepts its own only.",
		Example: "bedrock:Converse was signed for region eu-west-1, from AWS_REGION, and the endpoint is in " +
			"us-east-1.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocSigning,
	Confidence: "V",
	Call:       check,
}

func check(c *facts.Call) (rule.Telling, bool) {
	scope, ok := verdict.CauseOf[verdict.ForeignScope](c.Verdict.Refusal)
	if !ok {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		Variables: c.Trace.Region.Variables,
		What:      "The credential scope of " + c.Call + " does not fit the endpoint.",
		Change:    c.Library.Advise(library.OwnRegion),
	}
	switch {
	case scope.Date != nil && scope.Region == nil && scope.Service == nil:
		t.Variables = nil
		t.What, t.Why, t.Change = otherDay(c.Call, scope.Date)
	case scope.Region != nil && scope.Region.Sent != "":
		t.What = fmt.Sprintf(
			"%s was signed for region %s%s, and the endpoint is in %s.",
			c.Call,
			scope.Region.Sent,
			c.From(c.Trace.Region),
			scope.Region.Expected,
		)
		t.Why = "Region and service are part of the signature: an endpoint accepts its own only."
		if scope.Service != nil {
			t.What += fmt.Sprintf(" It was signed for service %q as well, and the endpoint is of %q.",
				scope.Service.Sent, scope.Service.Expected)
			t.Change += fmt.Sprintf("; and sign for %q", scope.Service.Expected)
		}
	case scope.Service != nil && scope.Service.Sent != "":
		t.What = fmt.Sprintf(
			"%s was signed for service %q and the endpoint is of %q.",
			c.Call,
			scope.Service.Sent,
			scope.Service.Expected,
		)
		t.Change = fmt.Sprintf(
			"Sign for %q: the signing name of a service is not always its hostname's",
			scope.Service.Expected,
		)
	}
	return t, true
}

// otherDay: region and service are right, and the scope has the day of another request.
func otherDay(call string, date *verdict.ScopeDate) (what, why, change string) {
	what = fmt.Sprintf("The credential scope of %s has the day %q", call, date.Sent)
	if date.Expected == "" {
		return what + ", which is no date of the form YYYYMMDD.", "The scope is day, region, service and aws4_request.",
			"Mend the signer: the day of the scope is the first eight digits of X-Amz-Date"
	}
	return what + fmt.Sprintf(", and the request is dated %s.", date.From),
		"The day is part of the signing key. A program that makes its signer or its key once signs with the day on " +
			"which it was started, and is refused from midnight UTC on.",
		"Make the scope and the signing key anew for each request, or at least each day: take both from X-Amz-Date"
}
