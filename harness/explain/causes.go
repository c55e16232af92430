package explain

import (
	"regexp"
	"slices"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
)

const (
	docSSO      = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html"
	docIdentity = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"
	docRole     = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html"
	docProfiles = "https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html"
	docProcess  = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html"
	docChain    = rule.DocChain
	docTrust    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html"
)

// causes are what a program itself lacks before it can ask AWS, and refusals whose
// text names them. Their words are those of the step that failed, in any language.
var causes = []meaning{
	{"profile-missing",
		regexp.MustCompile("(?i)(?:config )?profile \\(?[\"'`]?([\\w.@/-]+)[\"'`]?\\)? (?:could not be " +
			"found|was not found|not found|does not exist|is not configured)|failed to get shared config " +
			"profile,? ?([\\w.@/-]*)|no such profile"),
		"The profile {1}{2} is not in the files that the program reads.",
		"AWS_PROFILE or a setting names it, and ~/.aws/config and ~/.aws/credentials of the user that runs the " +
			"program (or the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name) do not have it. In " +
			"a container the home directory is another one.",
		"see which files the program reads and under which user, write the profile there, or take the setting " +
			"out where the host has credentials of its own", docProfiles, "V"},
	{"token-file",
		regexp.MustCompile(
			`(?i)(?:failed (?:fetching|to retrieve|to (?:read|load|get)) (?:jwt|web ?identity token|token)[^\n]{0,80}|` +
				`unable to read[^\n]{0,40}token[^\n]{0,60}|WebIdentity[^\n]{0,120})(?:no such file|ENOENT|permission denied|EACCES|` +
				`does not exist)`),
		"The program could not read the file of its identity token.",
		"AWS_WEB_IDENTITY_TOKEN_FILE names a file that is not there for this process, or not readable for its " +
			"user: a container without the projected volume, or a process that is not root and has no fsGroup. " +
			"STS was not asked.",
		"see that the pod's service account has the role's annotation and the file is mounted, and that the " +
			"user of the process may read it (securityContext.fsGroup)", docIdentity, "L"},
	{"file-unreadable",
		regexp.MustCompile(`(?i)open ['"]?(\S*\.aws[/\\]\S+?)['"]?: (permission denied|no such file or directory)|` +
			`(?:EACCES|PermissionError)[^\n]*?(\S*\.aws[/\\][^\s'"]+)`),
		"The program could not read {1}{3}: {2}.",
		"The file belongs to another user or lies in another home directory than the one in which this process " +
			"looks: in a container HOME is often / or /root.",
		"see under which user and HOME the program runs, and put the file there or name it " +
			"(AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE); where the host has a role, no file is needed", docProfiles,
		"L"},
	{"empty-credentials",
		regexp.MustCompile(
			`(?i)Resolved credential object is not valid|credentials? (?:object )?(?:is|are) not valid|` +
				`(?:access.?key|secret)[^\n]{0,40}(?:undefined|must not be (?:null|empty|blank)|cannot be (?:null|empty|blank)|` +
				`is (?:null|empty|blank))|credentials?[ '"]{0,3}(?:cannot|must not) be (?:null|empty|blank)|` +
				`argument cannot be null[^\n]*credential|EmptyStaticCreds|static credentials are empty`),
		"A key or a secret that the program gave its SDK is empty.",
		"Credentials were passed explicitly, most likely from a variable that is not set under that name where " +
			"the program runs; the SDK then looks nowhere else. No request was made.",
		"set the variable where the program runs, or pass nothing so that the default chain finds what this host has",
		docChain, "L"},
	{diagnose.BadIdentityToken,
		regexp.MustCompile(
			`(?is)AssumeRoleWithWebIdentity.{0,200}ExpiredToken|ExpiredToken.{0,200}AssumeRoleWithWebIdentity|` +
				`Token expired: current date/time`),
		"The identity token that was to be exchanged for credentials has ended.",
		"It is the token in the file or the request that ended, not the credentials: the program kept what it " +
			"read once, or nobody writes a new one.",
		"read the file anew for each exchange (SDKs' own web identity providers do), and see that it is renewed",
		docIdentity,
		"V"},
}

// nearHost is what is added to a meaning where the text shows a host: nothing about
// one host is said to a person on another.
type nearHost struct {
	shows       *regexp.Regexp
	why, change string
	source      string
}

