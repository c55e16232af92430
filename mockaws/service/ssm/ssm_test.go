package ssm_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func putParameter(t *testing.T, client *ssm.Client, name, value string, kind types.ParameterType) {
	t.Helper()
	if _, err := client.PutParameter(t.Context(), &ssm.PutParameterInput{Name: &name, Value: &value,
		Type: kind}); err != nil {
		t.Fatal(err)
	}
}

func TestSSM(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := ssm.NewFromConfig(w.Good())
	putParameter(t, client, "/app/url", "http://x", types.ParameterTypeString)
	putParameter(t, client, "/app/db/password", "hunter2", types.ParameterTypeSecureString)
	putParameter(t, client, "/application", "other", types.ParameterTypeString)

	for _, row := range []struct {
		name    string
		decrypt bool
		want    string
	}{
		{"/app/url", false, "http://x"},
		{"/app/url:1", false, "http://x"},
		{"arn:aws:ssm:us-east-1:111122223333:parameter/app/url", false, "http://x"},
		{"/app/db/password", true, "hunter2"},
	} {
		out, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: &row.name, WithDecryption: &row.decrypt})
		if err != nil || *out.Parameter.Value != row.want || out.Parameter.Version != 1 {
			t.Errorf("%s: got %v, %v", row.name, out, err)
		}
	}
	sealed, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/app/db/password")})
	if err != nil || *sealed.Parameter.Value == "hunter2" {
		t.Errorf("without decryption: got %v, %v", sealed, err)
	}

	_, err = client.PutParameter(ctx, &ssm.PutParameterInput{Name: aws.String("/app/url"), Value: aws.String("y")})
	mocktest.WantError(t, err, "ParameterAlreadyExists",
		"The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
	put, err := client.PutParameter(ctx, &ssm.PutParameterInput{Name: aws.String("/app/url"), Value: aws.String("y"),
		Overwrite: aws.Bool(true)})
	if err != nil || put.Version != 2 {
		t.Errorf("overwritten: %v, %v", put, err)
	}
	many, err := client.GetParameters(ctx, &ssm.GetParametersInput{Names: []string{"/app/url", "/app/url:1", "/nope",
		"/app/url:3"}})
	if err != nil || len(many.Parameters) != 2 || *many.Parameters[0].Value != "y" ||
		!slices.Equal(many.InvalidParameters, []string{"/nope", "/app/url:3"}) {
		t.Errorf("GetParameters: %v, %v", many, err)
	}

	_, err = client.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/nope")})
	mocktest.WantError(t, err, "ParameterNotFound", "")
	if e := w.Last(t); e.ResponseSize != int64(len(`{"__type":"ParameterNotFound"}`)) {
		t.Errorf("a body of %d bytes: it has no message", e.ResponseSize)
	}
	_, err = client.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/app/url:9")})
	mocktest.WantError(t, err, "ParameterVersionNotFound", "")

	deleted, err := client.DeleteParameters(ctx, &ssm.DeleteParametersInput{Names: []string{"/app/url", "/nope"}})
	if err != nil || !slices.Equal(deleted.DeletedParameters, []string{"/app/url"}) ||
		!slices.Equal(deleted.InvalidParameters, []string{"/nope"}) {
		t.Errorf("DeleteParameters: %v, %v", deleted, err)
	}
	if _, err := client.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: aws.String("/application")}); err != nil {
		t.Error(err)
	}
	left, err := client.DescribeParameters(ctx, &ssm.DescribeParametersInput{})
	if err != nil || len(left.Parameters) != 1 || *left.Parameters[0].KeyId != "alias/aws/ssm" {
		t.Errorf("left: %v, %v", left, err)
	}
}

// A parameter has the ARN of who last changed it
// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html).
func TestSSMLastModifiedUser(t *testing.T) {
	w := mocktest.New(t)
	client := ssm.NewFromConfig(w.Good())
	putParameter(t, client, "/app/url", "http://x", types.ParameterTypeString)
	out, err := client.DescribeParameters(t.Context(), &ssm.DescribeParametersInput{})
	if err != nil || len(out.Parameters) != 1 {
		t.Fatalf("got %v, %v", out, err)
	}
	if got := aws.ToString(out.Parameters[0].LastModifiedUser); got != w.Last(t).Verdict.Principal {
		t.Errorf("last changed by %q", got)
	}
}

func TestSSMByPath(t *testing.T) {
	w := mocktest.New(t)
	client := ssm.NewFromConfig(w.Good())
	for _, name := range []string{"/app/a", "/app/b", "/app/deep/c", "/apple/d", "e"} {
		putParameter(t, client, name, "v", types.ParameterTypeString)
	}
	for _, row := range []struct {
		path      string
		recursive bool
		want      []string
	}{
		{"/app", false, []string{"/app/a", "/app/b"}},
		{"/app/", true, []string{"/app/a", "/app/b", "/app/deep/c"}},
		{"/", true, []string{"/app/a", "/app/b", "/app/deep/c", "/apple/d"}},
		{"/nothing", true, nil},
	} {
		var got []string
		pages := ssm.NewGetParametersByPathPaginator(client, &ssm.GetParametersByPathInput{Path: &row.path,
			Recursive: &row.recursive, MaxResults: aws.Int32(2)})
		for pages.HasMorePages() {
			out, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range out.Parameters {
				got = append(got, *p.Name)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s (recursive %t): got %v, want %v", row.path, row.recursive, got, row.want)
		}
	}
	_, err := client.GetParametersByPath(t.Context(), &ssm.GetParametersByPathInput{Path: aws.String("app")})
	mocktest.WantError(t, err, "ValidationException", "")
}

// Each name of GetParameters is authorized, and in the ARN the slash before the
// name is dropped.
func TestSSMAuthorizesEachName(t *testing.T) {
	w := mocktest.New(t)
	all := ssm.NewFromConfig(w.Good())
	putParameter(t, all, "/mine/a", "a", types.ParameterTypeString)
	putParameter(t, all, "/theirs/b", "b", types.ParameterTypeString)
	client := ssm.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "reader", Policies: []iam.PolicySeed{{Document: `{
		"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ssm:GetParameter*",
		"Resource": "arn:aws:ssm:us-east-1:111122223333:parameter/mine/*"}}`}}}))
	if _, err := client.GetParameters(t.Context(), &ssm.GetParametersInput{Names: []string{"/mine/a"}}); err != nil {
		t.Error(err)
	}
	_, err := client.GetParameters(t.Context(), &ssm.GetParametersInput{Names: []string{"/mine/a", "/theirs/b"}})
	mocktest.WantError(t, err, "AccessDeniedException",
		"User: arn:aws:iam::111122223333:user/reader is not authorized to perform: ssm:GetParameters on resource: "+
			"arn:aws:ssm:us-east-1:111122223333:parameter/theirs/b because no identity-based policy allows the "+
			"ssm:GetParameters action")
	if e := w.Last(t); e.Verdict.Accepted || e.Status != 400 {
		t.Errorf("exchange: %s", &e)
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "SSM", "json-1.1", func(ctx context.Context, c aws.Config) error {
		_, err := ssm.NewFromConfig(c).DescribeParameters(ctx, &ssm.DescribeParametersInput{})
		return err
	})
}
