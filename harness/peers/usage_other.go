//go:build !linux

package peers

import (
	"errors"
	"os/exec"
	"time"
)

func ownGroup(*exec.Cmd) {}

func endGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// CPU is known on Linux only.
func (s *Server) CPU() (time.Duration, error) { return 0, errors.ErrUnsupported }

// Self is known on Linux only.
func Self() (time.Duration, error) { return 0, errors.ErrUnsupported }

// Memory is known on Linux only.
func (s *Server) Memory() (resident, peak int64, err error) { return 0, 0, errors.ErrUnsupported }
