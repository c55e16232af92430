package project_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
)

// TestEveryProblem: what can be no setting, whatever the host is, with the key of the
// setting, and the nearest values that are fine.
func TestEveryProblem(t *testing.T) {
	none, second := time.Duration(0), time.Second
	users := func(u ...project.User) project.Project { return project.Project{Users: u} }
	for _, row := range []struct {
		name, key, says string // key "": nothing is wrong
		p               project.Project
	}{
		{"nothing", "", "", project.Project{}},
		{"one name for a key", "keyAs", "needs two names", project.Project{KeyAs: []string{"A"}}},
		{"three names", "keyAs", "got A,B,C", project.Project{KeyAs: []string{"A", "B", "C"}}},
		{"two names", "", "", project.Project{KeyAs: []string{"A", "B"}}},
		{"a short user among users", "users", "keyAs, bearerAs, allow and deny are for a single user",
			project.Project{BearerAs: "B", Users: []project.User{{Name: "a"}}}},
		{"an empty action", "keyAs", "an IAM action of the user is empty", project.Project{Allow: []string{""}}},
		{"an empty denied action", "keyAs", "an IAM action of the user is empty", project.Project{Deny: []string{""}}},
		{"actions", "", "", project.Project{Allow: []string{"s3:*"}, Deny: []string{"s3:Get*"}}},
		{"no name", "users", "a user without a name", users(project.User{})},
		{"twice", "users", "user a stands twice", users(project.User{Name: "a"}, project.User{Name: "a"})},
		{"two users", "", "", users(project.User{Name: "a"}, project.User{Name: "b"})},
		{"one variable", "users", "want two variables", users(project.User{Name: "a", Key: []string{"A"}})},
		{"a bad variable", "users", `"1A" is no name of a variable`,
			users(project.User{Name: "a", Key: []string{"1A", "B"}})},
		{"a bad second variable", "users", `"A-B" is no name of a variable`,
			users(project.User{Name: "a", Key: []string{"A", "A-B"}})},
		{"a bad bearer", "users", `"a b" is no name of a variable`, users(project.User{Name: "a", Bearer: "a b"})},
		{"half a key", "users", "the key needs two names", users(project.User{Name: "a", Key: []string{"A", ""}})},
		{"the other half", "users", "the key needs two names", users(project.User{Name: "a", Key: []string{"", "A"}})},
		{"one for both", "users", "cannot both be in A", users(project.User{Name: "a", Key: []string{"A", "A"}})},
		{"good variables", "", "", users(project.User{Name: "a", Key: []string{"_a1", "B_2"}, Bearer: "C"})},
		{"a key in no variable", "", "", users(project.User{Name: "a", Key: []string{"", ""}})},
		{"a role without actions", "roleAllow", "role r: name the IAM actions",
			project.Project{RoleAllow: map[string][]string{"r": {}}}},
		{"a role with an empty action", "roleAllow", "role r",
			project.Project{RoleAllow: map[string][]string{"r": {"s3:*", ""}}}},
		{"a role without a name", "roleAllow", `role ""`, project.Project{RoleAllow: map[string][]string{"": {}}}},
		{"a role", "", "", project.Project{RoleAllow: map[string][]string{"r": {"s3:*"}}}},
		{"a whole role with an empty action", "roles", "role r",
			project.Project{Roles: map[string]project.Role{"r": {Allow: []string{""}}}}},
		{"a whole role", "", "", project.Project{Roles: map[string]project.Role{"r": {}}}},
		{"no variable", "set", `"" is no name`, project.Project{Set: map[string]string{"": "x"}}},
		{"an equals sign", "set", `"A=B" is no name`, project.Project{Set: map[string]string{"A=B": "x"}}},
		{"a zero byte", "set", `is no name`, project.Project{Set: map[string]string{"A\x00": "x"}}},
		{"a variable", "", "", project.Project{Set: map[string]string{"A.b-c": ""}}},
		{"eleven digits", "account", "want twelve digits", project.Project{Account: "12345678901"}},
		{"thirteen digits", "account", "want twelve digits", project.Project{Account: "1234567890123"}},
		{"an account", "", "", project.Project{Account: "123456789012"}},
		{"a region", "", "", project.Project{Region: "ap-southeast-2"}},
		{"no region", "region", `"Frankfurt"`, project.Project{Region: "Frankfurt"}},
		{"a word as a region", "region", `"eu"`, project.Project{Region: "eu"}},
		{"mocks", "", "", project.Project{Mock: "embedded"}}, {"a container", "", "",
			project.Project{Mock: "container"}},
		{"another mock", "mock", `"moto"`, project.Project{Mock: "moto"}},
		{"a bucket", "buckets", `"A"`, project.Project{Buckets: []string{"A"}}},
		{"a seed's bucket", "seeds", `"B"`,
			project.Project{Seeds: []mockaws.Seed{{Buckets: []mockaws.BucketSeed{{Name: "B"}}}}}},
		{"good buckets", "", "", project.Project{Buckets: []string{"abc"},
			Seeds: []mockaws.Seed{{Buckets: []mockaws.BucketSeed{{Name: "abd"}}}}}},
		{"a defect", "issuers", "no defect of a token: did you mean expired?",
			project.Project{Issuers: map[string]project.Issuer{"i": {Defect: "expird"}}}},
		{"a known defect", "", "", project.Project{Issuers: map[string]project.Issuer{"i": {Defect: "expired"}}}},
		{"a fault", "faults", "", project.Project{Faults: []string{"nonsense"}}},
		{"a small token", "tokenSize", "from ", project.Project{TokenSize: 1}},
		{"a large token", "tokenSize", "from ", project.Project{TokenSize: 1 << 30}},
		{"no isolation", "isolation", "", project.Project{Isolation: "jail"}},
		{"an isolation", "", "", project.Project{Isolation: isolation.Endpoint}},
		{"a way through", "pass", "", project.Project{PassThrough: []string{"nowhere:x"}}},
		{"no processes", "maxProcesses", "no number of processes", project.Project{MaxProcesses: -1}},
		{"little memory", "maxMemory", "at least 16MiB", project.Project{MaxMemory: 1}},
		{"little disk", "maxDisk", "at least 1MiB", project.Project{MaxDisk: 1}},
		{"no output", "maxOutput", "such as 4MiB", project.Project{MaxOutput: -1}},
		{"bounds", "", "", project.Project{MaxProcesses: 1, MaxMemory: 16 << 20, MaxDisk: 1 << 20, MaxOutput: 1}},
		{"no time", "timeout", "more than 0, such as 1m0s", project.Project{Timeout: &none}},
		{"a time", "", "", project.Project{Timeout: &second}},
	} {
		problems := row.p.Problems()
		if row.key == "" {
			if len(problems) > 0 {
				t.Errorf("%s: got %v, and nothing is wrong", row.name, problems)
			}
			continue
		}
		if len(problems) != 1 {
			t.Errorf("%s: got %v, want one problem", row.name, problems)
			continue
		}
		p, ok := problems[0].(*project.Problem) //nolint:errorlint // as it is listed
		if !ok || p.Key != row.key || !strings.Contains(p.Text, row.says) || strings.Contains(p.Text, "\n") {
			t.Errorf("%s: got %+v, want %s: %s", row.name, problems[0], row.key, row.says)
		}
	}
}

