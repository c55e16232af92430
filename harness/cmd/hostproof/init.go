package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/starter"
)

type initCommand struct {
	DryRun bool   `help:"Say what was found and what would be written, and write nothing."`
	JSON   bool   `help:"Print what was found and written as JSON."`
	Dir    string `arg:"" optional:"" default:"." help:"Folder of the project."`
}

// Run looks at a project and writes a first test and a workflow.
func (c *initCommand) Run(s *streams) error {
	project, err := os.OpenRoot(c.Dir)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	defer project.Close()
	found := starter.Look(project.FS())
	files, err := found.Files()
	if err != nil {
		return err
	}
	if !c.DryRun {
		if err := starter.Write(project, files); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(s.out, foundJSON(found, files))
	}
	_, err = fmt.Fprint(s.out, c.report(found, files))
	return err
}

// initJSON is what was found out about a project, for a program to read.
type initJSON struct {
	Hosts   []string   `json:"hosts"`
	Signs   []signJSON `json:"signs"`
	Because string     `json:"because"` // the file that says which language it is
	Runner  string     `json:"runner"`  // empty where there is nothing to test
	Adding  string     `json:"adding"`  // what gives the project the package that the test needs
	// RunnerKnown says that a file names the runner.
	RunnerKnown bool     `json:"runnerKnown"`
	Command     []string `json:"command"` // empty where no file says how the program starts
	Port        int      `json:"port"`    // 0 for one that is no server
	Keys        []string `json:"keys"`    // names of the variables with a key and its secret
	Inner       []string `json:"inner"`   // folders with projects of their own
	Files       []file   `json:"files"`
}

type signJSON struct {
	File  string   `json:"file"`
	Says  string   `json:"says"`
	Hosts []string `json:"hosts"`
}

// file is one that was written, or is there already.
type file struct {
	Name string `json:"name"`
	Kept bool   `json:"kept"`
}

func foundJSON(f starter.Found, files []starter.File) initJSON {
	some := func(list []string) []string { return append([]string{}, list...) }
	out := initJSON{
		Hosts: some(f.Hosts), Signs: []signJSON{}, Because: f.Because, Runner: f.Runner, Adding: f.Adding(),
		RunnerKnown: f.Runner != "" && !f.Usual, Command: some(f.Command), Port: f.Port,
		Keys: some(f.Keys), Inner: some(f.Inner), Files: []file{},
	}
	for _, s := range f.Signs {
		out.Signs = append(out.Signs, signJSON{s.File, s.Says, s.Hosts})
	}
	for _, w := range files {
		out.Files = append(out.Files, file{w.Name, w.Kept})
	}
	return out
}

// became says what became of a file.
func (c *initCommand) became(f starter.File) string {
	switch {
	case f.Kept:
		return fmt.Sprintf("kept %s, which is there already\n", f.Name)
	case c.DryRun:
		return fmt.Sprintf("would write %s\n", f.Name)
	}
	return fmt.Sprintf("wrote %s\n", f.Name)
}

// report says what was found and written, and what to do next.
func (c *initCommand) report(found starter.Found, files []starter.File) string {
	var b strings.Builder
	b.WriteString(deployed(found))
	b.WriteString(tested(found))
	if len(found.Inner) > 0 {
		fmt.Fprintf(&b, "projects of their own: %s\n", strings.Join(found.Inner, ", "))
	}
	if len(found.Keys) > 0 {
		fmt.Fprintf(&b, "its key is in %s\n", strings.Join(found.Keys, " and "))
	}
	b.WriteString("\n")
	for _, f := range files {
		b.WriteString(c.became(f))
	}
	if found.Holds() {
		fmt.Fprintf(&b, "no file here says how a program starts\n\nnext: hostproof init %s\n", found.Inner[0])
		return b.String()
	}
	if adding := found.Adding(); adding != "" {
		fmt.Fprintf(&b, "\nthe test needs: %s\n", adding)
	}
	fmt.Fprintf(&b, "\nnext: %s\n", found.Next())
	if test := found.Test(); test != "" {
		fmt.Fprintf(&b, "the test: %s\n", test)
	}
	return b.String()
}

// deployed says on which hosts the project is, and how to tell them apart.
func deployed(found starter.Found) string {
	if len(found.Hosts) == 0 {
		return fmt.Sprintf("no file says where it is deployed: hostproof hosts lists the hosts, and %s stands in\n",
			starter.Otherwise()[0])
	}
	var b strings.Builder
	said := map[string]bool{}
	for _, sign := range found.Signs {
		fmt.Fprintf(&b, "%s: %s (host %s)\n", sign.File, sign.Says, strings.Join(sign.Hosts, ", "))
	}
	for _, sign := range found.Signs {
		if len(sign.Hosts) < 2 || said[sign.Vendor] {
			continue
		}
		said[sign.Vendor] = true
		fmt.Fprintf(&b, "files do not tell these apart, and it is tested on each; take out what is not yours:\n")
		for _, name := range sign.Hosts {
			fmt.Fprintf(&b, "  %s: %s\n", name, titleOf(name))
		}
	}
	return b.String()
}

func titleOf(host string) string {
	h, err := fixtures.Builtin().Host(host)
	if err != nil {
		return "" // signs name hosts that there are
	}
	return h.Title
}

// tested says for which test runner the test is.
func tested(found starter.Found) string {
	switch {
	case found.Because == "":
		return "no package.json, go.mod, pom.xml, Cargo.toml, or list of what a program in Python needs: " +
			"there is no test for it\n"
	case found.Runner == "":
		return found.Because + ": it has no program of its own to test; hostproof run starts any program\n"
	case found.Usual:
		return fmt.Sprintf("%s: no file names a test runner that hostproof has a package for; the test is for %s\n",
			found.Because, found.Runner)
	}
	return fmt.Sprintf("%s: its tests are run by %s\n", found.Because, found.Runner)
}
