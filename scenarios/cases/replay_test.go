package cases_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness/casefile"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// replays are under way for all cases at once, as many as there are cores; each
// spec waits for its own. In a plain run each begins with its spec.
var (
	replays = map[string]*replay{}
	slots   = make(chan struct{}, runtime.GOMAXPROCS(0))
)

type replay struct {
	done    chan struct{}
	outcome *casefile.Outcome
	err     error
}

var _ = BeforeSuite(func() {
	ctx, cancel := context.WithCancel(context.Background())
	DeferCleanup(cancel)
	if !need.Full() {
		return
	}
	for _, file := range files() {
		replays[file] = begin(ctx, file)
	}
})

// begin replays a case as soon as a core is free.
func begin(ctx context.Context, file string) *replay {
	r := &replay{done: make(chan struct{})}
	go func() {
		defer close(r.done)
		slots <- struct{}{}
		defer func() { <-slots }()
		c, err := casefile.Load(file)
		if err != nil {
			r.err = err
			return
		}
		r.outcome, r.err = casefile.Replay(ctx, c)
	}()
	return r
}

var _ = Describe("the customers' bug", func() {
	for _, file := range files() {
		It(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(ctx SpecContext) {
			o := await(ctx, file)
			var text strings.Builder
			o.WriteText(&text, false)
			Expect(o.OK()).To(BeTrue(), text.String())
			canFail(o)
			for i := range o.Runs {
				r := o.Runs[i].Result
				Expect(r).To(expect.NoSecretIn([]byte(text.String()), []byte(r.String()), r.Stdout, r.Stderr))
			}
		})
	}
})

// canFail wants each expectation of the case to tell: turned round, it fails,
// and the broken run's do not fit the run that goes well, nor the other way
// round.
func canFail(o *casefile.Outcome) {
	GinkgoHelper()
	var text strings.Builder
	Expect(o.WriteInversions(&text)).To(BeTrue(), text.String())
	broken := &o.Runs[0]
	for i := range o.Runs[1:] {
		well := &o.Runs[i+1]
		Expect(broken.Run.Expect.Held(well.Result)).To(BeFalse(), "what %s expects also fits %s", broken.Run.Name,
			well.Run.Name)
		Expect(well.Run.Expect.Held(broken.Result)).To(BeFalse(), "what %s expects also fits %s", well.Run.Name,
			broken.Run.Name)
	}
}

func await(ctx SpecContext, file string) *casefile.Outcome {
	GinkgoHelper()
	r := replays[file]
	if r == nil {
		r = begin(ctx, file)
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		Fail("the replay did not end: " + ctx.Err().Error())
	}
	var missing *casefile.MissingError
	if errors.As(r.err, &missing) {
		suite.Missing(missing.What, missing.Err)
	}
	Expect(r.err).NotTo(HaveOccurred())
	return r.outcome
}

func files() []string {
	found, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(found) == 0 {
		panic(fmt.Sprintf("no cases in testdata: %v", err))
	}
	return found
}