// TestProblemsOfBoundsAreInOrder: the first is the same each time, for it alone is told.
func TestProblemsOfBoundsAreInOrder(t *testing.T) {
	for range 20 {
		err := project.Project{MaxProcesses: -1, MaxMemory: 1, MaxDisk: 1}.Check(nil)
		if err == nil || !strings.Contains(err.Error(), "no number of processes") {
			t.Fatalf("got %v", err)
		}
	}
}

// TestNamesThatNoHostHas: a setting that names something of a host is an error where no
// host has it, and says what there is.
func TestNamesThatNoHostHas(t *testing.T) {
	hosts := map[string][]*fixtures.Host{}
	for _, name := range []string{"local", "ecs-fargate", "github-actions-oidc"} {
		h, err := fixtures.Builtin().Host(name)
		if err != nil {
			t.Fatal(err)
		}
		hosts[name] = []*fixtures.Host{h}
		hosts["all"] = append(hosts["all"], h)
	}
	for _, row := range []struct {
		name, on string
		p        project.Project
		says     string // "" for nothing
	}{
		{"a role", "ecs-fargate", project.Project{RoleAllow: map[string][]string{"task": {"*"}}}, ""},
		{"a role by its name in IAM", "ecs-fargate", project.Project{Roles: map[string]project.Role{"app-task": {}}},
			""},
		{"all roles", "ecs-fargate", project.Project{Roles: map[string]project.Role{"*": {}}}, ""},
		{"all of no roles", "local", project.Project{Roles: map[string]project.Role{"*": {}}},
			`host local has no role "*": there is no role at all`},
		{"no role", "ecs-fargate", project.Project{RoleAllow: map[string][]string{"tsk": {"*"}}},
			`host ecs-fargate has no role "tsk": did you mean task? There are: app-task, task`},
		{"no role anywhere", "all", project.Project{RoleAllow: map[string][]string{"zzzzzz": {"*"}}},
			`none of the 3 hosts has a role "zzzzzz". There are: `},
		{"a role of one", "all", project.Project{RoleAllow: map[string][]string{"task": {"*"}}}, ""},
		{"an endpoint", "ecs-fargate", project.Project{WithoutRole: []string{"task"}}, ""},
		{"no endpoint", "ecs-fargate", project.Project{WithoutRole: []string{"meta"}}, `has no endpoint "meta"`},
		{"an issuer", "github-actions-oidc", project.Project{Issuers: map[string]project.Issuer{"github": {}}}, ""},
		{"no issuer", "local", project.Project{Issuers: map[string]project.Issuer{"github": {}}},
			"there is no issuer at all"},
		{"a source", "ecs-fargate", project.Project{Lifetime: map[string]time.Duration{"task": 1}}, ""},
		{"STS", "local", project.Project{Lifetime: map[string]time.Duration{"sts": 1}}, ""},
		{"no source", "local", project.Project{Lifetime: map[string]time.Duration{"task": 1}},
			`host local has no source of credentials "task". There are: sts`},
		{"a host's variable", "ecs-fargate", project.Project{Unset: []string{"AWS_EXECUTION_ENV"}}, ""},
		{"a variable of any process", "local", project.Project{Unset: []string{"HOME"}}, ""},
		{"a set variable", "local", project.Project{Unset: []string{"X"}, Set: map[string]string{"X": "1"}}, ""},
		{"a user's variable", "local", project.Project{Unset: []string{"K"}, KeyAs: []string{"K", "S"}}, ""},
		{"a user's bearer", "local", project.Project{Unset: []string{"B"}, BearerAs: "B"}, ""},
		{"no variable", "local", project.Project{Unset: []string{"ZZZ_ZZZ"}}, `has no variable "ZZZ_ZZZ"`},
		{"a fault of an endpoint", "ecs-fargate", project.Project{Faults: []string{"task:throttle"}}, ""},
		{"a fault of a kind", "ecs-fargate", project.Project{Faults: []string{"ecs:throttle"}}, ""},
		{"a fault of no endpoint", "local", project.Project{Faults: []string{"task:throttle"}},
			`has no endpoint "task"`},
		{"a fault of calls", "local", project.Project{Faults: []string{"s3:*:throttle"}}, ""},
	} {
		err := row.p.Check(hosts[row.on])
		if (err == nil) != (row.says == "") || err != nil && !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s on %s: got %v, want %q", row.name, row.on, err, row.says)
		}
		if err := row.p.Check(nil); err != nil {
			t.Errorf("%s without hosts: %v", row.name, err)
		}
	}
}
