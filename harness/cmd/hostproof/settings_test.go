package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mvdan.cc/sh/v3/shell"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/casefile"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/matrix"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// setting is one setting as each front end says it.
type setting struct {
	name   string // its keys: "users.allow"
	flags  []string
	yaml   string // in a case file, and under "project" in a programs file
	option []harness.Option
}

func options(o ...harness.Option) []harness.Option { return o }

// keyed is a user with the key that a command line gives one.
func keyed(o ...harness.UserOption) harness.Option {
	all := []harness.UserOption{harness.KeyAs(project.DefaultKeyAs[0], project.DefaultKeyAs[1]), harness.Optional()}
	return harness.User("app", append(all, o...)...)
}

const (
	seedText   = `{buckets: [{name: more, account: "111122223333"}]}`
	policyText = `{Version: "2012-10-17", Statement: []}`
)

var policies = []iam.PolicySeed{{Document: map[string]any{"Version": "2012-10-17", "Statement": []any{}}}}

// user is a row for a key of users.
func user(key, value string, u project.User) setting {
	u.Name = "ci"
	text := fmt.Sprintf("{name: ci, %s: %s}", key, value)
	return setting{"users." + key, []string{"--user", text}, "users: [" + text + "]",
		options(harness.With(project.Project{Users: []project.User{u}}))}
}

// issuer is a row for a key of issuers.
func issuer(key, value string, o harness.Option) setting {
	text := fmt.Sprintf("{%s: %s}", key, value)
	return setting{"issuers." + key, []string{"--issuer", "vercel=" + text}, "issuers: {vercel: " + text + "}",
		options(o)}
}

// role is a row for a key of roles.
func role(key, value string, o harness.Option) setting {
	text := fmt.Sprintf("{%s: %s}", key, value)
	return setting{"roles." + key, []string{"--role", "task=" + text}, "roles: {task: " + text + "}", options(o)}
}

func with(p project.Project) []harness.Option { return options(harness.With(p)) }

