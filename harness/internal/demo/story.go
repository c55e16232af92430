package demo

import (
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Story is a bug: a program that fails on a host, and what mends it.
type Story struct {
	Title string
	// Intro says what the program does and what its author expects.
	Intro string
	// Library is the program with the real library; StandIn takes its place where
	// that cannot run.
	Library, StandIn Part
	// Red is as the bug was reported, Green as it was mended.
	Red, Green Scene
}

// Part is a program that can play a story.
type Part struct {
	// About says in a sentence which program it is.
	About string
	// Folder is the program's folder below programs, for Node.js; empty for a
	// program in Go that this executable holds.
	Folder string
	// Megabytes is about what npm downloads for it.
	Megabytes int
	// SandboxOnly says that the library calls the real AWS unless the sandbox leads
	// it to the mock: it reads no endpoint from the environment.
	SandboxOnly bool
	// Call is what it asks of AWS ("s3:ListBuckets"), and Action what it needs a
	// permission for.
	Call, Action string
	// Says is what it prints when it fails as reported.
	Says string
	// Red and Green are the lines of code that matter, before and after.
	Red, Green string
	// Lacks says what a run with this part does not show; empty for nothing.
	Lacks string
}

// Scene is one run of a story's program.
type Scene struct {
	Where   string // "on Vercel"
	Host    string // as the fixtures call it
	Version string // the program's argument
	// Options are the project's, with what the part's call needs.
	Options func(p Part) []harness.Option
	Want    Want
}

const (
	asReported = "as-reported"
	mended     = "mended"
	itsChain   = "chain"
)

const (
	userARN    = "arn:aws:iam::" + harness.DefaultAccount + ":user/app"
	computeARN = "arn:aws:sts::" + harness.DefaultAccount + ":assumed-role/app-compute/compute"
)

// Stories are the two.
func Stories() []Story { return []Story{foreignToken, noComputeRole} }

var foreignToken = Story{
	Title: "Vercel: a session token that is not yours",
	Intro: "A chat asks a model on Amazon Bedrock with a key of its own, which the " +
		"project keeps in MY_AWS_ACCESS_KEY_ID and MY_AWS_SECRET_ACCESS_KEY.",
	Library: Part{
		About:       "It runs the real @ai-sdk/amazon-bedrock 3.0.70 and ai 5.0.113, from npm.",
		Folder:      "chat",
		Megabytes:   15,
		SandboxOnly: true,
		Call:        "bedrock:Converse",
		Action:      "bedrock:InvokeModel",
		Says:        invalidToken,
		Red:         "createAmazonBedrock({ accessKeyId, secretAccessKey })",
		Green:       "createAmazonBedrock({\n  credentialProvider: async () => ({ accessKeyId, secretAccessKey }),\n})",
	},
	StandIn: Part{
		About: "A program with the AWS SDK for Go stands in for @ai-sdk/amazon-bedrock 3.0.70. That SDK " +
			"does not make the mistake by itself: the program adds the token by hand, as the library did.",
		Call:   "bedrock:Converse",
		Action: "bedrock:InvokeModel",
		Says:   invalidToken,
		Red:    `NewStaticCredentialsProvider(key, secret, os.Getenv("AWS_SESSION_TOKEN"))`,
		Green:  `NewStaticCredentialsProvider(key, secret, "")`,
		Lacks:  "the real @ai-sdk/amazon-bedrock 3.0.70",
	},
	Red: Scene{
		Where: "on Vercel", Host: "vercel", Version: asReported, Options: ownKey,
		Want: Want{
			Refused: verdict.TokenForOtherKey, Code: "UnrecognizedClientException", Finding: diagnose.MixedCredentials,
		},
	},
	Green: Scene{
		Where: "on Vercel", Host: "vercel", Version: mended, Options: ownKey,
		Want: Want{Accepted: userARN},
	},
}

// invalidToken has no final period; the sentence with one is about the key id.
const invalidToken = "The security token included in the request is invalid"

// ownKey is a project whose user has a key under names of its own.
func ownKey(p Part) []harness.Option {
	return []harness.Option{harness.User("app", harness.Allow(p.Action),
		harness.KeyAs("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"))}
}

var noComputeRole = Story{
	Title: "Amplify: permissions on a role that never reaches your code",
	Intro: "The server's part of a page calls AWS with whatever credentials the SDK finds. The app's " +
		"service role has the permission.",
	Library: Part{
		About:     "It lists S3 buckets with the real @aws-sdk/client-s3 3.1169.0, from npm.",
		Folder:    "page",
		Megabytes: 19,
		Call:      "s3:ListBuckets",
		Action:    "s3:ListAllMyBuckets",
		Says:      "CredentialsProviderError: Could not load credentials from any providers",
		Red:       "new S3Client({})",
		Green:     "new S3Client({})   (the same program)",
	},
	StandIn: Part{
		About: "It asks a model on Bedrock with the real AWS SDK for Go, in place of @aws-sdk/client-s3. " +
			"Cause and cure are the same, the words of the error are that SDK's.",
		Call:   "bedrock:Converse",
		Action: "bedrock:InvokeModel",
		Says:   "failed to refresh cached credentials",
		Red:    "config.LoadDefaultConfig(ctx)",
		Green:  "config.LoadDefaultConfig(ctx)   (the same program)",
		Lacks:  "the JavaScript SDK's \"Could not load credentials from any providers\"",
	},
	Red: Scene{
		Where: "on Amplify, service role alone", Host: "amplify-service-role", Version: itsChain,
		Options: roleMay("service"),
		Want:    Want{Finding: diagnose.NoCall},
	},
	Green: Scene{
		Where: "on Amplify, compute role", Host: "amplify-compute-role", Version: itsChain, Options: roleMay("compute"),
		Want: Want{Accepted: computeARN},
	},
}

// roleMay is a project that has no key, only a role of the host with the
// permission.
func roleMay(role string) func(p Part) []harness.Option {
	return func(p Part) []harness.Option { return []harness.Option{harness.RoleAllow(role, p.Action)} }
}
