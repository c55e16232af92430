// Package chain_test asks SDKs which source of credentials they prefer when a
// machine has several. Each row is one arrangement, each column one SDK; the
// program under test is the same everywhere: list S3's buckets with the SDK's
// default chain.
package chain_test

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestChain(t *testing.T) { suite.Run(t, "Precedence of sources", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"taken instance alone", "taken container and instance", "variables and a profile by name (JavaScript v3|boto3)",
	"has a reason",
}

//go:embed testdata/hosts
var hosts embed.FS

func catalog() *fixtures.Catalog {
	GinkgoHelper()
	sub, err := fs.Sub(hosts, "testdata")
	Expect(err).NotTo(HaveOccurred())
	c, err := fixtures.Load(sub)
	Expect(err).NotTo(HaveOccurred())
	return c
}

const list = "s3:ListBuckets"

// outcome is what an arrangement leads to: calls as the session of a role, a
// refusal by AWS ("!Code"), or a program that gives up saying something
// ("?words").
type outcome string

func (o outcome) claim() []types.GomegaMatcher {
	switch text := string(o); text[0] {
	case '!':
		return []types.GomegaMatcher{expect.Refused(list, text[1:])}
	case '?':
		return []types.GomegaMatcher{expect.FailedWith(text[1:]), expect.NoCalls()}
	default:
		return []types.GomegaMatcher{expect.Succeeded(), expect.Accepted(list, suite.RoleARN(text, "chain"))}
	}
}

func (o outcome) String() string {
	switch text := string(o); text[0] {
	case '!':
		return "refused: " + text[1:]
	case '?':
		return "gives up: " + text[1:]
	default:
		return "takes " + text
	}
}

// The columns.
const (
	golang = "Go v2"
	js     = "JavaScript v3"
	boto3  = "boto3"
	cli    = "AWS CLI"
)

type arrangement struct {
	name   string
	host   string // "chain" unless it says otherwise
	set    map[string]string
	all    outcome            // of every SDK that is not in the list
	except map[string]outcome // the SDKs that differ
	why    string             // the difference, with its source
}

func (a *arrangement) of(sdk string) outcome {
	if o, ok := a.except[sdk]; ok {
		return o
	}
	return a.all
}

// check deploys the arrangement and runs one SDK in it.
func (a *arrangement) check(ctx SpecContext, sdk string) {
	suite.NeedIsolation(ctx, isolation.Sandbox)
	host := a.host
	if host == "" {
		host = "chain"
	}
	opts := []harness.Option{harness.WithFixtures(catalog()), harness.WithIsolation(isolation.Sandbox),
		harness.Bucket("uploads")}
	for _, role := range []string{"variables", "shared", "process", "container", "full", "instance", "federated"} {
		opts = append(opts, harness.RoleAllow(role, "s3:*"))
	}
	set := map[string]string{"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
	maps.Copy(set, a.set)
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if set[name] == absent {
			continue
		}
		opts = append(opts, harness.Set(name, set[name]))
	}
	suite.Check(ctx, host, programs[sdk](ctx), a.of(sdk).claim(), opts...)
}

// absent takes a variable away that arrangements have by default.
const absent = "\x00"

var _ = Describe("The source that is taken", func() {
	for i := range arrangements {
		a := &arrangements[i]
		Context(a.name, func() {
			for _, sdk := range []string{golang, js, boto3, cli} {
				It(fmt.Sprintf("%s %s", sdk, a.of(sdk)), func(ctx SpecContext) { a.check(ctx, sdk) })
			}
		})
	}
	It("has a reason for every SDK that differs", func() {
		for _, a := range arrangements {
			Expect(len(a.except) == 0 || strings.Contains(a.why, "://") || strings.Contains(a.why, "#")).To(BeTrue(),
				a.name)
		}
	})
})
