package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/plural"
	"github.com/hostproof/hostproof/mockaws/service/catalog/models"
)

type versionCommand struct {
	JSON bool `help:"Print it as JSON."`
}

// version is what this program was built of.
type version struct {
	Version  string `json:"version"`            // of the module; (devel) where it is built from a clone
	Revision string `json:"revision,omitempty"` // of version control
	Modified bool   `json:"modified,omitempty"` // the clone had changes
	Time     string `json:"time,omitempty"`     // of the revision
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	// Hosts are the built-in ones; Facts counts what is said of them, Checked is the
	// newest day on which a source of theirs was read, and Unread counts the facts of
	// which only the day of entry is known. Services and Operations are what the
	// mock's table of AWS has, and Models is the release that it was made from.
	Hosts      int    `json:"hosts"`
	Facts      int    `json:"facts"`
	Unread     int    `json:"unread"`
	Checked    string `json:"checked"`
	Services   int    `json:"services"`
	Operations int    `json:"operations"`

	Models models.Release `json:"models"`
}

// Run prints the version.
func (c *versionCommand) Run(s *streams) error {
	v := thisVersion(debug.ReadBuildInfo())
	if c.JSON {
		return printJSON(s.out, v)
	}
	return v.print(s.out)
}

// stamped is the version of a released build, which its linker writes here; empty in
// others, whose version is in what Go records of the build.
var stamped string

func thisVersion(info *debug.BuildInfo, ok bool) version {
	v := version{Version: "(unknown)", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if ok {
		v.Version = cmp.Or(info.Main.Version, "(devel)")
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Revision = s.Value
			case "vcs.time":
				v.Time = s.Value
			case "vcs.modified":
				v.Modified = s.Value == "true"
			}
		}
	}
	v.Version = cmp.Or(stamped, v.Version)
	v.Hosts = len(fixtures.Builtin().Hosts())
	for _, f := range fixtures.Builtin().Facts() {
		v.Facts++
		v.Checked = max(v.Checked, f.Provenance.Checked)
		if f.Provenance.Checked == "" {
			v.Unread++
		}
	}
	v.Models = models.Version()
	for _, service := range models.Services() {
		v.Services++
		v.Operations += len(service.Operations)
	}
	return v
}

func (v version) print(w io.Writer) error {
	built := v.Revision
	if v.Modified {
		built += ", with changes"
	}
	if v.Time != "" {
		built += ", of " + v.Time
	}
	if built != "" {
		built = "\nrevision " + built
	}
	_, err := fmt.Fprintf(w, "hostproof %s%s\n%s %s/%s\n%s, %s (%d entered and not read again; the newest check: %s)\n"+
		"the mock knows %s of %s, from %s\n", v.Version,
		built,
		v.Go, v.OS, v.Arch, plural.Count(v.Hosts, "host"), plural.Count(v.Facts, "fact"), v.Unread,
		cmp.Or(v.Checked, "none"), plural.Count(v.Operations, "operation"),
		plural.Count(v.Services, "AWS service"), v.Models)
	return err
}
