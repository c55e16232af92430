package deploy

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// endpointKinds serve the kinds of endpoints that hosts offer, where the layout
// puts them.
var endpointKinds = map[string]func(*Deployment, *layout, fixtures.Endpoint) (http.Handler, error){
	"amplify-listener": serveAmplifyListener,
	"ecs":              serveECS,
	"eks-pod-identity": servePodIdentity,
	"gce-metadata":     serveGCE,
	"imds":             serveIMDS,
	"oidc":             serveIDToken,
	"signin":           serveSignIn,
	"snapstart":        serveSnapStart,
	"sso-oidc":         serveSSOTokens,
	"sso-portal":       serveSSOPortal,
}

// serve makes the handler of one of the host's endpoints.
func (d *Deployment) serve(l *layout, e fixtures.Endpoint) (http.Handler, error) {
	construct := endpointKinds[e.Kind]
	if construct == nil {
		return nil, fmt.Errorf("host %s offers %s (%s), which this harness does not serve; it serves %s",
			d.host.Name, e.Name, e.Kind, strings.Join(slices.Sorted(maps.Keys(endpointKinds)), ", "))
	}
	return construct(d, l, e)
}

// endpointSettings are what all kinds of endpoints have in common.
func (d *Deployment) endpointSettings(e fixtures.Endpoint) metadata.Settings {
	return metadata.Settings{Name: e.Name, Now: d.Now, Observe: d.observe, Faults: d.faults.endpoints[e.Name]}
}

func serveAmplifyListener(d *Deployment, _ *layout, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.AmplifyListener(d.endpointSettings(e)), nil
}

// credentialsPath is where the ECS agent has the credentials of tasks.
const credentialsPath = "/v2/credentials/"

func serveECS(d *Deployment, _ *layout, e fixtures.Endpoint) (http.Handler, error) {
	id, ok := strings.CutPrefix(e.Path, credentialsPath)
	if !ok {
		return nil, fmt.Errorf("endpoint %s: path is %q, want %s and an id", e.Name, e.Path, credentialsPath)
	}
	return metadata.ECS(metadata.ECSOptions{
		Settings: d.endpointSettings(e), Credentials: map[string]metadata.Vendor{id: d.vendor(e)}, Task: d.task(),
	})
}

// task is what the agent tells about the task, on a host whose program finds
// the metadata's address in ECS_CONTAINER_METADATA_URI_V4.
func (d *Deployment) task() *metadata.Task {
	uri, ok := d.hostVariable("ECS_CONTAINER_METADATA_URI_V4")
	if !ok {
		return nil
	}
	launch := "EC2"
	if in, _ := d.hostVariable("AWS_EXECUTION_ENV"); in == "AWS_ECS_FARGATE" {
		launch = "FARGATE"
	}
	id := path.Base(uri)
	task, _, _ := strings.Cut(id, "-")
	arn := "arn:aws:ecs:" + d.region() + ":" + d.settings.Account + ":"
	return &metadata.Task{
		MetadataID: id, Cluster: arn + "cluster/" + projectName, TaskARN: arn + "task/" + projectName + "/" + task,
		Family: projectName, Revision: "1", DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
		AvailabilityZone: d.region() + "a", LaunchType: launch,
		Containers: []metadata.Container{{
			ID: id, Name: projectName, DockerName: projectName, Image: projectName + ":latest",
			DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
			Type: "NORMAL", ContainerARN: arn + "container/" + projectName + "/" + task +
				"/00000000-0000-4000-8000-000000000005",
			Networks: []metadata.Network{{NetworkMode: "awsvpc", IPv4Addresses: []string{"10.0.0.10"}}},
		}},
	}
}

// hostVariable is the value of a variable as the fixture has it.
func (d *Deployment) hostVariable(name string) (string, bool) {
	i := slices.IndexFunc(d.host.Variables, func(v fixtures.Variable) bool { return v.Name == name })
	if i < 0 {
		return "", false
	}
	return d.host.Variables[i].Value, true
}

func servePodIdentity(d *Deployment, l *layout, e fixtures.Endpoint) (http.Handler, error) {
	verify, err := d.verifyPodToken()
	if err != nil {
		return nil, err
	}
	o := metadata.PodIdentityOptions{Settings: d.endpointSettings(e), Vendor: d.vendor(e), Verify: verify}
	if !l.backend.OwnNetwork() {
		o.Hosts = []string{"127.0.0.1"} // the agent's own addresses are out of reach there
	}
	return metadata.PodIdentity(o)
}

func serveSnapStart(d *Deployment, _ *layout, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.SnapStart(metadata.SnapStartOptions{
		Settings: d.endpointSettings(e), Vendor: d.vendor(e), Token: d.endpointToken(e.Name),
	})
}

func serveIMDS(d *Deployment, _ *layout, e fixtures.Endpoint) (http.Handler, error) {
	o := metadata.IMDSOptions{
		Settings: d.endpointSettings(e), Vendor: d.vendor(e), Extended: e.IMDS.Extended,
		Tokens: metadata.HTTPTokens(e.IMDS.Tokens), HopLimit: e.IMDS.HopLimit, Hops: e.IMDS.Hops,
		Instance: metadata.Instance{Region: d.region(), AccountID: d.settings.Account},
	}
	if role, ok := d.host.Role(e.Role); ok && !slices.Contains(d.settings.WithoutRole, e.Name) {
		o.RoleName, _ = d.roleOf(&role)
	}
	return metadata.IMDS(o)
}

func serveGCE(d *Deployment, _ *layout, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.GCE(metadata.GCEOptions{Settings: d.endpointSettings(e), ProjectID: projectName}), nil
}

func serveSignIn(d *Deployment, _ *layout, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.SignIn(metadata.SignInOptions{
		Settings: d.endpointSettings(e), Vendor: d.vendor(e), RefreshToken: d.endpointToken(e.Name),
	})
}

func serveIDToken(d *Deployment, _ *layout, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.IDToken(metadata.IDTokenOptions{
		Settings: d.endpointSettings(e), Path: e.Path, Token: d.endpointToken(e.Name),
		Mint: func(ctx context.Context, audience string) (string, error) {
			token, err := d.mint(ctx, e.Issuer, audience)
			if err == nil {
				d.noteVended(mockaws.Fingerprint(token), e)
			}
			return token, err
		},
	})
}

// endpointToken is what an endpoint wants as authorization, one and the same
// for the whole deployment.
func (d *Deployment) endpointToken(name string) string {
	if d.endpointTokens == nil {
		d.endpointTokens = map[string]string{}
	}
	if d.endpointTokens[name] == "" {
		d.endpointTokens[name] = rand.Text()
	}
	return d.endpointTokens[name]
}
