//go:build !linux

package isolation

import "context"

// RunBehindFiles runs a program in a sandbox that has this machine's network. There are none on
// this system.
func RunBehindFiles(context.Context, Config) (Exit, error) { return Exit{}, errNotLinux }
