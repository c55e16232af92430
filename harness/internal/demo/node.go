package demo

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures/subjects"
)

// The programs for Node.js. Each .npmrc has npm give up soon without a network.
//
//go:embed programs/*/*.json programs/*/*.mjs programs/*/.npmrc
var programs embed.FS

// installTime is what npm has for a program.
const installTime = 3 * time.Minute

// nodeJS is the Node.js of this machine.
type nodeJS struct {
	major   int
	missing string // why there is none; empty if there is
}

var nodeVersion = regexp.MustCompile(`^v(\d+)\.\d+`)

// findNode asks the Node.js on PATH for its version.
func findNode(ctx context.Context) nodeJS {
	if _, err := exec.LookPath("node"); err != nil {
		return nodeJS{missing: "there is no Node.js on this machine"}
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return nodeJS{missing: "there is Node.js on this machine but no npm, which usually comes with it"}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return nodeJS{missing: fmt.Sprintf("node --version fails here (%v)", err)}
	}
	found := nodeVersion.FindSubmatch(out)
	if found == nil {
		return nodeJS{missing: "node --version prints no version here"}
	}
	major, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return nodeJS{missing: "node --version prints no version here"}
	}
	return nodeJS{major: major}
}

// unfit says why a program cannot run; empty if it can.
func (n nodeJS) unfit(folder string) string {
	if n.missing != "" {
		return n.missing
	}
	least, err := leastNode(folder)
	switch {
	case err != nil:
		return err.Error()
	case n.major < least:
		return fmt.Sprintf("it needs Node.js %d or newer, and here is %d", least, n.major)
	}
	return ""
}

// leastNode is the oldest version of Node.js that a program's package.json takes.
func leastNode(folder string) (int, error) {
	data, err := fs.ReadFile(programs, "programs/"+folder+"/package.json")
	if err != nil {
		return 0, err
	}
	var manifest struct {
		Engines struct{ Node string }
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimPrefix(manifest.Engines.Node, ">="))
}

// install gives the command of an installed program.
func (s *stage) install(ctx context.Context, p Part) (argv []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, installTime)
	defer cancel()
	files, err := fs.Sub(programs, "programs")
	if err != nil {
		return nil, err
	}
	done := s.progress(fmt.Sprintf("Installing what this story needs from npm, about %d MB, once", p.Megabytes))
	installed, err := subjects.InstallFrom(ctx, files, p.Folder)
	done()
	if err != nil {
		return nil, err
	}
	return installed.Argv, nil
}
