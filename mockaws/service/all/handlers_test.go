package all_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/all"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const testAccount = "111122223333"

// stage is a set of services, and somebody who may do everything.
type stage struct {
	services map[string]*service.Service
	iam      *iam.Store
	caller   *iam.Credential
}

func newStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{services: map[string]*service.Service{}, iam: iam.New(nil, iam.WithSeed(1))}
	applied, err := s.iam.Apply(iam.Seed{Accounts: []iam.AccountSeed{{
		ID: testAccount, Users: []iam.UserSeed{{Name: "app", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}}},
		Roles: []iam.RoleSeed{{Name: "r", TrustService: []string{"lambda.amazonaws.com", "amplify.amazonaws.com"}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	cred, refusal := s.iam.Resolve(applied.Keys[0].KeyID, "")
	if refusal != nil {
		t.Fatal(refusal)
	}
	s.caller = cred
	for _, svc := range builtin() {
		s.services[svc.ID] = svc
	}
	return s
}

// call runs an operation as the pipeline does once the caller is known, and
// writes the answer.
func (s *stage) call(t testing.TB, svc *service.Service, op *service.Operation, in protocol.Input) (*protocol.Response,
	error) {
	t.Helper()
	done := make(chan struct{})
	close(done) // no test waits for messages here
	c := &service.Call{
		Service: svc, Operation: op, Input: in, Region: "us-east-1", Caller: s.caller, Now: time.Now(), RequestID: "r",
		IAM:   s.iam,
		Trail: &service.Trail{}, Origin: "http://localhost", Done: done, Conditions: map[string][]string{},
	}
	if op.Unsigned {
		c.Caller = nil
	}
	if op.Resource != nil {
		op.Resource(c)
	}
	if op.ResourcePolicy != nil {
		op.ResourcePolicy(c)
	}
	if op.Conditions != nil {
		op.Conditions(c)
	}
	context := &protocol.Context{RequestID: "r", Operation: op.Name}
	result, err := op.Handle(c)
	if err == nil {
		return svc.Dialect.EncodeResult(result, context)
	}
	var refusal *verdict.Refusal
	var failed *service.Error
	if errors.As(err, &failed) {
		refusal = failed.Refusal()
	} else if !errors.As(err, &refusal) {
		t.Fatalf("%s: %v is neither an error of the operation nor a refusal", service.CallName(svc, op), err)
	}
	return svc.Dialect.EncodeError(refusal, context), err
}

func operationOf(s *service.Service, name string) *service.Operation {
	for i := range s.Operations {
		if s.Operations[i].Name == name {
			return &s.Operations[i]
		}
	}
	return nil
}

// scenes are calls that real clients make, in an order in which each of them
// succeeds. They are also what fuzzing starts from.
var scenes = []struct {
	service, operation, body string
	labels                   map[string]string
}{
	{service: "DynamoDB", operation: "CreateTable",
		body: `{"TableName":"orders","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},{"AttributeName":"b","AttributeType":"N"}],"KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"}],"GlobalSecondaryIndexes":[{"IndexName":"idx","KeySchema":[{"AttributeName":"b","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]}`},
	{service: "DynamoDB", operation: "PutItem",
		body: `{"TableName":"orders","Item":{"a":{"S":"x"},"b":{"N":"1"},"l":{"L":[{"NS":["1","2"]}]}},"ConditionExpression":"attribute_not_exists(a)","ReturnValues":"ALL_OLD"}`},
	{service: "DynamoDB", operation: "GetItem",
		body: `{"TableName":"orders","Key":{"a":{"S":"x"},"b":{"N":"1"}},"ProjectionExpression":"#c","ExpressionAttributeNames":{"#c":"c"},"ReturnConsumedCapacity":"TOTAL"}`},
	{service: "DynamoDB", operation: "Query",
		body: `{"TableName":"orders","KeyConditionExpression":"a = :a AND b BETWEEN :l AND :h","FilterExpression":"c > :l","ExpressionAttributeValues":{":a":{"S":"x"},":l":{"N":"0"},":h":{"N":"9"}},"Limit":1}`},
	{service: "DynamoDB", operation: "Query",
		body: `{"TableName":"orders","IndexName":"idx","KeyConditionExpression":"b = :b","ExpressionAttributeValues":{":b":{"N":"1"}},"ExclusiveStartKey":{"a":{"S":"a"},"b":{"N":"1"}},"ScanIndexForward":false}`},
	{service: "DynamoDB", operation: "Scan",
		body: `{"TableName":"orders","Segment":0,"TotalSegments":2,"Select":"COUNT"}`},
	{service: "DynamoDB", operation: "BatchWriteItem",
		body: `{"RequestItems":{"orders":[{"PutRequest":{"Item":{"a":{"S":"y"},"b":{"N":"2"}}}},{"DeleteRequest":{"Key":{"a":{"S":"z"},"b":{"N":"2"}}}}]}}`},
	{service: "DynamoDB", operation: "BatchGetItem",
		body: `{"RequestItems":{"orders":{"Keys":[{"a":{"S":"y"},"b":{"N":"2"}}]}}}`},
	{service: "DynamoDB", operation: "DeleteItem",
		body: `{"TableName":"orders","Key":{"a":{"S":"y"},"b":{"N":"2"}},"ReturnValues":"ALL_OLD"}`},
	{service: "Secrets Manager", operation: "CreateSecret",
		body: `{"Name":"s","SecretString":"v","ClientRequestToken":"t1"}`},
	{service: "Secrets Manager", operation: "PutSecretValue",
		body: `{"SecretId":"s","SecretBinary":"AAEC","VersionStages":["AWSCURRENT","mine"]}`},
	{service: "Secrets Manager", operation: "GetSecretValue", body: `{"SecretId":"s","VersionStage":"AWSPREVIOUS"}`},
	{service: "SSM", operation: "PutParameter", body: `{"Name":"/a/b","Value":"v","Type":"SecureString"}`},
	{service: "SSM", operation: "GetParameters", body: `{"Names":["/a/b:1","/nope"],"WithDecryption":true}`},
	{service: "SSM", operation: "GetParametersByPath", body: `{"Path":"/a","Recursive":true,"MaxResults":1}`},
	{service: "KMS", operation: "CreateKey",
		body: `{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}`},
	{service: "SQS", operation: "CreateQueue", body: `{"QueueName":"q","Attributes":{"DelaySeconds":"0"}}`},
	{service: "SQS", operation: "SendMessage",
		body: `{"QueueUrl":"http://localhost/111122223333/q","MessageBody":"b","MessageAttributes":{"a":{"DataType":"String","StringValue":"s"}}}`},
	{service: "SQS", operation: "ReceiveMessage",
		body: `{"QueueUrl":"http://localhost/111122223333/q","WaitTimeSeconds":20,"MessageAttributeNames":["a.*"]}`},
	{service: "CloudWatch Logs", operation: "CreateLogGroup", body: `{"logGroupName":"g"}`},
	{service: "CloudWatch Logs", operation: "CreateLogStream", body: `{"logGroupName":"g","logStreamName":"s"}`},
	{service: "CloudWatch Logs", operation: "FilterLogEvents",
		body: `{"logGroupName":"g","filterPattern":"a -b ?c \"d e\""}`},
	{service: "CloudWatch Logs", operation: "GetLogEvents",
		body: `{"logGroupName":"g","logStreamName":"s","nextToken":"f/3","limit":2}`},
	{service: "Cognito Identity", operation: "CreateIdentityPool",
		body: `{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"CognitoIdentityProviders":[{"ProviderName":"x"}]}`},
	{service: "Lambda", operation: "CreateFunction",
		body: `{"FunctionName":"f","Role":"arn:aws:iam::111122223333:role/r","Code":{"ZipFile":"UEs="}}`},
	{service: "Lambda", operation: "Invoke", body: `{"a":1}`, labels: map[string]string{"FunctionName": "f"}},
	{service: "Amplify", operation: "CreateApp",
		body: `{"name":"a","computeRoleArn":"arn:aws:iam::111122223333:role/r","environmentVariables":{"A":"b"}}`},
	{service: "SNS", operation: "CreateTopic", body: `Action=CreateTopic&Name=t`},
	{service: "SNS", operation: "Publish",
		body: `Action=Publish&TopicArn=arn:aws:sns:us-east-1:111122223333:t&Message=m`},
	{service: "CloudWatch", operation: "PutMetricData",
		body: `Action=PutMetricData&Namespace=n&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1`},
	{service: "Bedrock", operation: "ListFoundationModels", body: ``},
	{service: "S3", operation: "CreateBucket", labels: s3Labels},
	{service: "S3", operation: "PutObject", body: "content", labels: s3Labels},
	{service: "S3", operation: "GetObject", labels: s3Labels},
	{service: "S3", operation: "ListObjectsV2", labels: s3Labels},
	{service: "S3", operation: "CreateMultipartUpload", labels: s3Labels},
	{service: "S3", operation: "PutBucketPolicy", labels: s3Labels,
		body: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"arn:aws:s3:::bucket/*"}]}`},
	{service: "IAM", operation: "CreateUser",
		body: `Action=CreateUser&UserName=u&Path=/p/&Tags.member.1.Key=k&Tags.member.1.Value=v`},
	{service: "IAM", operation: "CreateAccessKey", body: `Action=CreateAccessKey&UserName=u`},
	{service: "IAM", operation: "PutUserPolicy",
		body: `Action=PutUserPolicy&UserName=u&PolicyName=p&PolicyDocument=%7B%22Version%22:%222012-10-17%22,%22Statement%22:%5B%7B%22Effect%22:%22Allow%22,%22Action%22:%22s3:*%22,%22Resource%22:%22*%22%7D%5D%7D`},
	{service: "IAM", operation: "CreateRole",
		body: `Action=CreateRole&RoleName=x&MaxSessionDuration=3600&AssumeRolePolicyDocument=%7B%22Version%22:%222012-10-17%22,%22Statement%22:%5B%7B%22Effect%22:%22Allow%22,%22Principal%22:%7B%22Service%22:%22ec2.amazonaws.com%22%7D,%22Action%22:%22sts:AssumeRole%22%7D%5D%7D`},
	{service: "IAM", operation: "CreatePolicy",
		body: `Action=CreatePolicy&PolicyName=m&PolicyDocument=%7B%22Version%22:%222012-10-17%22,%22Statement%22:%5B%7B%22Effect%22:%22Allow%22,%22Action%22:%22s3:*%22,%22Resource%22:%22*%22%7D%5D%7D`},
	{service: "IAM", operation: "AttachRolePolicy",
		body: `Action=AttachRolePolicy&RoleName=x&PolicyArn=arn:aws:iam::111122223333:policy/m`},
	{service: "IAM", operation: "ListPolicies",
		body: `Action=ListPolicies&Scope=Local&OnlyAttached=true&MaxItems=1&Marker=MA==`},
	{service: "IAM", operation: "CreateOpenIDConnectProvider",
		body: `Action=CreateOpenIDConnectProvider&Url=https://a.example&ClientIDList.member.1=c&ThumbprintList.member.1=t`},
	{service: "IAM", operation: "CreateInstanceProfile", body: `Action=CreateInstanceProfile&InstanceProfileName=i`},
	{service: "IAM", operation: "AddRoleToInstanceProfile",
		body: `Action=AddRoleToInstanceProfile&InstanceProfileName=i&RoleName=x`},
	{service: "IAM", operation: "SimulatePrincipalPolicy",
		body: `Action=SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::111122223333:role/x&ActionNames.member.1=s3:GetObject&ResourceArns.member.1=*&ContextEntries.member.1.ContextKeyName=k&ContextEntries.member.1.ContextKeyValues.member.1=v`},
	{service: "IAM", operation: "CreateServiceSpecificCredential",
		body: `Action=CreateServiceSpecificCredential&UserName=u&ServiceName=bedrock.amazonaws.com&CredentialAgeDays=1`},
}

func inputOf(svc *service.Service, body string, labels map[string]string) protocol.Input {
	in := protocol.Input{Labels: labels, Query: url.Values{}, Header: http.Header{}, Body: []byte(body)}
	if svc.Dialect.Protocol == protocol.Query {
		in.Form, _ = url.ParseQuery(body) // as far as it can be read
	}
	return in
}

var s3Labels = map[string]string{"Bucket": "bucket", "Key": "k"}

// setUp plays the scenes.
func (s *stage) setUp(t testing.TB) {
	t.Helper()
	for _, x := range scenes {
		svc := s.services[x.service]
		if _, err := s.call(t, svc, operationOf(svc, x.operation), inputOf(svc, x.body, x.labels)); err != nil {
			t.Fatalf("%s %s: %v", x.service, x.operation, err)
		}
	}
}

func TestScenes(t *testing.T) { newStage(t).setUp(t) }

// implemented are the operations that have a handler, in the order of the
// services.
func implemented(t testing.TB) (list [][2]string) {
	t.Helper()
	for _, svc := range builtin() {
		for i := range svc.Operations {
			if svc.Operations[i].Handle != nil {
				list = append(list, [2]string{svc.ID, svc.Operations[i].Name})
			}
		}
	}
	return list
}

// FuzzHandlers: whatever an identified caller sends, every operation of every
// service answers with a result that encodes, an error of its own or a refusal:
// none panics or waits.
func FuzzHandlers(f *testing.F) {
	all := implemented(f)
	for i, x := range all {
		f.Add(uint16(i),
			`{"Names":[null],"CiphertextBlob":"AQICAAAA","KeyId":1,"Entries":[{}],"logEvents":[{}],"Roles":{"authenticated":""}}`, "x", "maxResults=-1")
		for _, scene := range scenes {
			if x == [2]string{scene.service, scene.operation} {
				f.Add(uint16(i), scene.body, scene.labels["FunctionName"], "")
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint16, body, label, query string) {
		s := newStage(t)
		s.setUp(t)
		x := all[int(which)%len(all)]
		svc := s.services[x[0]]
		labels := map[string]string{}
		for _, name := range []string{"FunctionName", "appId", "branchName", "Bucket", "Key", "modelId",
			"modelIdentifier", "inferenceProfileIdentifier"} {
			labels[name] = label
		}
		in := inputOf(svc, body, labels)
		in.Query, _ = url.ParseQuery(query)
		for _, dialect := range dialectsOf(svc) {
			spoken := *svc
			spoken.Dialect = dialect
			r, _ := s.call(t, &spoken, operationOf(svc, x[1]), in)
			if r == nil || r.Status < 200 || r.Status > 599 {
				t.Errorf("%s:%s over %s answered %+v", svc.ID, x[1], dialect.Protocol, r)
			}
		}
	})
}

func dialectsOf(s *service.Service) []protocol.Dialect {
	list := []protocol.Dialect{s.Dialect}
	for _, d := range s.Dialects {
		list = append(list, d)
	}
	return list
}

func builtin() []*service.Service {
	issuers := oidc.NewIssuers(nil)
	return all.Services(s3.NewBuckets(), issuers, oidc.NewVerifier(issuers, nil))
}
