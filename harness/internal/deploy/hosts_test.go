package deploy

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// TestEveryHostDeploys starts every host of the catalog, looks whether its
// environment is complete, and asks each of its endpoints something.
func TestEveryHostDeploys(t *testing.T) {
	for _, h := range fixtures.Builtin().Hosts() {
		t.Run(h.Name, func(t *testing.T) {
			t.Parallel()
			d := start(t, h.Name, project.Project{})
			env, err := d.Environment()
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range env.Variables() {
				if strings.Contains(v.Value, "${") {
					t.Errorf("variable %s has a placeholder that nothing fills: %q", v.Name, v.Value)
				}
			}
			for _, e := range h.Endpoints {
				probe(t, d, e)
			}
		})
	}
}

// probes are requests to endpoints by kind, and what tells that the right one
// answers.
var probes = map[string]struct {
	method, path string // path "" is the endpoint's own
	status       int
	want         string
}{
	"amplify-listener": {"GET", "", 501, "not public"},
	"azure-metadata":   {"PUT", "/latest/api/token", 400, "InvalidHttpVerb"},
	"ecs":              {"GET", "", 200, `"AccessKeyId":"ASIA`},
	"eks-pod-identity": {"GET", "", 400, "Service account token cannot be empty"},
	"gce-metadata":     {"GET", "/latest/meta-data/iam/security-credentials/", 403, "Forbidden"},
	"imds":             {"GET", "/latest/api/token", 405, ""},
	"oidc":             {"GET", "", 401, "Unauthorized"},
	"signin":           {"POST", "", 400, "invalid_request"},
	"snapstart":        {"GET", "", 404, "cannot get credentials for the provided token"},
	"sso-oidc":         {"POST", "", 400, "invalid_request"},
	"sso-portal":       {"GET", "", 401, "Session token not found or invalid"},
}

func probe(t *testing.T, d *Deployment, e fixtures.Endpoint) {
	how, ok := probes[e.Kind]
	if !ok {
		t.Fatalf("endpoint %s is of kind %s, which this test does not know how to ask", e.Name, e.Kind)
	}
	values := d.env.layouts[isolation.Endpoint].values
	url := values["endpoint."+e.Name+".url"]
	if how.path != "" {
		url = values["endpoint."+e.Name+".origin"] + how.path
	}
	req, err := http.NewRequestWithContext(t.Context(), how.method, url, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("endpoint %s: %v", e.Name, err)
	}
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil || res.StatusCode != how.status ||
		!strings.Contains(string(body), how.want) {
		t.Errorf("endpoint %s: got %d %q, %v; want %d and %q", e.Name, res.StatusCode, body, err, how.status, how.want)
	}
	lookups := d.points.takeLookups()
	if len(lookups) != 1 || lookups[0].Endpoint != e.Name || lookups[0].Status != how.status {
		t.Errorf("endpoint %s: noted %v", e.Name, lookups)
	}
}

func TestEndpointsOfOtherNames(t *testing.T) {
	for name, row := range map[string]struct {
		project project.Project
		says    string
	}{
		"fault": {project.Project{Planned: []project.Planned{{Plane: fault.Endpoints, Endpoint: "meta",
			Fault: fault.Throttle(1)}}}, `host ec2 has no endpoint "meta": it has metadata`},
		"role": {project.Project{WithoutRole: []string{"meta"}}, `host ec2 has no endpoint "meta": it has metadata`},
		"lifetime": {project.Project{Lifetime: map[string]time.Duration{"meta": time.Hour}},
			`host ec2 has no source of credentials "meta": it has metadata, `},
		"issuer": {project.Project{Issuers: map[string]project.Issuer{"meta": {}}},
			`host ec2 has no issuer "meta": it has none`},
	} {
		_, err := tryStart(t, "ec2", row.project)
		var setting *SettingError
		if !errors.As(err, &setting) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := tryStart(t, "local", project.Project{WithoutRole: []string{"x"}}); err == nil ||
		!strings.Contains(err.Error(), "it has none") {
		t.Errorf("got %v", err)
	}
}
