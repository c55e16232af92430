package container

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	found "github.com/hostproof/hostproof/harness/isolation/container/internal/engine"
)

// engine is the client of the Docker engine that was found.
func engine(ctx context.Context) (*client.Client, error) {
	engineMu.Lock()
	defer engineMu.Unlock()
	if engineClient == nil {
		c, err := found.Find(ctx)
		if err != nil {
			return nil, err
		}
		engineClient = c
	}
	return engineClient, nil
}

var (
	engineMu     sync.Mutex
	engineClient *client.Client
)

// label marks what this package leaves to the engine, and says what it is.
const label = "io.github.hostproof.isolation"

// process tells this process's containers from others', in a label.
var process = fmt.Sprintf("%d-%d", os.Getpid(), time.Now().UnixNano())

// orphanAge is how old a container that does not run has to be before it is taken
// for a leftover. Between its creation and its start a few seconds pass, and when
// it ends the engine removes it.
const orphanAge = 2 * time.Minute

// Sweep removes the containers of this package that a harness or an engine left
// when it was killed: those that do not run, of some age. (Those that run do so
// only as long as their harness.) Start sweeps once a process.
func Sweep(ctx context.Context) error { return sweepLabeled(ctx, label, orphanAge) }

func sweepLabeled(ctx context.Context, label string, age time.Duration) error {
	docker, err := engine(ctx)
	if err != nil {
		return err
	}
	found, err := docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: make(client.Filters).
		Add("label", label).Add("status", "created", "exited", "dead")})
	if err != nil {
		return fmt.Errorf("looking for containers that were left: %w", err)
	}
	var errs []error
	for _, c := range found.Items {
		if time.Since(time.Unix(c.Created, 0)) > age {
			errs = append(errs, remove(ctx, docker, c.ID))
		}
	}
	return errors.Join(errs...)
}

// sweepOnce sweeps when the first container of the process starts. What cannot
// be removed is no reason not to start.
var sweepOnce = func() func(context.Context) {
	var once sync.Once
	return func(ctx context.Context) { once.Do(func() { _ = Sweep(ctx) }) }
}()

// remove removes a container, running or not, if it is there.
func remove(ctx context.Context, docker *client.Client, id string) error {
	_, err := docker.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if cerrdefs.IsNotFound(err) || cerrdefs.IsConflict(err) { // gone, or going
		return nil
	}
	return err
}

// attached is a container that exists, whose streams are ours, and which removes
// itself when it ends.
type attached struct {
	docker  *client.Client
	id      string
	streams client.HijackedResponse
	ended   chan struct{} // closed when the container is gone
	status  int
	err     error // the engine did not say how it ended
}

// creation bounds the making of a container whose image is there.
const creation = time.Minute

// create makes a container and attaches to it.
func create(ctx context.Context, docker *client.Client, config *container.Config,
	host *container.HostConfig) (*attached, error) {
	config.AttachStdin, config.AttachStdout, config.AttachStderr = config.OpenStdin, true, true
	config.StdinOnce = true
	config.Labels[label+".process"] = process
	host.AutoRemove = true
	host.LogConfig = container.LogConfig{Type: "none"}
	// Not to be given up half-way: the engine would make it all the same.
	whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), creation)
	defer cancel()
	made, err := docker.ContainerCreate(whole, client.ContainerCreateOptions{Config: config, HostConfig: host})
	if err != nil {
		return nil, err
	}
	a := &attached{docker: docker, id: made.ID, ended: make(chan struct{})}
	streams, err := docker.ContainerAttach(ctx, a.id, client.ContainerAttachOptions{Stream: true,
		Stdin: config.OpenStdin, Stdout: true, Stderr: true})
	if err != nil {
		return nil, errors.Join(err, remove(context.WithoutCancel(ctx), docker, a.id))
	}
	a.streams = streams.HijackedResponse
	return a, nil
}

// start starts it.
func (a *attached) start(ctx context.Context) error {
	wait := a.docker.ContainerWait(context.WithoutCancel(ctx), a.id,
		client.ContainerWaitOptions{Condition: container.WaitConditionRemoved})
	_, err := a.docker.ContainerStart(ctx, a.id, client.ContainerStartOptions{})
	go func() {
		defer close(a.ended)
		select {
		case r := <-wait.Result:
			a.status = int(r.StatusCode)
			if r.Error != nil {
				a.err = errors.New(r.Error.Message)
			}
		case a.err = <-wait.Error:
		}
	}()
	return err
}

// discard removes it, whatever it does.
func (a *attached) discard(ctx context.Context) error {
	a.streams.Close()
	return remove(context.WithoutCancel(ctx), a.docker, a.id)
}
