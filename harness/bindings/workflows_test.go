package bindings_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
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

// TestKubernetesJob holds the example to the schemas of Kubernetes itself, in which nothing
// else may stand.
func TestKubernetesJob(t *testing.T) {
	need.InFull(t)
	checker := within(installed(t, "bindings-kubernetes"), "venv", "bin", "kubernetes-validate")
	here := place{dir: t.TempDir()}
	example := within(mustAbs(t, "../cmd/hostproof"), "examples", "kubernetes.yaml")
	if out := here.must(t, checker, "--strict", example); !strings.Contains(out, "passed for resource job/") {
		t.Errorf("the job was not looked at: %s", out)
	}
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	misspelt := within(here.dir, "misspelt.yaml")
	if err := os.WriteFile(misspelt, bytes.ReplaceAll(text, []byte("maxFailedIndexes"), []byte("maxFailed")),
		0o600); err != nil {
		t.Fatal(err)
	}
	if out, ok := here.run(t, checker, "--strict", misspelt); ok || !strings.Contains(out, "'maxFailed'") {
		t.Errorf("a field that there is not is taken: the check holds nothing: %s", out)
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
