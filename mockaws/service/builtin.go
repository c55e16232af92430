package service

// Builtin makes the services of the mock, each with a state of its own. S3 comes
// last: its paths can be anything.
func Builtin(buckets *Buckets) []*Service {
	keys := NewKeys()
	return []*Service{
		BedrockRuntime(),
		Bedrock(),
		STS(),
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
		CognitoIdentity(),
		SQS(),
		SNS(),
		S3(buckets),
	}
}
