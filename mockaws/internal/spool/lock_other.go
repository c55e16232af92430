//go:build !unix && !windows

package spool

import "os"

// lock does nothing where a system has no locks.
func lock(*os.File) error { return nil }
