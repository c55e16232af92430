package clients_test

import (
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The AWS CLI starts anew for each call, so it makes the telling ones only.
var cliCases = []string{"right", "foreign token", "unknown key", "wrong secret"}

// command is a call as the AWS CLI writes it.
type command struct {
	service string // of the table of calls
	args    []string
	name    string // of the operation in the CLI's messages
}

var commands = []command{
	{"STS", []string{"sts", "get-caller-identity"}, "GetCallerIdentity"},
	{"S3", []string{"s3api", "list-buckets"}, "ListBuckets"},
	{"Lambda", []string{"lambda", "list-functions"}, "ListFunctions"},
	{"Amplify", []string{"amplify", "list-apps"}, "ListApps"},
	{"Secrets Manager", []string{"secretsmanager", "list-secrets"}, "ListSecrets"},
	{"SSM", []string{"ssm", "get-parameters", "--names", "/none"}, "GetParameters"},
	{"DynamoDB", []string{"dynamodb", "list-tables"}, "ListTables"},
	{"KMS", []string{"kms", "list-keys"}, "ListKeys"},
	{"SNS", []string{"sns", "list-topics"}, "ListTopics"},
	{"SQS", []string{"sqs", "list-queues"}, "ListQueues"},
	{"CloudTrail", []string{"cloudtrail", "lookup-events"}, "LookupEvents"},
	{"Bedrock Runtime", []string{"bedrock-runtime", "converse", "--model-id", "anthropic.claude-3-haiku-20240307-v1:0",
		"--messages", `[{"role":"user","content":[{"text":"ping"}]}]`}, "Converse"},
}

var _ = Describe("the AWS CLI", func() {
	for _, c := range commands {
		refusals := calls[slices.IndexFunc(calls, func(k call) bool { return k.service == c.service })].refusals
		for _, name := range cliCases {
			given := cases[slices.IndexFunc(cases, func(k credentialCase) bool { return k.Name == name })]
			It(fmt.Sprintf("%s with %s", c.service, name), func(ctx SpecContext) {
				aws := suite.Tool(ctx, "python-boto3", "aws", append(c.args, "--output", "json")...)
				opts := []harness.Option{harness.Seed(seed), harness.Set("AWS_DEFAULT_REGION", "us-east-1"), harness.Set("AWS_MAX_ATTEMPTS", "1"),
					harness.Set("AWS_ACCESS_KEY_ID", given.AccessKeyID), harness.Set("AWS_SECRET_ACCESS_KEY", given.SecretAccessKey)}
				if c.service == "SQS" {
					// Version 1 of the CLI calls queue.amazonaws.com whatever AWS_ENDPOINT_URL says.
					if err := isolation.Available(); err != nil {
						need.Missing(GinkgoTB(), "sandbox", err)
					}
					opts = append(opts, harness.WithIsolation(isolation.Sandbox))
				}
				if given.SessionToken != "" {
					opts = append(opts, harness.Set("AWS_SESSION_TOKEN", given.SessionToken))
				}
				r, err := harness.StartTest(GinkgoTB(), "local", opts...).Run(ctx, aws)
				Expect(err).NotTo(HaveOccurred())
				if want, refused := refusals[name]; refused {
					Expect(r.Failed()).To(BeTrue(), "%s", r)
					Expect(string(r.Stderr)).To(ContainSubstring("An error occurred (%s) when calling the %s operation: %s", want.code, c.name, want.message))
					return
				}
				Expect(r.Failed()).To(BeFalse(), "%s", r)
				Expect(r.Accepted()).To(BeTrue(), "%s", r)
			})
		}
	}
})
