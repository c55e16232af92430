package deploy

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/hostproof/hostproof/harness/isolation/sandbox"
	"github.com/hostproof/hostproof/harness/project"
)

// TestTaskMetadataIsAsDocumented asks the agent for the task, at the path that the variable
// names, and wants the members of the documented example with values that agree with the
// host's variables.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html
func TestTaskMetadataIsAsDocumented(t *testing.T) {
	for name, launch := range map[string]string{"ecs-fargate": "FARGATE", "ecs-ec2": "EC2"} {
		d := start(t, name, project.Project{})
		l, env, err := d.env.lay(sandbox.Backend{})
		if err != nil {
			t.Fatal(err)
		}
		got := askTask(t, l, value(t, env, "ECS_CONTAINER_METADATA_URI_V4")+"/task")
		task, id := taskOf(t, value(t, env, "ECS_CONTAINER_METADATA_URI_V4"))
		const arn = "arn:aws:ecs:us-east-1:"
		account := d.site.project.Account
		want := map[string]any{
			"Cluster": arn + account + ":cluster/app", "TaskARN": arn + account + ":task/app/" + task, "Family": "app",
			"Revision": "1", "DesiredStatus": "RUNNING", "KnownStatus": "RUNNING", "AvailabilityZone": "us-east-1a",
			"LaunchType": launch,
		}
		for member, is := range want {
			if got[member] != is {
				t.Errorf("%s: %s is %v, want %v", name, member, got[member], is)
			}
		}
		containers, _ := got["Containers"].([]any)
		if len(containers) != 1 {
			t.Fatalf("%s: %d containers", name, len(containers))
		}
		one, _ := containers[0].(map[string]any)
		for member, is := range map[string]any{
			"DockerId": id, "Name": "app", "DockerName": "app", "Image": "app:latest", "Type": "NORMAL",
			"DesiredStatus": "RUNNING", "KnownStatus": "RUNNING",
			"ContainerARN": arn + account + ":container/app/" + task + "/00000000-0000-4000-8000-000000000005",
			"Networks":     []any{map[string]any{"NetworkMode": "awsvpc", "IPv4Addresses": []any{"10.0.0.10"}}},
		} {
			if !reflect.DeepEqual(one[member], is) {
				t.Errorf("%s: %s of the container is %v, want %v", name, member, one[member], is)
			}
		}
	}
}

// taskOf takes the id of a task, 32 hexadecimal digits, from the address of a container's
// metadata, which ends in the container's id: the task's, a hyphen, and a number.
func taskOf(t *testing.T, address string) (task, container string) {
	t.Helper()
	container = address[len("http://169.254.170.2/v4/"):]
	if len(container) < 34 || container[32] != '-' {
		t.Fatalf("%s has no container's id", address)
	}
	return container[:32], container
}

func askTask(t *testing.T, l *layout, address string) (out map[string]any) {
	t.Helper()
	for at, handler := range l.addresses {
		if at.String() != "169.254.170.2:80" {
			continue
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		body, err := io.ReadAll(w.Result().Body)
		if err != nil || json.Unmarshal(body, &out) != nil {
			t.Errorf("%d %s %v", w.Code, body, err)
		}
		return out
	}
	t.Fatalf("nothing is at 169.254.170.2:80: %v", l.addresses)
	return nil
}
