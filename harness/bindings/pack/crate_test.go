package pack

import (
	"strings"
	"testing"
)

func TestCrateFiles(t *testing.T) {
	files, err := Settings{Root: "../../..", Version: "1.2.3"}.crateFiles()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, e := range files {
		found[e.name] = string(e.data)
	}
	for _, name := range []string{"Cargo.toml", "Cargo.lock"} {
		if !strings.Contains(found[name], "name = \"hostproof\"\nversion = \"1.2.3\"\n") {
			t.Errorf("%s has not the version:\n%s", name, found[name])
		}
	}
	for _, name := range []string{"src/lib.rs", "src/engine.rs", "README.md", "LICENSE"} {
		if found[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
}
