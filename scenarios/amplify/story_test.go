package amplify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// notes is an app at Amplify Hosting, and the laptop from which its author sets
// things up with the AWS CLI. Both talk to one mock.
type notes struct {
	host, laptop *harness.Deployment
	id           string // of the app
	port         uint16
}

// path of one of the project's files, for the CLI.
func projectFile(name string) string {
	GinkgoHelper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	Expect(err).NotTo(HaveOccurred())
	return "file://" + path
}

// aws runs the AWS CLI on the laptop.
func (n *notes) aws(ctx SpecContext, args ...string) *harness.Result {
	GinkgoHelper()
	r, err := n.laptop.Run(ctx, suite.Tool(ctx, "python-boto3", "aws", args...))
	Expect(err).NotTo(HaveOccurred())
	return r
}

// must is aws, and it works.
func (n *notes) must(ctx SpecContext, args ...string) []byte {
	GinkgoHelper()
	r := n.aws(ctx, args...)
	Expect(r).To(expect.Succeeded())
	return r.Stdout
}

func (n *notes) role(ctx SpecContext, name, trust, policy string) string {
	GinkgoHelper()
	n.must(ctx, "iam", "create-role", "--role-name", name, "--assume-role-policy-document", projectFile(trust))
	if policy != "" {
		n.must(ctx, "iam", "put-role-policy", "--role-name", name, "--policy-name", "notes", "--policy-document",
			projectFile(policy))
	}
	return "arn:aws:iam::" + harness.DefaultAccount + ":role/" + name
}

// deploy does what a new deployment at Amplify does: it reads the records of
// app and branch, and gives the program the credentials of the branch's compute
// role, or else the app's, or else none.
func (n *notes) deploy(ctx SpecContext) {
	GinkgoHelper()
	var app, branch struct {
		App, Branch struct{ ComputeRoleArn, IamServiceRoleArn, Platform string }
	}
	Expect(json.Unmarshal(n.must(ctx, "amplify", "get-app", "--app-id", n.id), &app)).To(Succeed())
	Expect(json.Unmarshal(n.must(ctx, "amplify", "get-branch", "--app-id", n.id, "--branch-name", "main"),
		&branch)).To(Succeed())
	Expect(app.App.Platform).To(Equal("WEB_COMPUTE"))
	role := branch.Branch.ComputeRoleArn
	if role == "" {
		role = app.App.ComputeRoleArn
	}
	if role == "" {
		Expect(n.host.Redeploy(ctx, "amplify-service-role")).To(Succeed())
		return
	}
	_, name, _ := strings.Cut(role, ":role/")
	Expect(n.host.Redeploy(ctx, "amplify-compute-role", harness.RoleIs("compute", name))).To(Succeed())
}

// visit deploys, starts the server, and asks it for the notes as a visitor
// would.
func (n *notes) visit(ctx SpecContext, strategy string) (status int, answer string, r *harness.Result) {
	GinkgoHelper()
	n.deploy(ctx)
	served, err := n.host.Serve(ctx, suite.Subject(ctx, "node-amplify-app"), n.port)
	Expect(err).NotTo(HaveOccurred())
	resp, err := served.Get(ctx, "/api/notes?strategy="+strategy)
	if err == nil {
		var body []byte
		body, err = io.ReadAll(resp.Body)
		Expect(resp.Body.Close()).To(Succeed())
		status, answer = resp.StatusCode, string(body)
	}
	r, closeErr := served.Close()
	Expect(closeErr).NotTo(HaveOccurred())
	Expect(err).NotTo(HaveOccurred(), "the server said: %s%s", r.Stdout, r.Stderr)
	Expect(r).To(expect.NoSecretIn([]byte(answer), r.Stdout, r.Stderr, []byte(r.String())))
	return status, answer, r
}

// manifest is the part of deploy-manifest.json that says what runs
// (https://docs.aws.amazon.com/amplify/latest/userguide/ssr-deployment-specification.html).
type manifest struct {
	Version          int
	Routes           []struct{ Path string }
	ComputeResources []struct{ Name, Entrypoint, Runtime string }
}

