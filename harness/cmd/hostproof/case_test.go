package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/casefile"
)

func TestCaseNew(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	program := filepath.Join(dir, "theirs.sh")
	if err := os.WriteFile(program, []byte("exit 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	report := strings.NewReader("https://github.com/a/b/issues/7\nError: no credentials\n")
	var out, errOut bytes.Buffer
	args := []string{"case", "new", "--from", "-", "--host", "ecs-fargate", "--program", program}
	if code := run(args, report, &out, &errOut); code != 0 {
		t.Fatalf("%d: %s", code, errOut.String())
	}
	const file = "case-on-ecs-fargate.txtar"
	if !strings.Contains(out.String(), "wrote "+file) {
		t.Error(out.String())
	}
	if c, err := casefile.Load(file); err != nil || c.Symptom != "Error: no credentials" {
		t.Errorf("%+v, %v", c, err)
	}
	before, _ := os.ReadFile(file)
	if code := run(args, strings.NewReader(""), &out, &errOut); code != exitUsage ||
		!strings.Contains(errOut.String(), "is there already") {
		t.Errorf("%d: %s", code, errOut.String())
	}
	if code := run([]string{"case", "lock", file}, nil, &out, &errOut); code != 0 {
		t.Errorf("%d: %s", code, errOut.String())
	}
	if after, _ := os.ReadFile(file); string(after) != string(before) {
		t.Errorf("changed to %s", after)
	}
}

func TestCaseNewProblems(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, row := range []struct{ args, says string }{
		{"--host nowhere", `no host "nowhere"`},
		{"--host vercel --npm left-pad", `"left-pad" has no version`},
		{"--host vercel --npm left-pad@1.3.0 --mended left-pad@1.3.0", "want npm:, pip:, go:, cargo: or maven:"},
		{"--host vercel --from none.txt", "none.txt"},
		{"--host vercel --program none.py", "none.py"},
	} {
		var out, errOut bytes.Buffer
		if code := run(append([]string{"case", "new"}, strings.Fields(row.args)...), nil, &out, &errOut); code !=
			exitUsage || !strings.Contains(errOut.String(), row.says) {
			t.Errorf("%s: %d: %s", row.args, code, errOut.String())
		}
	}
	if left, _ := os.ReadDir("."); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
