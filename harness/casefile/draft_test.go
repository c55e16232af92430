package casefile

import (
	"strings"
	"testing"
)

// A draft is a case that can be read, with the report's own line as what it expects,
// and without what may be a secret.
func TestDraft(t *testing.T) {
	secret := strings.Repeat("wJalrXUtnFEMI", 4)
	d := Draft{Host: "ecs-fargate", Name: "dir/program.sh", Program: []byte("exit 1"),
		Report: []byte("as in https://github.com/a/b/issues/7.\n\nstarting\nError: cannot use " + secret + "\n")}
	data, err := d.Write(t.Context(), "new.txtar")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse("new.txtar", data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if c.Issues[0] != "https://github.com/a/b/issues/7" || c.Symptom != "Error: cannot use ..." ||
		c.Broken.Expect.Stderr[0] != c.Symptom || c.Workaround == nil || c.Host != "ecs-fargate" ||
		strings.Join(c.Program, " ") != "sh program.sh" {
		t.Errorf("got %s", data)
	}
	if strings.Contains(string(data), secret) || !strings.HasSuffix(string(data), "exit 1\n") {
		t.Errorf("got %s", data)
	}
}

func TestDraftProblems(t *testing.T) {
	for name, row := range map[string]struct {
		draft Draft
		says  string
	}{
		"no host":       {Draft{}, "needs a host"},
		"what program?": {Draft{Host: "vercel", Name: "program.exe"}, "cannot tell how to run program.exe"},
	} {
		if _, err := row.draft.Write(t.Context(), "new.txtar"); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Locking leaves a case alone that names no packages, but for lock files that nothing
// uses.
func TestLockWithoutPackages(t *testing.T) {
	got, err := Lock(t.Context(), "a.txtar", []byte(minimal+"-- locks/go.sum --\nold\n"))
	if err != nil || string(got) != minimal {
		t.Errorf("%v\n%s", err, got)
	}
}
