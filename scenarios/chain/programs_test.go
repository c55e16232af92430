package chain_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	. "github.com/hostproof/hostproof/scenarios/internal/suite"
)

// programs are the columns' programs under test.
var programs = map[string]func(context.Context) *harness.CommandSubject{
	golang: func(context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return harness.Command(goProgram())
	},
	js: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy", "env")
	},
	boto3: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		python := Tool(ctx, "python-boto3", "aws").Argv[0]
		program, err := filepath.Abs("testdata/list.py")
		Expect(err).NotTo(HaveOccurred())
		return harness.Command(python, program)
	},
	cli: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return Tool(ctx, "python-boto3", "aws", "s3api", "list-buckets")
	},
}

// goProgram is built once, by the go command that runs this test.
var goProgram = sync.OnceValue(func() string {
	GinkgoHelper()
	dir, err := os.MkdirTemp("", "chain-")
	Expect(err).NotTo(HaveOccurred())
	built = dir
	path := filepath.Join(dir, "list")
	out, err := exec.Command("go", "build", "-o", path, "./testdata/list").CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(out))
	return path
})

var built string

var _ = AfterSuite(func() {
	if built != "" {
		Expect(os.RemoveAll(built)).To(Succeed())
	}
})
