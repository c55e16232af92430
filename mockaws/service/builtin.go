package service

// Builtin makes the services of the mock, each with a state of its own. S3 comes
// last: its paths can be anything.
func Builtin(buckets *Buckets) []*Service {
	return []*Service{
		BedrockRuntime(),
		STS(),
		CloudTrail(),
		Lambda(),
		Amplify(),
		DynamoDB(),
		SecretsManager(),
		SSM(),
		S3(buckets),
	}
}
