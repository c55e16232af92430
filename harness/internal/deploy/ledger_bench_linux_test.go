package deploy

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/harness/project"
)

// BenchmarkLedger measures in pairs what the ledger costs, the watching of files and the
// diagnosis: the same run with and without, one after the other, and which comes first
// alternates. It reports the median of the differences, in percent of the median run
// without. The bound is 3 percent for a program, which does more than open files; give it
// 50 pairs or more (-benchtime 50x), and a machine with nothing else to do.
func BenchmarkLedger(b *testing.B) {
	if err := isolation.Available(); err != nil {
		need.Missing(b, "sandbox", err)
	}
	defer func() { withoutLedger = false }()
	d, err := Start(b.Context(), "local-sso", Settings{Project: project.Project{Mock: "embedded",
		Isolation: isolation.Sandbox, Users: []project.User{{Name: "app"}}}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close(b.Context()) })
	const call = "'https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15'"
	for name, script := range map[string]string{
		"files":   "for i in 1 2 3 4 5 6 7 8 9 10; do cat ~/.aws/config ~/.aws/sso/cache/*; done >/dev/null",
		"program": "cat ~/.aws/config; for i in 1 2 3; do curl -s \"$STS\"; done; sleep 0.5",
	} {
		b.Run(name, func(b *testing.B) { pairs(b, d, "STS="+call+"; "+script) })
	}
}

// pairs runs a script with and without the ledger.
func pairs(b *testing.B, d *Deployment, script string) {
	once := func(off bool) (wall, cpu float64) {
		withoutLedger = off
		begin, used := time.Now(), processors()
		if _, err := d.Run(b.Context(), Command("sh", "-c", script)); err != nil {
			b.Fatal(err)
		}
		return float64(time.Since(begin)), float64(processors() - used)
	}
	once(true)
	var wallMore, cpuMore, walls []float64
	for i := 0; b.Loop(); i++ {
		offFirst := i%2 == 0
		wall, cpu := once(offFirst)
		wall2, cpu2 := once(!offFirst)
		if !offFirst {
			wall, wall2, cpu, cpu2 = wall2, wall, cpu2, cpu
		}
		wallMore, cpuMore, walls = append(wallMore, wall2-wall), append(cpuMore, cpu2-cpu), append(walls, wall)
	}
	b.ReportMetric(100*median(wallMore)/median(walls), "%more")
	b.ReportMetric(median(wallMore)/float64(time.Millisecond), "ms-more")
	b.ReportMetric(median(cpuMore)/float64(time.Millisecond), "cpu-ms-more")
}

// processors is the time that this process and its children have had of the processors:
// unlike the time on the wall it says something on a machine that does other things, too.
func processors() time.Duration {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err == nil {
			total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return total
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
