package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestNoticeComesBeforeTheProgram(t *testing.T) {
	code, _, errOut := try(t, "run", "--host", "vercel", "--isolation", "endpoint", "--",
		"sh", "-c", "echo from the program >&2")
	notice := strings.Index(errOut, "only clients that read AWS_ENDPOINT_URL")
	program := strings.Index(errOut, "from the program")
	if code != 0 || notice < 0 || program < notice {
		t.Errorf("exit %d:\n%s", code, errOut)
	}
}

// TestWorkflowHasTheSandbox: the step that allows it comes before the matrix.
func TestWorkflowHasTheSandbox(t *testing.T) {
	var b bytes.Buffer
	if err := printExample(&b, "github"); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	allow := strings.Index(text, "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0")
	matrix := strings.Index(text, "hostproof matrix --isolation sandbox ")
	if allow < 0 || matrix < allow {
		t.Errorf("allowed at %d, the matrix at %d:\n%s", allow, matrix, text)
	}
}

// withoutNotice takes out of what was said the notice of isolation endpoint,
// where there is no sandbox, and of what a sandbox lacks here.
func withoutNotice(said string) string {
	var b strings.Builder
	notice := 0
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "hostproof: isolation endpoint: ") {
			notice = 2
		}
		if strings.HasPrefix(line, "hostproof: isolation sandbox, on this kernel: ") {
			notice = 1
		}
		if notice--; notice < 0 {
			b.WriteString(line)
		}
	}
	return b.String()
}
