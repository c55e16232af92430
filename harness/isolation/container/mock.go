// Package container runs pieces of a deployment in Docker, through
// testcontainers-go and the engine's client. It is the only importer of them: a
// program that does not import it does not carry Docker's client.
//
// Importing it makes the harness able to run its mock AWS in a container, and
// images as subjects:
//
//	import _ "github.com/hostproof/hostproof/harness/isolation/container"
//
// # How a subject is isolated
//
// [Start] makes two containers. The gateway, from scratch with one static
// binary, is on no Docker network. It makes of its own network namespace what
// that of a sandbox is (package isolation): every address there is leads to a
// namespace outside, in which it owns the metadata addresses and a resolver and
// the kernel refuses the rest. The subject's container shares the network
// namespace of the gateway, and its process namespace, so that it ends with it.
//
// Whatever the gateway accepts it passes to the harness through the only
// connection that it has, its standard input and output, which the engine
// carries. So this works wherever an engine's API is within reach, whatever
// system the harness runs on; several run at once; and nothing of the engine's
// host changes, neither its routes nor its own way to instance metadata, as it
// would by a Docker network of 169.254.169.0/24. When the harness dies, that
// connection ends, with it the gateway, and with it the subject; the engine then
// removes both.
package container

import (
	"context"
	"fmt"
	"strings"
	"time"

	dockercontainer "github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// The ports of the mock inside its container.
const (
	awsPort   = "4566/tcp"
	adminPort = "4567/tcp"
)

// startTimeout bounds the start of a mock, its image's build not counted.
const startTimeout = 30 * time.Second

// Mock is a mock AWS in a container of its own.
type Mock struct {
	URL      string // of AWS, "http://127.0.0.1:32768"
	AdminURL string // of the management API
	Image    string
	running  testcontainers.Container
}

// StartMock builds the image, if it is not built yet, and starts a container of
// it: from scratch, the static binary alone, read-only, without privileges, not
// root. An engine that does not answer is an *UnavailableError.
func StartMock(ctx context.Context, args ...string) (*Mock, error) {
	if err := Available(ctx); err != nil {
		return nil, err
	}
	image, err := mockImage(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	cmd := append([]string{"serve", "--listen=:4566", "--admin=:4567"}, args...)
	c, err := testcontainers.Run(ctx, image,
		testcontainers.WithCmd(cmd...),
		testcontainers.WithExposedPorts(awsPort, adminPort),
		testcontainers.WithHostConfigModifier(confine),
		testcontainers.WithWaitStrategyAndDeadline(startTimeout, wait.ForHTTP("/healthz").WithPort(adminPort).WithPollInterval(20*time.Millisecond)),
	)
	m := &Mock{Image: image, running: c}
	if err != nil {
		return nil, m.failed(ctx, err)
	}
	if m.URL, err = c.PortEndpoint(ctx, awsPort, "http"); err == nil {
		m.AdminURL, err = c.PortEndpoint(ctx, adminPort, "http")
	}
	if err != nil {
		return nil, m.failed(ctx, err)
	}
	return m, nil
}

// confine gives the mock nothing that it does not need.
func confine(h *dockercontainer.HostConfig) {
	h.ReadonlyRootfs = true
	h.CapDrop = []string{"ALL"}
	h.SecurityOpt = []string{"no-new-privileges"}
}

// failed cleans up after a start that failed, and adds what the mock said.
func (m *Mock) failed(ctx context.Context, err error) error {
	said := ""
	if m.running != nil {
		if logs, logErr := m.running.Logs(ctx); logErr == nil {
			said = lastLine(logs)
			_ = logs.Close()
		}
		_ = m.Close(context.WithoutCancel(ctx)) // the first error is the one to report
	}
	if said != "" {
		said = "; it said: " + said
	}
	return fmt.Errorf("the mock AWS did not start in its container: %w%s", err, said)
}

// Close removes the container.
func (m *Mock) Close(ctx context.Context) error {
	if m.running == nil {
		return nil
	}
	return testcontainers.TerminateContainer(m.running, testcontainers.StopContext(ctx), testcontainers.StopTimeout(0))
}

// UnavailableError says that no Docker engine answers.
type UnavailableError struct{ Reason string }

// Error is one line that says what to do.
func (e *UnavailableError) Error() string {
	return "no Docker engine answers (" + e.Reason + "): start one, or point DOCKER_HOST at one, or do without (HOSTPROOF_MOCK=embedded, isolation sandbox or endpoint)"
}

// Available reports whether a Docker engine answers: nil, or an *UnavailableError.
func Available(ctx context.Context) (err error) {
	defer func() {
		// testcontainers panics where it finds no way to an engine at all.
		if p := recover(); p != nil {
			err = &UnavailableError{Reason: oneLine(fmt.Sprint(p))}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return &UnavailableError{Reason: oneLine(err.Error())}
	}
	defer provider.Close()
	if err := provider.Health(ctx); err != nil {
		return &UnavailableError{Reason: oneLine(err.Error())}
	}
	return nil
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
