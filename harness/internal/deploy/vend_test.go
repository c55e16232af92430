package deploy

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/project"
)

// vended asks a task's endpoint for credentials.
func vended(t *testing.T, d *Deployment) (out struct{ AccessKeyId, RoleArn string }, status int) {
	t.Helper()
	env, err := d.Environment()
	if err != nil {
		t.Fatal(err)
	}
	url, ok := env.Lookup("AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if !ok {
		t.Fatal("nothing leads to the task's endpoint")
	}
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out, res.StatusCode
}

func TestEndpointKeepsItsCredentialsDuringARun(t *testing.T) {
	d := start(t, "ecs-fargate", project.Project{})
	first, _ := vended(t, d)
	if again, _ := vended(t, d); again != first || !strings.HasPrefix(first.AccessKeyId, "ASIA") {
		t.Errorf("got %+v, then %+v: they have hours to live", first, again)
	}
	if _, err := d.Run(t.Context(), Func("nothing", func(context.Context) error { return nil })); err != nil {
		t.Fatal(err)
	}
	if next, _ := vended(t, d); next == first {
		t.Error("the next run finds the credentials of the last")
	}
	if lookups := d.points.takeLookups(); len(lookups) != 1 {
		t.Errorf("noted %v; a run begins without lookups", lookups)
	}
}

func TestEndpointWithoutARole(t *testing.T) {
	if _, status := vended(t, start(t, "ecs-fargate",
		project.Project{WithoutRole: []string{"task"}})); status != http.StatusBadRequest {
		t.Errorf("got %d", status)
	}
}

func TestEndpointOfARoleThatTrustsAnother(t *testing.T) {
	trust := func(service string) *Deployment {
		policy :=
			`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": ["a.amazonaws.com", "` +
				service + `"]}, "Action": "sts:AssumeRole"}}`
		return start(t, "ecs-fargate", project.Project{Roles: map[string]project.Role{"task": {Trust: policy}}})
	}
	d := trust("ec2.amazonaws.com")
	if _, status := vended(t, d); status != http.StatusBadRequest {
		t.Errorf("got %d", status)
	}
	if l := d.points.takeLookups(); len(l) != 1 || l[0].Behaviour != "ecs/assume-role" {
		t.Errorf("noted %v", l)
	}
	if _, status := vended(t, trust("ecs-tasks.amazonaws.com")); status != http.StatusOK {
		t.Errorf("got %d", status)
	}
}

func TestTrusts(t *testing.T) {
	for policy, want := range map[string]bool{
		`{"Statement": [{"Effect": "Allow", "Principal": {"Service": "s"}}]}`:                                        true,
		`{"Statement": {"Effect": "Allow", "Principal": {"Service": ["x", "s"]}}}`:                                   true,
		`{"Statement": [{"Effect": "Deny", "Principal": {"Service": "s"}}]}`:                                         false,
		`{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "s"}}]}`:                                            false,
		`{"Statement": [{"Effect": "Allow", "Principal": "*"}]}`:                                                     false,
		`{"Statement": [{"Effect": "Allow", "Principal": "*"}, {"Effect": "Allow", "Principal": {"Service": "s"}}]}`: true,
		`no policy`: false,
		`{}`:        false,
	} {
		if got := trusts(policy, "s"); got != want {
			t.Errorf("%s: %t", policy, got)
		}
	}
}

// TestUnsetRelativeURI: a task without a task role has no variable, and then the
// wiring must not stand in for it.
func TestUnsetRelativeURI(t *testing.T) {
	env, err := start(t, "ecs-fargate",
		project.Project{Unset: []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}}).Environment()
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := env.Lookup("AWS_CONTAINER_CREDENTIALS_FULL_URI"); ok {
		t.Errorf("got %s", v)
	}
}

// TestRedeployForgetsWhatWasHandedOut: a program that asks after a new deployment,
// also outside of a run, gets credentials of it and not those from before.
func TestRedeployForgetsWhatWasHandedOut(t *testing.T) {
	d := start(t, "ecs-fargate", project.Project{})
	first, _ := vended(t, d)
	if err := d.Redeploy(t.Context(), "ecs-ec2"); err != nil {
		t.Fatal(err)
	}
	if next, _ := vended(t, d); next == first || !strings.HasPrefix(next.AccessKeyId, "ASIA") {
		t.Errorf("got %+v, then %+v", first, next)
	}
}

// TestPodTokensAreForTheAgent: the agent of EKS Pod Identity takes tokens of the
// cluster for its own audience, and for no other
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
func TestPodTokensAreForTheAgent(t *testing.T) {
	d := start(t, "eks-pod-identity", project.Project{})
	verify, err := d.ids.verifyPodToken()
	if err != nil {
		t.Fatal(err)
	}
	for audience, taken := range map[string]bool{
		"pods.eks.amazonaws.com": true, "sts.amazonaws.com": false, "https://kubernetes.default.svc": false,
	} {
		token, err := d.ids.mint(t.Context(), d.site.host.Issuers[0].Name, audience)
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(t.Context(), token); (err == nil) != taken {
			t.Errorf("a token for %s: %v", audience, err)
		}
	}
}
