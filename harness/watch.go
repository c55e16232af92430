package harness

import (
	"fmt"
	"reflect"

	"github.com/hostproof/hostproof/harness/ledger"
)

// TB is what StartTest needs of a test. *testing.T and GinkgoTB() have it.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// reporting is what Ginkgo has in addition.
type reporting interface {
	AddReportEntryVisibilityFailureOrVerbose(name string, args ...any)
}

// ginkgoOf finds Ginkgo behind a GinkgoTB(), which has it in a field. It is
// looked for by name, so that this package, which most users have without
// Ginkgo, does not import it.
func ginkgoOf(tb TB) (reporting, bool) {
	if report, ok := tb.(reporting); ok {
		return report, true
	}
	v := reflect.Indirect(reflect.ValueOf(tb))
	if v.Kind() != reflect.Struct {
		return nil, false
	}
	field := v.FieldByName("GinkgoT")
	if !field.IsValid() || !field.CanInterface() {
		return nil, false
	}
	report, ok := field.Interface().(reporting)
	return report, ok
}

// maxShown bounds the results that a failed test shows, the last ones.
const maxShown = 10

// watch checks the results of a test's deployment for secrets and for faults that
// never struck, and shows them when the test fails.
func watch(tb TB, d *Deployment) {
	var results []*ledger.Result
	d.finished = func(r *ledger.Result) {
		r.Watch()
		results = append(results, r)
		results = results[max(0, len(results)-maxShown):]
		if where := r.Leaks(); where != "" {
			tb.Errorf("the result of %s on host %s shows a secret in its %s", r.Subject, r.Host, where)
		}
	}
	tb.Cleanup(func() {
		if n := len(results); n > 0 {
			for _, u := range results[n-1].Unstruck {
				tb.Errorf("a planned fault never struck on host %s: %s: the test does not show what becomes of it",
					d.host.Name, u)
			}
		}
		if !tb.Failed() {
			return
		}
		for _, r := range results {
			name := fmt.Sprintf("%s on host %s: journal and diagnosis", r.Subject, r.Host)
			if report, ok := ginkgoOf(tb); ok {
				report.AddReportEntryVisibilityFailureOrVerbose(name, ledger.InFull(r))
				continue
			}
			tb.Logf("%s\n%s", name, ledger.InFull(r))
		}
	})
}
