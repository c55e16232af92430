package container

import (
	"context"
	"slices"
	"testing"

	"github.com/moby/moby/client"

	"github.com/hostproof/hostproof/harness/need"
)

// TestMockIsConfined looks at the running container: from scratch, not root,
// read-only, without capabilities.
func TestMockIsConfined(t *testing.T) {
	if err := Available(t.Context()); err != nil {
		need.Missing(t, "docker", err)
	}
	m, err := StartMock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close(context.Background())
	docker := needEngine(t)
	inspected, err := docker.ContainerInspect(t.Context(), m.running.id, client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c := inspected.Container
	if c.Config.User != "65532:65532" || !c.HostConfig.ReadonlyRootfs || !slices.Equal(c.HostConfig.CapDrop,
		[]string{"ALL"}) ||
		!slices.Contains(c.HostConfig.SecurityOpt, "no-new-privileges") {
		t.Errorf("user %q, read-only %v, capabilities dropped %v, %v",
			c.Config.User, c.HostConfig.ReadonlyRootfs, c.HostConfig.CapDrop, c.HostConfig.SecurityOpt)
	}
	if len(c.HostConfig.PortBindings) != 0 || len(c.NetworkSettings.Ports) != 0 || c.HostConfig.NetworkMode != "none" {
		t.Errorf("network %s, ports %v, %v", c.HostConfig.NetworkMode, c.HostConfig.PortBindings,
			c.NetworkSettings.Ports)
	}
	// A shell would be there in an image from anything but scratch.
	made, err := docker.ExecCreate(t.Context(), m.running.id, client.ExecCreateOptions{Cmd: []string{"/bin/sh", "-c",
		"true"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = docker.ExecStart(t.Context(), made.ID, client.ExecStartOptions{})
	ran, inspectErr := docker.ExecInspect(t.Context(), made.ID, client.ExecInspectOptions{})
	if inspectErr != nil {
		t.Fatal(inspectErr)
	}
	if err == nil && ran.ExitCode == 0 {
		t.Error("the image has a shell")
	}
}
