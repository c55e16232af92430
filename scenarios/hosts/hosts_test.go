package hosts_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	. "github.com/hostproof/hostproof/scenarios/internal/suite"
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
	return Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy", strategy,
		"--region", "us-east-1")
}

func check(ctx SpecContext, host, strategy string, claim Claim, opts ...harness.Option) {
	Check(ctx, host, program(ctx, strategy), claim, append(opts, harness.Bucket("uploads"))...)
}

var (
	asUser = AcceptedAsUser(list)
	denied = Claim{expect.Refused(list, "AccessDenied"), expect.Diagnosed(harness.NotAllowed)}
	none   = Never(nothing)
)

// baked: on Amplify Hosting a program has the project's variables only if the
// build writes them into what is deployed.
var baked = []harness.Option{harness.Baked()}

func may(role string) []harness.Option { return []harness.Option{harness.RoleAllow(role, "s3:*")} }

// What the suites of single hosts tell at length, in one line for each host. Those
// that are not here have a suite that labels its specs.
var _ = DescribeTable("a program on", func(ctx SpecContext, host, strategy string, claim Claim,
	opts ...[]harness.Option) {
	check(ctx, host, strategy, claim, slices.Concat(opts...)...)
},
	Entry("vercel is accepted with its own key passed explicitly", Accepts("vercel"), "vercel", explicit, asUser),
	Entry("vercel finds nothing but a token by itself", Refuses("vercel"), "vercel", left, none),
	Entry("vercel-user-keys is accepted with its own key passed explicitly", Accepts("vercel-user-keys"),
		"vercel-user-keys", explicit, asUser),
	Entry("vercel-user-keys sends the platform's token by itself", Refuses("vercel-user-keys"), "vercel-user-keys",
		left,
		Claim{expect.Refused(list, "InvalidToken"), expect.MixedCredentials("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN")}),
	Entry("vercel-lambda is accepted with its own key passed explicitly", Accepts("vercel-lambda"), "vercel-lambda",
		explicit, asUser),
	Entry("vercel-lambda is the platform's principal by itself, which may do nothing", Refuses("vercel-lambda"),
		"vercel-lambda", left,
		Claim{expect.Refused(list, "AccessDenied")}),
	Entry("vercel-fluid is accepted with its own key passed explicitly", Accepts("vercel-fluid"), "vercel-fluid",
		explicit, asUser),
	Entry("vercel-fluid finds nothing by itself", Refuses("vercel-fluid"), "vercel-fluid", left, none),
	Entry("vercel-dev is accepted with its own key passed explicitly", Accepts("vercel-dev"), "vercel-dev", explicit,
		asUser),
	Entry("vercel-dev finds nothing by itself", Refuses("vercel-dev"), "vercel-dev", left, none),
	Entry("vercel-build is accepted with its own key passed explicitly", Accepts("vercel-build"), "vercel-build",
		explicit, asUser),
	Entry("vercel-build finds nothing by itself, since its token is no variable that SDKs know",
		Refuses("vercel-build"), "vercel-build", left, none),
	Entry("vercel-oidc is accepted with its own key passed explicitly", Accepts("vercel-oidc"), "vercel-oidc", explicit,
		asUser),
	Entry("vercel-oidc finds nothing by itself, since its token is in a header", Refuses("vercel-oidc"), "vercel-oidc",
		left, none),
	Entry("vercel-oidc-global is accepted with its own key passed explicitly", Accepts("vercel-oidc-global"),
		"vercel-oidc-global", explicit, asUser),
	Entry("vercel-oidc-global finds nothing by itself, since its token is in a header", Refuses("vercel-oidc-global"),
		"vercel-oidc-global", left, none),
	Entry("vercel-dev-oidc is accepted with its own key passed explicitly", Accepts("vercel-dev-oidc"),
		"vercel-dev-oidc", explicit, asUser),
	Entry("vercel-dev-oidc finds nothing by itself, since its token is no variable that SDKs know",
		Refuses("vercel-dev-oidc"), "vercel-dev-oidc", left, none),

	Entry("amplify-no-role is accepted with a user's key that the build baked in", Accepts("amplify-no-role"),
		"amplify-no-role", explicit, asUser, baked),
	Entry("amplify-no-role finds nothing by itself", Refuses("amplify-no-role"), "amplify-no-role", left, none),
	Entry("amplify-service-role is accepted with a user's key that the build baked in", Accepts("amplify-service-role"),
		"amplify-service-role", explicit, asUser, baked),
	Entry("amplify-service-role finds nothing by itself, whatever the service role may do",
		Refuses("amplify-service-role"), "amplify-service-role", left, none, may("service")),
	Entry("amplify-compute-role finds the compute role by itself", Accepts("amplify-compute-role"),
		"amplify-compute-role", left, AsRole(list, "app-compute", "compute"), may("compute")),
	Entry("amplify-passrole-denied finds the compute role by itself", Accepts("amplify-passrole-denied"),
		"amplify-passrole-denied", left, AsRole(list, "app-compute", "compute"), may("compute")),
	Entry("amplify-compute-role is denied what the compute role may not do", Refuses("amplify-compute-role"),
		"amplify-compute-role", left, denied),
	Entry("amplify-init-race finds the compute role when it answers a request", Accepts("amplify-init-race"),
		"amplify-init-race", left, AsRole(list, "app-compute", "compute"), may("compute")),
	Entry("amplify-init-race finds nothing while it initialises", Refuses("amplify-init-race"), "amplify-init-race",
		left, none, append(may("compute"), harness.AtInit())),
	Entry("amplify-baked-expired is accepted with a user's key that the build baked in",
		Accepts("amplify-baked-expired"), "amplify-baked-expired", explicit, asUser, baked),
	Entry("amplify-baked-expired is refused with the build's credentials of an hour ago",
		Refuses("amplify-baked-expired"), "amplify-baked-expired", left, Claim{expect.Refused(list, "ExpiredToken")},
		may("service")),
	Entry("amplify-baked-no-token is accepted with a user's key that the build baked in",
		Accepts("amplify-baked-no-token"), "amplify-baked-no-token", explicit, asUser, baked),
	Entry("amplify-baked-no-token is refused with temporary keys without their token",
		Refuses("amplify-baked-no-token"), "amplify-baked-no-token", left,
		Claim{expect.Refused(list, "InvalidAccessKeyId")}, may("service")),
	Entry("amplify-build finds the service role by itself", Accepts("amplify-build"), "amplify-build", left,
		AsRole(list, "AmplifySSRLoggingRole-00000000-0000-4000-8000-000000000004", "BuildSession"), may("service")),
	Entry("amplify-build is denied what the service role may not do", Refuses("amplify-build"), "amplify-build", left,
		denied),

	Entry("github-actions-oidc finds the role that the job assumed", Accepts("github-actions-oidc"),
		"github-actions-oidc", left, AsRole(list, "deploy", "GitHubActions"), may("deploy")),
	Entry("github-actions-oidc is denied what the role may not do", Refuses("github-actions-oidc"),
		"github-actions-oidc", left, denied),
	Entry("github-actions-oidc-names finds the role that the job assumed", Accepts("github-actions-oidc-names"),
		"github-actions-oidc-names", left, AsRole(list, "deploy", "GitHubActions"), may("deploy")),
	Entry("github-actions-oidc-names is denied what the role may not do", Refuses("github-actions-oidc-names"),
		"github-actions-oidc-names", left, denied),
	Entry("github-actions-static-after-role is accepted with the static key and an empty token",
		Accepts("github-actions-static-after-role"), "github-actions-static-after-role", left, asUser),
	Entry("github-actions-static-after-role has no key where the settings have an empty one",
		Refuses("github-actions-static-after-role"), "github-actions-static-after-role", left, none,
		[]harness.Option{harness.Set("AWS_ACCESS_KEY_ID", "")}),

	Entry("eks-irsa exchanges the service account's token for the role", Accepts("eks-irsa"), "eks-irsa", left,
		Claim{expect.Succeeded()}, may("app")),
	Entry("eks-irsa is denied what the role may not do", Refuses("eks-irsa"), "eks-irsa", left,
		Claim{expect.Refused(list, "AccessDenied")}),
	Entry("eks-pod-identity finds the role at the agent", Accepts("eks-pod-identity"), "eks-pod-identity", left,
		Claim{expect.Succeeded()}, may("app")),
	Entry("eks-pod-identity is denied what the role may not do", Refuses("eks-pod-identity"), "eks-pod-identity", left,
		denied),
	Entry("fly exchanges the machine's token for the role", Accepts("fly"), "fly", left, Claim{expect.Succeeded()},
		may("app")),
	Entry("fly is denied what the role may not do", Refuses("fly"), "fly", left,
		Claim{expect.Refused(list, "AccessDenied")}),
)
