package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/hostproof/hostproof/harness/starter"
)

type initCommand struct {
	DryRun bool   `help:"Say what was found and what would be written, and write nothing."`
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
	_, err = fmt.Fprint(s.out, c.report(found, files))
	return err
}

// report says what was found and written, and what to do next.
func (c *initCommand) report(found starter.Found, files []starter.File) string {
	var b strings.Builder
	for _, sign := range found.Signs {
		fmt.Fprintf(&b, "%s: %s (host %s)\n", sign.File, sign.Says, strings.Join(sign.Hosts, ", "))
	}
	hosts := found.Hosts
	if len(hosts) == 0 {
		hosts = starter.Otherwise
		fmt.Fprintf(&b, "no file says where it is deployed: hostproof hosts lists the hosts, and %s stands in\n",
			hosts[0])
	}
	switch {
	case found.Because == "":
		b.WriteString("no package.json, pyproject.toml, requirements.txt, go.mod, pom.xml or Cargo.toml: " +
			"there is no test for it\n")
	case found.Runner == "":
		fmt.Fprintf(&b, "%s: there is no package for its language yet; hostproof run starts any program\n",
			found.Because)
	case found.Usual:
		fmt.Fprintf(&b, "%s: no file names a test runner that hostproof has a package for; the test is for %s\n",
			found.Because, found.Runner)
	default:
		fmt.Fprintf(&b, "%s: its tests are run by %s\n", found.Because, found.Runner)
	}
	if len(found.Inner) > 0 {
		fmt.Fprintf(&b, "projects of their own: %s\n", strings.Join(found.Inner, ", "))
	}
	if len(found.Keys) > 0 {
		fmt.Fprintf(&b, "its key is in %s\n", strings.Join(found.Keys, " and "))
	}
	b.WriteString("\n")
	for _, f := range files {
		switch {
		case f.Kept:
			fmt.Fprintf(&b, "kept %s, which is there already\n", f.Name)
		case c.DryRun:
			fmt.Fprintf(&b, "would write %s\n", f.Name)
		default:
			fmt.Fprintf(&b, "wrote %s\n", f.Name)
		}
	}
	if found.Holds() {
		fmt.Fprintf(&b, "no file here says how a program starts\n\nnext: hostproof init %s\n", found.Inner[0])
		return b.String()
	}
	command := []string{"YOUR", "PROGRAM"}
	if len(found.Command) > 0 {
		command = found.Command
	}
	port := ""
	if found.Port != 0 {
		port = fmt.Sprintf(" --port %d", found.Port)
	}
	fmt.Fprintf(&b, "\nnext: hostproof run --host %s%s -- %s\n", hosts[0], port, strings.Join(command, " "))
	return b.String()
}
