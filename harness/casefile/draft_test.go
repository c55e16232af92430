package casefile

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/casefile/packages"
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

// TestDraftOfLittle: what the report does not have is to be filled in, and how a program is
// run follows from its name.
func TestDraftOfLittle(t *testing.T) {
	for name, row := range map[string]struct {
		draft Draft
		says  []string
		hides string
	}{
		"no report": {Draft{Host: "vercel", Name: "a.mjs", Program: []byte("x")},
			[]string{"Issue: https://example.com/", "Symptom: " + fillIn + ": what the reporter saw\n",
				"program: [node, a.mjs]", "workaround:", "noCalls: true", "accepted: arn:aws:*"}, "stderr"},
		"an address in brackets": {Draft{Host: "fly", Name: "x/b.py", Program: []byte("x"),
			Report: []byte("(see https://github.com/a/b/issues/7).\nValueError: no\n")},
			[]string{"Issue: https://github.com/a/b/issues/7\n", "program: [python, b.py]",
				"- 'ValueError: no'"}, "..."},
		"versions that mend it": {Draft{Host: "fly", Name: "c.cjs", Program: []byte("x"),
			Mended: packages.Set{Npm: []string{"a@2.0.0"}}, Packages: packages.Set{Npm: []string{"a@1.0.0"}}},
			[]string{"fixed:\n  npm:", "broken:\n  npm:", "program: [node, c.cjs]"}, "workaround"},
		"a long word that is short enough": {Draft{Host: "fly", Name: "main.rs", Program: []byte("x"),
			Report: []byte("Error: " + strings.Repeat("a", 39) + "\n")},
			[]string{"program: [subject]", "Error: " + strings.Repeat("a", 39)}, "..."},
	} {
		settings, err := row.draft.settings()
		if err != nil {
			t.Fatal(err)
		}
		text := string(row.draft.comment()) + string(settings)
		for _, want := range row.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", name, want, text)
			}
		}
		if strings.Contains(text, row.hides) {
			t.Errorf("%s: has %q\n%s", name, row.hides, text)
		}
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
