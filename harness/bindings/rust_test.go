package bindings_test

import (
	"path/filepath"
	"testing"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness/bindings/pack"
	"github.com/hostproof/hostproof/harness/need"
)

// TestRust has a project use the crate as crates.io would give it, without a network, and
// runs tests there. The program under test is a subject: to compile an SDK takes minutes.
func TestRust(t *testing.T) {
	need.InFull(t)
	project, _ := rustProject(t)
	root := filepath.Dir(project.dir)
	test := []string{"cargo", "test", "--quiet", "--offline", "--locked", "--test"}

	const change = "Put key and secret under names of your own and pass .credentials_provider("
	t.Run("story", func(t *testing.T) { project.story(t, change, append(test, "vercel")...) })
	t.Run("the rest of the API", func(t *testing.T) { project.must(t, append(test, "api")...) })
	t.Run("init", func(t *testing.T) {
		own := place{dir: within(root, "own"), env: project.env}
		own.written(t, map[string]string{"netlify.toml": "", "src/main.rs": "fn main() {}\n",
			"Cargo.toml": "[package]\nname = \"own\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n" +
				"[dev-dependencies]\nhostproof = { path = \"../hostproof-0.0.0\" }\n"})
		own.begins(t, command(t), "src/main.rs", "fn main() { panic!(\"on purpose\") }\n",
			"cargo", "test", "--quiet", "--offline", "--test", "hostproof")
	})
	t.Run("a command that ends", func(t *testing.T) { project.must(t, append(test, "gone")...) })
	t.Run("clippy", func(t *testing.T) {
		crate := place{dir: within(root, "hostproof-0.0.0"), env: project.env}
		crate.must(t, "cargo", "clippy", "--quiet", "--offline", "--locked", "--", "--deny", "warnings")
		crate.must(t, "cargo", "fmt", "--check")
	})
}

// rustProject is a project beside the unpacked crate, and the program under test.
func rustProject(t *testing.T) (project place, app *subjects.Installed) {
	t.Helper()
	app, err := subjects.Install(t.Context(), "rust-aws-sdk")
	ready(t, err)
	need.Program(t, "python3", "install Python")
	root := t.TempDir()
	unpackedCrate(t, root)
	project = place{dir: within(root, "project"), env: []string{"APP=" + app.Argv[0],
		"CARGO_TARGET_DIR=" + within(root, "target"), "HOSTPROOF_BINARY=" + command(t)}}
	project.filled(t, "testdata/rust")
	project.must(t, "cargo", "fetch", "--quiet", "--locked") // without a network, where it was fetched before
	return project, app
}

// unpackedCrate packs the crate and unpacks it as cargo does.
func unpackedCrate(t *testing.T, dir string) {
	t.Helper()
	crate, err := pack.Crate(t.Context(), pack.Settings{Root: "../..", Out: t.TempDir(), Version: "0.0.0",
		Targets: pack.Targets[:1]})
	if err != nil {
		t.Fatal(err)
	}
	place{dir: dir}.must(t, "tar", "-xzf", crate)
}

// command is the command, as a user of the crate has it on PATH.
func command(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "hostproof")
	place{}.must(t, "go", "build", "-o", file, "../cmd/hostproof")
	return file
}
