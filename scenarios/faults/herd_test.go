package faults_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// herd is how many calls a program makes at once, each with nothing cached.
const herd = 8

// processes of a program, started at once.
const processes = 3

// sources are where a herd asks for credentials. The answer is slow, so that
// every call of the herd is there before the first one has credentials.
var sources = []struct {
	place
	// asked counts the times that credentials were asked for.
	asked func(*harness.Result) int
}{
	{imdsKeys, lookupsOf("/latest/meta-data/iam/security-credentials/app-instance")},
	{ecsTask, lookupsOf("/v2/credentials/")},
	{podAgent, lookupsOf("/v1/credentials")},
	{ssoPortal, lookupsOf("/federation/credentials")},
	{webToken, func(r *harness.Result) int { return len(r.Calls("sts:AssumeRoleWithWebIdentity")) }},
}

func lookupsOf(path string) func(*harness.Result) int {
	return func(r *harness.Result) (n int) {
		for _, l := range r.Lookups {
			if strings.HasPrefix(l.Path, path) {
				n++
			}
		}
		return n
	}
}

// slowly answers every request for credentials of the herd.
func slowly(p place) []harness.Option {
	return append(append([]harness.Option{harness.WithIsolation(isolation.Sandbox),
		p.fault(fault.Slow(300*time.Millisecond, always))}, p.options...), settings...)
}

var _ = Describe("a thundering herd", func() {
	for _, source := range sources {
		for _, sdk := range []string{js, boto3, golang} {
			// All three coalesce: a client asks once, however many calls wait. Seen with
			// the versions that are pinned; the sources are memoize in
			// https://github.com/smithy-lang/smithy-typescript/blob/main/packages/property-provider/src/memoize.ts,
			// RefreshableCredentials in https://github.com/boto/botocore/blob/develop/botocore/credentials.py
			// and https://github.com/aws/aws-sdk-go-v2/blob/main/aws/credential_cache.go.
			It(fmt.Sprintf("of %d calls by one client of %s asks %s once", herd, sdk, source.name),
				func(ctx SpecContext) {
					suite.NeedIsolation(ctx, isolation.Sandbox)
					d := harness.StartTest(GinkgoT(), source.host, append(slowly(source.place),
						harness.Set("CALLS", fmt.Sprint(herd)))...)
					r, err := d.Run(ctx, programs[sdk](ctx))
					Expect(err).NotTo(HaveOccurred())
					Expect(r.Failed()).To(BeFalse(), "%s", r)
					Expect(r.Calls("s3:ListBuckets")).To(HaveLen(herd))
					Expect(source.asked(r)).To(Equal(1), "%s", r)
				})
		}
	}
	for _, sdk := range sdks {
		It(fmt.Sprintf("of %d processes with %s asks as many times: nothing is shared", processes, sdk),
			func(ctx SpecContext) {
				suite.NeedIsolation(ctx, isolation.Sandbox)
				d := harness.StartTest(GinkgoT(), imdsKeys.host, slowly(imdsKeys)...)
				r, err := d.Run(ctx, atOnce(programs[sdk](ctx)))
				Expect(err).NotTo(HaveOccurred())
				Expect(r.Failed()).To(BeFalse(), "%s", r)
				Expect(r.Calls("s3:ListBuckets")).To(HaveLen(processes))
				Expect(sources[0].asked(r)).To(Equal(processes), "%s", r)
			})
	}
})

// atOnce starts a program several times at once and waits for all.
func atOnce(program *harness.CommandSubject) *harness.CommandSubject {
	script := fmt.Sprintf(
		`failed=0; pids=; for i in $(seq %d); do "$@" & pids="$pids $!"; done; for pid in $pids; do wait $pid || failed=1; done; exit $failed`, processes)
	return harness.Command("sh", append([]string{"-c", script, "sh"}, program.Argv...)...).In(program.Dir)
}
