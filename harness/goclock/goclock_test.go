package goclock_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/goclock"
	"github.com/hostproof/hostproof/harness/need"
)

const program = `package main

import (
	"bufio"
	"fmt"
	"os"
	"time"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		os.WriteFile(os.Args[1], lines.Bytes(), 0o600)
		fmt.Println(time.Now().UnixMilli())
		<-time.After(time.Microsecond) // which asks for the time on another stack
	}
}
`

func TestOverlay(t *testing.T) {
	need.InFull(t) // it compiles the standard library
	dir := t.TempDir()
	overlay, err := goclock.Overlay(dir)
	if err != nil {
		t.Fatal(err)
	}
	source, binary, clock := filepath.Join(dir, "main.go"), filepath.Join(dir, "program"), filepath.Join(dir, "clock")
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	self, err := os.Executable()
	if err != nil || goclock.Built(self) || !goclock.Built(binary) {
		t.Errorf("%v: this program %t, the other %t", err, goclock.Built(self), goclock.Built(binary))
	}
	offsets := []string{"+0.000", "+3600.500", "-360.250", "+7", "-0.1"}
	want := []time.Duration{0, 3600500 * time.Millisecond, -360250 * time.Millisecond, 7 * time.Second,
		-100 * time.Millisecond}
	run := func(env ...string) []time.Duration {
		cmd := exec.Command(binary, clock)
		cmd.Env, cmd.Stdin = env, strings.NewReader(strings.Join(offsets, "\n")+"\n")
		start := time.Now()
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var got []time.Duration
		for _, line := range strings.Fields(string(out)) {
			millis, err := time.ParseDuration(line + "ms")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, millis-time.Duration(start.UnixNano()))
		}
		return got
	}
	near := func(got, want time.Duration) bool { return (got - want).Abs() < 10*time.Second }
	for i, got := range run(goclock.Variable + "=" + clock) {
		if !near(got, want[i]) {
			t.Errorf("%s: the clock is %v ahead", offsets[i], got)
		}
	}
	for _, got := range run() {
		if !near(got, 0) {
			t.Errorf("without the variable the clock is %v ahead", got)
		}
	}
}
