package chain_test

import (
	"context"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// programs are the columns' programs under test.
var programs = map[string]func(context.Context) *harness.CommandSubject{
	golang: func(context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return harness.Command(suite.GoProgram("./testdata/list"))
	},
	js: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy", "env")
	},
	boto3: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		python := suite.Tool(ctx, "python-boto3", "aws").Argv[0]
		program, err := filepath.Abs("testdata/list.py")
		Expect(err).NotTo(HaveOccurred())
		return harness.Command(python, program)
	},
	cli: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return suite.Tool(ctx, "python-boto3", "aws", "s3api", "list-buckets")
	},
}
