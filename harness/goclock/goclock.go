package goclock

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Variable names the environment variable with the path of the file that says
// how far the program's clock is ahead: seconds with a sign, "+3600.000" or
// "-360.500", read again for each call of time.Now.
const Variable = "HOSTPROOF_CLOCK_FILE"

// change replaces a snippet that occurs exactly once in package time.
type change struct{ file, text, becomes string }

var changes = []change{
	{"time.go", "func Now() Time {\n", "func Now() Time {\n\tif t, ok := shiftedNow(); ok {\n\t\treturn " +
		"t\n\t}\n\treturn machineNow()\n}\n\nfunc machineNow() Time {\n"},
	// The runtime calls this where no file can be read.
	{"sleep.go", "Now().Add(Duration(-delta))", "machineNow().Add(Duration(-delta))"},
}

// shifted is a file that joins package time. The result has no monotonic
// reading, so that times compare by the wall clock, which is what moves.
const shifted = `package time

import "syscall"

func shiftedNow() (Time, bool) {
	name, ok := syscall.Getenv("` + Variable + `")
	if !ok {
		return Time{}, false
	}
	fd, err := open(name)
	if err != nil {
		return Time{}, false
	}
	defer closefd(fd)
	var buf [32]byte
	n, err := read(fd, buf[:])
	if err != nil {
		return Time{}, false
	}
	var millis, digits int64
	negative, fraction := false, false
	for _, c := range buf[:n] {
		switch {
		case c == '-':
			negative = true
		case c == '.':
			fraction = true
		case '0' <= c && c <= '9' && (!fraction || digits < 3):
			millis = millis*10 + int64(c-'0')
			if fraction {
				digits++
			}
		}
	}
	for ; digits < 3; digits++ {
		millis *= 10
	}
	if negative {
		millis = -millis
	}
	sec, nsec, _ := runtimeNow()
	return unixTime(sec, nsec).Add(Duration(millis) * Millisecond), true
}
`

// Built reports whether a Go program was built with the overlay: it names the
// function that the overlay adds.
func Built(program string) bool {
	data, err := os.ReadFile(program)
	// Joined, so that a program which imports this package does not have it.
	return err == nil && bytes.Contains(data, []byte(strings.Join([]string{"time", "shiftedNow"}, ".")))
}

// Overlay writes, into a directory, what "go build -overlay" wants, for the Go
// on PATH, and returns the path of the file to give it. An error says that there
// is no Go, or that its package time differs from the versions that are known
// (1.25, 1.26).
func Overlay(dir string) (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	source := filepath.Join(strings.TrimSpace(string(out)), "src", "time")
	files := map[string][]byte{"shifted.go": []byte(shifted)}
	for _, c := range changes {
		text, err := os.ReadFile(filepath.Join(source, c.file))
		if err != nil {
			return "", err
		}
		if bytes.Count(text, []byte(c.text)) != 1 {
			return "", fmt.Errorf("%s is not as it is known: a clock of its own cannot be built with this Go",
				filepath.Join(source, c.file))
		}
		files[c.file] = bytes.Replace(text, []byte(c.text), []byte(c.becomes), 1)
	}
	replace := map[string]string{}
	for name, data := range files {
		replace[filepath.Join(source, name)] = filepath.Join(dir, name)
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return "", err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, overlay, 0o644)
}
