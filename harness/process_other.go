//go:build !unix

package harness

import (
	"os"
	"os/exec"
)

func ownGroup(*exec.Cmd, func([]uint16)) {}

func endGroup(*exec.Cmd) {}

func signalOf(*os.ProcessState) string { return "" }
