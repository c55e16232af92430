package deploy

import (
	"testing"

	"github.com/hostproof/hostproof/harness/project"
)

// TestRolesByEachOfTheirNames: what an output shows can be written in a setting.
func TestRolesByEachOfTheirNames(t *testing.T) {
	for host, names := range map[string][]string{
		"ecs-fargate": {"task", "app-task", "role/app-task", "*"},
		"amplify-compute-role": {"compute", "service",
			"service-role/AmplifySSRLoggingRole-00000000-0000-4000-8000-000000000004"},
	} {
		for _, name := range names {
			d := start(t, host, project.Project{Roles: map[string]project.Role{name: {Allow: []string{"s3:*"}}}})
			role := d.site.host.Roles[0].Name
			if r, ok := d.site.host.RoleCalled(name); ok {
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
	d := start(t, "ecs-fargate", project.Project{Roles: map[string]project.Role{
		"task": {Allow: []string{"s3:*"}}, "app-task": {Allow: []string{"sqs:*"}},
	}})
	if got := d.settings.Roles["task"].Allow; len(got) != 2 {
		t.Errorf("the task's role may do %v", got)
	}
}
