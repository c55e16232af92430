package ledger

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/headline"
)

// maxLines bounds what is shown of each of a subject's streams, in lines.
const maxLines = 20

// FailureText is what a failed assertion on the result tells: how the subject
// ended, the last lines of what it printed, and the diagnosis. It has the AWS
// calls, too, unless a test of StartTest shows them at its end.
func (r *Result) FailureText() string {
	if !r.watched {
		return inFull{r}.String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "host %s, isolation %s, mock %s: %s\n%s\n", r.Host, r.Isolation, r.Mock, r.Subject, r.ending())
	r.writePrinted(&b)
	r.writeDiagnosis(&b)
	b.WriteString("\nThe AWS calls are listed at the end of the test.\n")
	return b.String()
}

// writePrinted shows the last lines that the subject printed.
func (r *Result) writePrinted(b *strings.Builder) {
	for _, stream := range []struct {
		name string
		text []byte
	}{{"standard error", r.Stderr}, {"standard output", r.Stdout}} {
		if len(bytes.TrimSpace(stream.text)) == 0 {
			continue
		}
		fmt.Fprintf(b, "\nit printed to %s:\n", stream.name)
		for _, line := range r.lastLines(stream.text) {
			fmt.Fprintf(b, "  %s\n", line)
		}
	}
}

// lastLines are the last lines of a text, without secrets and control characters,
// each cut to what fits a headline.
func (r *Result) lastLines(text []byte) []string {
	lines := strings.Split(strings.TrimSpace(headline.Printable(r.Scrub(strings.ToValidUTF8(string(text), "")))), "\n")
	if extra := len(lines) - maxLines; extra > 0 {
		lines = append([]string{fmt.Sprintf("(%d more lines)", extra)}, lines[extra:]...)
	}
	for i, line := range lines {
		if runes := []rune(line); len(runes) > headline.MaxLength {
			lines[i] = string(runes[:headline.MaxLength]) + "…"
		}
	}
	return lines
}

// InFull is a result with what its subject printed.
func InFull(r *Result) fmt.Stringer { return inFull{r} }

type inFull struct{ *Result }

// String is the result for a person.
func (f inFull) String() string {
	var b strings.Builder
	f.WriteText(&b)
	f.writePrinted(&b)
	return b.String()
}
