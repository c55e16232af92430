package clients_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// call is one operation of a service, under the names that each client gives it.
type call struct {
	service   string // as the mock calls it
	js        string // package @aws-sdk/client-...
	python    string // boto3's name
	cli       string // arguments of the AWS CLI
	operation string
	input     map[string]any
	refusals  family
}

const haiku = "anthropic.claude-3-haiku-20240307-v1:0"

var messages = []any{map[string]any{"role": "user", "content": []any{map[string]any{"text": "ping"}}}}

// calls has the call that needs least of every service.
var calls = []call{
	{"Bedrock Runtime", "bedrock-runtime", "bedrock-runtime", "bedrock-runtime converse --model-id " + haiku +
		` --messages [{"role":"user","content":[{"text":"ping"}]}]`,
		"Converse", map[string]any{"modelId": haiku, "messages": messages}, bedrock},
	{"Bedrock", "bedrock", "bedrock", "bedrock list-foundation-models", "ListFoundationModels", nil, bedrock},
	{"STS", "sts", "sts", "sts get-caller-identity", "GetCallerIdentity", nil, sts},
	{"IAM", "iam", "iam", "iam list-users", "ListUsers", nil, iamQuery},
	{"S3", "s3", "s3", "s3api list-buckets", "ListBuckets", nil, s3},
	{"S3 Express", "s3", "s3", "s3api list-directory-buckets", "ListDirectoryBuckets", nil,
		s3Express},
	{"DynamoDB", "dynamodb", "dynamodb", "dynamodb list-tables", "ListTables", nil, dynamoDB},
	{"Lambda", "lambda", "lambda", "lambda list-functions", "ListFunctions", nil, restJSON},
	{"CloudTrail", "cloudtrail", "cloudtrail", "cloudtrail lookup-events", "LookupEvents", nil, jsonRPC},
	{"Amplify", "amplify", "amplify", "amplify list-apps", "ListApps", nil, restJSON},
	{"SSM", "ssm", "ssm", "ssm get-parameters --names /none", "GetParameters",
		map[string]any{"Names": []string{"/none"}}, jsonRPC},
	{"ECR", "ecr", "ecr", "ecr get-authorization-token", "GetAuthorizationToken", nil, jsonRPC},
	{"Secrets Manager", "secrets-manager", "secretsmanager", "secretsmanager list-secrets", "ListSecrets", nil,
		jsonRPC},
	{"SQS", "sqs", "sqs", "sqs list-queues", "ListQueues", nil, sqs},
	{"SNS", "sns", "sns", "sns list-topics", "ListTopics", nil, sns},
	{"CloudWatch", "cloudwatch", "cloudwatch", "cloudwatch list-metrics", "ListMetrics", nil, cloudWatch},
	{"CloudWatch Logs", "cloudwatch-logs", "logs", "logs describe-log-groups", "DescribeLogGroups", nil, jsonRPC},
	{"KMS", "kms", "kms", "kms list-keys", "ListKeys", nil, jsonRPC},
	{"Cognito Identity", "cognito-identity", "cognito-identity",
		"cognito-identity list-identity-pools --max-results 10", "ListIdentityPools", map[string]any{"MaxResults": 10},
		jsonRPC},
	{"Redshift", "redshift", "redshift",
		"redshift get-cluster-credentials --db-user app --cluster-identifier sales", "GetClusterCredentials",
		map[string]any{"DbUser": "app", "ClusterIdentifier": "sales"}, query},
	{"Redshift Serverless", "redshift-serverless", "redshift-serverless",
		"redshift-serverless get-credentials --workgroup-name sales", "GetCredentials",
		map[string]any{"workgroupName": "sales"}, jsonRPC},
}

// client is one way to make the calls.
type client struct {
	subject string
	name    func(call) string
	cli     bool
	// gaveUp is what it shows where it found no credentials, before any request.
	gaveUp answer
}

var (
	javaScript = client{"node-aws-clients", func(c call) string { return c.js }, false,
		answer{code: "CredentialsProviderError", message: "Could not load credentials from any providers"}}
	boto3 = client{"python-boto3", func(c call) string { return c.python }, false,
		answer{code: "NoCredentialsError", message: "Unable to locate credentials"}}
	awsCLI = client{"python-boto3", func(c call) string { return c.python }, true,
		answer{message: "Unable to locate credentials. You can configure credentials by running "}}
)

// line is what a subject prints of one call.
type line struct {
	Service, Operation, Case, Library string
	OK                                bool
	Code, Message, RequestID          string
	Status                            int
}

type planned struct {
	Service   string         `json:"service"`
	Operation string         `json:"operation"`
	Input     map[string]any `json:"input,omitempty"`
	Args      []string       `json:"args,omitempty"`
}

