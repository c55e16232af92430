package lambda_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func newFunction(name, role string) *lambda.CreateFunctionInput {
	return &lambda.CreateFunctionInput{FunctionName: &name, Role: mocktest.RoleARN(role),
		Runtime: types.RuntimeNodejs22x, Handler: aws.String("index.handler"),
		Code:        &types.FunctionCode{ZipFile: []byte("PK")},
		Environment: &types.Environment{Variables: map[string]string{"A": "b"}}}
}

func TestLambda(t *testing.T) {
	w := mocktest.New(t)
	w.WithRoles(t, "lambda")
	ctx := t.Context()
	client := lambda.NewFromConfig(w.Good())
	created, err := client.CreateFunction(ctx, newFunction("echo", "for-lambda"))
	if err != nil || *created.FunctionArn != "arn:aws:lambda:us-east-1:111122223333:function:echo" ||
		*created.MemorySize != 128 || w.Last(t).Status != 201 {
		t.Fatalf("created %v, %v", created, err)
	}
	for _, name := range []string{"echo", *created.FunctionArn, "111122223333:function:echo", "echo:$LATEST"} {
		out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &name, Payload: []byte(`{"a":1}`),
			LogType: types.LogTypeTail})
		if err != nil || out.StatusCode != 200 || string(out.Payload) != `{"a":1}` ||
			*out.ExecutedVersion != "$LATEST" || out.LogResult == nil {
			t.Errorf("%s: invoked %v, %v", name, out, err)
		}
	}
	for kind, status := range map[types.InvocationType]int32{types.InvocationTypeEvent: 202,
		types.InvocationTypeDryRun: 204} {
		out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("echo"), InvocationType: kind,
			Payload: []byte("{}")})
		if err != nil || out.StatusCode != status || len(out.Payload) != 0 {
			t.Errorf("%s: %v, %v", kind, out, err)
		}
	}
	got, err := client.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("echo")})
	if err != nil || got.Configuration.Environment.Variables["A"] != "b" ||
		got.Configuration.State != types.StateActive {
		t.Errorf("got %v, %v", got, err)
	}
	list, err := client.ListFunctions(ctx, &lambda.ListFunctionsInput{})
	if err != nil || len(list.Functions) != 1 || *list.Functions[0].FunctionName != "echo" {
		t.Errorf("listed %v, %v", list, err)
	}

	_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("echo"), Payload: []byte("not JSON")})
	mocktest.WantError(t, err, "InvalidRequestContentException", "")
	_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("absent")})
	mocktest.WantError(t, err, "ResourceNotFoundException",
		"Function not found: arn:aws:lambda:us-east-1:111122223333:function:absent")
	if e := w.Last(t); e.Status != 404 || !e.Verdict.Accepted {
		t.Errorf("exchange: %s", &e)
	}
	_, err = client.CreateFunction(ctx, newFunction("echo", "for-lambda"))
	mocktest.WantError(t, err, "ResourceConflictException", "Function already exist: echo")
	if _, err := client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String("echo")}); err != nil {
		t.Error(err)
	}
}

func TestLambdaRoles(t *testing.T) {
	w := mocktest.New(t)
	w.WithRoles(t, "lambda", "amplify")
	ctx := t.Context()
	client := lambda.NewFromConfig(w.Good())
	const cannotAssume = "The role defined for the function cannot be assumed by Lambda."
	for _, role := range []string{"for-amplify", "absent"} {
		_, err := client.CreateFunction(ctx, newFunction("f", role))
		mocktest.WantError(t, err, "InvalidParameterValueException", cannotAssume)
	}
	_, err := lambda.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "deployer",
		Allow: []string{"lambda:*"}})).CreateFunction(ctx, newFunction("f", "for-lambda"))
	mocktest.WantError(t, err, "AccessDeniedException",
		"User: arn:aws:iam::111122223333:user/deployer is not authorized to perform: iam:PassRole on resource: "+
			"arn:aws:iam::111122223333:role/for-lambda because no identity-based policy allows the iam:PassRole action")
	reserved := newFunction("f", "for-lambda")
	reserved.Environment.Variables = map[string]string{"AWS_SESSION_TOKEN": "x", "AWS_REGION": "y",
		"MY_AWS_REGION": "z"}
	_, err = client.CreateFunction(ctx, reserved)
	mocktest.WantError(t, err, "InvalidParameterValueException", "Lambda was unable to configure your environment "+
		"variables because the environment variables you have provided contains reserved keys that are currently not "+
		"supported for modification. Reserved keys used in this request: AWS_REGION, AWS_SESSION_TOKEN")
	for _, name := range []string{"AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_METADATA_API",
		"AWS_LAMBDA_METADATA_TOKEN"} {
		reserved.Environment.Variables = map[string]string{name: "x"}
		_, err = client.CreateFunction(ctx, reserved)
		mocktest.WantError(t, err, "InvalidParameterValueException", "")
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "Lambda", "rest-json", func(ctx context.Context, c aws.Config) error {
		_, err := lambda.NewFromConfig(c).ListFunctions(ctx, &lambda.ListFunctionsInput{})
		return err
	})
}
