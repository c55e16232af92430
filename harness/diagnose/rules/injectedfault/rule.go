// Package injectedfault is the rule injected-fault: what failed, failed on purpose.
package injectedfault

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "injected-fault"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "What failed, failed on purpose",
		Text: "The run was asked to strike a call, a name or an endpoint of the host with a fault, and the " +
			"fault explains the failure. It says nothing of the credentials.",
		Example: "sts:GetCallerIdentity met what this run does on purpose: throttle.",
	},
	Needs:      facts.Calls | facts.Lookups | facts.Attempts | facts.Ending | facts.Output,
	Uses:       facts.Environment,
	Source:     rule.DocRetry,
	Confidence: "V",
	Call:       injected,
	Run:        faultsOnTheWay,
}

// moreAttempts names the setting that AWS's SDKs have in common.
const moreAttempts = " (AWS's SDKs: AWS_MAX_ATTEMPTS)"

// faultAdvice is what a program can do about a fault, by kind.
var faultAdvice = map[fault.Kind]string{
	fault.KindThrottle: "let it try again later" + moreAttempts + ", and AWS_RETRY_MODE=adaptive where " +
		"throttling lasts",
	fault.KindStatus:    "let it try again where the status is of the server (5xx)" + moreAttempts,
	fault.KindSlow:      "give it a time limit that is longer than the delay, or fewer things that wait for it",
	fault.KindHang:      "give it a time limit of its own, or it waits for ever",
	fault.KindReset:     "let it try again" + moreAttempts,
	fault.KindDrop:      "let it try again" + moreAttempts,
	fault.KindTruncate:  "let it try again" + moreAttempts,
	fault.KindMalformed: "let it try again" + moreAttempts,
	fault.KindStale:     "let it go on using what the host hands out, and ask again later",
	fault.KindRevoke: "let it get new credentials when AWS refuses the old ones, and make the new key before " +
		"the old one goes",
	fault.KindRevokeAfter: "let it get new credentials when AWS refuses the old ones, and make the new key before " +
		"the old one goes",
	fault.KindNXDomain: "let it look the name up again" + moreAttempts,
	fault.KindServFail: "let it look the name up again" + moreAttempts,
	fault.KindNoAnswer: "give it a time limit of its own for connecting",
}

func adviceOn(k fault.Kind) string {
	return "Nothing about the credentials. If the program is to live with this, " + cmp.Or(
		faultAdvice[k],
		"let it try again",
	)
}

// injected: a fault struck the call, or took its credentials away before.
func injected(c *facts.Call) (rule.Telling, bool) {
	f, why := faultOf(c)
	if f == nil {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		What:   fmt.Sprintf("%s met what this run does on purpose: %s.", c.Call, f),
		Why:    "Injected on purpose: " + why,
		Change: adviceOn(f.Kind),
	}
	if t.Hazard = recovered(c) || !c.Result.Failed(); t.Hazard {
		t.Change = "Nothing: the program lives with this"
	}
	if recovered(c) {
		t.Why += " The program called again, and that call was accepted."
	}
	return t, true
}

// faultOf is the fault that struck a call, and how.
func faultOf(c *facts.Call) (*fault.Fault, string) {
	f, refused := c.Fault, !c.Verdict.Accepted
	switch {
	case f == nil && refused:
		return earlierFault(c)
	case f == nil, f.Kind == fault.KindRevokeAfter && !refused:
		return nil, "" // the call itself went well
	case c.Because(verdict.Injected):
		return f, "AWS never looked at the credentials of this call."
	case f.Kind == fault.KindRevoke:
		return f, fmt.Sprintf(
			"the key %s was taken away after the program had got it, and before this call arrived.",
			c.Presented.KeyID,
		)
	case refused && f.Kind != fault.KindRevokeAfter:
		return nil, "" // slow or spoilt, and wrong besides
	}
	return f, "the call was accepted, and its answer was not what AWS sent."
}

