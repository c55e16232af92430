// Command models makes the table of package models out of the service models
// that botocore ships:
//
//	pip download --no-deps botocore && unzip -q botocore-*.whl
//	go run ./mockaws/service/catalog/models/cmd/models --out mockaws/service/catalog/models/services.tsv.gz botocore
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type flags struct {
	Out      string `required:"" type:"path" help:"The table to write."`
	Botocore string `arg:"" type:"existingdir" help:"botocore's package directory."`
}

// model is what the table takes of a service model
// (https://github.com/boto/botocore/tree/develop/botocore/data).
type model struct {
	Metadata struct {
		ServiceID, EndpointPrefix, SigningName, Protocol, JSONVersion, TargetPrefix, APIVersion, XMLNamespace string
		Protocols                                                                                             []string
	}
	Operations map[string]struct {
		HTTP     struct{ Method, RequestURI string }
		AuthType string
		Auth     []string
		Output   struct{ Shape string }
	}
}

func main() {
	var f flags
	kong.Parse(&f)
	if err := run(&f); err != nil {
		fmt.Fprintln(os.Stderr, "models: "+err.Error())
		os.Exit(1)
	}
}

func run(f *flags) error {
	version, err := versionOf(f.Botocore)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Names of AWS's services and operations, from the service models of botocore %s\n", version)
	fmt.Fprintln(&b, "# https://github.com/boto/botocore/tree/develop/botocore/data")
	dirs, err := filepath.Glob(filepath.Join(f.Botocore, "data", "*", "*", "service-2.json.gz"))
	if err != nil {
		return err
	}
	newest := map[string]string{} // service -> path: a later API version replaces an earlier one
	for _, path := range dirs {
		newest[filepath.Base(filepath.Dir(filepath.Dir(path)))] = path
	}
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		if err := add(&b, newest[name]); err != nil {
			return fmt.Errorf("%s: %w", newest[name], err)
		}
	}
	return write(f.Out, b.Bytes())
}

var versionLine = regexp.MustCompile(`__version__ = '([^']+)'`)

func versionOf(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "__init__.py"))
	if err != nil {
		return "", err
	}
	m := versionLine.FindSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("%s does not say botocore's version", dir)
	}
	return string(m[1]), nil
}

func add(b *bytes.Buffer, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	var m model
	if err := json.NewDecoder(unzipped).Decode(&m); err != nil {
		return err
	}
	d := m.Metadata
	if d.SigningName == "" {
		d.SigningName = d.EndpointPrefix
	}
	if len(d.Protocols) == 0 {
		d.Protocols = []string{d.Protocol}
	}
	fmt.Fprintln(b, strings.Join([]string{"S", d.ServiceID, d.EndpointPrefix, d.SigningName, strings.Join(d.Protocols,
		","),
		d.JSONVersion, d.TargetPrefix, d.APIVersion, d.XMLNamespace}, "\t"))
	rest := strings.HasPrefix(d.Protocol, "rest-")
	for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
		op := m.Operations[name]
		row := []string{"O", name}
		if unsigned := op.AuthType == "none" || slices.Contains(op.Auth, "smithy.api#noAuth"); unsigned {
			row[0] = "U"
		}
		if rest {
			row = append(row, op.HTTP.Method, op.HTTP.RequestURI)
		}
		if d.Protocol == "rest-xml" {
			row = append(row, op.Output.Shape)
		}
		fmt.Fprintln(b, strings.Join(row, "\t"))
	}
	return nil
}

func write(path string, table []byte) error {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, bytes.NewReader(table)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
