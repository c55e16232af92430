package main

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// completed are the words that a shell is given for a line.
func completed(t *testing.T, line string) []string {
	t.Helper()
	t.Setenv(completionVariable, line)
	code, out, errOut := try(t)
	if code != 0 || errOut != "" {
		t.Fatalf("%q: exit %d, %s", line, code, errOut)
	}
	return strings.Fields(out)
}

func TestCompletions(t *testing.T) {
	for line, want := range map[string]string{
		"hostproof ":               "explain",
		"hostproof ru":             "run",
		"hostproof run --ho":       "--host-file",
		"hostproof run --host ver": "vercel-fluid",
		"hostproof show amplify-c": "amplify-compute-role",
		"hostproof completion ":    "powershell",
	} {
		if got := completed(t, line); !slices.Contains(got, want) {
			t.Errorf("%q: %v, want %s among them", line, got, want)
		}
	}
	if got := completed(t, "hostproof run --host zz"); len(got) != 0 {
		t.Errorf("no host begins with zz: %v", got)
	}
}

// TestCompletionScripts: each shell that is there takes its script.
func TestCompletionScripts(t *testing.T) {
	for shell := range scripts {
		code, out, _ := try(t, "completion", shell)
		if code != 0 || !strings.Contains(out, "hostproof") {
			t.Errorf("%s: exit %d: %s", shell, code, out)
		}
		path, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), path, "-c", out)
		if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("%s does not take its script: %v, %s", shell, err, said)
		}
	}
	if code, _, errOut := try(t, "completion", "tcsh"); code != exitUsage || !strings.Contains(errOut, "powershell") {
		t.Errorf("an unknown shell: exit %d, %s", code, errOut)
	}
}

func TestManualPage(t *testing.T) {
	var c commands
	page := manualPage(parserOf(&c), time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC))
	if first, _, _ := strings.Cut(page, "\n"); !strings.HasPrefix(first, `.TH HOSTPROOF 1 "2001-02-03"`) {
		t.Errorf("the page has a date of its own: %s", first)
	}
	code, out, _ := try(t, "man")
	if checked := thisVersion(nil, false).Checked; !strings.Contains(out, `"`+checked+`"`) {
		t.Errorf("the page is not of %s", checked)
	}
	for _, want := range []string{".TH HOSTPROOF 1", "run", "host", "explain"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d: the page lacks %q", code, want)
		}
	}
	path, err := exec.LookPath("man")
	if err != nil {
		return // nothing here reads it
	}
	cmd := exec.CommandContext(t.Context(), path, "--warnings", "-l", "-")
	cmd.Stdin = strings.NewReader(out)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		t.Errorf("man does not take it: %v, %s", err, &said)
	}
}
