package capture

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed scripts
var scripts embed.FS

// Scripts are the languages that there are scripts for.
var Scripts = map[string]string{"node": "scripts/capture.mjs", "python": "scripts/capture.py"}

// Script is a program in another language that prints an Observation of where it
// runs, for hosts on which no binary can be put. It needs nothing but the
// language itself.
func Script(language string) (string, error) {
	file := Scripts[language]
	if file == "" {
		return "", fmt.Errorf("no script for %q: there are node and python", language)
	}
	text, err := scripts.ReadFile(file)
	if err != nil {
		return "", err
	}
	prefixes, err := json.Marshal(Prefixes)
	if err != nil {
		return "", err
	}
	left, err := json.Marshal(slices.Sorted(maps.Keys(skipped)))
	if err != nil {
		return "", err
	}
	return strings.NewReplacer("@PREFIXES@", string(prefixes), "@SKIPPED@", string(left), "@VOCABULARY@",
		Vocabulary).Replace(string(text)), nil
}
