// Package uncalledserver is the rule uncalled-server: a server that nobody called.
package uncalledserver

import (
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "uncalled-server"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title:   "A server that nobody called",
		Text:    "The program listens and waits; its time was up without a request.",
		Example: "The program listened at port 3000 and did not end within 1m0s.",
	},
	Needs:      facts.Ending,
	Source:     rule.DocListen,
	Confidence: "V",
	Run:        check,
}

// check: the program's time was up because it is a server.
func check(d *facts.Facts) (rule.Telling, bool) {
	r := d.Result
	if !r.TimedOut || r.Port != 0 || len(r.Listening) == 0 {
		return rule.Telling{}, false
	}
	return rule.Telling{
		What: fmt.Sprintf(
			"The program listened at port %s and did not end within %v.",
			inWords(r.Listening),
			r.Duration.Round(time.Second),
		),
		Why: "It is a server: it waits for requests, and nobody sent it any.",
		Change: fmt.Sprintf(
			"Have it called: hostproof run --host %s --port %d --get / -- CMD; in Go, Deployment.Serve",
			r.Host,
			r.Listening[0],
		),
	}, true
}

func inWords(ports []uint16) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(ports), "[]")), ", ")
}
