package service

import "github.com/hostproof/hostproof/mockaws/oidc"

// Builtin makes the services of the mock, each with a state of its own. S3 comes
// last: its paths can be anything.
func Builtin(buckets *Buckets, issuers *oidc.Issuers, verifier *oidc.Verifier) []*Service {
	keys := NewKeys()
	return []*Service{
		BedrockRuntime(),
		Bedrock(),
		BedrockMantle(),
		BedrockMantleMessages(),
		STS(verifier),
		IAM(),
		CloudTrail(),
		Lambda(),
		Amplify(),
		DynamoDB(),
		SecretsManager(keys),
		SSM(keys),
		KMS(keys),
		CloudWatch(),
		CloudWatchLogs(),
		CognitoIdentity(issuers),
		SQS(),
		SNS(),
		S3(buckets),
	}
}
