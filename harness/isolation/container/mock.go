// Package container runs pieces of a deployment in Docker, through the engine's client. A
// program that does not import it does not carry Docker's client. Package testcontainers
// below it has testcontainers-go find the engine; without that, the engine is the one that
// the docker command speaks to, or one of the usual sockets.
//
// Importing it makes the harness able to run its mock AWS in a container, and
// images as subjects:
//
//	import _ "github.com/hostproof/hostproof/harness/isolation/container"
//
// # How a subject is isolated
//
// [Start] makes two containers. The gateway, from scratch with one program, is on
// no Docker network. It makes of its own network namespace what that of a sandbox
// is (package isolation): every address there is leads to a namespace outside, in
// which it owns the metadata addresses and a resolver and the kernel refuses the
// rest. The subject's container shares the network namespace of the gateway, and
// its process namespace, so that it ends with it.
//
// Whatever the gateway accepts it passes to the harness through the only
// connection that it has, its standard input and output, which the engine
// carries. So this works wherever an engine's API is within reach, whatever
// system the harness runs on; several run at once; and nothing of the engine's
// host changes, neither its routes nor its own way to instance metadata, as it
// would by a Docker network of 169.254.169.0/24. When the harness dies, that
// connection ends, with it the gateway, and with it the subject; the engine then
// removes both.
//
// The mock in a container is spoken to in the same way, and opens no port either:
// no other program of the machine or its network can call it or its management
// API.
//
// # Where the images come from
//
// No registry has them. An image of the gateway and of the mock is made of the
// program that needs it, where that is a Linux program of the engine's
// architecture: put into a container under another name, it is a gateway or a
// mock and nothing else. Elsewhere Go builds command cmd/standin, from the module
// around or the version that the program was built from. The engine keeps the
// image for the next run. [ImageVariable] and [GatewayImageVariable] name a ready
// one instead.
package container

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	found "github.com/hostproof/hostproof/harness/isolation/container/internal/engine"
	"github.com/hostproof/hostproof/harness/isolation/container/internal/mocklink"
	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
	"github.com/hostproof/hostproof/mockaws/admin"
)

// startTimeout bounds the start of a mock, its image's build not counted.
const startTimeout = 30 * time.Second

// Mock is a mock AWS in a container of its own. It is on no network and opens no
// port: its harness reaches it over the container's standard input and output,
// and it ends with its harness.
type Mock struct {
	Image string
	// Admin calls its management API.
	Admin *admin.Client

	running *attached
	link    *mocklink.Link
}

// StartMock makes the image, if the engine does not have it yet, and starts a
// container of it: from scratch, the program alone, read-only, without
// privileges or network, not root. An engine that does not answer is an
// *UnavailableError, an image that cannot be made an *ImageError.
func StartMock(ctx context.Context) (*Mock, error) {
	docker, err := engine(ctx)
	if err != nil {
		return nil, err
	}
	image, err := mockImage(ctx)
	if err != nil {
		return nil, err
	}
	sweepOnce(ctx)
	return startMock(ctx, docker, image)
}

func startMock(ctx context.Context, docker *client.Client, image string) (m *Mock, err error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	m = &Mock{Image: image}
	m.running, err = create(ctx, docker,
		&container.Config{
			Image: image, Cmd: command(standin.Mock), User: "65532:65532", OpenStdin: true,
			Labels: map[string]string{label: "mock"},
		},
		&container.HostConfig{
			NetworkMode: "none", ReadonlyRootfs: true, CapDrop: []string{"ALL"},
			SecurityOpt: []string{"no-new-privileges"},
		})
	if err != nil {
		return nil, fmt.Errorf("the mock AWS did not start in its container: %w", err)
	}
	if err := m.start(ctx); err != nil {
		_ = m.running.discard(ctx) // the first error is the one to report
		return nil, fmt.Errorf("the mock AWS did not start in its container: %w", blamed(ImageVariable, err))
	}
	return m, nil
}

// start starts the container, and waits until the mock answers.
func (m *Mock) start(ctx context.Context) error {
	if err := m.running.start(ctx); err != nil {
		return err
	}
	streams := newLink(m.running.streams)
	var err error
	if m.link, err = mocklink.Connect(streams); err != nil {
		return err
	}
	m.Admin = admin.NewClientOver(&http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return m.link.Dial(ctx, mocklink.Management)
		},
	}, "http://management")
	if err = m.Admin.Healthy(ctx); err == nil {
		return nil
	}
	_ = m.link.Close()
	if said := streams.said.String(); said != "" {
		return fmt.Errorf("%w; it said: %s", err, said)
	}
	return err
}

// Dial connects to it as a client of AWS does.
func (m *Mock) Dial(ctx context.Context) (net.Conn, error) { return m.link.Dial(ctx, mocklink.AWS) }

// DialOverTLS connects to it for a client whose TLS was ended already.
func (m *Mock) DialOverTLS(ctx context.Context) (net.Conn, error) {
	return m.link.Dial(ctx, mocklink.AWSOverTLS)
}

// Close ends the mock, and returns when its container is gone.
func (m *Mock) Close(ctx context.Context) error {
	_ = m.link.Close() // it may have ended by itself
	select {
	case <-m.running.ended:
		m.running.streams.Close()
		return nil
	case <-time.After(patience):
	case <-ctx.Done():
	}
	return errors.Join(context.Cause(ctx), m.running.discard(ctx))
}

// UnavailableError says that no Docker engine answers.
type UnavailableError = found.UnavailableError

// Available reports whether a Docker engine answers: nil, or an *UnavailableError.
func Available(ctx context.Context) error {
	docker, err := engine(ctx)
	if err != nil {
		return err
	}
	return found.Answers(ctx, docker)
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
