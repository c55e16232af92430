package container_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/container"
)

// BenchmarkContainer is a whole run: two containers made, one call of AWS, and
// both removed. median-ms is the one to compare with that of BenchmarkSandbox.
func BenchmarkContainer(b *testing.B) {
	image := probe(b)
	ca, err := isolation.NewCA()
	if err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		p, err := container.Start(b.Context(), image, isolation.Config{Argv: []string{"get", "https://" + bedrock},
			AWS: echo, CA: ca})
		if err != nil {
			b.Fatal(err)
		}
		if exit, err := p.Wait(); err != nil || exit.Code != 0 {
			b.Fatal(exit, err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
