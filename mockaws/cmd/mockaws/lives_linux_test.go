package main

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestManyLives calls a mock in its own process over and over: each life ends by SIGKILL, each
// third of them on a disk that had become full, and after each second one the file ends with the
// zeros that a power failure leaves. Whatever was answered in any life is in the journal.
func TestManyLives(t *testing.T) {
	n := soakCalls(t)
	file, seed := filepath.Join(t.TempDir(), "journal"), loadSeed(t)
	random := rand.New(rand.NewPCG(1, 2))
	all := &answered{ids: make(map[string]bool, n)}
	began, lives := time.Now(), 0
	for ; len(all.ids) < n; lives++ {
		c := start(t, "--seed", seed, "--journal", file)
		if lives%3 == 2 {
			c.limitFiles(t, size(t, file)+1+random.Uint64N(200_000))
		}
		before := len(all.ids)
		maps.Copy(all.ids, c.load(t, max(n/10, 200), true, func() { _ = c.cmd.Process.Kill() }).ids)
		_ = c.cmd.Process.Kill() // where the disk was full, no client has reached its number
		_ = c.cmd.Wait()
		t.Logf("life %d: %d answers", lives, len(all.ids)-before)
		if lives%2 == 1 {
			zeros(t, file, 1+random.IntN(10_000))
		}
		if lives > 100 {
			t.Fatalf("%d answers in %d lives", len(all.ids), lives)
		}
	}
	t.Logf("%d answers in %d lives, %v, a journal of %d MB", len(all.ids), lives, time.Since(began),
		size(t, file)>>20)
	all.check(t, start(t, "--journal", file), true)
}

func size(t *testing.T, file string) uint64 {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return uint64(info.Size())
}

// zeros are what the end of a file is whose length was written before its content.
func zeros(t *testing.T, file string, n int) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
}
