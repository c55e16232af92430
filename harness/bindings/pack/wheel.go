package pack

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// wheel writes the wheel for a target
// (https://packaging.python.org/en/latest/specifications/binary-distribution-format/).
func (s Settings) wheel(t Target, command []byte) (string, error) {
	version := pythonVersion(s.Version)
	info := fmt.Sprintf("hostproof-%s.dist-info/", version)
	entries, err := s.tree("python/src", "hostproof/")
	if err != nil {
		return "", err
	}
	described, err := s.described(info, version)
	if err != nil {
		return "", err
	}
	tag := "py3-none-" + t.Wheel
	entries = append(entries, described...)
	entries = append(entries,
		entry{name: fmt.Sprintf("hostproof-%s.data/scripts/%s", version, t.command()), data: command, executable: true},
		entry{name: info + "WHEEL", data: []byte(wheelFile(tag))})
	entries = append(entries, record(info, entries))
	file := filepath.Join(s.Out, fmt.Sprintf("hostproof-%s-%s.whl", version, tag))
	data, err := zipped(entries)
	if err != nil {
		return "", err
	}
	return file, os.WriteFile(file, data, 0o644)
}

// pythonVersion is a version as PyPI writes it, 1.2.3rc1
// (https://packaging.python.org/en/latest/specifications/version-specifiers/).
func pythonVersion(version string) string {
	return strings.NewReplacer("-alpha.", "a", "-beta.", "b", "-rc.", "rc").Replace(version)
}

// described are the files that say what the package is.
func (s Settings) described(info, version string) ([]entry, error) {
	read, err := s.tree("python", "METADATA", "README.md", "entry_points.txt")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, e := range read {
		files[e.name] = e.data
	}
	metadata, err := replaced("python/METADATA", files["METADATA"], "\nVersion: 0.0.0\n", "\nVersion: "+version+"\n")
	if err != nil {
		return nil, err
	}
	license, err := s.license(info + "licenses/LICENSE")
	return []entry{
		{name: info + "METADATA", data: append(metadata, files["README.md"]...)},
		{name: info + "entry_points.txt", data: files["entry_points.txt"]},
		license,
	}, err
}

func wheelFile(tag string) string {
	var b strings.Builder
	b.WriteString("Wheel-Version: 1.0\nGenerator: hostproof\nRoot-Is-Purelib: false\n")
	python, platforms, _ := strings.Cut(tag, "-none-")
	for platform := range strings.SplitSeq(platforms, ".") {
		fmt.Fprintf(&b, "Tag: %s-none-%s\n", python, platform)
	}
	return b.String()
}

// record lists the other files with their hashes.
func record(info string, entries []entry) entry {
	name := path.Join(info, "RECORD")
	var b bytes.Buffer
	for _, e := range entries {
		sum := sha256.Sum256(e.data)
		fmt.Fprintf(&b, "%s,sha256=%s,%d\n", e.name, base64.RawURLEncoding.EncodeToString(sum[:]), len(e.data))
	}
	fmt.Fprintf(&b, "%s,,\n", name)
	return entry{name: name, data: b.Bytes()}
}

// zipTime is the time of each file: a zip cannot have one before 1980.
var zipTime = time.Date(1985, 10, 26, 8, 15, 0, 0, time.UTC)

func zipped(entries []entry) ([]byte, error) {
	var data bytes.Buffer
	out := zip.NewWriter(&data)
	for _, e := range entries {
		head := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: zipTime}
		head.SetMode(0o644)
		if e.executable {
			head.SetMode(0o755)
		}
		w, err := out.CreateHeader(head)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	err := out.Close()
	return data.Bytes(), err
}
