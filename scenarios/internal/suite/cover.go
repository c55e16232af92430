package suite

import (
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
)

// Accepts labels a spec that shows calls accepted on a host. Check holds the
// spec to it, and a test of the scenarios wants one for every host.
func Accepts(host string) ginkgo.Labels { return ginkgo.Label(acceptedLabel + host) }

// Refuses labels a spec that shows a call refused on a host, or a client that
// finds no credentials there.
func Refuses(host string) ginkgo.Labels { return ginkgo.Label(refusedLabel + host) }

const (
	acceptedLabel = "accepted:"
	refusedLabel  = "refused:"
)

// Honour holds a spec to its labels. Check calls it; specs that deploy
// themselves call it themselves.
func Honour(r *harness.Result) {
	ginkgo.GinkgoHelper()
	for _, label := range ginkgo.CurrentSpecReport().Labels() {
		if host, ok := strings.CutPrefix(label, acceptedLabel); ok {
			gomega.Expect(r.Host).To(gomega.Equal(host), "the spec is labelled "+label)
			gomega.Expect(r.Accepted() && !r.Failed()).To(gomega.BeTrue(), "the spec is labelled %s:\n%s", label, r)
		}
		if host, ok := strings.CutPrefix(label, refusedLabel); ok {
			gomega.Expect(r.Host).To(gomega.Equal(host), "the spec is labelled "+label)
			gomega.Expect(r.Accepted()).To(gomega.BeFalse(), "the spec is labelled %s:\n%s", label, r)
		}
	}
}
