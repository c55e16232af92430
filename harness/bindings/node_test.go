package bindings_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hostproof/hostproof/harness/need"
)

// TestNode installs the packages for npm into an empty project, without a network, and
// runs tests there with each runner.
func TestNode(t *testing.T) {
	need.InFull(t)
	runners := filepath.Join(installed(t, "bindings-node"), "node_modules")
	command, _, api := built(t)
	root := t.TempDir()
	project := place{dir: filepath.Join(root, "project")}
	// The runners are found in the folder above, as in a workspace.
	if err := os.Symlink(runners, filepath.Join(root, "node_modules")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(project.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	project.must(t, "npm", "init", "-y")
	project.must(t, "npm", "install", "--offline", "--no-audit", "--no-fund", api, command)
	project.filled(t, "testdata/node")
	bin := func(name string) string { return within(runners, ".bin", name) }

	const change = "credentialProvider: async () =>"
	t.Run("vitest", func(t *testing.T) { project.story(t, change, bin("vitest"), "run") })
	t.Run("jest", func(t *testing.T) {
		project.story(t, change, bin("jest"), "--rootDir", ".", "--testMatch", "**/*.jest.cjs")
	})
	t.Run("node:test", func(t *testing.T) { project.story(t, change, "node", "--test", "vercel.node.mjs") })
	t.Run("the rest of the API", func(t *testing.T) { project.must(t, "node", "--test", "api.node.mjs") })
	t.Run("types", func(t *testing.T) { project.must(t, bin("tsc"), "-p", ".") })
}
