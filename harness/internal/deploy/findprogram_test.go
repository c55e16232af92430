package deploy

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckProgram(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"plain": 0o644, "tool": 0o755} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	for name, says := range map[string]string{
		"sh": "", "./tool": "", filepath.Join(dir, "tool"): "",
		"no-such-program": "there is no such program on PATH; install it",
		"tool":            "a file of that name is here: write ./tool",
		"./missing":       "there is no such file",
		"./tool/x":        "there is no such file",
		"./plain":         "the file is not executable: chmod +x ./plain",
		"./":              "it is a directory",
		dir:               "it is a directory",
	} {
		err := CheckProgram(name, dir)
		var setting *SettingError
		if says == "" && err != nil || says != "" && (!errors.As(err, &setting) || !strings.Contains(setting.Problem,
			says)) {
			t.Errorf("%s: got %v, want %q", name, err, says)
		}
	}
}
