package clients_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// call is one operation of a service, under the names that each client gives it.
type call struct {
	service   string // of the table: what the refusals are listed under
	js        string // package @aws-sdk/client-...
	python    string // boto3's name
	operation string
	input     map[string]any
	refusals  family
}

var messages = []any{map[string]any{"role": "user", "content": []any{map[string]any{"text": "ping"}}}}

var calls = []call{
	{"Bedrock Runtime", "bedrock-runtime", "bedrock-runtime", "Converse", map[string]any{"modelId": "anthropic.claude-3-haiku-20240307-v1:0", "messages": messages}, restJSON},
	{"STS", "sts", "sts", "GetCallerIdentity", nil, query.open()},
	{"S3", "s3", "s3", "ListBuckets", nil, s3},
	{"Lambda", "lambda", "lambda", "ListFunctions", nil, restJSON},
	{"Amplify", "amplify", "amplify", "ListApps", map[string]any{}, restJSON},
	{"Secrets Manager", "secrets-manager", "secretsmanager", "ListSecrets", nil, jsonRPC},
	{"SSM", "ssm", "ssm", "GetParameters", map[string]any{"Names": []string{"/none"}}, jsonRPC},
	{"DynamoDB", "dynamodb", "dynamodb", "ListTables", nil, jsonRPC},
	{"KMS", "kms", "kms", "ListKeys", nil, jsonRPC},
	{"SNS", "sns", "sns", "ListTopics", nil, query.with("not allowed", answer{403, "AuthorizationError", denied})}, // SNS's own code
	{"SQS", "sqs", "sqs", "ListQueues", nil, sqs},
	{"CloudTrail", "cloudtrail", "cloudtrail", "LookupEvents", nil, jsonRPC},
}

// line is what a subject prints of one call.
type line struct {
	Service, Operation, Case, Library string
	OK                                bool
	Code, Message                     string
	Status                            int
}

// run makes every call with every case in one process of the subject.
func run(ctx SpecContext, subject *harness.CommandSubject, name func(call) string) []line {
	GinkgoHelper()
	type planned struct {
		Service   string         `json:"service"`
		Operation string         `json:"operation"`
		Input     map[string]any `json:"input,omitempty"`
	}
	plan := struct {
		Calls []planned        `json:"calls"`
		Cases []credentialCase `json:"cases"`
	}{Cases: cases}
	for _, c := range calls {
		plan.Calls = append(plan.Calls, planned{name(c), c.operation, c.input})
	}
	text, err := json.Marshal(plan)
	Expect(err).NotTo(HaveOccurred())
	d := harness.StartTest(GinkgoTB(), "local", harness.Seed(seed), harness.Set("AWS_REGION", "us-east-1"), harness.Set("CALLS", string(text)),
		harness.WithTimeout(suite.LongTimeout))
	r, err := d.Run(ctx, subject)
	Expect(err).NotTo(HaveOccurred())
	Expect(r.ExitCode).To(BeZero(), "%s", r.Stderr)
	var lines []line
	for s := bufio.NewScanner(bytes.NewReader(r.Stdout)); s.Scan(); {
		var l line
		Expect(json.Unmarshal(s.Bytes(), &l)).To(Succeed(), s.Text())
		lines = append(lines, l)
	}
	Expect(lines).To(HaveLen(len(calls) * len(cases)))
	return lines
}

// check compares what a client showed with what is expected, all differences at
// once, and leaves the table in the report.
func check(lines []line, name func(call) string) {
	GinkgoHelper()
	byName := map[string]call{}
	for _, c := range calls {
		byName[name(c)] = c
	}
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	var wrong []string
	for _, l := range lines {
		c := byName[l.Service]
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%.60s\n", c.service, l.Case, l.Status, l.Code, l.Message)
		want, refused := c.refusals[l.Case]
		if !refused || want.status == 200 {
			if !l.OK {
				wrong = append(wrong, fmt.Sprintf("%s, %s: %d %s %q, want it accepted", c.service, l.Case, l.Status, l.Code, l.Message))
			}
			continue
		}
		if l.OK || l.Status != want.status || l.Code != want.code || !begins(l.Message, want.message) {
			wrong = append(wrong, fmt.Sprintf("%s, %s: %d %s %q, want %d %s %q", c.service, l.Case, l.Status, l.Code, l.Message, want.status, want.code, want.message))
		}
	}
	Expect(w.Flush()).To(Succeed())
	AddReportEntry("what the client showed", table.String(), ReportEntryVisibilityFailureOrVerbose)
	Expect(wrong).To(BeEmpty(), strings.Join(wrong, "\n"))
}

// begins compares messages; the ones that differ by a final period alone are
// told apart, as on the wire.
func begins(got, want string) bool {
	if want == tokenInvalid || want == keyInvalid {
		return got == want
	}
	return strings.HasPrefix(got, want)
}

var _ = Describe("each service answers each kind of wrong credentials as AWS does", func() {
	It("to the AWS SDK for JavaScript v3", func(ctx SpecContext) {
		js := func(c call) string { return c.js }
		check(run(ctx, suite.Subject(ctx, "node-aws-clients"), js), js)
	})

	It("to boto3", func(ctx SpecContext) {
		python := func(c call) string { return c.python }
		check(run(ctx, suite.Subject(ctx, "python-boto3"), python), python)
	})
})
