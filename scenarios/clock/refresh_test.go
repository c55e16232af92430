package clock_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
)

// The public sources of the windows.
const (
	jsWindow   = "https://github.com/aws/aws-sdk-js-v3/blob/main/packages/credential-provider-node/src/defaultProvider.ts"
	botoWindow = "https://github.com/boto/botocore/blob/develop/botocore/credentials.py"
	goIMDS     = "https://github.com/aws/aws-sdk-go-v2/blob/main/credentials/ec2rolecreds/provider.go"
	goEndpoint = "https://github.com/aws/aws-sdk-go-v2/blob/main/config/resolve_credentials.go"
	goIdentity = "https://github.com/aws/aws-sdk-go-v2/blob/main/credentials/stscreds/web_identity_provider.go"
)

// window is when an SDK has new credentials fetched, by how long those that it
// has still last: not yet with kept, at the next call with fetched.
type window struct {
	sdk           string
	kept, fetched time.Duration
	source        string
}

// The windows, each seen here. The JavaScript SDK fetches beside the call, which
// goes out with the old credentials; Python's fetches before the call in the last
// 15 minutes, and where that fails goes on until the last 10; Go's waits for the
// end of EC2's and of STS's credentials, and has 5 minutes for a container's.
var (
	inJS       = window{js, 6 * time.Minute, 4 * time.Minute, jsWindow}
	inBoto3    = window{boto3, 16 * time.Minute, 14 * time.Minute, botoWindow}
	ofInstance = []window{inJS, inBoto3, {golang, time.Minute, -time.Second, goIMDS}}
	ofEndpoint = []window{inJS, inBoto3, {golang, 6 * time.Minute, 4 * time.Minute, goEndpoint}}
	ofToken    = []window{inJS, inBoto3, {golang, time.Minute, -time.Second, goIdentity}}
)

// source is where a host's credentials come from.
type source struct {
	host, name, role string // name is "" for STS, whose sessions last an hour by default
	windows          []window
}

var sources = []source{
	{"ec2", "metadata", "instance", ofInstance},
	{"ecs-fargate", "task", "task", ofEndpoint},
	{"eks-pod-identity", "agent", "app", ofEndpoint},
	{"eks-irsa", "", "app", ofToken},
}

func (s source) options(more ...harness.Option) []harness.Option {
	more = append(more, harness.RoleAllow(s.role, everything...))
	if s.name != "" {
		more = append(more, harness.Lifetime(s.name, time.Hour))
	}
	return more
}

var _ = Describe("a long-lived server", func() {
	for _, source := range sources {
		for _, w := range source.windows {
			It("renews credentials of "+source.host+" by itself, with "+w.sdk, func(ctx SpecContext) {
				s := serve(ctx, w.sdk, source.host, source.options()...)
				s.works(ctx, "s3")
				end, first, fetched := s.Now().Add(time.Hour), s.lastKey(ctx), s.fetched(ctx)

				s.until(ctx, end, w.kept)
				s.works(ctx, "s3")
				Expect(s.fetched(ctx)).To(Equal(fetched), "with %v left they are kept: %s", w.kept, w.source)
				Expect(s.lastKey(ctx)).To(Equal(first))

				s.until(ctx, end, w.fetched)
				s.works(ctx, "s3")
				if w.sdk == js {
					// It has them some time after the call. Time may not go on before that: what
					// it fetched would have ended on the way.
					Eventually(ctx, func(ctx SpecContext) string {
						s.works(ctx, "s3")
						return s.lastKey(ctx)
					}).ShouldNot(Equal(first), "with %v left they are fetched: %s", w.fetched, w.source)
				}
				Expect(s.fetched(ctx)).To(Equal(fetched+1), "with %v left they are fetched: %s", w.fetched, w.source)

				// Long after the end of both.
				s.until(ctx, end, -3*time.Hour)
				s.works(ctx, "s3")
				s.works(ctx, "s3")
				Expect(s.fetched(ctx)).To(Equal(fetched + 2))

				r := s.end()
				Expect(r.Accepted()).To(BeTrue(), "%s", r)
				calls := r.Calls("s3:ListBuckets")
				Expect(calls[len(calls)-1].Presented.KeyID).NotTo(Equal(first))
			})
		}
	}
})
