package deploy

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

func serveAmplifyListener(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.AmplifyListener(s.endpointSettings(e)), nil
}

// credentialsPath is where the ECS agent has the credentials of tasks.
const credentialsPath = "/v2/credentials/"

func serveECS(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	id, ok := strings.CutPrefix(e.Path, credentialsPath)
	if !ok {
		return nil, fmt.Errorf("endpoint %s: path is %q, want %s and an id", e.Name, e.Path, credentialsPath)
	}
	return metadata.ECS(metadata.ECSOptions{
		Settings: s.endpointSettings(e), Credentials: map[string]metadata.Vendor{id: s.vendor(e)}, Task: s.task(),
	})
}

func servePodIdentity(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	verify, err := s.ids.verifyPodToken()
	if err != nil {
		return nil, err
	}
	o := metadata.PodIdentityOptions{Settings: s.endpointSettings(e), Vendor: s.vendor(e), Verify: verify}
	if !s.ownNetwork {
		o.Hosts = []string{"127.0.0.1"} // the agent's own addresses are out of reach there
	}
	return metadata.PodIdentity(o)
}

func serveSnapStart(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.SnapStart(metadata.SnapStartOptions{
		Settings: s.endpointSettings(e), Vendor: s.vendor(e), Token: s.endpointToken(e.Name),
	})
}

func serveIMDS(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	o := metadata.IMDSOptions{
		Settings: s.endpointSettings(e), Vendor: s.vendor(e), Extended: e.IMDS.Extended,
		Disabled: e.IMDS.Off,
		Tokens:   metadata.HTTPTokens(e.IMDS.Tokens), HopLimit: e.IMDS.HopLimit, Hops: e.IMDS.Hops,
		Instance: metadata.Instance{Region: s.region(), AccountID: s.project.Account},
	}
	if role, ok := s.host.Role(e.Role); ok && !slices.Contains(s.project.WithoutRole, e.Name) {
		o.RoleName, _ = s.roleOf(&role)
	}
	return metadata.IMDS(o)
}

func serveGCE(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.GCE(metadata.GCEOptions{Settings: s.endpointSettings(e), ProjectID: projectName}), nil
}

func serveAzure(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.Azure(s.endpointSettings(e)), nil
}

func serveSignIn(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.SignIn(metadata.SignInOptions{
		Settings: s.endpointSettings(e), Vendor: s.vendor(e), RefreshToken: s.endpointToken(e.Name),
	})
}

func serveIDToken(s *serving, e fixtures.Endpoint) (http.Handler, error) {
	return metadata.IDToken(metadata.IDTokenOptions{
		Settings: s.endpointSettings(e), Path: e.Path, Token: s.endpointToken(e.Name),
		Mint: func(ctx context.Context, audience string) (string, error) {
			token, err := s.ids.mint(ctx, e.Issuer, audience)
			if err == nil {
				s.ids.noteToken(token, e)
			}
			return token, err
		},
	})
}

// endpointSettings are what all kinds of endpoints have in common.
func (es *endpoints) endpointSettings(e fixtures.Endpoint) metadata.Settings {
	return metadata.Settings{Name: e.Name, Now: es.now, Observe: es.observe, Faults: es.faults.endpoints[e.Name]}
}

// task is what the agent tells about the task, on a host whose program finds
// the metadata's address in ECS_CONTAINER_METADATA_URI_V4.
func (es *endpoints) task() *metadata.Task {
	uri, ok := es.hostVariable("ECS_CONTAINER_METADATA_URI_V4")
	if !ok {
		return nil
	}
	launch := "EC2"
	if in, _ := es.hostVariable("AWS_EXECUTION_ENV"); in == "AWS_ECS_FARGATE" {
		launch = "FARGATE"
	}
	id := path.Base(uri)
	task, _, _ := strings.Cut(id, "-")
	arn := "arn:aws:ecs:" + es.region() + ":" + es.project.Account + ":"
	return &metadata.Task{
		MetadataID: id, Cluster: arn + "cluster/" + projectName, TaskARN: arn + "task/" + projectName + "/" + task,
		Family: projectName, Revision: "1", DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
		AvailabilityZone: es.region() + "a", LaunchType: launch,
		Containers: []metadata.Container{{
			ID: id, Name: projectName, DockerName: projectName, Image: projectName + ":latest",
			DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
			Type: "NORMAL", ContainerARN: arn + "container/" + projectName + "/" + task +
				"/00000000-0000-4000-8000-000000000005",
			Networks: []metadata.Network{{NetworkMode: "awsvpc", IPv4Addresses: []string{"10.0.0.10"}}},
		}},
	}
}
