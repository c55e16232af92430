package explain

import (
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/late"
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
		late.MustCompile("(?i)(?:config )?profile \\(?[\"'`]?([\\w.@/-]+)[\"'`]?\\)? (?:could not be " +
			"found|was not found|not found|does not exist|is not configured)|failed to get shared config " +
			"profile,? ?([\\w.@/-]*)|no such profile"),
		"The profile {1}{2} is not in the files that the program reads.",
		"AWS_PROFILE or a setting names it, and ~/.aws/config and ~/.aws/credentials of the user that runs the " +
			"program (or the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name) do not have it. In " +
			"a container the home directory is another one.",
		"see which files the program reads and under which user, write the profile there, or take the setting " +
			"out where the host has credentials of its own", docProfiles, "V"},
	{"token-file",
		late.MustCompile(
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
		late.MustCompile(`(?i)open ['"]?(\S*\.aws[/\\]\S+?)['"]?: (permission denied|no such file or directory)|` +
			`(?:EACCES|PermissionError)[^\n]*?(\S*\.aws[/\\][^\s'"]+)`),
		"The program could not read {1}{3}: {2}.",
		"The file belongs to another user or lies in another home directory than the one in which this process " +
			"looks: in a container HOME is often / or /root.",
		"see under which user and HOME the program runs, and put the file there or name it " +
			"(AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE); where the host has a role, no file is needed", docProfiles,
		"L"},
	{"empty-credentials",
		late.MustCompile(
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
		late.MustCompile(
			`(?is)AssumeRoleWithWebIdentity.{0,200}ExpiredToken|ExpiredToken.{0,200}AssumeRoleWithWebIdentity|` +
				`Token expired: current date/time`),
		"The identity token that was to be exchanged for credentials has ended.",
		"It is the token in the file or the request that ended, not the credentials: the program kept what it " +
			"read once, or nobody writes a new one.",
		"read the file anew for each exchange (SDKs' own web identity providers do), and see that it is renewed",
		docIdentity,
		"V"},
}
