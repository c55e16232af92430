package rule

import "github.com/hostproof/hostproof/harness/diagnose/facts"

// Public sources of the rules.
const (
	DocTokens       = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html"
	DocVercel       = "https://vercel.com/docs/environment-variables/reserved-environment-variables"
	DocSigning      = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"
	DocSigV4        = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"
	DocDenied       = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
	DocAPIKeys      = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"
	DocChain        = "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"
	DocKeyIDs       = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
	DocPractices    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
	DocRustRoots    = "https://docs.rs/rustls-native-certs/latest/rustls_native_certs/fn.load_native_certs.html"
	DocRegion       = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html"
	DocRetry        = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"
	DocWebIdentity  = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"
	DocEvaluation   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access.html"
	DocNoSuchBucket = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
	DocListen       = "https://man7.org/linux/man-pages/man2/listen.2.html"
	DocExitCodes    = "https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html"
	DocStability    = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html"
	DocIMDS         = facts.DocIMDS
	DocLimits       = "https://man7.org/linux/man-pages/man2/getrlimit.2.html"
	DocHTTP         = "https://www.rfc-editor.org/rfc/rfc9110.html#name-server-error-5xx"
	DocSTSErrors    = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"
	DocEndpoints    = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"
	DocRegionalSTS  = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html"
	DocProxies      = facts.DocProxies
	DocSelfTrust    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html"
	DocPresigned    = "https://repost.aws/knowledge-center/presigned-url-s3-bucket-expiration"
)

// SetClock is what to do about a clock that is wrong, as part of a sentence.
const SetClock = "Set the clock of the machine that signs (NTP: chronyc makestep, w32tm /resync; WSL, laptops and " +
	"virtual machines lose time while they sleep)"
