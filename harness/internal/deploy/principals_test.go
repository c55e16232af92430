package deploy

import (
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/project"
)

// who are the roles and the names of sessions that hosts give to programs, by the name of
// the session or the endpoint, each a whole value: where a source has them.
var who = []struct {
	source, role, session string
	of                    map[string]string // host -> session or endpoint
}{
	{"https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html", "app-instance",
		`i-[0-9a-f]{17}`, map[string]string{"ec2": "metadata", "ec2-imdsv1": "metadata", "ec2-hop-limit": "metadata"}},
	{"https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html",
		"aws-elasticbeanstalk-ec2-role", `i-[0-9a-f]{17}`, map[string]string{"elastic-beanstalk": "metadata"}},
	{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html", "ecsInstanceRole",
		`i-[0-9a-f]{17}`, map[string]string{"ecs-ec2": "metadata"}},
	// The names of cluster and pod are those of the session's tags (TestTagsOfPodIdentity).
	{"https://docs.aws.amazon.com/eks/latest/APIReference/API_auth_AssumedRoleUser.html", "app",
		`eks-example-app-0-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
		map[string]string{"eks-pod-identity": "agent", "eks-pod-identity-policy": "agent"}},
	{"https://github.com/aws-actions/configure-aws-credentials/blob/main/README.md", "deploy", "GitHubActions",
		map[string]string{"github-actions-oidc": "job", "github-actions-oidc-names": "job"}},
	{"https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html",
		`AWSReservedSSO_Developer_[0-9a-f]{16}`, `dev@example\.com`,
		map[string]string{"local-sso": "portal", "local-sso-refresh": "portal", "local-sso-expired": "portal"}},
	{"https://github.com/SebRincon/uni/blob/687f918bb5623f3295815a48938a600aad8e3397/docs/AMPLIFY_DEPLOYMENT_FIX.md",
		`AmplifySSRLoggingRole-[0-9a-f-]{36}`, "BuildSession",
		map[string]string{"amplify-build": "build", "amplify-baked-expired": "build",
			"amplify-baked-no-token": "build"}},
	{"https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html",
		"codebuild-app-service-role", `AWSCodeBuild-[0-9a-f-]{36}`, map[string]string{"codebuild": "credentials"}},
}

// TestSessionsAreCalledAsInTheirSources: a policy of a user's may name a session, and a
// report shows its name.
func TestSessionsAreCalledAsInTheirSources(t *testing.T) {
	for _, w := range who {
		for name, of := range w.of {
			h, err := fixtures.Builtin().Host(name)
			if err != nil {
				t.Fatal(err)
			}
			role, session := "", ""
			for _, s := range h.Sessions {
				if s.Name == of {
					role, session = s.Role, s.SessionName
				}
			}
			for _, e := range h.Endpoints {
				if e.Name == of {
					role, session = e.Role, e.SessionName
				}
			}
			r, _ := h.RoleCalled(role)
			called, err := h.Expand(session, start(t, name, project.Project{}).ids.values())
			if err != nil || !whole(t, w.role, r.RoleName) || !whole(t, w.session, called) {
				t.Errorf("%s: %s gives %s/%s, %v, want %s/%s (%s)", name, of, r.RoleName, called, err, w.role,
					w.session, w.source)
			}
		}
	}
}

// TestTagsOfPodIdentity: the agent's sessions have the tags that the guide lists, with the
// values that the pod's token has.
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
func TestTagsOfPodIdentity(t *testing.T) {
	for _, name := range []string{"eks-pod-identity", "eks-pod-identity-target"} {
		h, err := fixtures.Builtin().Host(name)
		if err != nil {
			t.Fatal(err)
		}
		d := start(t, name, project.Project{})
		var tags map[string]string
		for _, e := range h.Endpoints {
			if e.Kind == "eks-pod-identity" {
				tags = e.Tags
			}
		}
		want := map[string]string{
			"eks-cluster-arn": `arn:aws:eks:us-east-1:\d{12}:cluster/example`, "eks-cluster-name": "example",
			"kubernetes-namespace": "default", "kubernetes-service-account": "app",
			"kubernetes-pod-name": `app-\d`, "kubernetes-pod-uid": `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
		}
		if len(tags) != len(want) {
			t.Errorf("%s: %d tags: %v", name, len(tags), tags)
		}
		for tag, pattern := range want {
			if value, err := h.Expand(tags[tag], d.ids.values()); err != nil || !whole(t, pattern, value) {
				t.Errorf("%s: tag %s is %q, %v, want %s", name, tag, value, err, pattern)
			}
		}
	}
}
