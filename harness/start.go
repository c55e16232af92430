package harness

import (
	"context"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/internal/deploy"
)

// Start deploys to a host of the fixtures by name. Close the deployment when
// done.
func Start(ctx context.Context, host string, opts ...Option) (*Deployment, error) {
	return deploy.Start(ctx, host, settingsOf(opts))
}

// StartTest deploys for a test and closes the deployment at its end; a failure
// ends the test. It takes *testing.T and GinkgoT(). The first one in a process
// that cannot show all calls logs why (Notice). A test that fails shows the
// results of its runs, a Ginkgo spec as report entries; a result that would show
// a secret fails the test.
func StartTest(tb TB, host string, opts ...Option) *Deployment {
	tb.Helper()
	s := settingsOf(opts)
	var seen results
	s.Finished = func(r *Result) { seen.check(tb, r) }
	d, err := deploy.Start(context.Background(), host, s)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	if notice := d.Notice(); notice != "" {
		noticeOnce.Do(func() { tb.Logf("%s", notice) })
	}
	tb.Cleanup(func() { seen.show(tb, d.Host().Name) })
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := d.Close(ctx); err != nil {
			tb.Errorf("closing the deployment: %v", err)
		}
	})
	return d
}

// noticeOnce lets a table of tests say it once.
var noticeOnce sync.Once

// settingsOf are the settings that options make.
func settingsOf(opts []Option) (s deploy.Settings) {
	for _, o := range opts {
		o(&s)
	}
	return s
}