var settings = []setting{
	{"keyAs", []string{"--key-as", "A,B"}, "keyAs: [A, B]",
		options(harness.User("app", harness.Allow("*"), harness.KeyAs("A", "B")))},
	{"bearerAs", []string{"--bearer-as", "C"}, "bearerAs: C",
		options(keyed(harness.Allow("*"), harness.BearerAs("C")))},
	{"allow", []string{"--allow", "s3:*,sqs:*"}, "allow: [\"s3:*\", \"sqs:*\"]",
		options(keyed(harness.Allow("s3:*", "sqs:*")))},
	{"deny", []string{"--deny", "s3:*"}, "deny: [\"s3:*\"]", options(keyed(harness.Allow("*"), harness.Deny("s3:*")))},
	user("key", "[A, B]", project.User{Key: []string{"A", "B"}}),
	user("allow", "[\"s3:*\"]", project.User{Allow: []string{"s3:*"}}),
	user("deny", "[\"s3:*\"]", project.User{Deny: []string{"s3:*"}}),
	user("bearer", "A", project.User{Bearer: "A"}),
	user("example", "true", project.User{Example: true}),
	user("policies", "["+policyText+"]", project.User{Policies: policies}),
	{"users.name", []string{"--user", "{name: ci}", "--user", "{name: two}"}, "users: [{name: ci}, {name: two}]",
		options(harness.User("ci"), harness.User("two"))},
	{"roleAllow", []string{"--role-allow", "task=s3:*,sqs:*"}, "roleAllow: {task: [\"s3:*\", \"sqs:*\"]}",
		options(harness.RoleAllow("task", "s3:*", "sqs:*"))},
	role("allow", "[\"s3:*\"]", harness.RoleAllow("task", "s3:*")),
	role("trust", "'{}'", harness.RoleTrust("task", "{}")),
	role("is", "deploy", harness.RoleIs("task", "deploy")),
	role("policies", "["+policyText+"]",
		harness.With(project.Project{Roles: map[string]project.Role{"task": {Policies: policies}}})),
	{"withoutRole", []string{"--without-role", "metadata"}, "withoutRole: [metadata]",
		options(harness.WithoutRole("metadata"))},
	{"set", []string{"--set", "A=b,c"}, "set: {A: \"b,c\"}", options(harness.Set("A", "b,c"))},
	{"unset", []string{"--unset", "A,B"}, "unset: [A, B]", options(harness.Unset("A"), harness.Unset("B"))},
	{"baked", []string{"--baked"}, "baked: true", options(harness.Baked())},
	{"atInit", []string{"--at-init"}, "atInit: true", options(harness.With(harness.Project{AtInit: true}))},
	{"account", []string{"--account", "222233334444"}, "account: \"222233334444\"",
		options(harness.With(harness.Project{Account: "222233334444"}))},
	{"region", []string{"--region", "eu-west-1"}, "region: eu-west-1",
		options(harness.With(harness.Project{Region: "eu-west-1"}))},
	{"buckets", []string{"--bucket", "one", "--bucket", "two"}, "buckets: [one, two]",
		options(harness.Bucket("one"), harness.Bucket("two"))},
	{"seeds", []string{"--seed", seedText}, "seeds: [" + seedText + "]",
		options(harness.Seed(mockaws.Seed{Buckets: []mockaws.BucketSeed{{Name: "more", Account: "111122223333"}}}))},
	{"mock", []string{"--mock", "container"}, "mock: container", options(harness.WithMock("container"))},
	{"lifetime", []string{"--lifetime", "metadata=10m"}, "lifetime: {metadata: 10m}",
		options(harness.Lifetime("metadata", 10*time.Minute))},
	issuer("claims", "{environment: preview}", harness.TokenClaims("vercel", map[string]any{"environment": "preview"})),
	issuer("defect", "expired", harness.TokenDefect("vercel", oidc.Expired)),
	{"tokenSize", []string{"--token-size", "4096"}, "tokenSize: 4096", with(project.Project{TokenSize: 4096})},
	issuer("lifetime", "5m", harness.TokenLifetime("vercel", 5*time.Minute)),
	issuer("audience", "[mine]", harness.ProviderAudience("vercel", "mine")),
	issuer("down", "true", harness.IssuerDown("vercel")),
	{"faults", []string{"--fault", "bedrock:*:status=503,Oops:2"}, "faults: [\"bedrock:*:status=503,Oops:2\"]",
		options(harness.Faults("bedrock:*:status=503,Oops:2"))},
	{"clock", []string{"--clock", "20m"}, "clock: 20m", with(project.Project{Clock: 20 * time.Minute})},
	{"subjectClock", []string{"--subject-clock=-6m"}, "subjectClock: -6m",
		options(harness.SubjectClock(-6 * time.Minute))},
	{"isolation", []string{"--isolation", "endpoint"}, "isolation: endpoint",
		options(harness.WithIsolation(isolation.Endpoint))},
	{"write", []string{"--write", "/tmp"}, "write: [/tmp]", with(project.Project{Write: []string{"/tmp"}})},
	{"read", []string{"--read", "/etc"}, "read: [/etc]", with(project.Project{Read: []string{"/etc"}})},
	{"pass", []string{"--pass", "5432"}, "pass: [\"5432\"]", options(harness.PassThrough("5432"))},
	{"maxProcesses", []string{"--max-processes", "100"}, "maxProcesses: 100", with(project.Project{MaxProcesses: 100})},
	{"maxMemory", []string{"--max-memory", "512MiB"}, "maxMemory: 512MiB",
		with(project.Project{MaxMemory: 512 << 20})},
	{"maxDisk", []string{"--max-disk", "2g"}, "maxDisk: 2g", with(project.Project{MaxDisk: 2 << 30})},
	{"maxOutput", []string{"--max-output", "1000"}, "maxOutput: 1000", with(project.Project{MaxOutput: 1000})},
	{"timeout", []string{"--timeout", "5s"}, "timeout: 5s", options(harness.WithTimeout(5 * time.Second))},
}

