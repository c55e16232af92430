package hosts_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const (
	list    = "s3:ListBuckets"
	nothing = "Could not load credentials from any providers"
)

// The two ways in which these programs ask the AWS SDK for JavaScript v3.
const (
	explicit = "explicit" // the user's key, which the program passes itself
	left     = "env"      // left to the SDK's default chain
)

func program(ctx SpecContext, strategy string) *harness.CommandSubject {
	return suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy", strategy,
		"--region", "us-east-1")
}

func check(ctx SpecContext, host, strategy string, claim suite.Claim, opts ...harness.Option) {
	suite.Check(ctx, host, program(ctx, strategy), claim, append(opts, harness.Bucket("uploads"))...)
}

var (
	asUser = suite.AcceptedAsUser(list)
	denied = suite.Claim{expect.Refused(list, "AccessDenied"), expect.Diagnosed(diagnose.NotAllowed)}
	none   = suite.Never(nothing)
)

// baked: on Amplify Hosting a program has the project's variables only if the
// build writes them into what is deployed.
var baked = []harness.Option{harness.Baked()}

func may(role string) []harness.Option { return []harness.Option{harness.RoleAllow(role, "s3:*")} }

// What the suites of single hosts tell at length, in one line for each host. Those
// that are not here have a suite that labels its specs.
var _ = DescribeTable("a program on", func(ctx SpecContext, host, strategy string, claim suite.Claim,
	opts ...[]harness.Option) {
	check(ctx, host, strategy, claim, slices.Concat(opts...)...)
},
	Entry("vercel is accepted with its own key passed explicitly", suite.Accepts("vercel"), "vercel", explicit, asUser),
	Entry("vercel finds nothing but a token by itself", suite.Refuses("vercel"), "vercel", left, none),
	Entry("vercel-user-keys is accepted with its own key passed explicitly", suite.Accepts("vercel-user-keys"),
		"vercel-user-keys", explicit, asUser),
	Entry("vercel-user-keys sends the platform's token by itself", suite.Refuses("vercel-user-keys"),
		"vercel-user-keys",
		left,
		suite.Claim{expect.Refused(list, "InvalidToken"), expect.MixedCredentials("AWS_ACCESS_KEY_ID",
			"AWS_SESSION_TOKEN")}),
	Entry("vercel-lambda is accepted with its own key passed explicitly", suite.Accepts("vercel-lambda"),
		"vercel-lambda",
		explicit, asUser),
	Entry("vercel-lambda is the platform's principal by itself, which may do nothing", suite.Refuses("vercel-lambda"),
		"vercel-lambda", left,
		suite.Claim{expect.Refused(list, "AccessDenied")}),
	Entry("vercel-fluid is accepted with its own key passed explicitly", suite.Accepts("vercel-fluid"), "vercel-fluid",
		explicit, asUser),
	Entry("vercel-fluid finds nothing by itself", suite.Refuses("vercel-fluid"), "vercel-fluid", left, none),
	Entry("vercel-dev is accepted with its own key passed explicitly", suite.Accepts("vercel-dev"), "vercel-dev",
		explicit,
		asUser),
	Entry("vercel-dev finds nothing by itself", suite.Refuses("vercel-dev"), "vercel-dev", left, none),
	Entry("vercel-build is accepted with its own key passed explicitly", suite.Accepts("vercel-build"), "vercel-build",
		explicit, asUser),
	Entry("vercel-build finds nothing by itself, since its token is no variable that SDKs know",
		suite.Refuses("vercel-build"), "vercel-build", left, none),
	Entry("vercel-oidc is accepted with its own key passed explicitly", suite.Accepts("vercel-oidc"), "vercel-oidc",
		explicit,
		asUser),
	Entry("vercel-oidc finds nothing by itself, since its token is in a header", suite.Refuses("vercel-oidc"),
		"vercel-oidc",
		left, none),
	Entry("vercel-oidc-global is accepted with its own key passed explicitly", suite.Accepts("vercel-oidc-global"),
		"vercel-oidc-global", explicit, asUser),
	Entry("vercel-oidc-global finds nothing by itself, since its token is in a header",
		suite.Refuses("vercel-oidc-global"),
		"vercel-oidc-global", left, none),
	Entry("vercel-dev-oidc is accepted with its own key passed explicitly", suite.Accepts("vercel-dev-oidc"),
		"vercel-dev-oidc", explicit, asUser),
	Entry("vercel-dev-oidc finds nothing by itself, since its token is no variable that SDKs know",
		suite.Refuses("vercel-dev-oidc"), "vercel-dev-oidc", left, none),

	Entry("amplify-no-role is accepted with a user's key that the build baked in", suite.Accepts("amplify-no-role"),
		"amplify-no-role", explicit, asUser, baked),
	Entry("amplify-no-role finds nothing by itself", suite.Refuses("amplify-no-role"), "amplify-no-role", left, none),
	Entry("amplify-service-role is accepted with a user's key that the build baked in",
		suite.Accepts("amplify-service-role"),
		"amplify-service-role", explicit, asUser, baked),
	Entry("amplify-service-role finds nothing by itself, whatever the service role may do",
		suite.Refuses("amplify-service-role"), "amplify-service-role", left, none, may("service")),
	Entry("amplify-compute-role finds the compute role by itself", suite.Accepts("amplify-compute-role"),
		"amplify-compute-role", left, suite.AsRole(list, "app-compute", "compute"), may("compute")),
	Entry("amplify-passrole-denied finds the compute role by itself", suite.Accepts("amplify-passrole-denied"),
		"amplify-passrole-denied", left, suite.AsRole(list, "app-compute", "compute"), may("compute")),
	Entry("amplify-compute-role is denied what the compute role may not do", suite.Refuses("amplify-compute-role"),
		"amplify-compute-role", left, denied),
	Entry("amplify-init-race finds the compute role when it answers a request", suite.Accepts("amplify-init-race"),
		"amplify-init-race", left, suite.AsRole(list, "app-compute", "compute"), may("compute")),
	Entry("amplify-init-race finds nothing while it initialises", suite.Refuses("amplify-init-race"),
		"amplify-init-race",
		left, none, append(may("compute"), harness.With(harness.Project{AtInit: true}))),
	Entry("amplify-baked-expired is accepted with a user's key that the build baked in",
		suite.Accepts("amplify-baked-expired"), "amplify-baked-expired", explicit, asUser, baked),
	Entry("amplify-baked-expired is refused with the build's credentials of an hour ago",
		suite.Refuses("amplify-baked-expired"), "amplify-baked-expired", left,
		suite.Claim{expect.Refused(list, "ExpiredToken")},
		may("service")),
	Entry("amplify-baked-no-token is accepted with a user's key that the build baked in",
		suite.Accepts("amplify-baked-no-token"), "amplify-baked-no-token", explicit, asUser, baked),
	Entry("amplify-baked-no-token is refused with temporary keys without their token",
		suite.Refuses("amplify-baked-no-token"), "amplify-baked-no-token", left,
		suite.Claim{expect.Refused(list, "InvalidAccessKeyId")}, may("service")),
	Entry("amplify-build finds the service role by itself", suite.Accepts("amplify-build"), "amplify-build", left,
		suite.AsRole(list, "AmplifySSRLoggingRole-00000000-0000-4000-8000-000000000004", "BuildSession"),
		may("service")),
	Entry("amplify-build is denied what the service role may not do", suite.Refuses("amplify-build"), "amplify-build",
		left,
		denied),

	Entry("github-actions-oidc finds the role that the job assumed", suite.Accepts("github-actions-oidc"),
		"github-actions-oidc", left, suite.AsRole(list, "deploy", "GitHubActions"), may("deploy")),
	Entry("github-actions-oidc is denied what the role may not do", suite.Refuses("github-actions-oidc"),
		"github-actions-oidc", left, denied),
	Entry("github-actions-oidc-names finds the role that the job assumed", suite.Accepts("github-actions-oidc-names"),
		"github-actions-oidc-names", left, suite.AsRole(list, "deploy", "GitHubActions"), may("deploy")),
	Entry("github-actions-oidc-names is denied what the role may not do", suite.Refuses("github-actions-oidc-names"),
		"github-actions-oidc-names", left, denied),
	Entry("github-actions-static-after-role is accepted with the static key and an empty token",
		suite.Accepts("github-actions-static-after-role"), "github-actions-static-after-role", left, asUser),
	Entry("github-actions-static-after-role has no key where the settings have an empty one",
		suite.Refuses("github-actions-static-after-role"), "github-actions-static-after-role", left, none,
		[]harness.Option{harness.Set("AWS_ACCESS_KEY_ID", "")}),

	Entry("eks-irsa exchanges the service account's token for the role", suite.Accepts("eks-irsa"), "eks-irsa", left,
		suite.Claim{expect.Succeeded()}, may("app")),
	Entry("eks-irsa is denied what the role may not do", suite.Refuses("eks-irsa"), "eks-irsa", left,
		suite.Claim{expect.Refused(list, "AccessDenied")}),
	Entry("eks-pod-identity finds the role at the agent", suite.Accepts("eks-pod-identity"), "eks-pod-identity", left,
		suite.Claim{expect.Succeeded()}, may("app")),
	Entry("eks-pod-identity is denied what the role may not do", suite.Refuses("eks-pod-identity"), "eks-pod-identity",
		left,
		denied),
	Entry("eks-pod-identity-target finds the target role at the agent", suite.Accepts("eks-pod-identity-target"),
		"eks-pod-identity-target", left, suite.Claim{expect.Succeeded()}, may("target")),
	Entry("eks-pod-identity-target is denied what that role may not do", suite.Refuses("eks-pod-identity-target"),
		"eks-pod-identity-target", left, denied),
	Entry("eks-pod-identity-target-account finds the target role at the agent",
		suite.Accepts("eks-pod-identity-target-account"), "eks-pod-identity-target-account", left,
		suite.Claim{expect.Succeeded()}, may("target"),
		[]harness.Option{harness.RoleAllow("app", "sts:AssumeRole", "sts:TagSession")}),
	Entry("eks-pod-identity-target-account finds nothing where the first role may not assume the target",
		suite.Refuses("eks-pod-identity-target-account"), "eks-pod-identity-target-account", left,
		suite.Claim{expect.NoCalls(), expect.FailedWith("CredentialsProviderError")}, may("target")),
	Entry("eks-pod-identity-policy finds the role at the agent", suite.Accepts("eks-pod-identity-policy"),
		"eks-pod-identity-policy", left, suite.Claim{expect.Succeeded()}, may("app")),
	Entry("eks-pod-identity-policy is denied what the role may not do", suite.Refuses("eks-pod-identity-policy"),
		"eks-pod-identity-policy", left, denied),
	Entry("fly exchanges the machine's token for the role", suite.Accepts("fly"), "fly", left,
		suite.Claim{expect.Succeeded()},
		may("app")),
	Entry("fly is denied what the role may not do", suite.Refuses("fly"), "fly", left,
		suite.Claim{expect.Refused(list, "AccessDenied")}),
	Entry("gitlab-ci exchanges the job's token for the role", suite.Accepts("gitlab-ci"), "gitlab-ci", left,
		suite.Claim{expect.Succeeded()},
		may("app")),
	Entry("gitlab-ci is denied what the role may not do", suite.Refuses("gitlab-ci"), "gitlab-ci", left,
		suite.Claim{expect.Refused(list, "AccessDenied")}),
)
