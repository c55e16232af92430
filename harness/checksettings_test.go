package harness

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
)

// TestSettingsWithoutEffectAreErrors: each is one line, a SettingError, and names
// what there is.
func TestSettingsWithoutEffectAreErrors(t *testing.T) {
	for _, row := range []struct {
		name, host string
		option     Option
		says       []string
	}{
		{"no such role", "ecs-fargate", RoleAllow("nope", "s3:*"),
			[]string{`host ecs-fargate has no role "nope"`, "task (app-task in IAM)"}},
		{"nearly a role", "ecs-fargate", RoleAllow("app-tsk", "s3:*"), []string{"did you mean app-task?"}},
		{"no role at all", "local", RoleAllow("task", "s3:*"), []string{"it has no role at all"}},
		{"every role of none", "local", RoleAllow("*", "s3:*"), []string{"it has no role at all"}},
		{"no such role to be", "ecs-fargate", RoleIs("nope", "x"), []string{`no role "nope"`}},
		{"no such role to trust", "ecs-fargate", RoleTrust("nope", "{}"), []string{`no role "nope"`}},
		{"nothing to unset", "vercel", Unset("VERCEL_ENVV"),
			[]string{"unset VERCEL_ENVV has no effect", "did you mean VERCEL_ENV?"}},
		{"no name to unset", "vercel", Unset(""), []string{`unset "" has no effect`}},
		{"no time", "vercel", WithTimeout(0), []string{"more than 0"}},
		{"less than no time", "vercel", WithTimeout(-time.Second), []string{"a time of -1s is none"}},
		{"a variable without a name", "vercel", Set("", "x"), []string{`"" is no name of a variable`}},
		{"a name with =", "vercel", Set("A=B", "x"), []string{`"A=B" is no name of a variable`}},
		{"one name for two", "vercel", User("app", KeyAs("X", "X")), []string{"cannot both be in X"}},
		{"half a key", "vercel", User("app", KeyAs("X", "")), []string{"needs two names"}},
		{"no name of a variable", "vercel", User("app", KeyAs("X Y", "Z")), []string{`"X Y" is no name`}},
		{"a bucket in capitals", "vercel", Bucket("BAD BUCKET"), []string{`"BAD BUCKET"`, "small letters",
			"bucketnamingrules"}},
		{"a bucket with two dots", "vercel", Bucket("a..b"), []string{"no two dots"}},
		{"a bucket like an address", "vercel", Bucket("192.0.2.1"), []string{"IP address"}},
		{"a bucket of AWS's", "vercel", Bucket("sthree-x"), []string{"sthree-"}},
		{"an alias", "vercel", Bucket("x-s3alias"), []string{"-s3alias"}},
		{"a bucket that is too short", "vercel", Bucket("ab"), []string{"3 to 63"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := Start(t.Context(), row.host, WithIsolation(isolation.Endpoint), row.option)
			if err == nil {
				_ = d.Close(t.Context())
			}
			var setting *SettingError
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

// TestRolesByEachOfTheirNames: what an output shows can be written in a setting.
func TestRolesByEachOfTheirNames(t *testing.T) {
	for host, names := range map[string][]string{
		"ecs-fargate": {"task", "app-task", "role/app-task", "*"},
		"amplify-compute-role": {"compute", "service",
			"service-role/AmplifySSRLoggingRole-00000000-0000-4000-8000-000000000004"},
	} {
		for _, name := range names {
			d := StartTest(t, host, WithIsolation(isolation.Endpoint), RoleAllow(name, "s3:*"), User("app"))
			role := d.host.Roles[0].Name
			if r, ok := d.host.RoleCalled(name); ok {
				role = r.Name
			}
			if got := d.settings.Roles[role].Allow; len(got) != 1 || got[0] != "s3:*" {
				t.Errorf("%s: %s lets %s do %v", host, name, role, got)
			}
		}
	}
}

// TestRolesNamedTwiceMayDoBoth: two names of one role add up.
func TestRolesNamedTwiceMayDoBoth(t *testing.T) {
	d := StartTest(t, "ecs-fargate", WithIsolation(isolation.Endpoint), RoleAllow("task", "s3:*"),
		RoleAllow("app-task", "sqs:*"))
	if got := d.settings.Roles["task"].Allow; len(got) != 2 {
		t.Errorf("the task's role may do %v", got)
	}
}
