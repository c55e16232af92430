package project_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/project"
)

// TestNormalWritesShortFormsOut: what roles may do in short is added to what they may do at
// length, and each short form of a user's makes a user where none is named.
func TestNormalWritesShortFormsOut(t *testing.T) {
	short := project.Project{RoleAllow: map[string][]string{"task": {"s3:GetObject"}, "other": {"sqs:*"}},
		Roles: map[string]project.Role{"task": {Allow: []string{"sts:*"}, Is: "mine"}}}
	p := short.Normal()
	if task := p.Roles["task"]; !slices.Equal(task.Allow, []string{"sts:*", "s3:GetObject"}) || task.Is != "mine" ||
		!slices.Equal(p.Roles["other"].Allow, []string{"sqs:*"}) || p.RoleAllow != nil || len(p.Users) != 0 {
		t.Errorf("%+v", p)
	}
	if len(short.Roles["task"].Allow) != 1 || len(short.RoleAllow) != 2 {
		t.Errorf("the project itself has changed: %+v", short)
	}
	for name, p := range map[string]project.Project{
		"key": {KeyAs: []string{"K", "S"}}, "bearer": {BearerAs: "B"}, "allow": {Allow: []string{"s3:*"}},
		"deny": {Deny: []string{"s3:*"}},
	} {
		n := p.Normal()
		if len(n.Users) != 1 || n.Users[0].Name != project.DefaultUser || n.KeyAs != nil || n.BearerAs != "" ||
			n.Allow != nil || n.Deny != nil {
			t.Fatalf("%s: %+v", name, n)
		}
		u := n.Users[0]
		allows := map[bool]string{true: "s3:*", false: "*"}[name == "allow"]
		if !slices.Equal(u.Allow, []string{allows}) {
			t.Errorf("%s: may do %q", name, u.Allow)
		}
		if named := name == "key"; u.Example == named || named && !slices.Equal(u.Key, []string{"K", "S"}) ||
			!named && !slices.Equal(u.Key, project.DefaultKeyAs) {
			t.Errorf("%s: key under %q, made up: %t", name, u.Key, u.Example)
		}
		named := p
		named.Users = []project.User{{Name: "own"}}
		if n := named.Normal(); len(n.Users) != 1 || n.Users[0].Name != "own" {
			t.Errorf("%s: beside a user of its own: %+v", name, n.Users)
		}
	}
}

// TestOnAHost: of settings for several hosts, one keeps what it has.
func TestOnAHost(t *testing.T) {
	h, err := fixtures.Builtin().Host("ecs-fargate")
	if err != nil {
		t.Fatal(err)
	}
	p := project.Project{
		RoleAllow:   map[string][]string{"task": nil, "execution": nil},
		Lifetime:    map[string]time.Duration{"task": time.Hour, "metadata": time.Hour, project.STS: time.Hour},
		Issuers:     map[string]project.Issuer{"cluster": {}},
		Faults:      []string{"task:throttle", "metadata:throttle", "s3:GetObject:throttle", "ecs:throttle"},
		WithoutRole: []string{"task", "metadata"},
	}
	on := p.On(h)
	if len(on.RoleAllow) != 1 || len(on.Lifetime) != 2 || len(on.Issuers) != 0 ||
		strings.Join(on.WithoutRole, " ") != "task" ||
		strings.Join(on.Faults, " ") != "task:throttle s3:GetObject:throttle ecs:throttle" {
		t.Errorf("%+v", on)
	}
	if len(p.Faults) != 4 || len(p.WithoutRole) != 2 || len(p.Issuers) != 1 {
		t.Errorf("the project itself has changed: %+v", p)
	}
}
