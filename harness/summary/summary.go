// Package summary writes a run's result as Markdown, for the page on which a CI system
// shows what became of a job.
package summary

import (
	"fmt"
	"io"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
)

// maxCalls bounds the calls that are listed.
const maxCalls = 50

// Write writes a result as Markdown (GitHub's). Texts that the program or a service has
// made are shown as they are, and mark up nothing.
func Write(w io.Writer, r *ledger.Result) error {
	var b strings.Builder
	title := "All is well"
	if !r.Fine() {
		title = "A problem was found"
	}
	fmt.Fprintf(&b, "## %s on host %s\n\n`%s`, isolation %s\n", title, plain(r.Host), code(r.Scrub(r.Subject)),
		plain(r.Isolation))
	if said := r.Headline(); said != "" && r.Failed() {
		fmt.Fprintf(&b, "\nThe program ended with exit code %d: %s\n", r.ExitCode, plain(said))
	}
	if r.Blind != "" {
		fmt.Fprintf(&b, "\nNot all of its calls can be seen: %s\n", plain(r.Blind))
	}
	findings(&b, r, "Problems", r.Diagnosis.Problems())
	findings(&b, r, "Hazards: what worked, and may not go on to", r.Diagnosis.Hazards())
	calls(&b, r)
	places(&b, r)
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func findings(b *strings.Builder, r *ledger.Result, title string, list []ledger.Finding) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n", title)
	for _, f := range list {
		fmt.Fprintf(b, "\n**%s**: %s\n", plain(string(f.Kind)), plain(r.Scrub(f.What)))
		if f.Why != "" {
			fmt.Fprintf(b, "\n- Why: %s\n", plain(r.Scrub(f.Why)))
		}
		fmt.Fprintf(b, "- Change: %s\n", plain(r.Scrub(f.Change)))
		if strings.HasPrefix(f.Source, "https://") {
			fmt.Fprintf(b, "- See: <%s>\n", f.Source)
		}
	}
}

func calls(b *strings.Builder, r *ledger.Result) {
	fmt.Fprint(b, "\n### AWS calls\n\n")
	if len(r.Exchanges) == 0 {
		fmt.Fprint(b, "None reached the mock.\n")
		return
	}
	fmt.Fprint(b, "| # | call | status | verdict |\n|---|---|---|---|\n")
	for i := range r.Exchanges[:min(len(r.Exchanges), maxCalls)] {
		e := &r.Exchanges[i]
		verdict := "accepted as " + e.Verdict.Principal
		if !e.Verdict.Accepted && e.Verdict.Refusal != nil {
			verdict = "refused: " + string(e.Verdict.Refusal.Reason)
		}
		fmt.Fprintf(b, "| %d | %s | %d %s | %s |\n", e.Seq, plain(e.Call), e.Status, plain(e.Code), plain(verdict))
	}
	if more := len(r.Exchanges) - maxCalls; more > 0 {
		fmt.Fprintf(b, "\nAnd %d more.\n", more)
	}
}

func places(b *strings.Builder, r *ledger.Result) {
	if len(r.Ledger) == 0 {
		return
	}
	fmt.Fprint(b, "\n### Where credentials could come from\n\n| place | asked for | used |\n|---|---|---|\n")
	for i := range r.Ledger {
		texts := r.Ledger[i].Texts()
		fmt.Fprintf(b, "| %s | %s | %s |\n", plain(r.Scrub(texts.Place)), plain(r.Scrub(texts.Asked)),
			plain(texts.Used))
	}
}

// marks are the characters that mark something up in Markdown or HTML.
const marks = "\\`*_{}[]<>()#+!|~&@"

// plain is a text that marks up nothing, in one line.
func plain(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if strings.ContainsRune(marks, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code is a text that stands between backquotes, in one line.
func code(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "`", "'")
}
