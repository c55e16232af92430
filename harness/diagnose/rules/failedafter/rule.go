// Package failedafter is the rule failed-after: the program failed, and AWS had taken each of its calls.
package failedafter

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/plural"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "failed-after"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The program failed, and AWS had taken each of its calls",
		Text: "Credentials, signatures and permissions were right as far as AWS was asked. Either an answer was not " +
			"what the program expects, such as an object that is not there, or its own code failed.",
		Example: "The program failed after s3:GetObject, which was accepted as arn:aws:iam::123456789012:user/app " +
			"and answered with 404 NoSuchKey.",
	},
	Needs:      facts.Calls | facts.Output | facts.Ending,
	Uses:       facts.Environment | facts.Attempts,
	Source:     rule.DocNoSuchBucket,
	Confidence: "V",
	Run:        check,
}

// check: the subject failed, and no call was refused. A call that got no credentials of
// STS, a bucket that is not there and a fault have rules of their own.
func check(d *facts.Facts) (rule.Telling, bool) {
	r := d.Result
	if !r.Failed() || !r.Accepted() || len(r.Visits) > 0 {
		return rule.Telling{}, false
	}
	var failed *exchange.Exchange
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		if e.Fault != nil || e.Code == "NoSuchBucket" || e.Status >= 400 && e.Service == "STS" {
			return rule.Telling{}, false
		}
		if e.Status >= 400 {
			failed = e
		}
	}
	if failed == nil {
		return afterAll(d), true
	}
	t := rule.Telling{
		What: fmt.Sprintf("The program failed after call #%d, %s, which was accepted as %s and answered with %d %s%s.",
			failed.Seq, failed.Call, failed.Verdict.Principal, failed.Status, failed.Code, said(d)),
		Why: cmp.Or(facts.Anonymous(failed), "The credentials are right: AWS knew who called, and let them.") + " " +
			prose.Sentence(cmp.Or(failed.Message, "The answer is about what was asked for")),
		Change: "Nothing about the credentials: correct what the program asks for",
	}
	if isAbsent(failed) {
		t.Change = fmt.Sprintf("Nothing about the credentials. If %s is there in your account, give this simulation "+
			"the same (--seed); else correct what the program asks for", cmp.Or(failed.Resource, "what it asks for"))
	}
	if failed.Service != "S3" {
		t.Source = rule.DocEvaluation
	}
	return t, true
}

// isAbsent reports whether the answer is that something is not there: by its status, or by
// the words of codes that services of JSON give with 400, such as ResourceNotFoundException.
func isAbsent(e *exchange.Exchange) bool {
	says := func(words string) bool { return strings.Contains(e.Code, words) }
	return e.Status == http.StatusNotFound || says("NotFound") || says("NotExist") || says("NonExistent")
}

// afterAll: each answer was a success.
func afterAll(d *facts.Facts) rule.Telling {
	r := d.Result
	last := &r.Exchanges[len(r.Exchanges)-1]
	were := "were all"
	if len(r.Exchanges) == 1 {
		were = "was"
	}
	t := rule.Telling{
		What: fmt.Sprintf("The program failed after %s, which %s accepted%s.",
			plural.Count(len(r.Exchanges), "AWS call"), were, said(d)),
		Why: fmt.Sprintf("The last one, #%d, %s, was answered with %d. What came afterwards never reached AWS.",
			last.Seq, last.Call, last.Status),
		Change: "See what the program printed: nothing of these calls has to change",
	}
	if r.TimedOut {
		t.Change = "Give it more time (--timeout, harness.WithTimeout) if it is only slow; else see what it waits for"
	}
	if why, change := d.DeadEndpoint(); why != "" {
		t.Why, t.Change, t.Source = t.Why+" "+why, change, rule.DocEndpoints
	} else if why, change := d.BrokenProxy(); why != "" {
		t.Why, t.Change, t.Source = t.Why+" "+why, change, rule.DocProxies
	}
	return t
}

// said quotes the error that the program ended with.
func said(d *facts.Facts) string {
	if line := d.Result.Headline(); line != "" && !d.Result.TimedOut {
		return fmt.Sprintf(": %q", line)
	}
	return ""
}
