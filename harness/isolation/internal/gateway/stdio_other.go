//go:build !linux

package gateway

import (
	"errors"
	"net"
)

// ServeStdio is for Linux alone, where containers run.
func ServeStdio() error { return errors.New("a gateway runs in a Linux container") }

// Stdio is nil: there are no such containers.
func Stdio() net.Conn { return nil }
