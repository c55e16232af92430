// Package nottrusted is the rule not-trusted: a role that does not let the caller in.
package nottrusted

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/internal/wildcard"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "not-trusted"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A role that does not let the caller in",
		Text: "Whoever asked for the role was identified, and the trust policy of the role, or the " +
			"permissions of the caller, said no.",
		Example: "sts:AssumeRole was identified as arn:aws:iam::123456789012:user/app, which may not assume " +
			"arn:aws:iam::123456789012:role/deploy.",
	},
	Needs:      facts.Calls | facts.Environment,
	Uses:       facts.Offers,
	Source:     rule.DocDenied,
	Confidence: "V",
	Call:       check,
}

// check: whoever asked was identified, and the role's trust policy, or for
// AssumeRole the asker's own policies, said no.
func check(c *facts.Call) (rule.Telling, bool) {
	r := c.Verdict.Refusal
	denial, _ := verdict.CauseOf[verdict.Denial](r)
	switch {
	case r == nil || c.Verdict.Accepted || c.Status != 403:
		return rule.Telling{}, false
	case c.Call == "sts:AssumeRoleWithWebIdentity":
		token := c.Trace.IdentityToken
		t := rule.Telling{
			Variables: token.Variables,
			Source:    rule.DocWebIdentity,
			What: fmt.Sprintf(
				"%s was identified as %s (identity token from %s), and the role does not let it in.",
				c.Call,
				c.Verdict.Principal,
				token.From(),
			),
			Why: "The token is good; the role's trust policy decides: " + prose.Sentence(r.Detail) + claims(c),
			Change: "Compare the conditions of the trust policy, character by character, with the token's sub and " +
				"aud, and correct the one that is wrong",
		}
		if why, change := literalStar(c); why != "" {
			t.Why += why
			t.Change, t.Source = change, docOperators
		}
		noSuchRole(c, &t)
		return t, true
	case c.Call == "sts:AssumeRole" && denial.Action != "":
		return notLetIn(c, denial), true
	}
	return rule.Telling{}, false
}

// notLetIn: AssumeRole by whom the role, or whose own policies, do not let in.
func notLetIn(c *facts.Call, denial verdict.Denial) rule.Telling {
	key := c.Trace.KeyID
	t := rule.Telling{
		Variables: key.Variables,
		Source:    rule.DocDenied,
		What: fmt.Sprintf(
			"%s was identified as %s (key id %s from %s), which may not assume %s.",
			c.Call,
			c.Verdict.Principal,
			key.Shown,
			key.From(),
			denial.Resource,
		),
		Why: "The credentials are valid. " + prose.Sentence(c.Verdict.Refusal.Detail),
		Change: "See that the role exists under exactly that ARN, that its trust policy names the principal " +
			"and its conditions hold, and that the principal's own policies allow " + denial.Action,
	}
	if isItself(c.Verdict.Principal, denial.Resource) {
		t.Why = "The caller is a session of that very role already, and a role does not trust itself unless its " +
			"trust policy says so."
		t.Change = "Leave the second step out: call with the session that the program has, and take the role's " +
			"ARN out of the setting that names a role to assume. Only if it must be assumed again: name the role " +
			"in its own trust policy"
		t.Source = rule.DocSelfTrust
	}
	noSuchRole(c, &t)
	return t
}

// roleARN is the ARN of a role in a text.
var roleARN = late.MustCompile(`arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+`)

// noSuchRole says of a role that is not there where its name comes from, and which role
// the host gives the program.
func noSuchRole(c *facts.Call, t *rule.Telling) {
	detail := c.Verdict.Refusal.Detail
	role := roleARN.FindString(detail)
	if role == "" || !strings.Contains(detail, "does not exist") {
		return
	}
	from := "where the program takes it from"
	for _, v := range c.Env.Variables() {
		if v.Value == role {
			from = fmt.Sprintf("in %s (set by the %s)", v.Name, v.SetBy)
		}
	}
	t.Change = fmt.Sprintf("Correct the role's ARN %s: account, path and name, character by character", from)
	for i := range c.Rows {
		if o := &c.Rows[i].Offer; o.Role != "" && o.Kind == fixtures.OfferWebIdentity {
			t.Change += fmt.Sprintf("; this host gives the program role %s", o.Role)
			break
		}
	}
	t.Change += ". Only if that ARN is right, make the role"
}

// isItself reports whether a principal is a session of a role.
func isItself(session, role string) bool {
	account, rest, isSession := strings.Cut(session, ":assumed-role/")
	name, _, _ := strings.Cut(rest, "/")
	of, path, isRole := strings.Cut(role, ":role/")
	return isSession && isRole && path[strings.LastIndexByte(path, '/')+1:] == name &&
		accountOf(account) == accountOf(of)
}

// accountOf is the account at the end of the beginning of an ARN.
func accountOf(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }

// claims are what the token says, and whether the trust policy has the subject in
// another case.
func claims(c *facts.Call) string {
	w := c.Presented.WebIdentity
	if w == nil {
		return ""
	}
	text := fmt.Sprintf(" The token's sub is %q and its aud %q.", w.Subject, strings.Join(w.Audience, ", "))
	for _, word := range strings.FieldsFunc(c.Verdict.Refusal.Detail, inQuotes) {
		if word != w.Subject && strings.EqualFold(word, w.Subject) {
			return text +
				fmt.Sprintf(" The policy has %q: it differs in upper and lower case alone, which IAM compares.", word)
		}
	}
	return text
}

// docOperators says which operators of conditions know wildcards.
const docOperators = "https://docs.aws.amazon.com/IAM/latest/UserGuide/" +
	"reference_policies_elements_condition_operators.html"

// exactly is a condition as the judge tells it that compares texts to the letter and has a
// wildcard in its value: its operator, and the value.
var exactly = late.MustCompile(`wants (\w*StringEquals\w*) \S+ = "([^"]*[*?][^"]*)"`)

// literalStar says of a condition with a wildcard that its operator takes it as it is
// written, where the token's subject or an audience would fit it as a wildcard.
func literalStar(c *facts.Call) (why, change string) {
	m := exactly.FindStringSubmatch(c.Verdict.Refusal.Detail)
	if w := c.Presented.WebIdentity; m == nil || w == nil || !slices.ContainsFunc(append([]string{w.Subject},
		w.Audience...), func(have string) bool { return wildcard.Fits(m[2], have) }) {
		return "", ""
	}
	like := strings.Replace(m[1], "StringEquals", "StringLike", 1)
	return fmt.Sprintf(" %s takes * and ? as the characters that they are; as wildcards they would fit.", m[1]),
		fmt.Sprintf("Use %s for %q in the role's trust policy, or write the value out", like, m[2])
}

func inQuotes(r rune) bool { return strings.ContainsRune(" \"'[](),", r) }
