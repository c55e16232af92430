package harness_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/harness"
)

// AWS says of the size of a session token that it may grow to 4096 bytes: whatever
// hands one out here, it has the size that the project sets
// (kubernetes-sigs/aws-iam-authenticator#1106).
func TestTokenSize(t *testing.T) {
	size := harness.With(harness.Project{TokenSize: 4096})
	for _, host := range []string{"lambda", "vercel"} {
		e, err := harness.StartTest(t, host, harness.User("app"), size).Environment()
		if err != nil {
			t.Fatal(err)
		}
		if token, _ := e.Lookup("AWS_SESSION_TOKEN"); len(token) != 4096 {
			t.Errorf("%s: a token of %d characters", host, len(token))
		}
	}
}

// What the endpoints of a host and STS hand out.
func TestTokenSizeOfWhatIsFetched(t *testing.T) {
	d := harness.StartTest(t, "ecs-fargate", harness.User("app"), harness.RoleAllow("task", "sts:AssumeRole"),
		harness.With(harness.Project{TokenSize: 4096}))
	sizes := map[string]int{}
	r, err := d.Run(t.Context(), harness.Func("sizes", func(ctx context.Context) error {
		cfg, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return err
		}
		fetched, err := cfg.Credentials.Retrieve(ctx)
		if err != nil {
			return err
		}
		sizes["endpoint"] = len(fetched.SessionToken)
		_, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	}))
	if err != nil || r.Failed() || sizes["endpoint"] != 4096 || !r.Exchanges[0].Verdict.Accepted {
		t.Errorf("%v, %v, %v", sizes, r, err)
	}
}
