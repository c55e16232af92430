//go:build !linux

package container

import (
	"context"
	"fmt"
	"runtime"
)

// fromExecutable is for Linux alone.
func fromExecutable(_ context.Context, p platform) (*standInFiles, error) {
	return nil, fmt.Errorf("this program, which could be put into one on Linux, is for %s, and the engine wants %s",
		platform{runtime.GOOS, runtime.GOARCH}, p)
}
