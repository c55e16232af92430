package harness_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
)

// TestSettingsWithoutEffectAreErrors: each is one line, a SettingError, and names
// what there is.
func TestSettingsWithoutEffectAreErrors(t *testing.T) {
	for _, row := range []struct {
		name, host string
		option     harness.Option
		says       []string
	}{
		{"no such role", "ecs-fargate", harness.RoleAllow("nope", "s3:*"),
			[]string{`host ecs-fargate has no role "nope"`, "task (app-task in IAM)"}},
		{"nearly a role", "ecs-fargate", harness.RoleAllow("app-tsk", "s3:*"), []string{"did you mean app-task?"}},
		{"no role at all", "local", harness.RoleAllow("task", "s3:*"), []string{"it has no role at all"}},
		{"every role of none", "local", harness.RoleAllow("*", "s3:*"), []string{"it has no role at all"}},
		{"no such role to be", "ecs-fargate", harness.RoleIs("nope", "x"), []string{`no role "nope"`}},
		{"no such role to trust", "ecs-fargate", harness.RoleTrust("nope", "{}"), []string{`no role "nope"`}},
		{"nothing to unset", "vercel", harness.Unset("VERCEL_ENVV"),
			[]string{"unset VERCEL_ENVV has no effect", "did you mean VERCEL_ENV?"}},
		{"no name to unset", "vercel", harness.Unset(""), []string{`unset "" has no effect`}},
		{"no time", "vercel", harness.WithTimeout(0), []string{"more than 0"}},
		{"less than no time", "vercel", harness.WithTimeout(-time.Second), []string{"a time of -1s is none"}},
		{"a variable without a name", "vercel", harness.Set("", "x"), []string{`"" is no name of a variable`}},
		{"a name with =", "vercel", harness.Set("A=B", "x"), []string{`"A=B" is no name of a variable`}},
		{"one name for two", "vercel", harness.User("app", harness.KeyAs("X", "X")), []string{"cannot both be in X"}},
		{"half a key", "vercel", harness.User("app", harness.KeyAs("X", "")), []string{"needs two names"}},
		{"no name of a variable", "vercel", harness.User("app", harness.KeyAs("X Y", "Z")),
			[]string{`"X Y" is no name`}},
		{"a bucket in capitals", "vercel", harness.Bucket("BAD BUCKET"), []string{`"BAD BUCKET"`, "small letters",
			"bucketnamingrules"}},
		{"a bucket with two dots", "vercel", harness.Bucket("a..b"), []string{"no two dots"}},
		{"a bucket like an address", "vercel", harness.Bucket("192.0.2.1"), []string{"IP address"}},
		{"a bucket of AWS's", "vercel", harness.Bucket("sthree-x"), []string{"sthree-"}},
		{"an alias", "vercel", harness.Bucket("x-s3alias"), []string{"-s3alias"}},
		{"a bucket that is too short", "vercel", harness.Bucket("ab"), []string{"3 to 63"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := harness.Start(t.Context(), row.host, harness.WithIsolation(isolation.Endpoint), row.option)
			if err == nil {
				_ = d.Close(t.Context())
			}
			var setting *harness.SettingError
			if !errors.As(err, &setting) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v, want one line", err)
			}
			for _, want := range row.says {
				if !strings.Contains(setting.Problem, want) {
					t.Errorf("got %q, want %q in it", setting.Problem, want)
				}
			}
		})
	}
}
