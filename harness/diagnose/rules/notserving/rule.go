// Package notserving is the rule not-serving: a server that was called at a port where it does not listen.
package notserving

import (
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "not-serving"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title:   "A server that was called at a port where it does not listen",
		Text:    "Every request found nobody at the port.",
		Example: "Nothing listened at port 3000 while the program ran (10s).",
	},
	Needs:      facts.Ending | facts.Output,
	Source:     rule.DocListen,
	Confidence: "V",
	Run:        check,
}

// check: the program was called at a port, and nothing ever listened there.
func check(d *facts.Facts) (rule.Telling, bool) {
	r := d.Result
	if r.Port == 0 || len(r.Visits) == 0 || r.Failed() && !r.TimedOut {
		return rule.Telling{}, false
	}
	for i := range r.Visits {
		if r.Visits[i].Status != 0 {
			return rule.Telling{}, false
		}
	}
	t := rule.Telling{
		What: fmt.Sprintf(
			"Nothing listened at port %d while the program ran (%v).",
			r.Port,
			r.Duration.Round(time.Second),
		),
		Why: "It listened at no port at all, as far as can be seen.",
		Change: "Have the program listen there, give it more time to start (--timeout), or name its own port " +
			"(--port, Deployment.Serve)",
	}
	switch {
	case len(r.Listening) > 0:
		t.Why = fmt.Sprintf("The program listened at port %s.", inWords(r.Listening))
		t.Change = fmt.Sprintf("Name the port at which the program listens: --port %d", r.Listening[0])
	case !r.Stopped && !r.TimedOut:
		t.Why = "The program ended by itself, with exit code 0."
		t.Change = "Start it in the foreground: the command after -- has to run for as long as the server does"
	}
	return t, true
}

func inWords(ports []uint16) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(ports), "[]")), ", ")
}
