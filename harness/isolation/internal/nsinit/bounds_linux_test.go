package nsinit

import (
	"runtime/debug"
	"testing"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// TestWatchCollectsGarbage: an init starts without a collection, and looks for as long as its
// subject runs.
func TestWatchCollectsGarbage(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	g := &guard{bounds: Bounds{Memory: 1}, layer: -1, sees: true, tell: func(seen.Met) {}}
	g.watch(func() {})
	if percent := debug.SetGCPercent(-1); percent != 100 {
		t.Errorf("garbage is collected at %d%%", percent)
	}
}
