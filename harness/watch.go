package harness

import (
	"fmt"

	"github.com/hostproof/hostproof/harness/ledger"
)

// TB is what StartTest needs of a test. *testing.T and GinkgoT() have it.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// reporting is what some tests have in addition: a place for what is worth a look
// when they fail. GinkgoT() has it.
type reporting interface {
	AddReportEntryVisibilityFailureOrVerbose(name string, args ...any)
}

// maxShown bounds the results that a failed test shows, the last ones.
const maxShown = 10

// results are the results of a test's deployment, the last ones.
type results []*Result

// check looks for secrets in a result, and keeps it.
func (s *results) check(tb TB, r *Result) {
	r.Watch()
	*s = append(*s, r)
	*s = (*s)[max(0, len(*s)-maxShown):]
	if where := r.Leaks(); where != "" {
		tb.Errorf("the result of %s on host %s shows a secret in its %s", r.Subject, r.Host, where)
	}
}

// show fails a test whose planned faults never struck, and shows the results of
// one that failed.
func (s results) show(tb TB, host string) {
	if n := len(s); n > 0 {
		for _, u := range s[n-1].Unstruck {
			tb.Errorf("a planned fault never struck on host %s: %s: the test does not show what becomes of it", host, u)
		}
	}
	if !tb.Failed() {
		return
	}
	for _, r := range s {
		name := fmt.Sprintf("%s on host %s: journal and diagnosis", r.Subject, r.Host)
		if report, ok := tb.(reporting); ok {
			report.AddReportEntryVisibilityFailureOrVerbose(name, ledger.InFull(r))
			continue
		}
		tb.Logf("%s\n%s", name, ledger.InFull(r))
	}
}
