package container

import (
	"context"
	"testing"

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
	c, err := m.running.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Config.User != "65532:65532" || !c.HostConfig.ReadonlyRootfs || len(c.HostConfig.CapDrop) != 1 || c.HostConfig.CapDrop[0] != "ALL" {
		t.Errorf("user %q, read-only %v, capabilities dropped %v", c.Config.User, c.HostConfig.ReadonlyRootfs, c.HostConfig.CapDrop)
	}
	// A shell would be there in an image from anything but scratch.
	if code, _, err := m.running.Exec(t.Context(), []string{"/bin/sh", "-c", "true"}); err == nil && code == 0 {
		t.Error("the image has a shell")
	}
}
