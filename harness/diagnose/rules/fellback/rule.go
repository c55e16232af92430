// Package fellback is the rule fell-back: a variable of the project's is empty, and the host's credentials were used.
package fellback

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "fell-back"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A variable of the project's is empty, and the host's credentials were used",
		Text: "Most libraries take an option that is undefined as one that was not given, and look into the " +
			"environment.",
		Example: "s3:ListBuckets was made with the host's credentials while the project's MY_KEY holds nothing " +
			"usable.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocChain,
	Confidence: "L",
	Hazard:     true,
	Call:       check,
}

// unfilled are values of a setting that somebody meant to fill in.
var unfilled = regexp.MustCompile(`^(|undefined|null|None|\$\{?\w+\}?|%\w+%|<.*>)$`)

// credentialName is a variable in which projects keep a part of credentials.
var credentialName = regexp.MustCompile(`(?i)(access_?key|secret|session_?token)`)

// check: a variable of the project's was empty, so that the library took the
// host's.
func check(c *facts.Call) (rule.Telling, bool) {
	if !c.OfHost() {
		return rule.Telling{}, false
	}
	var empty []string
	for _, v := range c.Env.Variables() {
		if v.SetBy == ledger.ByUser && credentialName.MatchString(v.Name) &&
			unfilled.MatchString(strings.TrimSpace(v.Value)) {
			empty = append(empty, v.Name)
		}
	}
	if len(empty) == 0 {
		return rule.Telling{}, false
	}
	return rule.Telling{
		Variables: append(slices.Clone(empty), c.Trace.KeyID.Variables...),
		What: fmt.Sprintf(
			"%s was made as %s, with the host's credentials from %s, while the project's %s holds nothing usable.",
			c.Call,
			c.Verdict.Principal,
			c.Trace.KeyID.From(),
			strings.Join(empty, ", "),
		),
		Why: "Most libraries take an option that is undefined as one that was not given, and look into the " +
			"environment.",
		Change: "Set " + strings.Join(empty, ", ") + " on the host, and let the program fail when it is missing",
	}, true
}
