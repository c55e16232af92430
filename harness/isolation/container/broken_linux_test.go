package container_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// TestConnectionsAreBrokenAsAsked: a reset on purpose is one for the program, too,
// though the mock's connections are streams in a container's standard output.
func TestConnectionsAreBrokenAsAsked(t *testing.T) {
	engine(t)
	program := filepath.Join(t.TempDir(), "probe")
	if err := os.WriteFile(program, probeBinary(t), 0o755); err != nil {
		t.Fatal(err)
	}
	// Over HTTP/2 a stream would be reset, and not the connection.
	for mode, url := range map[isolation.Mode]string{
		isolation.Sandbox:  "http://s3.us-east-1.amazonaws.com/",
		isolation.Endpoint: "$AWS_ENDPOINT_URL/",
	} {
		t.Run(string(mode), func(t *testing.T) {
			if err := isolation.Available(); mode == isolation.Sandbox && err != nil {
				need.Missing(t, "sandbox", err)
			}
			d := harness.StartTest(t, "ecs-fargate", harness.WithMock("container"), harness.WithIsolation(mode),
				harness.Faults("s3:*:reset:1"))
			for _, want := range []string{"connection reset by peer", ""} { // the second call is answered
				r, err := d.Run(t.Context(), harness.Command("sh", "-c", program+" get "+url))
				if err != nil {
					t.Fatal(err)
				}
				if r.Failed() != (want != "") || !strings.Contains(string(r.Stderr), want) || len(r.Exchanges) != 1 {
					t.Errorf("exit %d, want %q, %d exchanges: %s", r.ExitCode, want, len(r.Exchanges), r.Stderr)
				}
			}
		})
	}
}
