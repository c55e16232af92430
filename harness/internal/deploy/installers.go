package deploy

import (
	"bytes"
	"context"
	"fmt"

	"github.com/hostproof/hostproof/fixtures/installer"
	"github.com/hostproof/hostproof/harness/isolation"
)

func init() { installer.Wall = installBehindWall }

// installBehindWall runs an installer behind the wall of files: of this machine it writes what it installs, its
// own home and its caches, and reads what is not hidden.
func installBehindWall(ctx context.Context, job installer.Job) ([]byte, error) {
	if isolation.Available() != nil {
		return nil, installer.ErrNoWall
	}
	var said bytes.Buffer
	exit, err := isolation.RunBehindFiles(ctx, isolation.Config{Argv: job.Argv, Env: job.Env, Dir: job.Dir,
		Stdout: &said, Stderr: &said, Write: job.Write})
	switch {
	case err != nil:
		return said.Bytes(), err
	case exit.Signal != 0:
		for _, met := range exit.Met {
			fmt.Fprintln(&said, met.Text)
		}
		return said.Bytes(), fmt.Errorf("signal: %v", exit.Signal)
	case exit.Code != 0:
		return said.Bytes(), fmt.Errorf("exit status %d", exit.Code)
	}
	return said.Bytes(), nil
}
