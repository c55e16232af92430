//go:build !linux

package gateway

import "errors"

// ServeStdio is for Linux alone, where containers run.
func ServeStdio() error { return errors.New("a gateway runs in a Linux container") }
