package harness_test

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/harness"
)

// tokenFromEnvironment asks AWS with the project's own keys, and with the session token that it
// finds in the environment, as many programs do.
func tokenFromEnvironment(ctx context.Context) error {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(
		os.Getenv("MY_AWS_ACCESS_KEY_ID"), os.Getenv("MY_AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN"))))
	if err != nil {
		return err
	}
	_, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	return err
}

// The same code on two hosts: a laptop sets no AWS_SESSION_TOKEN, a Lambda function
// has the one of its role.
func Example() {
	ctx := context.Background()
	for _, host := range []string{"local", "lambda"} {
		d, err := harness.Start(ctx, host, harness.User("app",
			harness.KeyAs("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY")))
		if err != nil {
			fmt.Println(err)
			return
		}
		r, err := d.Run(ctx, harness.Func("whoami", tokenFromEnvironment))
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, e := range r.Exchanges {
			fmt.Println(host+":", e.Call, e.Status, e.Code+e.Verdict.Principal)
		}
		for _, f := range r.Diagnosis.Findings {
			fmt.Println(host+":", f.Kind)
		}
		_ = d.Close(ctx)
	}
	// Output:
	// local: sts:GetCallerIdentity 200 arn:aws:iam::111122223333:user/app
	// lambda: sts:GetCallerIdentity 403 InvalidClientTokenId
	// lambda: mixed-credentials
}

// The environment is the host's and the project's, never the machine's.
func ExampleDeployment_Environment() {
	ctx := context.Background()
	d, err := harness.Start(ctx, "lambda", harness.Set("STAGE", "test"),
		harness.With(harness.Project{Region: "eu-west-1"}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close(ctx)
	environment, err := d.Environment()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"AWS_REGION", "STAGE", "AWS_PROFILE"} {
		value, ok := environment.Lookup(name)
		fmt.Println(name, ok, value, environment.SetBy(name))
	}
	// Output:
	// AWS_REGION true eu-west-1 host
	// STAGE true test user
	// AWS_PROFILE false
}
