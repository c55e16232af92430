package bindings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/need"
)

// TestNode installs the packages for npm into an empty project, without a network, and
// runs tests there with each runner.
func TestNode(t *testing.T) {
	need.InFull(t)
	project, runners := nodeProject(t)
	project.filled(t, "testdata/node")
	bin := func(name string) string { return within(runners, ".bin", name) }

	const change = "credentialProvider: async () =>"
	t.Run("vitest", func(t *testing.T) { project.story(t, change, bin("vitest"), "run") })
	t.Run("jest", func(t *testing.T) {
		project.story(t, change, bin("jest"), "--rootDir", ".", "--testMatch", "**/*.jest.cjs")
	})
	t.Run("node:test", func(t *testing.T) { project.story(t, change, "node", "--test", "vercel.node.mjs") })
	t.Run("bun", func(t *testing.T) { project.story(t, change, bun(t, runners), "test", "./vercel.bun.ts") })
	t.Run("deno", func(t *testing.T) {
		project.story(t, change, bin("deno"), "test", "--allow-all", "--no-remote", "--no-check", "vercel.deno.ts")
	})
	t.Run("playwright", func(t *testing.T) {
		chromium := need.Program(t, "chromium", "install it")
		browsing := place{dir: project.dir, env: append(project.env, "CHROMIUM="+chromium)}
		browsing.story(t, change, bin("playwright"), "test")
	})
	t.Run("the rest of the API", func(t *testing.T) { project.must(t, "node", "--test", "api.node.mjs") })
	t.Run("init", func(t *testing.T) { starts(t, project, bin) })
	t.Run("types", func(t *testing.T) { project.must(t, bin("tsc"), "-p", ".") })
}

// nodeProject is a project that has the packages, and the folder of the runners.
func nodeProject(t *testing.T) (project place, runners string) {
	t.Helper()
	runners = filepath.Join(installed(t, "bindings-node"), "node_modules")
	command, _, api := built(t)
	root := t.TempDir()
	project = place{dir: filepath.Join(root, "project")}
	// The runners are found in the folder above, as in a workspace.
	if err := os.Symlink(runners, filepath.Join(root, "node_modules")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(project.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	project.must(t, "npm", "init", "-y")
	project.must(t, "npm", "install", "--offline", "--no-audit", "--no-fund", api, command)
	return project, runners
}

// bun is the program that a script of its package would put into .bin: scripts of packages
// are not run.
func bun(t *testing.T, runners string) string {
	t.Helper()
	found, err := filepath.Glob(within(runners, "@oven", "bun-*", "bin", "bun*"))
	if err != nil || len(found) == 0 {
		t.Fatalf("there is no bun: %v", err)
	}
	return found[0]
}

// starts has hostproof init write a test for each runner, which is green where the
// program is right, and red where it is not.
func starts(t *testing.T, project place, bin func(string) string) {
	for runner, argv := range map[string][]string{
		"vitest": {bin("vitest"), "run"}, "jest": {bin("jest")}, "": {"node", "--test"},
	} {
		t.Run(runner, func(t *testing.T) {
			own := place{dir: within(project.dir, "started-"+runner)}
			if err := os.Mkdir(own.dir, 0o755); err != nil {
				t.Fatal(err)
			}
			manifest := `{"main": "app.mjs", "devDependencies": {"` + runner + `": "*"}}`
			for name, text := range map[string]string{"package.json": manifest, "app.mjs": "", "netlify.toml": ""} {
				if err := os.WriteFile(within(own.dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			own.must(t, within(project.dir, "node_modules", ".bin", "hostproof"), "init")
			own.must(t, argv...)
			if err := os.WriteFile(within(own.dir, "app.mjs"), []byte("throw new Error('on purpose')"),
				0o600); err != nil {
				t.Fatal(err)
			}
			if out, ok := own.run(t, argv...); ok || !strings.Contains(out, "there is a problem on host netlify") ||
				!strings.Contains(out, "on purpose") {
				t.Errorf("a program that fails:\n%s", out)
			}
		})
	}
}
