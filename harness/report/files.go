package report

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a report.
const (
	JSONFile  = "matrix.json"
	JUnitFile = "junit.xml"
	HTMLFile  = "index.html"
	SVGFile   = "matrix.svg"
)

// WriteFiles writes the report in every form into a folder, which it makes.
func (r *Report) WriteFiles(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{{JSONFile, r.WriteJSON}, {JUnitFile, r.WriteJUnit}, {HTMLFile, r.WriteHTML}, {SVGFile, r.WriteSVG}} {
		if err := writeFile(filepath.Join(dir, f.name), f.write); err != nil {
			return err
		}
	}
	return nil
}

// CheckDir makes a folder for reports, and is an error in one line where files
// cannot be written into it.
func CheckDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file: name a folder", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the folder cannot be made: %w", err)
	}
	f, err := os.CreateTemp(dir, ".hostproof-")
	if err != nil {
		return fmt.Errorf("nothing can be written into the folder: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// ReadDir reads every report in a folder and the folders below it, in the order
// of their paths.
func ReadDir(dir string) ([]*Report, error) {
	var out []*Report
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != JSONFile {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		r, err := ReadJSON(f)
		if err != nil {
			return &fs.PathError{Op: "read", Path: path, Err: err}
		}
		out = append(out, r)
		return nil
	})
	return out, err
}
