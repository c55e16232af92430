package project

import (
	"fmt"
	"strings"
)

// PageFile is the page of the documentation that has Page, from this folder.
const PageFile = "../docs/settings.md"

const head = "# Settings\n\n" +
	"What a project sets is one value, `project.Project`. The command line has its fields as flags;\n" +
	"case files have them as keys next to `host`, programs files under `project`; Go sets them by\n" +
	"options, or all at once with `harness.With(harness.Project{...})`. An editor can check the keys\n" +
	"with [a schema](schema/project.schema.json). This page is made from the code:\n" +
	"`go generate ./harness/project`.\n"

// Page is the documentation of all settings, in Markdown.
func Page() string {
	var b strings.Builder
	b.WriteString(head)
	for _, g := range Groups {
		fmt.Fprintf(&b, "\n## %s\n\n| flag | key | |\n|---|---|---|\n", g.Title)
		for _, s := range Settings() {
			if s.Group == g.Key {
				fmt.Fprintf(&b, "| `--%s` | `%s` | %s |\n", s.Flag, s.Key, inTable.Replace(s.Help))
			}
		}
	}
	return b.String()
}

// inTable is a text for a cell of a table, without what Markdown would take for
// its own.
var inTable = strings.NewReplacer("|", `\|`, "*", `\*`, "<", "&lt;")
