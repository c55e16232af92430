package main

import (
	"fmt"
	"os"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/summary"
)

// summaryFlags say where a result goes besides the terminal.
type summaryFlags struct {
	Summary string `help:"${help_summary}" placeholder:"FILE"`
}

// check refuses a file that cannot be written to, before anything runs.
func (f *summaryFlags) check() error {
	if f.Summary == "" {
		return nil
	}
	file, err := f.open()
	if err != nil {
		return err
	}
	return file.Close()
}

func (f *summaryFlags) open() (*os.File, error) {
	file, err := os.OpenFile(f.Summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("--summary: %w", err)
	}
	return file, nil
}

// add appends a result to the file.
func (f *summaryFlags) add(r *harness.Result) error {
	if f.Summary == "" {
		return nil
	}
	file, err := f.open()
	if err != nil {
		return err
	}
	defer file.Close()
	return summary.Write(file, r)
}
