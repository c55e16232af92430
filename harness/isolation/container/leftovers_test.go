package container

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
	"github.com/hostproof/hostproof/harness/need"
)

// needEngine skips a test where no Docker engine answers, and in a plain run.
func needEngine(t testing.TB) *client.Client {
	t.Helper()
	need.InFull(t)
	docker, err := engine(t.Context())
	if err != nil {
		need.Missing(t, "docker", err)
	}
	return docker
}

// asGateway has a subject wait for a harness, as a gateway.
var asGateway = command(standin.Gateway)

// gone waits until a container is removed.
func gone(t *testing.T, docker *client.Client, id string) {
	t.Helper()
	wait := docker.ContainerWait(t.Context(), id,
		client.ContainerWaitOptions{Condition: container.WaitConditionRemoved})
	select {
	case <-wait.Result:
	case err := <-wait.Error:
		if !cerrdefs.IsNotFound(err) {
			t.Error(err)
		}
	}
	if _, err := docker.ContainerInspect(t.Context(), id, client.ContainerInspectOptions{}); !cerrdefs.IsNotFound(err) {
		t.Errorf("container %s is still there: %v", id, err)
	}
}

// TestKilledHarnessLeavesNothing kills a harness, this binary, while its subject
// runs.
func TestKilledHarnessLeavesNothing(t *testing.T) {
	docker := needEngine(t)
	image, err := gatewayImage(t.Context()) // its own gateway waits for a harness, as a subject too
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("HOSTPROOF_TEST_CHILD") != "" {
		silence, _, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		p, err := Start(context.Background(), image, isolation.Config{Argv: asGateway, Stdin: silence})
		if err != nil {
			t.Fatal(err)
		}
		m, err := StartMock(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("ids %s %s %s\n", p.subject.id, p.gateway.id, m.running.id)
		_, _ = p.Wait()
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledHarnessLeavesNothing$")
	child.Env = append(os.Environ(), "HOSTPROOF_TEST_CHILD=1")
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for lines := bufio.NewScanner(out); len(ids) == 0 && lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "ids "); ok {
			ids = strings.Fields(rest)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = child.Wait() // it was killed
	if len(ids) != 3 {
		t.Fatal("the child started nothing")
	}
	for _, id := range ids {
		gone(t, docker, id)
	}
}

// TestSweep finds a container that was created and never started.
func TestSweep(t *testing.T) {
	docker := needEngine(t)
	gateway, err := newGateway(t.Context(), docker)
	if err != nil {
		t.Fatal(err)
	}
	defer gateway.streams.Close()
	if err := Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := docker.ContainerInspect(t.Context(), gateway.id, client.ContainerInspectOptions{}); err != nil {
		t.Errorf("a container that is about to start was swept: %v", err)
	}
	// Made to look old: no other that is about to start may be swept with it.
	orphan, err := docker.ContainerCreate(t.Context(),
		client.ContainerCreateOptions{Config: &container.Config{Image: mustImage(t),
			Labels: map[string]string{label: "orphan of a test"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := sweepLabeled(t.Context(), label+"=orphan of a test", 0); err != nil {
		t.Fatal(err)
	}
	gone(t, docker, orphan.ID)
	if err := gateway.discard(t.Context()); err != nil {
		t.Error(err)
	}
	gone(t, docker, gateway.id)
}

func mustImage(t *testing.T) string {
	t.Helper()
	image, err := gatewayImage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// TestSubjectIsConfined looks at the containers of a running subject.
func TestSubjectIsConfined(t *testing.T) {
	docker := needEngine(t)
	silence, _, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Start(t.Context(), mustImage(t), isolation.Config{Argv: asGateway, Stdin: silence})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Wait()
	defer p.Kill()
	for _, id := range []string{p.subject.id, p.gateway.id} {
		c, err := docker.ContainerInspect(t.Context(), id, client.ContainerInspectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		host := c.Container.HostConfig
		if host.Privileged || len(host.PortBindings) != 0 || len(host.Binds) != 0 || len(host.Mounts) != 0 {
			t.Errorf("container %s: %+v", id, host)
		}
		for name, network := range c.Container.NetworkSettings.Networks {
			if name != "none" || network.IPAddress.IsValid() {
				t.Errorf("container %s is on network %s, at %v", id, name, network.IPAddress)
			}
		}
	}
}

func TestGatewayThatDies(t *testing.T) {
	docker := needEngine(t)
	silence, _, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Start(t.Context(), mustImage(t), isolation.Config{Argv: asGateway, Stdin: silence})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := docker.ContainerKill(t.Context(), p.gateway.id,
		client.ContainerKillOptions{Signal: "KILL"}); err != nil {
		t.Fatal(err)
	}
	if exit, err := p.Wait(); err == nil || !strings.Contains(err.Error(),
		"the gateway's container ended before the subject") {
		t.Errorf("%+v, %v", exit, err)
	}
	gone(t, docker, p.subject.id)
}

// TestStartGivenUp gives up at several moments, and looks for what is left.
func TestStartGivenUp(t *testing.T) {
	docker := needEngine(t)
	image := mustImage(t)
	for _, after := range []int{0, 20, 60, 150, 300, 450, 600} { // milliseconds
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(after)*time.Millisecond)
		p, err := Start(ctx, image, isolation.Config{})
		if err == nil {
			_, err = p.Wait()
		}
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("given up after %d ms: %v", after, err)
		}
	}
	left, err := docker.ContainerList(t.Context(), client.ContainerListOptions{All: true,
		Filters: make(client.Filters).Add("label", label+".process="+process)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range left.Items {
		wantRemoved(t, docker, c.ID)
	}
}

// wantRemoved wants a container to go: the engine may still be at it.
func wantRemoved(t *testing.T, docker *client.Client, id string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	wait := docker.ContainerWait(ctx, id, client.ContainerWaitOptions{Condition: container.WaitConditionRemoved})
	select {
	case <-wait.Result:
	case err := <-wait.Error:
		if !cerrdefs.IsNotFound(err) {
			t.Errorf("container %s is left: %v", id, err)
		}
	}
}
