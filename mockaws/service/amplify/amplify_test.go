package amplify_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/amplify"
	"github.com/aws/aws-sdk-go-v2/service/amplify/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestAmplify(t *testing.T) {
	w := mocktest.New(t)
	w.WithRoles(t, "amplify")
	ctx := t.Context()
	client := amplify.NewFromConfig(w.Good())
	created, err := client.CreateApp(ctx, &amplify.CreateAppInput{Name: aws.String("site"),
		Platform:    types.PlatformWebCompute,
		AccessToken: aws.String("ghp_secret"), EnvironmentVariables: map[string]string{"A": "1", "B": "2"},
		IamServiceRoleArn: mocktest.RoleARN("for-amplify")})
	if err != nil {
		t.Fatal(err)
	}
	app := created.App
	if !strings.HasPrefix(*app.AppId, "d") || *app.AppArn != "arn:aws:amplify:us-east-1:111122223333:apps/"+
		*app.AppId || app.ComputeRoleArn != nil {
		t.Errorf("created %+v", app)
	}
	updated, err := client.UpdateApp(ctx, &amplify.UpdateAppInput{AppId: app.AppId,
		ComputeRoleArn: mocktest.RoleARN("for-amplify"), EnvironmentVariables: map[string]string{"C": "3"}})
	if err != nil {
		t.Fatal(err)
	}
	if a := updated.App; *a.ComputeRoleArn != *mocktest.RoleARN("for-amplify") ||
		*a.IamServiceRoleArn != *mocktest.RoleARN("for-amplify") || *a.Name != "site" ||
		len(a.EnvironmentVariables) != 1 || a.EnvironmentVariables["C"] != "3" ||
		a.Platform != types.PlatformWebCompute {
		t.Errorf("updated %+v: what was not given stays, and a map is replaced as a whole", a)
	}
	if cleared, err := client.UpdateApp(ctx, &amplify.UpdateAppInput{AppId: app.AppId,
		ComputeRoleArn: aws.String("")}); err != nil || cleared.App.ComputeRoleArn != nil {
		t.Errorf("cleared %+v, %v", cleared, err)
	}

	name := aws.String("deploy/dev") // a slash stays in its label
	branch, err := client.CreateBranch(ctx, &amplify.CreateBranchInput{AppId: app.AppId, BranchName: name})
	if err != nil || *branch.Branch.DisplayName != *name || branch.Branch.ComputeRoleArn != nil {
		t.Fatalf("created %+v, %v", branch, err)
	}
	if _, err := client.UpdateBranch(ctx, &amplify.UpdateBranchInput{AppId: app.AppId, BranchName: name,
		ComputeRoleArn: mocktest.RoleARN("for-amplify")}); err != nil {
		t.Fatal(err)
	}
	got, err := client.GetBranch(ctx, &amplify.GetBranchInput{AppId: app.AppId, BranchName: name})
	if err != nil || *got.Branch.ComputeRoleArn != *mocktest.RoleARN("for-amplify") ||
		*got.Branch.BranchArn != *app.AppArn+"/branches/deploy/dev" {
		t.Errorf("got %+v, %v", got, err)
	}
	apps, err := client.ListApps(ctx, &amplify.ListAppsInput{})
	branches, err2 := client.ListBranches(ctx, &amplify.ListBranchesInput{AppId: app.AppId})
	if err != nil || err2 != nil || len(apps.Apps) != 1 || len(branches.Branches) != 1 {
		t.Errorf("listed %v, %v, %v, %v", apps, err, branches, err2)
	}
	_, err = client.CreateBranch(ctx, &amplify.CreateBranchInput{AppId: app.AppId, BranchName: name})
	mocktest.WantError(t, err, "BadRequestException", "")
	if _, err := client.DeleteBranch(ctx, &amplify.DeleteBranchInput{AppId: app.AppId, BranchName: name}); err != nil {
		t.Error(err)
	}
	if _, err := client.DeleteApp(ctx, &amplify.DeleteAppInput{AppId: app.AppId}); err != nil {
		t.Error(err)
	}
	_, err = client.GetApp(ctx, &amplify.GetAppInput{AppId: app.AppId})
	mocktest.WantError(t, err, "NotFoundException", "")
	if e := w.Last(t); e.Status != 404 {
		t.Errorf("exchange: %s", &e)
	}
}

