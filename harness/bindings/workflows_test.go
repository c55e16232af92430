package bindings_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/harness/starter"
)

// TestWorkflows holds what people copy into their CI to the schemas that the CI systems
// publish, as check-jsonschema has them.
func TestWorkflows(t *testing.T) {
	need.InFull(t)
	checker := within(installed(t, "bindings-python"), "venv", "bin", "check-jsonschema")
	here := place{dir: t.TempDir()}
	check := func(schema, file string) {
		t.Helper()
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		here.must(t, checker, "--builtin-schema", schema, path)
	}
	check("vendor.github-actions", "../action/action.yml")
	check("vendor.github-workflows", "../cmd/hostproof/examples/github.yaml")
	if out, ok := here.run(t, checker, "--builtin-schema", "vendor.github-workflows",
		within(mustAbs(t, "../action"), "action.yml")); ok {
		t.Errorf("an action is taken for a workflow: the check holds nothing: %s", out)
	}
	for name, schema := range map[string]string{".github": "vendor.github-workflows",
		".gitlab-ci.yml": "vendor.gitlab-ci", ".circleci": "vendor.circle-ci", ".buildkite": "vendor.buildkite"} {
		for _, manifest := range []string{"package.json", "requirements.txt", "go.mod", "pom.xml", "Cargo.toml"} {
			project := fstest.MapFS{manifest: {Data: []byte("{}")}, name: {}, "netlify.toml": {}, "vercel.json": {}}
			files, err := starter.Look(project).Files()
			if err != nil {
				t.Fatal(err)
			}
			workflow := files[len(files)-1]
			file := within(here.dir, filepath.Base(workflow.Name))
			if err := os.WriteFile(file, []byte(workflow.Text), 0o600); err != nil {
				t.Fatal(err)
			}
			check(schema, file)
		}
	}
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
