package deploy

import (
	"net/http"
	"strings"
	"testing"

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
