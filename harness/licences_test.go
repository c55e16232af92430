package harness_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// permitted are words of the licences under which others' code may be in our programs, each in the
// licence's own text.
var permitted = []struct{ name, words string }{
	{"Apache-2.0", "Apache License"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining"},
	{"BSD", "Redistribution and use in source and binary forms"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software"},
	{"ISC", "Permission to use, copy, modify, and distribute this software"},
	{"MPL-2.0", "Mozilla Public License Version 2.0"},
	{"MPL-2.0", "Mozilla Public License, version 2.0"},
}

// TestLicences reads the licence of each module that our programs are built of.
func TestLicences(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-json=Module", "./cmd/...", "../mockaws/cmd/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for list := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Module *struct {
				Path, Dir string
				Main      bool
			}
		}
		if err := list.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if m := p.Module; m != nil && !m.Main && seen[m.Path] == "" {
			if seen[m.Path] = licence(m.Dir); seen[m.Path] == "" {
				t.Errorf("%s has none of the licences that are permitted: %s", m.Path, m.Dir)
				seen[m.Path] = "none"
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d modules were found", len(seen))
	}
}

// licence names a module's, by the text in its directory.
func licence(dir string) string {
	for _, pattern := range []string{"LICENSE*", "LICENCE*", "COPYING*", "License*", "license*"} {
		files, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, f := range files {
			data, _ := os.ReadFile(f)
			text := strings.Join(strings.Fields(string(data)), " ")
			for _, p := range permitted {
				if strings.Contains(text, p.words) {
					return p.name
				}
			}
		}
	}
	return ""
}
