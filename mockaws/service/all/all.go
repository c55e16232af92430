package all

import (
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/amplify"
	"github.com/hostproof/hostproof/mockaws/service/bedrock"
	"github.com/hostproof/hostproof/mockaws/service/bedrockmantle"
	"github.com/hostproof/hostproof/mockaws/service/bedrockruntime"
	"github.com/hostproof/hostproof/mockaws/service/cloudtrail"
	"github.com/hostproof/hostproof/mockaws/service/cloudwatch"
	"github.com/hostproof/hostproof/mockaws/service/cognitoidentity"
	"github.com/hostproof/hostproof/mockaws/service/dynamodb"
	"github.com/hostproof/hostproof/mockaws/service/ecr"
	"github.com/hostproof/hostproof/mockaws/service/iam"
	"github.com/hostproof/hostproof/mockaws/service/kms"
	"github.com/hostproof/hostproof/mockaws/service/lambda"
	"github.com/hostproof/hostproof/mockaws/service/logs"
	"github.com/hostproof/hostproof/mockaws/service/redshift"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/service/secretsmanager"
	"github.com/hostproof/hostproof/mockaws/service/sns"
	"github.com/hostproof/hostproof/mockaws/service/sqs"
	"github.com/hostproof/hostproof/mockaws/service/ssm"
	"github.com/hostproof/hostproof/mockaws/service/sts"
)

// Services makes the services of the mock, each with a state of its own. S3 comes
// last: its paths can be anything.
func Services(buckets *s3.Buckets, issuers *oidc.Issuers, verifier *oidc.Verifier) []*service.Service {
	keys := kms.NewKeys()
	return []*service.Service{
		bedrockruntime.New(),
		bedrock.New(),
		bedrockmantle.New(),
		bedrockmantle.NewMessages(),
		bedrockmantle.NewExternal(),
		sts.New(issuers, verifier),
		iam.New(issuers),
		cloudtrail.New(),
		lambda.New(),
		amplify.New(),
		dynamodb.New(),
		ecr.New(),
		secretsmanager.New(keys),
		ssm.New(keys),
		kms.New(keys),
		cloudwatch.New(),
		logs.New(),
		cognitoidentity.New(issuers),
		redshift.New(),
		redshift.NewServerless(),
		sqs.New(),
		sns.New(),
		s3.NewExpress(buckets),
		s3.New(buckets),
	}
}
