// Package unknownkey is the rule unknown-key: an access key id that AWS does not know.
package unknownkey

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "unknown-key"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "An access key id that AWS does not know",
		Text: "The key was deleted or deactivated, or never existed. AWS looks the key id up before it looks " +
			"at the signature, and its answer speaks of a security token all the same.",
		Example: "s3:ListBuckets was sent with the access key id AKIA…, which is unknown to AWS.",
	},
	Needs:      facts.Calls | facts.Environment,
	Uses:       facts.Offers | facts.Lookups | facts.Attempts,
	Source:     rule.DocSigning,
	Confidence: "V",
	Call:       check,
}

// ofAWS is the form of an access key id of AWS.
var ofAWS = regexp.MustCompile(`^A[KS]IA[A-Z0-9]{12,}$`)

// noValue are the texts that languages make of a value that is not there, with the
// languages (https://tc39.es/ecma262/#sec-tostring,
// https://docs.python.org/3/library/constants.html#None).
var noValue = map[string]string{
	"undefined": "JavaScript", "null": "JavaScript and Java", "None": "Python", "<nil>": "Go", "nil": "Ruby",
}

var keyStates = map[verdict.Reason]string{
	verdict.KeyUnknown:  "unknown to AWS",
	verdict.KeyInactive: "deactivated",
	verdict.KeyDeleted:  "deleted",
}

func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.KeyUnknown, verdict.KeyInactive, verdict.KeyDeleted) {
		return rule.Telling{}, false
	}
	key, state := c.Trace.KeyID, keyStates[c.Verdict.Refusal.Reason]
	t := rule.Telling{
		Variables: key.Variables,
		What: fmt.Sprintf(
			"%s was sent with the access key id %s, from %s, which is %s.",
			c.Call,
			key.Shown,
			key.From(),
			state,
		),
		Why: "AWS looks the key id up before it looks at the signature; its answer speaks of a security token " +
			"although there is none.",
		Change: "Check the key in IAM (aws iam list-access-keys); in this harness, give the deployment the key as " +
			"a user's (harness.User) so that the mock knows it",
	}
	if key.Shown != "" && !ofAWS.MatchString(key.Shown) {
		t.Why = "An access key id of AWS is 16 or more capital letters and digits and begins with AKIA or ASIA: " +
			"this one is a placeholder, or of another service that speaks as AWS does, such as a store, and the call " +
			"went to AWS."
		t.Change = "If the key is of another service, name its endpoint, by AWS_ENDPOINT_URL or the program's own " +
			"setting, in the process that makes the call. Else put a key of AWS in its place"
		t.Source = rule.DocEndpoints
	}
	nothing := strings.TrimSpace(c.Presented.KeyID) == ""
	if nothing {
		empty(c, &t)
	}
	if language := noValue[key.Shown]; language != "" {
		t.Why = fmt.Sprintf("%q is how %s writes a value that is not there: a setting that nothing set was made into "+
			"a text.", key.Shown, language)
		t.Change = "Set what the program reads its key from, and let it fail where that is not set"
		t.Source = rule.DocChain
	}
	if why, change, source := c.ProfilePassedOver(); why != "" {
		t.Why += " " + why
		t.Change, t.Source = change, source
	}
	if why, change := c.Instead(); why != "" && !nothing {
		t.Why += " " + why
		t.Change = change + ". Only if this key was meant: check it in IAM (aws iam list-access-keys), and give " +
			"this simulation its user (harness.User)"
		t.Source = rule.DocChain
	}
	return t, true
}

// empty: where the key id belongs there is nothing, or nothing but spaces.
func empty(c *facts.Call, t *rule.Telling) {
	is := "empty"
	if c.Presented.KeyID != "" {
		is = "blank"
	}
	t.What = c.Call + " was signed with an access key id that is " + is + ", which AWS looks up like any other."
	t.Why = "The program took a value that is not there for a key: a variable that is set and " + is +
		", or an option whose default is an empty text. An SDK that was given a key looks no further."
	t.Change = "Unset AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where they are " + is + ", and leave empty options " +
		"out, or set the key"
	t.Source = rule.DocChain
	for _, m := range c.Misses() {
		if o := &m.Row.Offer; o.Role != "" && !o.User { // the program's own comes first
			t.Why += fmt.Sprintf(" This host gives the program role %s (%s).", o.Role, o.Name)
			t.Change = fmt.Sprintf("Unset AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where they are %s, and leave "+
				"empty options out, so that the SDK goes on to %s. Only if a key was meant: set it", is, o.Name)
			return
		}
	}
}
