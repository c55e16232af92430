package container_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/container"
	"github.com/hostproof/hostproof/harness/need"
)

// TestImageOfThisMachine runs this machine's Node, with its libraries and a
// folder, in a container.
func TestImageOfThisMachine(t *testing.T) {
	engine(t)
	node, err := exec.LookPath("node")
	if err != nil {
		need.Missing(t, "node", errors.New("there is no node: install Node.js"))
	}
	dir := t.TempDir()
	const program = "fetch(process.argv[2]).then((r) => r.text()).then((t) => process.stdout.write(t))"
	if err := os.WriteFile(filepath.Join(dir, "get.mjs"), []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	recipe := container.Recipe{Name: "hostproof-test-node", Programs: []string{node}, Trees: []string{dir},
		Entrypoint: []string{node}, Env: []string{"KIND=test"}}
	image, err := recipe.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = exec.Command("docker", "image", "rm", image).Run() }) // it is this test's alone
	if again, err := recipe.Build(t.Context()); err != nil || again != image {
		t.Errorf("built again: %s, %v, want %s", again, err, image)
	}
	run(t, image, isolation.Config{Argv: []string{filepath.Join(dir, "get.mjs"), "https://" + bedrock + "/model"},
		AWS: echo}).
		want(t, "HTTP/1.1 host="+bedrock+" sni="+bedrock+" path=/model\n")
	run(t, image, isolation.Config{Argv: []string{"-p", "process.env.KIND"}}).want(t, "test\n")
}

func TestRecipeErrors(t *testing.T) {
	engine(t)
	for want, r := range map[string]container.Recipe{
		"no-such-program": {Name: "x", Programs: []string{"no-such-program"}},
		"/no/such/folder": {Name: "x", Trees: []string{"/no/such/folder"}},
		`variable "A"`:    {Name: "x", Env: []string{`A="`}},
	} {
		if _, err := r.Build(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
