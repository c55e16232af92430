// Package notallowed is the rule not-allowed: a principal that may not do this.
package notallowed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "not-allowed"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title:   "A principal that may not do this",
		Text:    "The credentials are valid, AWS knows who calls, and no policy allows the action.",
		Example: "s3:PutObject was identified as arn:aws:iam::123456789012:user/app, which may not do this.",
	},
	Needs:      facts.Calls | facts.Environment,
	Uses:       facts.Offers | facts.Lookups,
	Source:     rule.DocDenied,
	Confidence: "V",
	Call:       check,
}

func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.Denied) {
		return rule.Telling{}, false
	}
	key := c.Trace.KeyID
	t := rule.Telling{
		Variables: key.Variables,
		What: fmt.Sprintf(
			"%s was identified as %s (key id %s from %s), which may not do this.",
			c.Call,
			c.Verdict.Principal,
			key.Shown,
			key.From(),
		),
		Why: "The credentials are valid: " + prose.Sentence(c.Message),
		Change: fmt.Sprintf(
			"Allow %s on %s to that principal, or use the credentials of the principal that you meant",
			c.Action,
			c.Resource,
		),
	}
	if bearer := c.Trace.Bearer; !bearer.Absent() {
		t.Variables = bearer.Variables
		t.What = fmt.Sprintf(
			"%s was identified as %s (bearer token from %s), which may not do this.",
			c.Call,
			c.Verdict.Principal,
			bearer.From(),
		)
	}
	t.Change += allowHere(c)
	if c.IsPlatform(c.Verdict.Principal) {
		t.Why += " That principal is the platform's own: the host sets these variables for itself, and they carry " +
			"no permission of yours."
		t.Change = "Pass your own credentials: " + c.Library.Advise(library.KeysAlone)
	}
	t.Why += unusedKeys(c)
	meant(c, &t)
	return t, true
}

// meant puts first what the program was likely meant to use and did not: the project's own
// key, where its user may make the call, or the session of a role that it assumed.
func meant(c *facts.Call, t *rule.Telling) {
	if given := unusedSession(c); given != nil {
		t.Why += fmt.Sprintf(" Call #%d, %s, was answered with a session, and no call used it.", given.Seq, given.Call)
		t.Change = fmt.Sprintf(
			"Have the program make its client with the credentials that call #%d gave it. Only if this "+
				"principal was meant: %s", given.Seq, prose.Lower(t.Change))
		return
	}
	if why, change, source := c.ProfilePassedOver(); why != "" {
		t.Why += " " + why
		t.Change, t.Source = change+". Only if this principal was meant: "+prose.Lower(t.Change), source
		return
	}
	if keys := c.OwnKeys(); c.OfHost() && len(keys) > 0 && userMay(c) {
		t.Change = fmt.Sprintf(
			"If the program was meant to use the key in %s, pass it so that the library takes it. Only if "+
				"the host's role was meant: %s", strings.Join(facts.Names(keys), ", "), prose.Lower(t.Change))
	}
}

// unusedSession is an earlier call that was answered with credentials that no call used.
func unusedSession(c *facts.Call) *exchange.Exchange {
	for i := range c.Result.Exchanges {
		e := &c.Result.Exchanges[i]
		used := func(x exchange.Exchange) bool { return x.Presented.KeyID == e.Issued }
		if e.Seq < c.Seq && e.Issued != "" && e.Verdict.Accepted && !slices.ContainsFunc(c.Result.Exchanges, used) {
			return e
		}
	}
	return nil
}

// userMay reports whether the user whose key the project has may make the call.
func userMay(c *facts.Call) bool {
	return slices.ContainsFunc(c.Rows, func(r ledger.Row) bool { return r.Offer.User && len(c.Able) > 0 && c.May(&r) })
}

// allowHere says how the simulated account is told to allow a call: its roles may
// do nothing until the project says so.
func allowHere(c *facts.Call) string {
	parts := strings.SplitN(c.Verdict.Principal, ":", 6)
	if len(parts) < 6 || c.Action == "" {
		return ""
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	name, _, _ := strings.Cut(rest, "/")
	role, known := c.RoleOfPrincipal[name]
	switch {
	case kind == "assumed-role" && known:
		return fmt.Sprintf(
			". In this simulation a role may do what the project says: --role-allow %s=%s, in Go "+
				"harness.RoleAllow(%q, %q)",
			role,
			c.Action,
			role,
			c.Action,
		)
	case kind == "user":
		return fmt.Sprintf(". In this simulation: --allow %s, in Go harness.Allow(%q) of the user", c.Action, c.Action)
	}
	return ""
}

// unusedKeys says that the project has keys of its own, where the host's
// credentials were used.
func unusedKeys(c *facts.Call) string {
	keys := c.OwnKeys()
	if c.IsPlatform(c.Verdict.Principal) {
		keys = c.UserKeys() // nobody means the platform's
	}
	if !c.OfHost() || len(keys) == 0 {
		return ""
	}
	able := ""
	if userMay(c) {
		able = ", whose user may do it"
	}
	return fmt.Sprintf(
		" The project sets %s%s, which the program did not use: an option that is undefined, as of a variable that "+
			"is missing or spelled otherwise, or that a library ignores, falls back to the host's credentials "+
			"without a word.",
		strings.Join(facts.Names(keys), ", "), able,
	)
}
