package capture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/hostproof/hostproof/fixtures"
)

// Load reads a host out of a file's data: a host.yaml, or an Observation as the
// scripts print it. It returns the built-in catalog with that host in it, and
// the host's name.
func Load(data []byte) (*fixtures.Catalog, string, error) {
	if isObservation(data) || isDump(data) {
		o, err := Parse(data)
		if err != nil {
			return nil, "", err
		}
		if data, err = o.Fixture(Options{}); err != nil {
			return nil, "", err
		}
	}
	h, err := Host(data)
	if err != nil {
		return nil, "", err
	}
	files, err := single(h.Name, data)
	if err != nil {
		return nil, "", err
	}
	catalog, err := fixtures.Builtin().Extend(files)
	return catalog, h.Name, err
}

// Host reads one host.yaml.
func Host(data []byte) (*fixtures.Host, error) {
	var head struct{ Name string }
	if err := yaml.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("no host.yaml and no capture: %w", err)
	}
	if head.Name == "" || head.Name != path.Base(head.Name) || head.Name == "." || head.Name == ".." {
		return nil, errors.New(
			"no host.yaml and no capture: it has no name: a host's name is of small letters, digits and hyphens")
	}
	files, err := single(head.Name, data)
	if err != nil {
		return nil, err
	}
	catalog, err := fixtures.Builtin().Extend(files)
	if err != nil {
		return nil, err
	}
	return catalog.Host(head.Name)
}

func isObservation(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) && bytes.Contains(data, []byte(`"hostproofCapture"`))
}

// single is a file system with one host in it.
func single(name string, data []byte) (fs.FS, error) {
	file := txtar.File{Name: "hosts/" + name + "/host.yaml", Data: data}
	files, err := txtar.FS(&txtar.Archive{Files: []txtar.File{file}})
	if err != nil {
		return nil, fmt.Errorf("host %q: %w", name, err)
	}
	return files, nil
}

// Write observes the host and returns the fixture, or as JSON the Observation
// itself.
func Write(ctx context.Context, opts Options, raw bool) ([]byte, error) {
	o := Observe(ctx)
	if !raw {
		return o.Fixture(opts)
	}
	out, err := json.MarshalIndent(o, "", " ")
	return append(out, '\n'), err
}