// earlierFault is one that struck before and shows now: credentials that were
// taken away, an issuer whose keys could not be fetched.
func earlierFault(c *facts.Call) (*fault.Fault, string) {
	for i := range c.Result.Exchanges {
		e := &c.Result.Exchanges[i]
		if e.Seq >= c.Seq {
			break
		}
		if e.Fault != nil && revokes(e.Fault.Kind) && e.Presented.KeyID == c.Presented.KeyID &&
			c.Because(verdict.KeyInactive, verdict.Denied) {
			return e.Fault, fmt.Sprintf(
				"the key %s was taken away with call #%d, %s.",
				c.Presented.KeyID,
				e.Seq,
				e.Call,
			)
		}
	}
	if what := ledger.StruckBehind(c.Exchange); what != "" {
		return &fault.Fault{Kind: fault.Kind(what)}, "STS could not fetch the keys of the token's issuer."
	}
	return nil, ""
}

func revokes(k fault.Kind) bool { return k == fault.KindRevoke || k == fault.KindRevokeAfter }

// recovered reports whether the same call was made again and accepted, with its
// answer in one piece.
func recovered(c *facts.Call) bool {
	return slices.ContainsFunc(c.Result.Exchanges, func(e exchange.Exchange) bool {
		return e.Seq > c.Seq && e.Call == c.Call && e.Verdict.Accepted && e.Fault == nil
	})
}

// faultsOnTheWay: a subject failed after faults struck what it needs before it
// can call: the host's endpoints, and names.
func faultsOnTheWay(d *facts.Facts) (rule.Telling, bool) {
	r := d.Result
	if !r.Failed() {
		return rule.Telling{}, false
	}
	var what []string
	var last fault.Kind
	for _, n := range r.NameFailures {
		what, last = append(what, fmt.Sprintf("the name %s (%s)", n.Name, n.Fault)), n.Fault.Kind
	}
	slices.Sort(what)
	what = slices.Compact(what)
	struck := struckLookups(r.Lookups)
	for _, s := range slices.SortedFunc(maps.Keys(struck), func(a, b struckLookup) int {
		return cmp.Or(cmp.Compare(a.endpoint, b.endpoint), cmp.Compare(a.kind, b.kind))
	}) {
		what, last = append(
			what,
			fmt.Sprintf("the host's endpoint %s (%s, %s)", s.endpoint, s.kind, facts.Times(struck[s])),
		), s.kind
	}
	if len(what) == 0 {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		What:   "The subject failed after it met what this run does on purpose" + d.SaidWhy() + ".",
		Why:    "Injected on purpose: " + strings.Join(what, ", ") + ".",
		Change: adviceOn(last), Kind: Kind,
	}
	globalSTS(d, &t)
	if r.TimedOut {
		t.What = "The subject's time was up after it met what this run does on purpose."
	}
	return t, true
}

// globalSTS says of a name that was kept from the program that it is STS's global one,
// where the region has one of its own: a network without a way to the internet has the
// region's alone.
func globalSTS(d *facts.Facts, t *rule.Telling) {
	_, region := d.First("AWS_REGION", "AWS_DEFAULT_REGION")
	asked := slices.ContainsFunc(d.Result.NameFailures, func(n ledger.NameFailure) bool {
		return n.Name == "sts.amazonaws.com"
	})
	if region == "" || !asked {
		return
	}
	t.Why += fmt.Sprintf(" That is STS's global endpoint; the program's region, %s, has one of its own, and the "+
		"program did not ask it.", region)
	t.Change = "Have the program ask STS in its own region: AWS_STS_REGIONAL_ENDPOINTS=regional, or a version of " +
		"its SDK for which that is the default"
	t.Source = rule.DocRegionalSTS
}

// struckLookups counts the requests to endpoints that a fault struck, by
// endpoint and kind of fault.
func struckLookups(lookups []metadata.Lookup) map[struckLookup]int {
	struck := map[struckLookup]int{}
	for _, l := range lookups {
		if l.Fault != "" {
			struck[struckLookup{l.Endpoint, l.Fault}]++
		}
	}
	return struck
}

type struckLookup struct {
	endpoint string
	kind     fault.Kind
}