// A role is attached only if Amplify may assume it and the caller may pass it;
// what was attached before stays.
func TestAmplifyRoles(t *testing.T) {
	w := mocktest.New(t)
	w.WithRoles(t, "amplify", "lambda")
	ctx := t.Context()
	client := amplify.NewFromConfig(w.Good())
	created, err := client.CreateApp(ctx, &amplify.CreateAppInput{Name: aws.String("site"),
		ComputeRoleArn: mocktest.RoleARN("for-amplify")})
	if err != nil {
		t.Fatal(err)
	}
	app := created.App.AppId
	if _, err := client.CreateBranch(ctx, &amplify.CreateBranchInput{AppId: app,
		BranchName: aws.String("main")}); err != nil {
		t.Fatal(err)
	}
	attempts := map[string]func(*amplify.Client, *string) error{
		"UpdateApp, compute role": func(c *amplify.Client, role *string) error {
			_, err := c.UpdateApp(ctx, &amplify.UpdateAppInput{AppId: app, ComputeRoleArn: role})
			return err
		},
		"UpdateApp, service role": func(c *amplify.Client, role *string) error {
			_, err := c.UpdateApp(ctx, &amplify.UpdateAppInput{AppId: app, IamServiceRoleArn: role})
			return err
		},
		"UpdateBranch": func(c *amplify.Client, role *string) error {
			_, err := c.UpdateBranch(ctx, &amplify.UpdateBranchInput{AppId: app, BranchName: aws.String("main"),
				ComputeRoleArn: role})
			return err
		},
		"CreateApp": func(c *amplify.Client, role *string) error {
			_, err := c.CreateApp(ctx, &amplify.CreateAppInput{Name: aws.String("x"), ComputeRoleArn: role})
			return err
		},
		"CreateBranch": func(c *amplify.Client, role *string) error {
			_, err := c.CreateBranch(ctx, &amplify.CreateBranchInput{AppId: app, BranchName: aws.String("x"),
				ComputeRoleArn: role})
			return err
		},
	}
	deployer := amplify.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "deployer", Allow: []string{"amplify:*"}}))
	for name, attempt := range attempts {
		t.Run(name, func(t *testing.T) {
			for _, role := range []string{"for-lambda", "absent"} {
				err := attempt(client, mocktest.RoleARN(role))
				mocktest.WantError(t, err, "BadRequestException", "Unable to assume specified IAM Role. Please "+
					"ensure the selected IAM Role has sufficient permissions and the Trust Relationship is "+
					"configured correctly.")
			}
			mocktest.WantError(t, attempt(deployer, mocktest.RoleARN("for-lambda")), "AccessDeniedException",
				"User: arn:aws:iam::111122223333:user/deployer is not authorized to perform: "+
					"iam:PassRole on resource: arn:aws:iam::111122223333:role/for-lambda because no identity-based "+
					"policy allows the iam:PassRole action")
			if e := w.Last(t); e.Status != 403 || e.Verdict.Accepted {
				t.Errorf("exchange: %s", &e)
			}
		})
	}
	got, err := client.GetApp(ctx, &amplify.GetAppInput{AppId: app})
	if err != nil || *got.App.ComputeRoleArn != *mocktest.RoleARN("for-amplify") || got.App.IamServiceRoleArn != nil {
		t.Errorf("after the refusals: %+v, %v", got.App, err)
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "Amplify", "rest-json", func(ctx context.Context, c aws.Config) error {
		_, err := amplify.NewFromConfig(c).ListApps(ctx, &amplify.ListAppsInput{})
		return err
	})
}
