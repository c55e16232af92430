package faults_test

import (
	"context"
	"fmt"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// atOnceInAll is how many programs run at once: most of the time they wait.
const atOnceInAll = 6

// leaks are the programs that print secrets of the role: botocore quotes a
// document that it cannot parse, with the credentials in it
// (https://github.com/boto/botocore/blob/develop/botocore/parsers.py).
var leaks = map[string]bool{
	"AssumeRoleWithWebIdentity, truncated: boto3":   true,
	"AssumeRoleWithWebIdentity, malformed: boto3":   true,
	"AssumeRoleWithWebIdentity, malformed: AWS CLI": true,
}

var _ = Describe("faults at", func() {
	for _, t := range tables {
		It(t.name+": what each SDK does about which", func(ctx SpecContext) {
			suite.NeedIsolation(ctx, isolation.Sandbox)
			subjects := map[string]*harness.CommandSubject{}
			for _, sdk := range sdks {
				subjects[sdk] = programs[sdk](ctx)
			}
			var all sync.WaitGroup
			var mu sync.Mutex
			var wrong []string
			turn := make(chan struct{}, atOnceInAll)
			for _, r := range t.rows {
				for i, sdk := range sdks {
					all.Go(func() {
						turn <- struct{}{}
						defer func() { <-turn }()
						name := fmt.Sprintf("%s, %s: %s", t.name, r.kind, sdk)
						if problem := try(ctx, name, t.place, r.kind, subjects[sdk], r.outcomes[i]); problem != "" {
							mu.Lock()
							defer mu.Unlock()
							wrong = append(wrong, name+": "+problem)
						}
					})
				}
			}
			all.Wait()
			Expect(wrong).To(BeEmpty(), "%s", strings.Join(wrong, "\n"))
		})
	}
})

// try has a program meet a fault, and says what came out otherwise than it was
// expected.
func try(ctx context.Context, name string, p place, kind string, program *harness.CommandSubject, want outcome) string {
	opts := append([]harness.Option{harness.WithIsolation(isolation.Sandbox), harness.WithTimeout(limit)}, p.options...)
	d, err := harness.Start(ctx, p.host, append(append(opts, p.faults(kind)...), settings...)...)
	if err != nil {
		return err.Error()
	}
	defer d.Close(context.WithoutCancel(ctx))
	r, err := d.Run(ctx, program)
	if err != nil {
		return err.Error()
	}
	if got := outcomeOf(r); !got.as(want) {
		return fmt.Sprintf("came out as %s, want %s", got, want)
	}
	if leaked := r.Secrets(r.Stdout) || r.Secrets(r.Stderr); leaked != leaks[name] {
		return fmt.Sprintf("it shows a secret: %t, want %t", leaked, leaks[name])
	}
	return blamed(r)
}

// blamed says what is wrong with what a result tells of faults that were injected.
func blamed(r *harness.Result) string {
	if len(r.Unstruck) > 0 {
		return fmt.Sprintf("never struck: %v", r.Unstruck)
	}
	for _, line := range r.Injected() {
		if !strings.Contains(line, fault.Mark) {
			return "does not say that it was on purpose: " + line
		}
	}
	problems := r.Diagnosis.Problems()
	if r.Failed() != (len(problems) > 0) {
		return fmt.Sprintf("failed %t with %d findings", r.Failed(), len(problems))
	}
	for _, f := range problems {
		if f.Kind != diagnose.InjectedFault {
			return fmt.Sprintf("somebody else is blamed: %s: %s", f.Kind, f.Paragraph())
		}
	}
	if !strings.Contains(r.String(), fault.Mark) {
		return "the text does not say what was injected"
	}
	return ""
}

// unsettledExit is how Node.js ends when a promise that the program awaits can
// never settle (https://nodejs.org/api/process.html#exit-codes).
const unsettledExit = 13

func outcomeOf(r *harness.Result) outcome {
	o := outcome{tries: len(r.Injected())}
	switch {
	case r.TimedOut:
		o.says = waits
	case r.ExitCode == unsettledExit:
		o.says = unsettled
	case r.Failed():
		o.says = strings.TrimSpace(string(r.Stderr))
	}
	return o
}

// as reports whether it came out as was expected.
func (o outcome) as(want outcome) bool {
	count := o.tries == want.tries || want.tries == some && o.tries > 0
	return count && (o.says == works) == (want.says == works) && strings.Contains(o.says, want.says)
}