var _ = Describe("An app on Amplify Hosting keeps notes in DynamoDB, S3 and Lambda", Ordered, func() {
	// The compute primitive must listen on this port (same page as the manifest).
	n := &notes{port: 3000}
	var service, compute string

	BeforeAll(func(ctx SpecContext) {
		tb := GinkgoT()
		n.host = harness.StartTest(tb, "amplify-no-role")
		n.laptop = harness.StartTest(tb, "local", harness.Beside(n.host), harness.User("developer", harness.Allow("*")),
			harness.Set("AWS_ACCESS_KEY_ID", "${user.accessKeyId}"), harness.Set("AWS_SECRET_ACCESS_KEY",
				"${user.secretAccessKey}"),
			harness.Set("AWS_DEFAULT_REGION", "us-east-1"))
	})

	It("is built as the deployment specification wants it", func() {
		var m manifest
		content, err := testdata.ReadFile("testdata/deploy-manifest.json")
		Expect(err).NotTo(HaveOccurred())
		Expect(json.Unmarshal(content, &m)).To(Succeed())
		Expect(m.Version).To(Equal(1))
		Expect(m.Routes[len(m.Routes)-1].Path).To(Equal("/*"), "the last route takes the rest")
		Expect(m.ComputeResources).To(HaveLen(1))
		Expect(m.ComputeResources[0].Entrypoint).To(Equal("subject.mjs"))
	})

	It("has its data, and a service role with every permission that the data needs", func(ctx SpecContext) {
		n.must(ctx, "dynamodb", "create-table", "--table-name", "notes", "--billing-mode", "PAY_PER_REQUEST",
			"--attribute-definitions", "AttributeName=app,AttributeType=S", "AttributeName=id,AttributeType=S",
			"--key-schema", "AttributeName=app,KeyType=HASH", "AttributeName=id,KeyType=RANGE")
		n.must(ctx, "s3api", "create-bucket", "--bucket", "notes")
		n.must(ctx, "lambda", "create-function", "--function-name", "summarize", "--runtime", "nodejs22.x", "--handler",
			"index.handler",
			"--role", n.role(ctx, "notes-summarize", "trust-lambda.json", ""), "--code",
			"S3Bucket=notes,S3Key=summarize.zip")
		service = n.role(ctx, "notes-service", "trust-amplify.json", "notes-policy.json")
	})

	It("is created with that service role, and has a branch", func(ctx SpecContext) {
		var made struct {
			App struct{ AppID, IamServiceRoleArn string }
		}
		Expect(json.Unmarshal(n.must(ctx, "amplify", "create-app", "--cli-input-json", projectFile("app.json")),
			&made)).To(Succeed())
		Expect(made.App.IamServiceRoleArn).To(Equal(service))
		n.id = made.App.AppID
		n.must(ctx, "amplify", "create-branch", "--app-id", n.id, "--branch-name", "main", "--framework",
			"Next.js - SSR")
	})

	// Each attempt is one that people make, in their order; the permissions are
	// there all the while, on the role that does not count.
	for _, attempt := range []struct{ what, strategy, says string }{
		{"with explicit keys from the console's variables, which only the build sees", "explicit",
			"Resolved credential object is not valid"},
		{"with the keys if present, else what the SDK finds", "static-if-present",
			"CredentialsProviderError: Could not load credentials from any providers"},
		{"with fromNodeProviderChain", "chain",
			"CredentialsProviderError: Could not load credentials from any providers"},
		{"with REGION added", "chain-and-region",
			"CredentialsProviderError: Could not load credentials from any providers"},
	} {
		It("fails "+attempt.what, func(ctx SpecContext) {
			status, answer, r := n.visit(ctx, attempt.strategy)
			Expect(status).To(Equal(http.StatusInternalServerError))
			Expect(answer).To(ContainSubstring(attempt.says))
			Expect(r).To(expect.NoCalls())
		})
	}

	It("leaves nothing in CloudTrail: no call was made", func(ctx SpecContext) {
		out := n.must(ctx, "cloudtrail", "lookup-events", "--query", "Events[].EventName", "--output", "text")
		Expect(string(out)).To(ContainSubstring("CreateBranch"))
		Expect(string(out)).NotTo(ContainSubstring("PutItem"))
	})

	It("is refused a compute role that Amplify cannot assume", func(ctx SpecContext) {
		wrong := n.role(ctx, "notes-wrong", "trust-lambda.json", "notes-policy.json")
		r := n.aws(ctx, "amplify", "update-branch", "--app-id", n.id, "--branch-name", "main", "--compute-role-arn",
			wrong)
		last := r.Exchanges[len(r.Exchanges)-1]
		Expect([]any{last.Call, last.Status, last.Code}).To(Equal([]any{"amplify:UpdateBranch", http.StatusBadRequest,
			"BadRequestException"}))
		Expect(string(r.Stderr)).To(ContainSubstring("Unable to assume specified IAM Role"))
	})

	It("works with a compute role on the app", func(ctx SpecContext) {
		onApp := n.role(ctx, "notes-on-app", "trust-amplify.json", "notes-policy.json")
		n.must(ctx, "amplify", "update-app", "--app-id", n.id, "--compute-role-arn", onApp)
		status, answer, r := n.visit(ctx, "none")
		Expect(status).To(Equal(http.StatusOK), answer)
		Expect(r).To(expect.Accepted("dynamodb:PutItem", suite.RoleARN("notes-on-app", "compute")))
	})

	It("works with a compute role on the branch, which wins", func(ctx SpecContext) {
		compute = n.role(ctx, "notes-compute", "trust-amplify.json", "notes-policy.json")
		n.must(ctx, "amplify", "update-branch", "--app-id", n.id, "--branch-name", "main", "--compute-role-arn",
			compute)
		for _, strategy := range []string{"static-if-present", "chain", "chain-and-region", "none"} {
			status, answer, r := n.visit(ctx, strategy)
			Expect(status).To(Equal(http.StatusOK), strategy+": "+answer)
			Expect(answer).To(ContainSubstring(`"notes":1`))
			for _, call := range []string{"dynamodb:PutItem", "dynamodb:Query", "s3:PutObject", "lambda:Invoke"} {
				Expect(r).To(expect.Accepted(call, suite.RoleARN("notes-compute", "compute")), strategy)
			}
		}
	})

	It("still fails with explicit keys that are not there", func(ctx SpecContext) {
		status, answer, _ := n.visit(ctx, "explicit")
		Expect(status).To(Equal(http.StatusInternalServerError), answer)
	})

	It("is denied what the compute role's policy does not allow, without a new deployment", func(ctx SpecContext) {
		n.must(ctx, "iam", "delete-role-policy", "--role-name", "notes-compute", "--policy-name", "notes")
		status, answer, r := n.visit(ctx, "none")
		Expect(status).To(Equal(http.StatusInternalServerError), answer)
		Expect(r).To(expect.Refused("dynamodb:PutItem", "AccessDeniedException"))
		Expect(answer).To(ContainSubstring("because no identity-based policy allows the dynamodb:PutItem action"))
	})
})
