//go:build !unix

package endpoint

import (
	"os"
	"os/exec"
	"syscall"
)

func ownGroup(*exec.Cmd, func([]uint16)) {}

func endGroup(*exec.Cmd) {}

// signalGroup ends the subject: there are no signals here.
func signalGroup(cmd *exec.Cmd, _ syscall.Signal) error { return cmd.Process.Kill() }

func signalOf(*os.ProcessState) syscall.Signal { return 0 }
