package summary

import (
	"fmt"
	"io"
	"strings"

	"github.com/hostproof/hostproof/harness/sarif"
)

// Annotate writes findings as workflow commands, which GitHub's runner takes out of what
// a step prints and shows at the lines that they name
// (https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions).
func Annotate(w io.Writer, findings []sarif.Finding) error {
	for _, f := range findings {
		command, title := "error", string(f.Kind)
		if f.Hazard {
			command = "warning"
		}
		if f.Host != "" {
			title += " on " + f.Host
		}
		at := ""
		if f.At.File != "" {
			at = "file=" + property(f.At.File) + ","
		}
		if f.At.Line > 0 {
			at += fmt.Sprintf("line=%d,", f.At.Line)
		}
		_, err := fmt.Fprintf(w, "::%s %stitle=%s::%s\n", command, at, property(title), data(f.Paragraph()))
		if err != nil {
			return err
		}
	}
	return nil
}

// The characters that a command cannot have, as the runner reads them
// (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
var (
	ofData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	ofProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func data(text string) string     { return ofData.Replace(text) }
func property(text string) string { return ofProperty.Replace(text) }
