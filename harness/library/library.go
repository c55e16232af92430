package library

import (
	"regexp"
	"strings"
)

// Library is a client library, as a request's User-Agent names it.
type Library struct {
	ID      string `json:"id"`   // "aws-sdk-js-v3"; "" when it is not known
	Name    string `json:"name"` // "AWS SDK for JavaScript v3"
	Version string `json:"version,omitempty"`
	advice  map[Advice]string
}

// String is name and version.
func (l Library) String() string { return strings.TrimSpace(l.Name + " " + l.Version) }

// Advice names what one may want of a library.
type Advice int

const (
	KeysAlone  Advice = iota // pass a long-term key and secret, and no token
	WithToken                // pass temporary credentials with their token
	Refreshing               // leave the choice to a provider that refreshes
	OwnRegion                // say the region
	NoBearer                 // keep a bearer token out
	OwnNames                 // when key and token both came from the environment's usual names
)

// Advise says how a library does it; for one that is not known, in general.
func (l Library) Advise(a Advice) string {
	if text := l.advice[a]; text != "" {
		return text
	}
	return generic[a]
}

var generic = map[Advice]string{
	KeysAlone: "pass key and secret through a credential provider that returns exactly these two (a static provider), so that the library cannot add a token; " +
		"an explicit empty session token helps where there is no provider option",
	WithToken:  "pass the session token along with key and secret, or let the SDK's default provider chain take all three together",
	Refreshing: "use a provider that refreshes (a role, web identity, the container or instance endpoint) instead of a copy of temporary credentials",
	OwnRegion:  "pass the region explicitly; a host's AWS_REGION is where the host runs, not where your resources are",
	NoBearer:   "unset AWS_BEARER_TOKEN_BEDROCK if the keys are meant",
	OwnNames: "do not let the client take the credentials out of the environment: put key and secret under names of your own " +
		"(MY_AWS_ACCESS_KEY_ID, MY_AWS_SECRET_ACCESS_KEY) and pass them explicitly; or use a role (OIDC) instead of keys",
}

