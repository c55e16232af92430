// Package servererror is the rule server-error: a request that the program failed to answer.
package servererror

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "server-error"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A request that the program failed to answer",
		Text: "It answered with a status of 500 or more, or not at all, and no refused AWS call of that " +
			"request says why.",
		Example: "GET /f was answered 502 Bad Gateway, with \"oops\".",
	},
	Needs:      facts.Calls | facts.Output,
	Source:     rule.DocHTTP,
	Confidence: "V",
	Visit:      check,
}

// check: the program failed to answer, and no refused AWS call of that
// request, which has a finding of its own, says why.
func check(d *facts.Facts, v *ledger.Visit) (rule.Telling, bool) {
	if !v.Broken() || refusedDuring(d, v) {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		What:   d.Result.Scrub(v.String()) + bodyOf(d, v) + ".",
		Why:    "No AWS call of this run was refused, and nothing in the answer speaks of credentials.",
		Change: "See the program's own output for the error",
	}
	if call := firstRefused(d); call != "" {
		t.Why = call + " in this run, at another time. Nothing in the answer speaks of credentials."
	}
	return t, true
}

// refusedDuring reports whether an AWS call was refused while a request was
// answered.
func refusedDuring(d *facts.Facts, v *ledger.Visit) bool {
	for _, seq := range v.Calls {
		for i := range d.Result.Exchanges {
			if e := &d.Result.Exchanges[i]; e.Seq == seq && !e.Verdict.Accepted {
				return true
			}
		}
	}
	return false
}

// bodyOf quotes the beginning of an answer.
func bodyOf(d *facts.Facts, v *ledger.Visit) string {
	text := headline.OneLine(d.Result.Scrub(strings.ToValidUTF8(string(v.Body), "")))
	if runes := []rune(text); len(runes) > facts.MaxQuote {
		text = string(runes[:facts.MaxQuote]) + "…"
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf(", with %q", text)
}

func firstRefused(d *facts.Facts) string {
	for i := range d.Result.Exchanges {
		if e := &d.Result.Exchanges[i]; !e.Verdict.Accepted {
			return fmt.Sprintf("%s was refused (call #%d)", e.Call, e.Seq)
		}
	}
	return ""
}
