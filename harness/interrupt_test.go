//go:build unix

package harness_test

import (
	"bufio"
	"context"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/isolation"
)

func modesHere() []isolation.Mode {
	if isolation.Available() != nil {
		return []isolation.Mode{isolation.Endpoint}
	}
	return []isolation.Mode{isolation.Sandbox, isolation.Endpoint}
}

// TestSecondInterruptKills: a program that ignores the first signal is killed by
// the second one, long before its grace is over.
func TestSecondInterruptKills(t *testing.T) {
	for _, mode := range modesHere() {
		t.Run(string(mode), func(t *testing.T) {
			read, write := io.Pipe()
			d := harness.StartTest(t, "vercel", harness.WithIsolation(mode), harness.WithTimeout(time.Hour),
				harness.WithOutput(write, write))
			ctx, cancel := context.WithCancelCause(t.Context())
			again := make(chan struct{})
			go func() {
				for lines := bufio.NewScanner(read); lines.Scan(); {
					switch lines.Text() {
					case "ready":
						cancel(&deploy.Interrupt{Signal: syscall.SIGINT, Again: again, Grace: time.Hour})
					case "ignored":
						close(again)
					}
				}
			}()
			r, err := d.Run(ctx,
				harness.Command("sh", "-c", `trap 'echo ignored' INT; echo ready; while :; do sleep 0.05; done`))
			if err != nil {
				t.Fatal(err)
			}
			if r.Interrupted != "SIGINT" || r.Fine() || !strings.Contains(r.String(), "\ninterrupted by SIGINT") {
				t.Errorf("got %q:\n%s", r.Interrupted, r)
			}
			if len(r.Diagnosis.Findings) != 0 {
				t.Errorf("the diagnosis blames somebody: %+v", r.Diagnosis.Findings)
			}
		})
	}
}

// TestGraceEnds: a program that ignores the signal is killed when its grace is
// over.
func TestGraceEnds(t *testing.T) {
	for _, mode := range modesHere() {
		read, write := io.Pipe()
		d := harness.StartTest(t, "vercel", harness.WithIsolation(mode), harness.WithTimeout(time.Hour),
			harness.WithOutput(write, write))
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			for lines := bufio.NewScanner(read); lines.Scan(); {
				if lines.Text() == "ready" {
					cancel(&deploy.Interrupt{Signal: syscall.SIGTERM, Grace: 10 * time.Millisecond})
				}
			}
		}()
		r, err := d.Run(ctx, harness.Command("sh", "-c", `trap '' TERM; echo ready; while :; do sleep 0.05; done`))
		if err != nil || r.Interrupted != "SIGTERM" {
			t.Errorf("%s: %v, %+v", mode, err, r)
		}
	}
}

// TestOnlyAnInterruptHasAGrace: a context that ends otherwise kills at once.
func TestOnlyAnInterruptHasAGrace(t *testing.T) {
	for _, mode := range modesHere() {
		read, write := io.Pipe()
		d := harness.StartTest(t, "vercel", harness.WithIsolation(mode), harness.WithTimeout(time.Hour),
			harness.WithOutput(write, write))
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for lines := bufio.NewScanner(read); lines.Scan(); {
				cancel()
			}
		}()
		r, err := d.Run(ctx, harness.Command("sh", "-c", `trap '' TERM INT; echo ready; while :; do sleep 0.05; done`))
		if err != nil || r.Interrupted != "" || !r.Failed() {
			t.Errorf("%s: %v, %+v", mode, err, r)
		}
	}
}