// frontEnds say what project each of them makes of a setting.
var frontEnds = map[string]func(*testing.T, setting) project.Project{
	"command line": func(t *testing.T, s setting) project.Project {
		var c commands
		args := slices.Concat([]string{"run", "--host", "vercel"}, s.flags, []string{"--", "true"})
		if _, err := parserOf(&c).Parse(args); err != nil {
			t.Fatal(err)
		}
		p, err := c.Run.project()
		if err != nil {
			t.Fatal(err)
		}
		return p
	},
	"case file": func(t *testing.T, s setting) project.Project {
		yaml := s.yaml
		if s.name != "isolation" {
			yaml += "\nisolation: any" // without it a case is for the sandbox
		}
		c := parseCase(t, yaml)
		return c.ProjectOf(c.Broken)
	},
	"programs file": func(t *testing.T, s setting) project.Project {
		text := "- name: app\n  run: [x]\n  project:\n    " + s.yaml + "\n"
		list, err := matrix.ReadPrograms(strings.NewReader(text), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return list[0].Project(&fixtures.Host{})
	},
	"Go": func(_ *testing.T, s setting) project.Project { return projectOf(s.option) },
}

const caseHead = `Issue: https://github.com/vercel/ai/issues/3018
Symptom: it fails
Cause: a token
Forced: so

-- case.yaml --
class: A
host: vercel
program: [x]
`

func parseCase(t *testing.T, yaml string) *casefile.Case {
	t.Helper()
	c, err := casefile.Parse("a.txtar", []byte(caseHead+yaml+
		"\nbroken:\n  expect: {exit: 1, noCalls: true}\nfixed:\n  expect: {exit: 0, noCalls: true}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEverySettingFromEveryFrontEnd: what is set is the same project, wherever it
// is written.
func TestEverySettingFromEveryFrontEnd(t *testing.T) {
	reached := map[string]int{}
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			want := frontEnds["Go"](t, s).WithUser()
			if reflect.DeepEqual(want, project.Project{}.WithUser()) {
				t.Fatal("the option sets nothing")
			}
			for _, name := range slices.Sorted(maps.Keys(frontEnds)) {
				if got := frontEnds[name](t, s).WithUser(); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got  %+v\nwant %+v", name, got, want)
					continue
				}
				reached[name]++
			}
		})
	}
	known := keys("", reflect.TypeFor[project.Project]())
	var tried []string
	for _, s := range settings {
		tried = append(tried, s.name)
	}
	slices.Sort(known)
	slices.Sort(tried)
	if !slices.Equal(known, tried) {
		t.Errorf("the settings are %v\nthe rows are     %v", known, tried)
	}
	for name, n := range reached {
		t.Logf("%s: %d of %d settings", name, n, len(known))
	}
}

// keys are all settings, down to the keys of a user, a role and an issuer.
func keys(prefix string, of reflect.Type) (out []string) {
	for i := range of.NumField() {
		field := of.Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		inner := field.Type
		if inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map {
			inner = inner.Elem()
		}
		switch {
		case key == "-":
		case inner.Kind() == reflect.Struct && inner.PkgPath() == reflect.TypeFor[project.Project]().PkgPath():
			out = append(out, keys(key+".", inner)...)
		default:
			out = append(out, prefix+key)
		}
	}
	return out
}

// TestFlagsSayTheProject: what a report shows of a project makes the same one
// again. A seed, which may hold secrets, is not shown.
func TestFlagsSayTheProject(t *testing.T) {
	for _, s := range settings {
		if s.name == "seeds" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			want := frontEnds["command line"](t, s)
			again := setting{name: s.name, flags: words(t, strings.Join(want.Flags(), " "))}
			if got := frontEnds["command line"](t, again); !reflect.DeepEqual(got, want) {
				t.Errorf("%v: got  %+v\nwant %+v", want.Flags(), got, want)
			}
		})
	}
}

// words splits a line as a shell does.
func words(t *testing.T, line string) []string {
	t.Helper()
	out, err := shell.Fields(line, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// projectOf is the project that options make.
func projectOf(opts []harness.Option) project.Project {
	var s deploy.Settings
	for _, o := range opts {
		o(&s)
	}
	return s.Project
}
