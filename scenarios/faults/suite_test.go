// Package faults_test has real SDKs meet faults, injected by count: on the way to
// their credentials, and in the calls themselves. The tables say what each SDK did
// about it.
package faults_test

import (
	"context"
	_ "embed"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestFaults(t *testing.T) { suite.Run(t, "Faults", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"faults at the name of STS", "3 processes with Go v2", "by one client of JavaScript v3 asks AssumeRole",
	"5.0.101 when it is throttled once", "end the step when the token is cut off", "faults of Vercel's issuer",
}

// The SDKs, in the versions that are pinned.
const (
	js     = "JavaScript v3"
	boto3  = "boto3"
	cli    = "AWS CLI"
	golang = "Go v2"
)

var sdks = []string{js, boto3, cli, golang}

//go:embed testdata/list.mjs
var listJS string

// programs list S3's buckets with the default chain, and give no request of
// theirs longer than a second.
var programs = map[string]func(context.Context) *harness.CommandSubject{
	golang: func(context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return harness.Command(suite.GoProgram("./testdata/list"))
	},
	js: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return suite.NodeScript(ctx, "node-aws-clients", listJS)
	},
	boto3: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		program, err := filepath.Abs("testdata/list.py")
		Expect(err).NotTo(HaveOccurred())
		return harness.Command(suite.Tool(ctx, "python-boto3", "aws").Argv[0], program)
	},
	cli: func(ctx context.Context) *harness.CommandSubject {
		GinkgoHelper()
		return suite.Tool(ctx, "python-boto3", "aws", "s3api", "list-buckets", "--cli-connect-timeout", "1",
			"--cli-read-timeout", "1")
	},
}
