package s3_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The AWS CLI starts anew for each command, so it makes the telling ones only.
var _ = Describe("the AWS CLI's s3 commands", func() {
	var dir string // what the CLI writes elsewhere in /tmp is thrown away
	aws := func(ctx SpecContext, d *harness.Deployment, args ...string) *harness.Result {
		GinkgoHelper()
		r, err := d.Run(ctx, suite.Tool(ctx, "python-boto3", "aws", append([]string{"s3"}, args...)...).In(dir))
		Expect(err).NotTo(HaveOccurred())
		return r
	}
	const here = "s3://" + bucket + "/"
	BeforeEach(func() { dir = GinkgoT().TempDir() })

	It("copy, list, synchronise, presign and remove", func(ctx SpecContext) {
		content := strings.Repeat("0123456789", 1<<20) // above the threshold of 8 MiB for parts
		for name, text := range map[string]string{"small.txt": "small", "large.bin": content,
			"sub/other.txt": "other"} {
			path := filepath.Join(dir, "from", name)
			Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(Succeed())
			Expect(os.WriteFile(path, []byte(text), 0o644)).To(Succeed())
		}
		d := harness.StartTest(GinkgoT(), "local", credentials[1].options()...)
		accepted := func(r *harness.Result) string {
			GinkgoHelper()
			Expect(r.Failed()).To(BeFalse(), "%s\n%s", r, r.Stderr)
			Expect(r.Accepted()).To(BeTrue(), "%s", r)
			return string(r.Stdout)
		}
		accepted(aws(ctx, d, "cp", filepath.Join(dir, "from", "large.bin"), here+"large.bin"))
		accepted(aws(ctx, d, "sync", filepath.Join(dir, "from"), here+"tree"))
		Expect(accepted(aws(ctx, d, "ls", here))).To(MatchRegexp(`(?s)PRE tree/.* 10485760 large\.bin`))
		accepted(aws(ctx, d, "cp", here+"large.bin", filepath.Join(dir, "back.bin")))
		Expect(os.ReadFile(filepath.Join(dir, "back.bin"))).To(BeEquivalentTo(content))
		accepted(aws(ctx, d, "sync", here+"tree", filepath.Join(dir, "to")))
		Expect(os.ReadFile(filepath.Join(dir, "to", "sub", "other.txt"))).To(BeEquivalentTo("other"))
		Expect(accepted(aws(ctx, d, "sync", filepath.Join(dir, "from"), here+"tree", "--size-only"))).To(BeEmpty(),
			"there is nothing new")
		accepted(aws(ctx, d, "cp", here+"large.bin", here+"copy.bin"))
		url := strings.TrimSpace(string(aws(ctx, d, "presign", here+"large.bin", "--expires-in", "60").Stdout))
		r, err := d.Run(ctx, suite.Subject(ctx, "python-s3", "follow", url))
		Expect(err).NotTo(HaveOccurred())
		Expect(strings.TrimSpace(accepted(r))).To(Equal(fmt.Sprintf("%x", sha256.Sum256([]byte(content)))))
		accepted(aws(ctx, d, "rm", here, "--recursive"))
		Expect(accepted(aws(ctx, d, "ls", here))).To(BeEmpty())
	})

	for _, name := range []string{"foreign token", "unknown key", "wrong secret", "not allowed"} {
		g := credentials[slices.IndexFunc(credentials, func(g given) bool { return g.name == name })]
		It("are refused with "+name, func(ctx SpecContext) {
			path := filepath.Join(GinkgoT().TempDir(), "small.txt")
			Expect(os.WriteFile(path, []byte("small"), 0o644)).To(Succeed())
			d := harness.StartTest(GinkgoT(), "local", g.options()...)
			for operation, args := range map[string][]string{
				"ListObjectsV2": {"ls", here}, "PutObject": {"cp", path, here + "small.txt"}, "DeleteObject": {"rm",
					here + "small.txt"},
			} {
				r := aws(ctx, d, args...)
				Expect(r.Failed()).To(BeTrue(), "%s", r)
				Expect(string(r.Stdout) +
					string(r.Stderr)).To(ContainSubstring("An error occurred (%s) when calling the %s operation: %s",
					g.code, operation, g.message))
			}
		})
	}
})
