package bindings_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/internal/page"
	"github.com/hostproof/hostproof/harness/need"
)

// TestPages follows the handbook's page of each language literally, in a project that has
// the packages as a user would get them.
func TestPages(t *testing.T) {
	need.InFull(t)
	projects := map[string]func(*testing.T) place{
		"java": javaPage, "python": pythonPage, "rust": rustPage, "typescript": nodePage,
	}
	pages, err := filepath.Glob("../docs/languages/*.md")
	if err != nil || len(pages) != len(projects) {
		t.Fatalf("pages %v, %v: want one for each of %d projects", pages, err, len(projects))
	}
	for _, file := range pages {
		name := strings.TrimSuffix(filepath.Base(file), ".md")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			projects[name](t).follow(t, string(text))
		})
	}
}

// follow follows a page in the project. A block that is neither a file nor a console is a
// part of the project's pom.xml.
func (p place) follow(t *testing.T, text string) {
	t.Helper()
	run := func(command string) string {
		out, _ := p.run(t, "sh", "-c", command)
		return out
	}
	page.Follow(t, p.dir, text, run, func(b page.Block) {
		pom, err := os.ReadFile(within(p.dir, "pom.xml"))
		words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
		if err != nil || !strings.Contains(words(string(pom)), words(b.Text)) {
			t.Errorf("the project has not this part, %v:\n%s", err, b.Text)
		}
	})
}

func javaPage(t *testing.T) place {
	t.Helper()
	project, test := mavenProject(t, "testdata/java")
	config := []byte(arguments(test("AppTest")))
	if err := errors.Join(os.RemoveAll(within(project.dir, "src")), os.Mkdir(within(project.dir, ".mvn"), 0o755),
		os.WriteFile(within(project.dir, ".mvn", "maven.config"), config, 0o600)); err != nil {
		t.Fatal(err)
	}
	return project
}

// arguments are Maven's without the command and the goal.
func arguments(command []string) string {
	var out []string
	for _, word := range command[1:] {
		if word != "test" {
			out = append(out, word)
		}
	}
	return strings.Join(out, "\n")
}

func pythonPage(t *testing.T) place {
	t.Helper()
	project, _ := pythonProject(t)
	return project
}

func nodePage(t *testing.T) place {
	t.Helper()
	project, _ := nodeProject(t)
	project.env = append(project.env, "CHROMIUM="+need.Program(t, "chromium", "install it"))
	return project
}

func rustPage(t *testing.T) place {
	t.Helper()
	project, app := rustProject(t)
	const strategy = ` --operation converse --strategy env "$@"`
	crate := `[patch.crates-io]` + "\n" + `hostproof = { path = "../hostproof-0.0.0" }` + "\n"
	page := place{dir: within(filepath.Dir(project.dir), "page"), env: append(project.env, "CARGO_NET_OFFLINE=true")}
	for name, text := range map[string]string{
		"app": "#!/bin/sh\nexec " + app.Argv[0] + strategy + "\n", ".cargo/config.toml": crate,
	} {
		file := within(page.dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755),
			os.WriteFile(file, []byte(text), 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	return page
}
