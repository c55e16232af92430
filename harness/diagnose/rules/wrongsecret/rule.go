// Package wrongsecret is the rule wrong-secret: a signature that does not match.
package wrongsecret

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "wrong-secret"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A signature that does not match",
		Text: "The key id is known, and the signature is not the one that its secret makes: another secret, " +
			"a secret with a newline or quotation marks around it, or a request that was signed in another " +
			"form than it was sent (then the kind is wrong-signature).",
		Example: "The signature of s3:ListBuckets, made under the access key id AKIA… from MY_KEY, does not " +
			"match.",
	},
	Needs:      facts.Calls | facts.Environment,
	Uses:       facts.Offers | facts.Lookups | facts.Attempts,
	Source:     rule.DocSigning,
	Confidence: "V",
	Call:       check,
}

// check: the key is known and the signature is not its secret's.
func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.SignatureMismatch, verdict.PayloadHashMismatch, verdict.ChunkSignatureMismatch) {
		return rule.Telling{}, false
	}
	key := c.Trace.KeyID
	t := rule.Telling{
		Variables: key.Variables,
		Source:    rule.DocSigning,
		What: fmt.Sprintf(
			"The signature of %s, made under the access key id %s%s, does not match.",
			c.Call,
			key.Shown,
			origin(c, key),
		),
		Change: "Check that the secret belongs to this key id and has no space or newline at its end",
	}
	switch x := c.Explanation; {
	case misusedSecret(c, &t):
	case x == nil || x.Mistake == "":
		t.Why = "No secret that is known here made it: the secret is another key's, an old one or cut off, or the " +
			"request was changed after it was signed."
	default:
		t.Why = prose.Sentence(x.Mistake)
		if x.Line > 0 {
			t.Kind = "wrong-signature"
			t.Why += fmt.Sprintf(
				" The first canonical line that differs is line %d (%s): AWS has %q, the client signed %q.",
				x.Line,
				x.Name,
				x.Ours,
				x.Theirs,
			)
			t.Change = "Sign with a maintained signer, or mend that line of the canonical request"
		}
	}
	instead(c, &t)
	return t, true
}

// instead says which role the host gives. Where it is known what made the wrong
// signature, that is to be mended first: somebody set this key, and meant it.
func instead(c *facts.Call, t *rule.Telling) {
	why, change := c.Instead()
	if why == "" || t.Kind != "" {
		return
	}
	if c.Trace.Secret.Found() {
		t.Change += fmt.Sprintf(". Only if the role was meant: %s", prose.Lower(change))
		return
	}
	t.Why = strings.TrimSpace(t.Why + " " + why)
	t.Change = change + ". Only if this key was meant: " + prose.Lower(t.Change)
}

// origin says where a part came from, without a comma before it.
func origin(c *facts.Call, part ledger.Part) string {
	return strings.TrimPrefix(c.From(part), ",")
}

// misusedSecret says which variable made a wrong signature.
func misusedSecret(c *facts.Call, t *rule.Telling) bool {
	secret, right := c.Trace.Secret, c.Secrets[c.Presented.KeyID]
	if !secret.Found() {
		return false
	}
	t.Variables = append(slices.Clone(t.Variables), secret.Variables...)
	for _, name := range secret.Variables {
		if value, _ := c.Env.Lookup(
			name,
		); secret.Derived == "" && value != right && strings.TrimSpace(strings.Trim(strings.TrimSpace(value),
			`"'`)) == right &&
			right != "" {
			t.Why = fmt.Sprintf(
				"It was signed with the value of %s, which is the right secret with something around it: %s.",
				name,
				facts.Around(value, right),
			)
			t.Change = "Set " + name + " again without it; when you pipe a secret into a setting, use printf, not echo"
			return true
		}
	}
	if other := c.Presented.SecretOf; other != "" && other != c.Presented.KeyID {
		t.Why = fmt.Sprintf(
			"It was signed with the secret of another key, %s, which came from %s.",
			other,
			secret.From(),
		)
		t.Change = "Take key id and secret from the same place"
		return true
	}
	t.Why = fmt.Sprintf(
		"It was signed with a secret that came from %s, and that is not the secret of %s.",
		secret.From(),
		c.Trace.KeyID.Shown,
	)
	t.Change = "Set the secret that was issued with this key id; if it is lost, make a new key: AWS shows a " +
		"secret only once"
	return true
}
