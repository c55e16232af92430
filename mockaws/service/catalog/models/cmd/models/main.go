// Command models makes the table of package models out of the service models
// that botocore ships:
//
//	pip download --no-deps botocore
//	cd mockaws/service/catalog/models
//	go run ./cmd/models --out services.tsv.gz botocore-*.whl
//
// The first line of the table says of which release it was made, and when that was
// built.
package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

type flags struct {
	Out   string `required:"" type:"path" help:"The table to write."`
	Wheel string `arg:"" type:"existingfile" help:"A wheel of botocore, as pip downloads it."`
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
	wheel, err := zip.OpenReader(f.Wheel)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Wheel, err)
	}
	defer wheel.Close()
	table, err := tableOf(wheel)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Wheel, err)
	}
	return write(f.Out, table)
}

// tableOf is the table of the models in a wheel.
func tableOf(wheel fs.FS) ([]byte, error) {
	version, built, err := releaseOf(wheel)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Made of botocore %s, built %s\n", version, built.Format(time.DateOnly))
	fmt.Fprintln(&b, "# https://github.com/boto/botocore/tree/develop/botocore/data")
	list, err := fs.Glob(wheel, "botocore/data/*/*/service-2.json.gz")
	if err != nil {
		return nil, err
	}
	newest := map[string]string{} // service -> path: a later API version replaces an earlier one
	for _, name := range list {
		newest[path.Base(path.Dir(path.Dir(name)))] = name
	}
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		if err := add(&b, wheel, newest[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", newest[name], err)
		}
	}
	return b.Bytes(), nil
}

var versionLine = regexp.MustCompile(`__version__ = '([^']+)'`)

// releaseOf is the version that a wheel says it has, and the day of its files.
func releaseOf(wheel fs.FS) (version string, built time.Time, err error) {
	const name = "botocore/__init__.py"
	text, err := fs.ReadFile(wheel, name)
	if err != nil {
		return "", time.Time{}, err
	}
	m := versionLine.FindSubmatch(text)
	if m == nil {
		return "", time.Time{}, fmt.Errorf("%s does not say botocore's version", name)
	}
	info, err := fs.Stat(wheel, name)
	if err != nil {
		return "", time.Time{}, err
	}
	return string(m[1]), info.ModTime(), nil
}

func add(b *bytes.Buffer, wheel fs.FS, name string) error {
	file, err := wheel.Open(name)
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
