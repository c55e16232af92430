package deploy

import (
	"slices"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/harness/project"
)

// BenchmarkLedger measures in pairs what it costs to watch which files a program
// opens: the same run with and without, one after the other, and which comes first
// alternates. It reports the median of the differences, in percent of the run.
func BenchmarkLedger(b *testing.B) {
	if err := isolation.Available(); err != nil {
		need.Missing(b, "sandbox", err)
	}
	defer func() { unwatched = false }()
	d, err := Start(b.Context(), "local-sso", Settings{Project: project.Project{Mock: "embedded",
		Isolation: isolation.Sandbox, Users: []project.User{{Name: "app"}}}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close(b.Context()) })
	once := func(off bool) time.Duration {
		unwatched = off
		begin := time.Now()
		script := "for i in 1 2 3 4 5 6 7 8 9 10; do cat ~/.aws/config ~/.aws/sso/cache/*; done >/dev/null"
		if _, err := d.Run(b.Context(), Command("sh", "-c", script)); err != nil {
			b.Fatal(err)
		}
		return time.Since(begin)
	}
	once(true)
	var more []float64
	for i := 0; b.Loop(); i++ {
		first := once(i%2 == 0)
		second := once(i%2 != 0)
		without, with := first, second
		if i%2 != 0 {
			without, with = second, first
		}
		more = append(more, 100*float64(with-without)/float64(without))
	}
	slices.Sort(more)
	b.ReportMetric(more[len(more)/2], "%more")
}
