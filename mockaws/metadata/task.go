package metadata

// Task is what the ECS agent tells of a task, in the shape of task metadata
// version 4
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html).
type Task struct {
	// MetadataID is the last part of ECS_CONTAINER_METADATA_URI_V4.
	MetadataID string `json:"-"`

	Cluster               string
	TaskARN               string
	Family                string
	Revision              string
	ServiceName           string            `json:",omitempty"`
	DesiredStatus         string            `json:",omitempty"` // RUNNING
	KnownStatus           string            // RUNNING
	Limits                *Limits           `json:",omitempty"`
	PullStartedAt         string            `json:",omitempty"` // RFC 3339
	PullStoppedAt         string            `json:",omitempty"`
	AvailabilityZone      string            `json:",omitempty"`
	LaunchType            string            `json:",omitempty"` // EC2 or FARGATE
	TaskTags              map[string]string `json:",omitempty"`
	Containers            []Container       `json:",omitempty"`
	VPCID                 string            `json:",omitempty"`
	FaultInjectionEnabled bool
}

// Limits are the limits of a task or a container.
type Limits struct {
	CPU    float64 `json:",omitempty"` // vCPUs of a task, units of a container
	Memory int64   `json:",omitempty"` // MiB
}

// Container is one of a task. The first one is the program's.
type Container struct {
	ID            string `json:"DockerId"`
	Name          string
	DockerName    string
	Image         string
	ImageID       string
	Labels        map[string]string `json:",omitempty"`
	DesiredStatus string
	KnownStatus   string
	Limits        Limits
	CreatedAt     string            `json:",omitempty"` // RFC 3339
	StartedAt     string            `json:",omitempty"`
	Type          string            // NORMAL
	LogDriver     string            `json:",omitempty"`
	LogOptions    map[string]string `json:",omitempty"`
	ContainerARN  string            `json:",omitempty"`
	Networks      []Network         `json:",omitempty"`
}

// Network is one that a container is attached to.
type Network struct {
	NetworkMode   string   `json:",omitempty"` // awsvpc
	IPv4Addresses []string `json:",omitempty"`
}

// ecsDocument is one of the documents of task metadata.
type ecsDocument struct {
	of func(t *Task, version string) any
	// unknown is the message for an id that the agent does not know, but for the
	// version before and the id behind it.
	unknown string
}

const (
	noTask      = "unable to get task arn from request: unable to get task Arn from v3 endpoint ID: "
	noContainer = "unable to get container ID from request: unable to get docker ID from v3 endpoint ID: "
)

// ecsDocuments are the documents by their path behind the id.
var ecsDocuments = map[string]ecsDocument{
	"":             {containerOf, "container metadata handler: " + noContainer},
	"task":         {taskOf, "task metadata handler: " + noTask},
	"taskWithTags": {taskWithTags, "task metadata handler: " + noTask},
	"stats":        {statsOf, "container stats handler: " + noTask},
	"task/stats":   {taskStats, "task stats handler: " + noTask},
}

func containerOf(t *Task, _ string) any {
	if len(t.Containers) == 0 {
		return Container{}
	}
	return t.Containers[0]
}

func taskOf(t *Task, version string) any {
	without := *t
	without.TaskTags = nil
	return without.in(version)
}

func taskWithTags(t *Task, version string) any { return t.in(version) }

// in is the task without what version 3 did not have.
func (t Task) in(version string) any {
	if version == "v4" {
		return t
	}
	return struct {
		Task
		ServiceName           *string `json:",omitempty"`
		VPCID                 *string `json:",omitempty"`
		FaultInjectionEnabled *bool   `json:",omitempty"`
	}{Task: t}
}

// stats are as much of Docker's statistics as says which container they are of;
// the rest is nought.
type stats struct {
	Name     string         `json:"name"`
	ID       string         `json:"id"`
	CPU      map[string]any `json:"cpu_stats"`
	Memory   map[string]any `json:"memory_stats"`
	Networks map[string]any `json:"networks,omitempty"`
}

func (c Container) stats() stats {
	return stats{Name: "/" + c.DockerName, ID: c.ID, CPU: map[string]any{}, Memory: map[string]any{}}
}

func statsOf(t *Task, _ string) any {
	if len(t.Containers) == 0 {
		return Container{}.stats()
	}
	return t.Containers[0].stats()
}

func taskStats(t *Task, _ string) any {
	all := map[string]stats{}
	for _, c := range t.Containers {
		all[c.ID] = c.stats()
	}
	return all
}
