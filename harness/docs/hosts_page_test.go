package docs_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/prose"
)

var update = flag.Bool("update", false, "write hosts.md")

//go:generate go test . -run TestHostsPageIsCurrent -update

// TestHostsPageIsCurrent: the page of all hosts is what the fixtures say.
func TestHostsPageIsCurrent(t *testing.T) {
	page := hostsPage(fixtures.Builtin().Hosts())
	if *update {
		if err := os.WriteFile("hosts.md", []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if read(t, "hosts.md") != page {
		t.Error("hosts.md is not what the fixtures say: run go generate ./harness/docs")
	}
}

const hostsHead = `# Every host

<!-- Made by go generate ./harness/docs out of fixtures/hosts: change a host there. -->

What a program finds on each host, with the public sources of these facts: when each was last read, or only written
down, and how sure it is. ` + "`hostproof show NAME`" + ` prints all of it, ` + "`hostproof facts --host NAME`" + ` each fact with its source.

`

func hostsPage(hosts []*fixtures.Host) string {
	slices.SortStableFunc(hosts, func(a, b *fixtures.Host) int {
		return cmp.Or(strings.Compare(a.Vendor, b.Vendor), strings.Compare(a.Name, b.Name))
	})
	var b strings.Builder
	b.WriteString(hostsHead)
	vendor := ""
	for _, h := range hosts {
		if h.Vendor != vendor {
			vendor = h.Vendor
			fmt.Fprintf(&b, "## %s\n\n", vendor)
		}
		writeHost(&b, h)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func writeHost(b *strings.Builder, h *fixtures.Host) {
	fmt.Fprintf(b, "### %s\n\n", h.Name)
	folded(b, "**"+h.Title+".** "+h.Summary)
	if h.Start != "" {
		folded(b, "Begin here if "+strings.TrimSuffix(h.Start, ".")+".")
	}
	list(b, "Variables of the host", names(h.Variables, func(v fixtures.Variable) string { return v.Name }))
	list(b, "Endpoints", names(h.Endpoints, func(e fixtures.Endpoint) string {
		return e.Kind + " at " +
			e.Addresses[0]
	}))
	list(b, "Files", names(h.Files, func(f fixtures.File) string { return f.Path }))
	folded(b, "Rests on: "+h.Basis)
	writeSources(b, h)
	folded(b, "Not simulated: "+strings.Join(h.NotSimulated, "; ")+".")
}

// writeSources lists the sources of a host's facts, each once.
func writeSources(b *strings.Builder, h *fixtures.Host) {
	var rows []string
	for _, f := range h.Facts() {
		p := f.Provenance
		day := "written down " + p.Entered
		if p.Checked != "" {
			day = "read " + p.Checked
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s, %s |", address(p), p.From,
			fixtures.ConfidenceWord(p.Confidence), day))
	}
	slices.Sort(rows)
	if rows = slices.Compact(rows); len(rows) == 0 {
		return
	}
	b.WriteString("| source | how it is known | how sure |\n|---|---|---|\n" + strings.Join(rows, "\n") + "\n\n")
}

// address is a source as a link.
func address(p fixtures.Provenance) string {
	if url := p.URL(); url != p.Source { // an issue or a pull request
		return "[" + p.Source + "](" + url + ")"
	}
	return "<" + p.Source + ">"
}

func names[T any](all []T, name func(T) string) (out []string) {
	for _, x := range all {
		out = append(out, "`"+name(x)+"`")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func list(b *strings.Builder, what string, names []string) {
	if len(names) > 0 {
		folded(b, what+": "+strings.Join(names, ", ")+".")
	}
}

// folded writes a paragraph in lines of at most 120 columns.
func folded(b *strings.Builder, text string) { b.WriteString(prose.Wrap(most, "", "", text) + "\n\n") }
