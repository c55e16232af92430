package pack

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// npmAPI packs the package with the API, which names the others as optional.
func (s Settings) npmAPI() (string, error) {
	entries, err := s.tree("node", "package.json", "README.md", "bin/", "lib/", "types/")
	if err != nil {
		return "", err
	}
	for i := range entries {
		if entries[i].name == "package.json" {
			if entries[i].data, err = s.manifest(entries[i].data); err != nil {
				return "", err
			}
		}
	}
	license, err := s.license("LICENSE")
	if err != nil {
		return "", err
	}
	return s.tarball("hostproof", append(entries, license))
}

// manifest is package.json with the version, and with the packages that have the
// command: npm installs the one that fits. The order of its keys means something and
// stays.
func (s Settings) manifest(text []byte) ([]byte, error) {
	optional := map[string]string{}
	for _, t := range Targets {
		optional[t.npmPackage()] = s.Version
	}
	list, err := json.Marshal(optional)
	if err != nil {
		return nil, err
	}
	with := fmt.Sprintf("\"version\": %q,\n  \"optionalDependencies\": %s,", s.Version, list)
	return replaced("node/package.json", text, `"version": "0.0.0",`, with)
}

// npmCommand packs the command for a target.
func (s Settings) npmCommand(t Target, command []byte) (string, error) {
	manifest, err := json.MarshalIndent(map[string]any{
		"name": t.npmPackage(), "version": s.Version, "license": "Apache-2.0", "preferUnplugged": true,
		"description": "The command of hostproof for " + t.String(), "os": []string{t.NodeOS},
		"cpu":        []string{t.NodeArch},
		"repository": map[string]string{"type": "git", "url": "git+https://github.com/hostproof/hostproof.git"},
	}, "", "  ")
	if err != nil {
		return "", err
	}
	license, err := s.license("LICENSE")
	if err != nil {
		return "", err
	}
	return s.tarball(t.npmPackage(), []entry{
		{name: "package.json", data: append(manifest, '\n')},
		{name: "bin/" + t.command(), data: command, executable: true},
		license,
	})
}

// npmTime is the time that npm gives to each file of a package.
var npmTime = time.Date(1985, 10, 26, 8, 15, 0, 0, time.UTC)

// tarball writes a package for npm, by the name that npm pack gives it.
func (s Settings) tarball(name string, entries []entry) (string, error) {
	var data bytes.Buffer
	gz := gzip.NewWriter(&data)
	out := tar.NewWriter(gz)
	for _, e := range entries {
		mode := int64(0o644)
		if e.executable {
			mode = 0o755
		}
		head := &tar.Header{Name: "package/" + e.name, Mode: mode, Size: int64(len(e.data)), ModTime: npmTime}
		if err := out.WriteHeader(head); err != nil {
			return "", err
		}
		if _, err := out.Write(e.data); err != nil {
			return "", err
		}
	}
	if err := out.Close(); err != nil {
		return "", err
	}
	if err := gz.Close(); err != nil {
		return "", err
	}
	flat := strings.NewReplacer("@", "", "/", "-").Replace(name)
	file := filepath.Join(s.Out, fmt.Sprintf("%s-%s.tgz", flat, s.Version))
	return file, os.WriteFile(file, data.Bytes(), 0o644)
}
