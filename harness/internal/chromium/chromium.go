// Package chromium starts the browser in which tests look at pages. Only tests import it.
package chromium

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
)

// names are the browsers that will do, the first that is there.
var names = []string{"chromium", "chromium-browser", "google-chrome"}

// Start starts a browser without a window, for tabs of the context, and gives what ends
// it. It is an error where there is none, or where it does not start within a minute.
func Start() (ctx context.Context, stop func(), err error) {
	path := ""
	for _, name := range names {
		if path, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if path == "" {
		return nil, nil, errors.New("there is no Chromium: install it (apt-get install chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.WSURLReadTimeout(time.Minute))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	// What chromedp has to say against newer Chromium's events is no news here.
	ctx, cancel2 := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	stop = func() { cancel2(); cancel() }
	if err := chromedp.Run(ctx); err != nil {
		stop()
		return nil, nil, fmt.Errorf("%s does not start: %w", path, err)
	}
	return ctx, stop, nil
}
