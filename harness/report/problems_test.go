package report_test

import (
	"testing"

	"github.com/hostproof/hostproof/harness/report"
)

func TestProblemsOfACell(t *testing.T) {
	problem, hazard := []report.Finding{{Kind: "no-credentials"}}, []report.Finding{{Kind: "wrong-clock", Hazard: true}}
	for _, row := range []struct {
		name    string
		outcome report.Outcome
		code    string
		run     *report.Run
		want    string
	}{
		{"fine", report.Accepted, "", &report.Run{}, ""},
		{"a hazard", report.Accepted, "", &report.Run{Findings: hazard}, ""},
		{"idle", report.NoCall, "", &report.Run{}, ""},
		{"a failure that was swallowed", report.NoCall, "", &report.Run{Findings: problem},
			"no AWS call, and the diagnosis finds a problem: no-credentials"},
		{"accepted with a problem", report.Accepted, "", &report.Run{Findings: problem},
			"accepted, and the diagnosis finds a problem: no-credentials"},
		{"failed before a call", report.NoCall, "", &report.Run{ExitCode: 3, Findings: problem},
			"no AWS call, and the subject failed: exit 3"},
		{"out of time", report.NoCall, "", &report.Run{ExitCode: -1, TimedOut: true},
			"no AWS call, and the subject was stopped"},
		{"ended", report.NoCall, "", &report.Run{ExitCode: -1, Signal: "killed"},
			"no AWS call, and the subject was ended by a signal: killed"},
		{"refused", report.Refused, "AccessDenied", &report.Run{}, "refused by AWS, AccessDenied"},
		{"failed", report.Failed, "", &report.Run{ExitCode: 1}, "accepted, and the subject failed"},
		{"broken", report.Broken, "", nil, "not judged"},
	} {
		c := report.Cell{Status: report.Status{Outcome: row.outcome, Code: row.code}, Run: row.run}
		if got := c.Problems(); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