var nearHosts = map[string][]nearHost{
	"missing-parameter": besideClient["missing-parameter"],
	"profile-missing":   besideClient["profile-missing"],
	"file-unreadable":   besideClient["file-unreadable"],
	"no-role-at-host":   whereNoRole,
	"no-credentials":    whereNoRole,
	"web-identity": {
		{regexp.MustCompile(`(?i)vercel`),
			"On Vercel the issuer has the team's name in it (https://oidc.vercel.com/TEAM) " +
				"in team mode, and none in global mode; sub has team, project and environment.", "",
			"https://vercel.com/docs/oidc/aws"},
		{regexp.MustCompile(`(?i)githubusercontent|github[ -]?(?:actions?|workflows?|oidc)\b|GITHUB_|runs-on:|` +
			`configure-aws-credentials|Assuming role with OIDC`),
			"On GitHub Actions sub is repo:OWNER/NAME:ref:refs/heads/BRANCH or …:environment:NAME, and is compared " +
				"character by character: OWNER and NAME in the case in which GitHub writes them.",
			"print the token's sub in the job and put both side by side",
			"https://docs.github.com/en/actions/how-tos/" +
				"secure-your-work/security-harden-deployments/oidc-in-aws"},
		{regexp.MustCompile(`(?i)oidc\.eks|service.?account|\bIRSA\b|eks\.amazonaws\.com|kube|/var/run/secrets`),
			"On EKS the issuer is that of the cluster (aws eks describe-cluster), sub is " +
				"system:serviceaccount:NAMESPACE:NAME and aud is sts.amazonaws.com.", "",
			"https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
		{regexp.MustCompile(`(?i)gitlab`),
			"On GitLab sub is project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH, and " +
				"aud is what id_tokens of the job says.", "", "https://docs.gitlab.com/ci/cloud_services/aws/"},
	},
}

// showsPlatform reports whether a text shows on which platform the program runs, also
// where none of our hosts has just these traits.
func showsPlatform(text string) bool {
	here := running(text)
	return slices.ContainsFunc(whereNoRole, func(n nearHost) bool { return n.shows.MatchString(here) })
}

// whereNoRole is what is said of a host to a program without credentials, where its
// text shows that host: by its variables, paths or files, and never by the address
// that every SDK asks.
var whereNoRole = []nearHost{
	{regexp.MustCompile(`GITHUB_(?:ACTIONS|WORKFLOW|RUN_ID)|runs-on:|\baws-actions/|id-token|/home/runner/work|` +
		`\$\{\{\s*secrets\.|ACTIONS_ID_TOKEN|\.github/workflows`),
		"The text is of GitHub Actions. There a secret that is not set, or that a run from a fork does not get, is " +
			"an empty variable; a role by OIDC wants the permission id-token: write; and what one job configured " +
			"is not there in another.",
		"look in the job for the step that configures credentials, before this one, and for secrets that are empty",
		"https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws"},
	{regexp.MustCompile(`(?i)\bAWS_AMPLIFY_|\bamplify\.yml|amplifyapp\.com|amplify hosting|AWS_APP_ID`),
		"On Amplify Hosting this means that no compute role is attached (the service role is for builds only), or " +
			"that the client was made while the program initialised.", "attach a compute role to the branch",
		"https://docs.aws.amazon.com/amplify/latest/userguide/amplify-SSR-compute-role.html"},
	{regexp.MustCompile(`(?i)/vercel/|\bVERCEL_|vercel\.app|vercel\.json`),
		"On Vercel it means that AWS_ACCESS_KEY_ID is not set for this environment: a session token alone is no " +
			"credential, and the platform's own names are reserved.",
		"set keys under names of your own, or use Vercel's OIDC with a role",
		"https://vercel.com/docs/oidc/aws"},
	{regexp.MustCompile(`AWS_LAMBDA_|/var/task/|/var/runtime/`),
		"On AWS Lambda the keys of the execution role are in the environment; with SnapStart they come from an " +
			"endpoint instead, which a pinned environment provider does not ask.",
		"use the default provider chain", "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"},
	{regexp.MustCompile(`(?i)ECS_CONTAINER_METADATA|fargate|taskRoleArn|task definition`),
		"On ECS it means that the task has no task role: the execution role is for pulling the image only.",
		"set taskRoleArn in the task definition",
		"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"},
	{regexp.MustCompile(`(?i)kubectl|kubernetes|/var/run/secrets/|serviceaccount|eks\.amazonaws\.com|KUBERNETES_`),
		"In a pod it means that its service account has no role: no annotation with a role's ARN, no association of " +
			"Pod Identity, or the pod was started before it.",
		"look for AWS_WEB_IDENTITY_TOKEN_FILE or AWS_CONTAINER_CREDENTIALS_FULL_URI in the pod's environment",
		"https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html"},
	{regexp.MustCompile(`(?i)docker[ -](?:run|compose|exec|container|image)|dockerfile|/\.dockerenv|` +
		`\b(?:in|inside|within|with|via|using|on) (?:an? |the |my |our )?docker\b`),
		"In a container the variables and files of your own shell are not there unless they are passed in.",
		"pass the variables (-e AWS_ACCESS_KEY_ID …, --env-file), or mount the directory .aws into the home of the " +
			"user that the process has there", "https://docs.docker.com/reference/cli/docker/container/run/"},
}