// libraries are told by their User-Agent, the more specific first: the AWS CLI
// carries botocore's name, too. What each does stands beside it with its source.
var libraries = []struct {
	id, name string
	agent    *regexp.Regexp // its group is the version
	advice   map[Advice]string
}{
	{"ai-sdk-amazon-bedrock", "AI SDK @ai-sdk/amazon-bedrock", regexp.MustCompile(`ai-sdk[/-]amazon-bedrock/(\S+)`), map[Advice]string{
		// https://github.com/vercel/ai/pull/14832: explicit keys without the
		// environment's token from 4.0.98 and 5.0.0 on; not in the 3.x line, and in
		// the main entry point alone.
		KeysAlone: "pass key and secret to createAmazonBedrock as credentialProvider: async () => ({ accessKeyId, secretAccessKey }), which never looks at the environment " +
			"(or add sessionToken: ''); versions from 4.0.98 and 5.0.0 on leave the environment's token alone when both keys are given (vercel/ai#14832), " +
			"the 3.x line never does, and the entry points /anthropic and /mantle do not either, up to 5.0.101",
		WithToken: "pass sessionToken beside accessKeyId and secretAccessKey to createAmazonBedrock, or credentialProvider: fromNodeProviderChain()",
		// https://github.com/vercel/ai/issues/2780: it has no default chain.
		Refreshing: "pass credentialProvider: fromNodeProviderChain() of @aws-sdk/credential-providers to createAmazonBedrock: this library has no default chain of its own (vercel/ai#2780)",
		OwnRegion:  "pass region to createAmazonBedrock: the library reads AWS_REGION only, which on a host is the host's own",
		NoBearer:   "unset AWS_BEARER_TOKEN_BEDROCK: in this library it beats explicit keys and credentialProvider",
		OwnNames: "put key and secret under names of your own (MY_AWS_ACCESS_KEY_ID, MY_AWS_SECRET_ACCESS_KEY) and pass them to createAmazonBedrock as " +
			"credentialProvider: async () => ({ accessKeyId, secretAccessKey }), which never looks at the environment; or use a role (OIDC) instead of keys",
	}},
	{"anthropic-bedrock", "@anthropic-ai/bedrock-sdk", regexp.MustCompile(`AnthropicBedrock(?:Mantle)?/JS (\S+)`), map[Advice]string{
		// https://github.com/anthropics/anthropic-sdk-typescript/pull/901
		KeysAlone: "upgrade @anthropic-ai/bedrock-sdk to 0.26.4 or later, which sends no token of the environment with explicit awsAccessKey and awsSecretKey (anthropics/anthropic-sdk-typescript#537)",
		NoBearer:  "unset AWS_BEARER_TOKEN_BEDROCK: in this library it beats explicit keys",
	}},
	{"anthropic-bedrock-python", "anthropic (Python)", regexp.MustCompile(`AnthropicBedrock/Python (\S+)`), map[Advice]string{
		// https://github.com/anthropics/anthropic-sdk-python/blob/main/src/anthropic/lib/bedrock/_client.py:
		// its session of boto3 has no other token than the argument.
		KeysAlone:  "pass aws_access_key and aws_secret_key to AnthropicBedrock and leave aws_session_token out: then the environment's token is not read",
		OwnNames:   "put key and secret under names of your own and pass them to AnthropicBedrock as aws_access_key and aws_secret_key: then the environment's token is not read; or use a role instead of keys",
		WithToken:  "pass aws_session_token beside aws_access_key and aws_secret_key to AnthropicBedrock, or leave all three out",
		Refreshing: "leave the aws_* arguments out, so that boto3's default chain asks the role's endpoint and refreshes",
		OwnRegion:  "pass aws_region to AnthropicBedrock",
		NoBearer:   "unset AWS_BEARER_TOKEN_BEDROCK: in this library it beats the default chain, and beside explicit keys it is an error",
	}},
	{"litellm", "LiteLLM", regexp.MustCompile(`^litellm/(\S+)`), map[Advice]string{
		// https://github.com/BerriAI/litellm/blob/main/litellm/llms/bedrock/base_aws_llm.py:
		// each of the three that is None is read from the environment.
		KeysAlone:  `pass aws_session_token="" beside aws_access_key_id and aws_secret_access_key (to litellm.completion, or in a model's litellm_params): what is left out of the three it takes from the environment`,
		OwnNames:   `put key and secret under names of your own and pass them as aws_access_key_id and aws_secret_access_key, with aws_session_token="", since what is left out comes from the environment; or use a role instead of keys`,
		WithToken:  "pass aws_session_token beside aws_access_key_id and aws_secret_access_key, or leave all three out",
		Refreshing: "leave the aws_* arguments out, so that boto3's default chain asks the role's endpoint and refreshes",
		OwnRegion:  "pass aws_region_name: the library reads AWS_REGION_NAME, then AWS_REGION",
		NoBearer:   "unset AWS_BEARER_TOKEN_BEDROCK: in this library it beats explicit keys",
	}},
	{"langchain-aws", "langchain-aws (Python)", regexp.MustCompile(`^Boto3/.* x-client-framework:langchain-aws(\S*)`), map[Advice]string{
		// https://github.com/langchain-ai/langchain-aws/pull/197: each of the three has
		// the environment's variable for its default.
		KeysAlone:  `pass aws_session_token="" beside aws_access_key_id and aws_secret_access_key: what is left out of the three it takes from the environment`,
		OwnNames:   `put key and secret under names of your own and pass them as aws_access_key_id and aws_secret_access_key, with aws_session_token="", since what is left out comes from the environment; or use a role instead of keys`,
		WithToken:  "pass aws_session_token beside aws_access_key_id and aws_secret_access_key, or leave all three out",
		Refreshing: "leave the aws_* arguments out, and the variables AWS_* too, so that boto3's default chain asks the role's endpoint and refreshes",
		OwnRegion:  "pass region_name: the library reads AWS_REGION, then AWS_DEFAULT_REGION",
		NoBearer:   "unset AWS_BEARER_TOKEN_BEDROCK: in this library it beats explicit keys",
	}},
	{"aws-cli", "AWS CLI", regexp.MustCompile(`^aws-cli/(\S+)`), map[Advice]string{
		// An explicit profile turns the environment provider off:
		// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
		KeysAlone:  "take the token out of the environment of this command (env -u AWS_SESSION_TOKEN aws …), or put the key into a profile and name it (aws --profile NAME …)",
		OwnNames:   "take the token out of the environment for this command (env -u AWS_SESSION_TOKEN aws …), or put the key into a profile and name it (aws --profile NAME …)",
		WithToken:  "set AWS_SESSION_TOKEN beside the two others, or in a profile aws_session_token; AWS_SECURITY_TOKEN is another, old name",
		Refreshing: "remove key and token from environment and profile, so that the CLI asks the role's endpoint and refreshes; or name a profile with role_arn",
		OwnRegion:  "pass --region",
	}},
	{"boto3", "boto3", regexp.MustCompile(`Boto3/(\S+)|^Botocore/(\S+)`), map[Advice]string{
		// https://boto3.amazonaws.com/v1/documentation/api/latest/guide/credentials.html
		KeysAlone:  "pass aws_access_key_id and aws_secret_access_key to boto3.client or boto3.Session: then the environment's token is not read",
		OwnNames:   "put key and secret under names of your own and pass them to boto3.client as aws_access_key_id and aws_secret_access_key: then the environment's token is not read; or use a role instead of keys",
		WithToken:  "pass aws_session_token beside the two others to boto3.client, or leave all three out",
		Refreshing: "leave the aws_* arguments out, so that boto3 asks the role's endpoint and refreshes",
		OwnRegion:  "pass region_name: boto3 reads AWS_DEFAULT_REGION, not AWS_REGION",
	}},
	{"aws-sdk-js-v3", "AWS SDK for JavaScript v3", regexp.MustCompile(`aws-sdk-js/(3\S*)`), map[Advice]string{
		// https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html
		KeysAlone: "pass credentials: { accessKeyId, secretAccessKey } to the client, without sessionToken: an explicit object is never mixed with the environment",
		OwnNames: "put key and secret under names of your own and pass credentials: { accessKeyId, secretAccessKey } to the client: fromEnv takes key and token name by name " +
			"and cannot see that they do not belong together; or use a role (OIDC) instead of keys",
		WithToken:  "pass sessionToken beside accessKeyId and secretAccessKey, or leave credentials out",
		Refreshing: "leave credentials out, or pass fromNodeProviderChain() of @aws-sdk/credential-providers, so that the client refreshes them",
		OwnRegion:  "pass region to the client: it reads AWS_REGION, not AWS_DEFAULT_REGION",
	}},
	{"aws-sdk-js-v2", "AWS SDK for JavaScript v2", regexp.MustCompile(`aws-sdk-nodejs/(2\S*)`), map[Advice]string{
		// https://docs.aws.amazon.com/sdk-for-javascript/v2/developer-guide/setting-credentials-node.html
		KeysAlone: "pass credentials: new AWS.Credentials(accessKeyId, secretAccessKey) to the client, without a session token: then the environment is not read",
		OwnNames: "put key and secret under names of your own and pass credentials: new AWS.Credentials(accessKeyId, secretAccessKey) to the client: " +
			"then the environment's token is not read; or use a role instead of keys",
		WithToken:  "give new AWS.Credentials the session token as its third argument, or leave credentials out",
		Refreshing: "leave credentials out, so that the client asks the role's endpoint and refreshes",
		OwnRegion:  "pass region to the client: it reads AWS_REGION, not AWS_DEFAULT_REGION",
	}},
	{"aws-sdk-go-v2", "AWS SDK for Go v2", regexp.MustCompile(`aws-sdk-go-v2/(\S+)`), map[Advice]string{
		// https://docs.aws.amazon.com/sdk-for-go/v2/developer-guide/configure-gosdk.html
		KeysAlone:  `pass config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(id, secret, "")) to LoadDefaultConfig: then the environment is not read`,
		OwnNames:   `put key and secret under names of your own and pass config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(id, secret, "")); or use a role instead of keys`,
		WithToken:  "give NewStaticCredentialsProvider the session token as its third argument, or leave the provider out",
		Refreshing: "leave the static provider out: LoadDefaultConfig asks the role's endpoint and refreshes",
		OwnRegion:  "pass config.WithRegion: the SDK reads AWS_REGION before AWS_DEFAULT_REGION",
	}},
	{"aws-sdk-go", "AWS SDK for Go v1", regexp.MustCompile(`aws-sdk-go/(1\S*)`), map[Advice]string{
		// https://docs.aws.amazon.com/sdk-for-go/v1/developer-guide/configuring-sdk.html
		KeysAlone:  `pass aws.Config{Credentials: credentials.NewStaticCredentials(id, secret, "")} to the session: then the environment is not read`,
		OwnNames:   `put key and secret under names of your own and pass aws.Config{Credentials: credentials.NewStaticCredentials(id, secret, "")} to the session; or use a role instead of keys`,
		WithToken:  "give NewStaticCredentials the session token as its third argument, or leave Credentials out",
		Refreshing: "leave Credentials out: the session asks the role's endpoint and refreshes",
		OwnRegion:  "pass aws.Config{Region: ...}: the SDK reads AWS_DEFAULT_REGION only with AWS_SDK_LOAD_CONFIG=1",
	}},
	{"aws-sdk-java-v2", "AWS SDK for Java v2", regexp.MustCompile(`aws-sdk-java/(2\S*)`), map[Advice]string{
		// https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/credentials.html
		// https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/region-selection.html
		KeysAlone:  "pass credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret))) to the client's builder: then the environment is not read",
		OwnNames:   "put key and secret under names of your own and pass credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret))); or use a role instead of keys",
		WithToken:  "pass AwsSessionCredentials.create(id, secret, token) to StaticCredentialsProvider, or leave credentialsProvider out",
		Refreshing: "leave credentialsProvider out: the default chain asks the role's endpoint and refreshes",
		OwnRegion:  "call region(Region.of(...)) on the client's builder: the SDK reads AWS_REGION, not AWS_DEFAULT_REGION",
	}},
	{"aws-sdk-php", "AWS SDK for PHP", regexp.MustCompile(`aws-sdk-php/(\S+)`), nil},
	{"aws-sdk-ruby", "AWS SDK for Ruby", regexp.MustCompile(`aws-sdk-ruby3/(\S+)`), map[Advice]string{
		// https://docs.aws.amazon.com/sdk-for-ruby/v3/developer-guide/credential-providers.html
		KeysAlone:  "pass credentials: Aws::Credentials.new(id, secret) to the client: then the environment is not read",
		OwnNames:   "put key and secret under names of your own and pass credentials: Aws::Credentials.new(id, secret) to the client; or use a role instead of keys",
		WithToken:  "give Aws::Credentials.new the session token as its third argument, or leave credentials out",
		Refreshing: "leave credentials out: the default chain asks the role's endpoint and refreshes",
		OwnRegion:  "pass region to the client: the SDK reads AWS_REGION before AWS_DEFAULT_REGION",
	}},
	{"aws-sdk-dotnet", "AWS SDK for .NET", regexp.MustCompile(`aws-sdk-dotnet\S*/(\S+)`), nil},
	{"aws-sdk-rust", "AWS SDK for Rust", regexp.MustCompile(`aws-sdk-rust/(\S+)`), map[Advice]string{
		// https://docs.aws.amazon.com/sdk-for-rust/latest/dg/credproviders.html
		KeysAlone:  "pass .credentials_provider(Credentials::new(id, secret, None, None, \"project\")) to aws_config::defaults: then the environment is not read",
		OwnNames:   "put key and secret under names of your own and pass .credentials_provider(Credentials::new(id, secret, None, None, \"project\")) to aws_config::defaults; or use a role instead of keys",
		WithToken:  "give Credentials::new the session token as its third argument, Some(token), or leave the provider out",
		Refreshing: "leave the provider out: aws_config::load_defaults asks the role's endpoint and refreshes",
		OwnRegion:  "pass .region(Region::new(…)) to aws_config::defaults: the SDK reads AWS_REGION before AWS_DEFAULT_REGION",
	}},
	{"curl", "curl", regexp.MustCompile(`^curl/(\S*)`), map[Advice]string{
		KeysAlone: `leave the X-Amz-Security-Token header out: curl --user "$KEY:$SECRET" --aws-sigv4 …`,
		OwnNames:  `leave the X-Amz-Security-Token header out: curl --user "$KEY:$SECRET" --aws-sigv4 …`,
		WithToken: `add -H "X-Amz-Security-Token: $TOKEN" to curl --aws-sigv4`,
	}},
}

// Of tells a library by the User-Agent of its requests; the zero Library
// when it is none that is known.
func Of(userAgent string) Library {
	for _, l := range libraries {
		if m := l.agent.FindStringSubmatch(userAgent); m != nil {
			version := m[1]
			for _, group := range m[2:] {
				version += group
			}
			return Library{ID: l.id, Name: l.name, Version: version, advice: l.advice}
		}
	}
	return Library{}
}

// ByID is a library without a version.
func ByID(id string) Library {
	for _, l := range libraries {
		if l.id == id {
			return Library{ID: l.id, Name: l.name, advice: l.advice}
		}
	}
	return Library{}
}
