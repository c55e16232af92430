package all_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/amplify"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// newer are operations that only the API reference has by now:
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html.
var newer = map[string]bool{"GetScopedCredentials": true}

// TestOperationsAreAWSs: each operation of a table is one of AWS's SDK, and a table that
// says that it is complete has all of the SDK's.
func TestOperationsAreAWSs(t *testing.T) {
	clients := map[string]any{
		amplify.ServiceID: &amplify.Client{}, bedrock.ServiceID: &bedrock.Client{},
		bedrockruntime.ServiceID: &bedrockruntime.Client{}, cloudtrail.ServiceID: &cloudtrail.Client{},
		cloudwatch.ServiceID: &cloudwatch.Client{}, cloudwatchlogs.ServiceID: &cloudwatchlogs.Client{},
		cognitoidentity.ServiceID: &cognitoidentity.Client{}, dynamodb.ServiceID: &dynamodb.Client{},
		ecr.ServiceID: &ecr.Client{}, iam.ServiceID: &iam.Client{}, kms.ServiceID: &kms.Client{},
		lambda.ServiceID: &lambda.Client{}, redshift.ServiceID: &redshift.Client{},
		redshiftserverless.ServiceID: &redshiftserverless.Client{},
		secretsmanager.ServiceID:     &secretsmanager.Client{}, sns.ServiceID: &sns.Client{},
		sqs.ServiceID: &sqs.Client{}, ssm.ServiceID: &ssm.Client{}, sts.ServiceID: &sts.Client{},
	}
	for _, s := range builtin() {
		client := clients[s.ID]
		if client == nil {
			continue // the tests have no SDK of it
		}
		delete(clients, s.ID)
		named := map[string]bool{}
		for i := range s.Operations {
			named[s.Operations[i].Name] = true
			name := s.Operations[i].Name
			if _, there := reflect.TypeOf(client).MethodByName(name); !there && !newer[name] {
				t.Errorf("%s has no %s", s.ID, name)
			}
		}
		for i := range reflect.TypeOf(client).NumMethod() {
			if name := reflect.TypeOf(client).Method(i).Name; s.Complete && name != "Options" && !named[name] {
				t.Errorf("%s: %s is not in the table, which says that it is complete", s.ID, name)
			}
		}
	}
	for id := range clients {
		t.Errorf("there is no service %s", id)
	}
}
