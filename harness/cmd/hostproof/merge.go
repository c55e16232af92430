package main

import (
	"fmt"

	"github.com/hostproof/hostproof/harness/report"
)

type mergeCommand struct {
	Dirs []string `arg:"" name:"dir" type:"existingdir" help:"Folders with the reports of shards; those below them count too."`
	JSON bool     `help:"Print the merged report as JSON; the table then goes to standard error."`
	Out  string   `required:"" help:"Folder for the merged reports." placeholder:"DIR"`
}

// Run merges the reports of shards into one.
func (c *mergeCommand) Run(s *streams) error {
	var shards []*report.Report
	for _, dir := range c.Dirs {
		found, err := report.ReadDir(dir)
		if err != nil {
			return &exitError{exitUsage, err}
		}
		if len(found) == 0 {
			return &exitError{exitUsage, fmt.Errorf("%s: there is no %s in it or below it", dir, report.JSONFile)}
		}
		shards = append(shards, found...)
	}
	r, err := report.Merge(shards...)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	return publish(s, r, c.Out, c.JSON)
}
