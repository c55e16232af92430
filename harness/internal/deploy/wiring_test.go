package deploy

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/project"
)

// TestSDKsAreLedToWhatLiesElsewhere: where a host's endpoints cannot have their own
// addresses, the variables by which SDKs are led to another one do it:
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html,
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html (of the
// two variables the relative one wins, and means 169.254.170.2) and
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html.
func TestSDKsAreLedToWhatLiesElsewhere(t *testing.T) {
	const (
		instance = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
		full     = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
		relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
		google   = "GCE_METADATA_HOST" // https://pkg.go.dev/cloud.google.com/go/compute/metadata
	)
	for host, want := range map[string][]string{
		"ec2": {instance}, "ec2-imdsv1": {instance}, "ecs-fargate": {full}, "codebuild": {full},
		"cloud-run": {instance, google}, "local-login": {"AWS_ENDPOINT_URL_SIGNIN"},
		"local-sso": {"AWS_ENDPOINT_URL_SSO"}, "local-sso-refresh": {"AWS_ENDPOINT_URL_SSO_OIDC"},
	} {
		d := start(t, host, project.Project{})
		_, env, err := d.env.lay(d.backend)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range want {
			value, there := env.Lookup(name)
			if !there || env.SetBy(name) != ledger.ByWiring {
				t.Errorf("%s: %s is %q, set by %q", host, name, value, env.SetBy(name))
				continue
			}
			if !strings.Contains(value, "://") {
				value = "http://" + value
			}
			resp, err := http.Get(value)
			if err != nil {
				t.Errorf("%s: nothing answers at %s=%s: %v", host, name, value, err)
				continue
			}
			_ = resp.Body.Close()
		}
		if value, there := env.Lookup(relative); there {
			t.Errorf("%s: %s=%s is there, and leads to an address that is not served", host, relative, value)
		}
	}
}

// ownHost deploys to a host that is not among ours, and returns the environment that it gives.
func ownHost(t *testing.T, name, host string) (*Deployment, *ledger.Environment) {
	t.Helper()
	catalog, err := fixtures.Builtin().Extend(fstest.MapFS{"hosts/" + name + "/host.yaml": {Data: []byte(host)}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := Start(t.Context(), name, Settings{Catalog: catalog,
		Project: project.Project{Mock: "embedded", Isolation: isolation.Endpoint}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.WithoutCancel(t.Context())) })
	_, env, err := d.env.lay(d.backend)
	if err != nil {
		t.Fatal(err)
	}
	return d, env
}

// TestTheRelativeURIMeansOneEndpoint: of a host with two endpoints for containers, the one
// that AWS_CONTAINER_CREDENTIALS_RELATIVE_URI names is led to, in whichever order they stand.
func TestTheRelativeURIMeansOneEndpoint(t *testing.T) {
	const second = `name: two
title: "A task with a second endpoint"
summary: "One more endpoint."
basis: "made up"
extends: ecs-fargate
evidence:
  own: {from: inferred, confidence: U, source: "https://example.com/", checked: 2026-11-30}
endpoints:
  - {name: other, kind: ecs, addresses: ["169.254.170.9:80"], path: /v2/credentials/other, role: task,
     sessionName: s, lifetime: 1h, evidence: own}
variables:
  - {name: OTHER_URL, value: "${endpoint.other.url}", evidence: own}
`
	_, env := ownHost(t, "two", second)
	full, _ := env.Lookup("AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if !strings.Contains(full, "/v2/credentials/") || strings.HasSuffix(full, "/other") {
		t.Errorf("led to %q, which is not the task's endpoint", full)
	}
}

// TestCredentialsInRequests: a host may put the credentials of a session into what it passes
// to the program.
func TestCredentialsInRequests(t *testing.T) {
	const passing = `name: passing
title: "A function that gets its key in a header"
summary: "A header has the key."
basis: "made up"
extends: lambda
evidence:
  own: {from: inferred, confidence: U, source: "https://example.com/", checked: 2026-11-30}
requestHeaders:
  - {name: x-key, value: "${session.fn.accessKeyId}", evidence: own}
`
	d, env := ownHost(t, "passing", passing)
	headers, err := d.RequestHeaders()
	if key, _ := env.Lookup("AWS_ACCESS_KEY_ID"); err != nil || key == "" || headers.Get("X-Key") != key {
		t.Errorf("the environment has %q, and the header %q, %v", key, headers.Get("X-Key"), err)
	}
}