// run makes every call with every case in one process of the subject.
func (k client) run(ctx SpecContext, calls []call, cases []credentialCase, opts ...harness.Option) ([]line,
	*harness.Result) {
	GinkgoHelper()
	plan := struct {
		Calls []planned        `json:"calls"`
		Cases []credentialCase `json:"cases"`
	}{Cases: cases}
	for _, c := range calls {
		p := planned{Service: k.name(c), Operation: c.operation, Input: c.input}
		if k.cli {
			p.Args = strings.Fields(c.cli)
		}
		plan.Calls = append(plan.Calls, p)
	}
	text, err := json.Marshal(plan)
	Expect(err).NotTo(HaveOccurred())
	opts = append(opts, harness.Seed(seed), harness.Set("AWS_REGION", "us-east-1"), harness.Set("CALLS", string(text)),
		harness.Set("AWS_EC2_METADATA_DISABLED", "true"), harness.Set("AWS_MAX_ATTEMPTS", "1"),
		harness.WithTimeout(suite.LongTimeout))
	r, err := harness.StartTest(GinkgoT(), "local", opts...).Run(ctx, suite.Subject(ctx, k.subject))
	Expect(err).NotTo(HaveOccurred())
	Expect(r.ExitCode).To(BeZero(), "%s", r.Stderr)
	var lines []line
	for s := bufio.NewScanner(bytes.NewReader(r.Stdout)); s.Scan(); {
		var l line
		Expect(json.Unmarshal(s.Bytes(), &l)).To(Succeed(), s.Text())
		lines = append(lines, l)
	}
	Expect(lines).To(HaveLen(len(calls) * len(cases)))
	return lines, r
}

// check compares what a client showed, and what the mock saw, with what is
// expected, all differences at once, and leaves the table in the report.
func (k client) check(calls []call, cases []credentialCase, lines []line, r *harness.Result) {
	GinkgoHelper()
	seen := map[string]*mockaws.Exchange{}
	for i := range r.Exchanges {
		seen[r.Exchanges[i].RequestID] = &r.Exchanges[i]
	}
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	var wrong []string
	for i, l := range lines {
		c, given := calls[i/len(cases)], cases[i%len(cases)]
		e := seen[l.RequestID]
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%.60s\n", c.service, l.Case, l.Status, l.Code, l.Message)
		problem := k.difference(c, given, l, e)
		if problem != "" {
			wrong = append(wrong, fmt.Sprintf("%s, %s: %d %s %q: %s", c.service, given.Name, l.Status, l.Code,
				l.Message, problem))
		}
	}
	Expect(w.Flush()).To(Succeed())
	AddReportEntry("what the client showed", table.String(), ReportEntryVisibilityFailureOrVerbose)
	Expect(wrong).To(BeEmpty(), strings.Join(wrong, "\n"))
}

// difference is how a line differs from what is expected, "" if it does not.
func (k client) difference(c call, given credentialCase, l line, e *mockaws.Exchange) string {
	want, refused := c.refusals[cmp.Or(given.Like, given.Name)]
	switch {
	case l.Service != k.name(c) || l.Case != given.Name:
		return "the line is of another call"
	case given.none():
		want = k.gaveUp
		if l.OK || l.Status != 0 || l.Code != want.code || !strings.HasPrefix(l.Message, want.message) {
			return fmt.Sprintf("want no request, and %s %q", want.code, want.message)
		}
		return ""
	case e == nil:
		return "no exchange of the mock has the request id " + l.RequestID
	case e.Service != c.service:
		return "the mock took it for " + e.Service
	case !refused || want.status == 200:
		if !l.OK || !e.Verdict.Accepted {
			return "want it accepted"
		}
		return ""
	case l.OK || l.Status != want.status || l.Code != want.code || !begins(l.Message, want.message) ||
		!strings.HasSuffix(l.Message, want.ends):
		return fmt.Sprintf("want %d %s %q...%q", want.status, want.code, want.message, want.ends)
	case e.Verdict.Refusal == nil || e.Verdict.Refusal.Reason != given.Reason:
		return fmt.Sprintf("the verdict is %s, want %s", e, given.Reason)
	case want.length != 0 && e.ResponseSize != want.length:
		return fmt.Sprintf("a body of %d bytes, want %d", e.ResponseSize, want.length)
	}
	return ""
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
		lines, r := javaScript.run(ctx, calls, cases)
		javaScript.check(calls, cases, lines, r)
	})

	It("to boto3", func(ctx SpecContext) {
		lines, r := boto3.run(ctx, calls, cases)
		boto3.check(calls, cases, lines, r)
	})

	It("to the AWS CLI", func(ctx SpecContext) {
		some := slices.DeleteFunc(slices.Clone(calls), func(c call) bool { return c.service == "SQS" })
		lines, r := awsCLI.run(ctx, some, cases)
		awsCLI.check(some, cases, lines, r)
	})

	It("to the AWS CLI's SQS", func(ctx SpecContext) {
		// Version 1 of the CLI calls queue.amazonaws.com whatever AWS_ENDPOINT_URL says.
		if err := isolation.Available(); err != nil {
			suite.Missing("sandbox", err)
		}
		some := slices.DeleteFunc(slices.Clone(calls), func(c call) bool { return c.service != "SQS" })
		lines, r := awsCLI.run(ctx, some, cases, harness.WithIsolation(isolation.Sandbox))
		awsCLI.check(some, cases, lines, r)
	})

	// Bedrock's Mantle endpoint speaks OpenAI's and Anthropic's protocols: no client
	// of these SDKs calls it, nor the Claude Platform, which speaks Anthropic's. mockaws'
	// own table of refusals has them.
	withoutClients := []string{"Bedrock Mantle", "Bedrock Mantle Messages", "Claude Platform"}

	It("and the table has every service of the mock", func() {
		var want, have []string
		for _, s := range mockaws.New().Services() {
			if !slices.Contains(withoutClients, s.ID) {
				want = append(want, s.ID)
			}
		}
		for _, c := range calls {
			have = append(have, c.service)
		}
		Expect(have).To(ConsistOf(want), "add the call that needs least")
	})
})
