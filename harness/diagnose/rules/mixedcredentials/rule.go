// Package mixedcredentials is the rule mixed-credentials: key and session token belong to different credentials.
package mixedcredentials

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "mixed-credentials"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "Key and session token belong to different credentials",
		Text: "The access key id and the session token of one request were issued apart. The signature is " +
			"valid all the same, because the foreign token is signed too, and the answer names neither of " +
			"them.",
		Example: "bedrock:Converse sent a long-term key from MY_KEY together with the session token of the host " +
			"from AWS_SESSION_TOKEN.",
	},
	Needs:      facts.Calls | facts.Environment,
	Uses:       facts.Offers | facts.Lookups,
	Source:     rule.DocTokens,
	Confidence: "V",
	Call:       check,
}

// check: a token that is not the key's own. A foreign token is itself signed, so
// the signature is valid, and the message that AWS sends names neither the key
// nor where the token came from.
func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.TokenForOtherKey, verdict.TokenMalformed) {
		return rule.Telling{}, false
	}
	key, token := c.Trace.KeyID, c.Trace.Token
	owner := "belongs to no credentials that this AWS issued"
	if token.Owner != "" {
		owner = "belongs to other credentials, those of " + token.Owner
	}
	if c.Captured() { // nobody is known who issued it: what its form tells
		owner = cmp.Or(c.Verdict.Refusal.Detail, "is not its own")
	}
	t := rule.Telling{
		Variables: append(slices.Clone(key.Variables), token.Variables...),
		What: fmt.Sprintf("%s sent the access key id %s%s together with a session token (%s)%s, which %s.",
			c.Call, key.Shown, origin(c, key), token.Shown, origin(c, token), owner),
		Why: "A session token is only valid together with the key and the secret that it was " +
			"issued with." + secretIsRight(c),
	}
	if token.Derived != "" {
		t.Why = "The token was changed on its way: it came from " + token.From() + ". A token is only valid as it " +
			"was issued, character by character."
		t.Change = "pass the value of " + strings.Join(
			token.Variables,
			" or ",
		) + " as it is, and check the length of what holds it"
		return t, true
	}
	if place := onePlace(c); place != "" {
		t.Why = fmt.Sprintf("%s gave both, at different times: the program read key, secret and token one after "+
			"the other, and they were renewed in between.", prose.Capital(place))
		t.Change = "Read all three of one set at once, as a snapshot that the credentials' provider gives, and " +
			"take a new one for each use"
		return t, true
	}
	if token.SetBy == ledger.ByHost && c.IsPlatform(token.Owner) {
		t.Why += " The platform sets that variable for its own use; it carries no permission and is not meant for " +
			"your code."
		t.Source = c.ProvenanceOf(token.Variables)
	}
	t.Change = apart(c)
	return t, true
}

// onePlace is the place that handed out both, the key with one set of credentials and the
// token with another; empty where they are of different places.
func onePlace(c *facts.Call) string {
	for i := range c.Rows {
		has := func(keyID string) bool {
			return keyID != "" && slices.ContainsFunc(c.Rows[i].Issued, func(x ledger.Issue) bool {
				return x.KeyID == keyID
			})
		}
		if has(c.Presented.KeyID) && has(c.Presented.TokenKeyID) {
			return c.Rows[i].Offer.Name
		}
	}
	return ""
}

// origin says where a part came from, without a comma before it.
func origin(c *facts.Call, part ledger.Part) string {
	return strings.TrimPrefix(c.From(part), ",")
}

// apart says how to keep a foreign token away from the user's key.
func apart(c *facts.Call) string {
	key, token := c.Trace.KeyID, strings.Join(c.Trace.Token.Variables, " or ")
	if c.Captured() {
		if strings.HasPrefix(key.Shown, "ASIA") { // a temporary key has a token, its own
			return c.Library.Advise(library.WithToken)
		}
		return c.Library.Advise(library.KeysAlone)
	}
	if token == "" {
		token = "the token"
	}
	if slices.Contains(key.Variables, "AWS_ACCESS_KEY_ID") || len(key.Variables) == 0 {
		return c.Library.Advise(library.OwnNames)
	}
	return fmt.Sprintf(
		"keep %s away from %s: %s",
		token,
		strings.Join(key.Variables, " or "),
		c.Library.Advise(library.KeysAlone),
	)
}

func secretIsRight(c *facts.Call) string {
	if c.Presented.SecretOf != "" && c.Presented.SecretOf == c.Presented.KeyID {
		return " Key and secret fit each other and the signature is valid: without that token the call would have " +
			"been accepted as " + c.Trace.KeyID.Owner + "."
	}
	return ""
}
