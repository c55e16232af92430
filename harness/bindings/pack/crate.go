package pack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// Crate writes the crate for crates.io into Out, and returns its file. It takes Cargo, to
// which the arguments are given ("--offline"). The command is not in it: crates.io takes no
// crate above 10 MB (https://doc.rust-lang.org/cargo/reference/publishing.html).
func Crate(ctx context.Context, s Settings, arguments ...string) (string, error) {
	if err := s.check(); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "hostproof-crate-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	entries, err := s.crateFiles()
	if err != nil {
		return "", err
	}
	if err := unpack(dir, entries); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "cargo", slices.Concat([]string{"package", "--quiet", "--no-verify",
		"--target-dir", filepath.Join(dir, "target")}, arguments)...)
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("packing the crate: %w: %s", err, out)
	}
	name := "hostproof-" + s.Version + ".crate"
	data, err := os.ReadFile(filepath.Join(dir, "target", "package", name))
	if err != nil {
		return "", err
	}
	file := filepath.Join(s.Out, name)
	return file, os.WriteFile(file, data, 0o644)
}

// crateFiles are the crate's, with the version.
func (s Settings) crateFiles() ([]entry, error) {
	entries, err := s.tree("rust", "Cargo.toml", "Cargo.lock", "README.md", "src/")
	if err != nil {
		return nil, err
	}
	const line = "name = \"hostproof\"\nversion = \"0.0.0\"\n"
	for i, e := range entries {
		if e.name != "Cargo.toml" && e.name != "Cargo.lock" {
			continue
		}
		with := fmt.Sprintf("name = \"hostproof\"\nversion = %q\n", s.Version)
		if entries[i].data, err = replaced("rust/"+e.name, e.data, line, with); err != nil {
			return nil, err
		}
	}
	license, err := s.license("LICENSE")
	return append(entries, license), err
}
