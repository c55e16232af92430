//go:build !unix

package deploy

import (
	"os"
	"os/exec"
	"syscall"
)

func ownGroup(*exec.Cmd, func([]uint16)) {}

func endGroup(*exec.Cmd) {}

// signalGroup ends the subject: there are no signals here.
func signalGroup(cmd *exec.Cmd, _ syscall.Signal) { _ = cmd.Process.Kill() }

func signalOf(*os.ProcessState) string { return "" }
