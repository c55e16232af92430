package ledger

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/shown"
)

// String is the whole result for a person: how it ended, what was called and
// decided, and why. It holds no secret.
func (r *Result) String() string {
	var b strings.Builder
	r.WriteText(&b)
	return b.String()
}

// WriteText writes the result for a person.
func (r *Result) WriteText(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	p("host %s, isolation %s, mock %s: %s\n", r.Host, r.Isolation, r.Mock, r.Subject)
	if r.Why != "" {
		p("no sandbox: %s\n", r.Why)
	}
	if len(r.Limits) > 0 {
		p("isolation %s: %s\n", r.Isolation, strings.Join(r.Limits, "; "))
	}
	p("%s\n", r.ending())
	for _, met := range r.Met {
		p("%s\n", met.Text)
	}
	r.writeHidden(w)
	r.writeVisits(w)
	for i, line := range r.AskedHost() {
		if i == 0 {
			p("\n")
		}
		p("%s\n", line)
	}
	for i, n := range r.NameFailures {
		if i == 0 {
			p("\n")
		}
		p("%s\n", n)
	}
	if len(r.Exchanges) == 0 {
		p("\nno AWS call reached the mock\n")
	}
	for i := range r.Exchanges {
		p("\n")
		writeExchange(w, &r.Exchanges[i], r.traceOf(r.Exchanges[i].Seq))
	}
	for _, probe := range r.Probes {
		p("\nlooked for credentials at %s: this host has none there\n", probe)
	}
	r.writeRefused(w)
	for _, f := range r.TLSFailures {
		p("\nTLS to %s came to nothing: %s\n", f.Name, f.Problem)
	}
	for _, u := range r.Unstruck {
		p("\nPLANNED AND NEVER STRUCK: %s: this run does not show what becomes of that fault\n", u)
	}
	r.writeLedger(w)
	r.writeDiagnosis(w)
}

func (r *Result) writeDiagnosis(w io.Writer) {
	writeFindings(w, "diagnosis", r.Diagnosis.Problems())
	writeFindings(w, "hazards: nothing failed by them in this run", r.Diagnosis.Hazards())
}

// writeHidden names the variables of the project that the program did not get.
func (r *Result) writeHidden(w io.Writer) {
	if len(r.Hidden) > 0 {
		fmt.Fprintf(
			w,
			"this host shows the project's variables to builds alone, and not to programs: %s\n",
			strings.Join(r.Hidden, ", "),
		)
	}
}

// writeVisits tells what a served subject was asked and answered.
func (r *Result) writeVisits(w io.Writer) {
	for i := range r.Visits {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, r.Scrub(r.Visits[i].String()))
		r.Visits[i].writeAnswer(w)
		r.writeCalls(w, r.Visits[i].Calls)
	}
}

// writeCalls names the AWS calls of a request.
func (r *Result) writeCalls(w io.Writer, seqs []int64) {
	for i := range r.Exchanges {
		if e := &r.Exchanges[i]; slices.Contains(seqs, e.Seq) {
			verdict := "accepted"
			if !e.Verdict.Accepted {
				verdict = "refused"
			}
			fmt.Fprintf(w, "  meanwhile: #%d %s, %s\n", e.Seq, e.Call, verdict)
		}
	}
}

// maxAnswerLines bounds what is shown of an answer's body, in lines.
const maxAnswerLines = 6

// writeAnswer shows the first lines of the body.
func (v *Visit) writeAnswer(w io.Writer) {
	text := strings.TrimSpace(v.Answer)
	if text == "" {
		return
	}
	lines := strings.Split(text, "\n")
	if len(lines) > maxAnswerLines {
		lines = append(lines[:maxAnswerLines], "…")
	}
	for _, line := range lines {
		if runes := []rune(line); len(runes) > headline.MaxLength {
			line = string(runes[:headline.MaxLength]) + "…"
		}
		fmt.Fprintf(w, "  %s\n", line)
	}
}

// writeRefused tells what else the subject tried to reach.
func (r *Result) writeRefused(w io.Writer) {
	for _, a := range r.Refused {
		if a.Loopback() {
			fmt.Fprintf(w, "\ncalled itself, and nothing listened there: %s\n", a)
			continue
		}
		fmt.Fprintf(w, "\nrefused, for nothing may leave: %s\n", a)
	}
	if r.Unrecorded > 0 {
		fmt.Fprintf(w, "\nrefused besides, too fast to be listed: %d\n", r.Unrecorded)
	}
}

func writeFindings(w io.Writer, title string, findings []Finding) {
	if len(findings) > 0 {
		fmt.Fprintf(w, "\n%s\n", title)
	}
	for i := range findings {
		findings[i].WriteText(w)
	}
}

// textWidth is the width of a finding's lines, in columns.
const textWidth = 110

// WriteText writes a finding for a person: what happened, why, what to change.
func (f *Finding) WriteText(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	p("  %s\n%s\n", f.Kind, prose.Wrap(textWidth, "    ", "    ", f.Happened()))
	if f.Why != "" {
		p("%s\n", prose.Wrap(textWidth, "    why:    ", "            ", f.Why))
	}
	p("%s\n", prose.Wrap(textWidth, "    change: ", "            ", f.Change))
	if f.Source != "" {
		p("    see:    %s%s\n", f.Source, f.howSure())
	}
}

// Happened is what happened, with the further calls to which it happened too.
func (f *Finding) Happened() string {
	if len(f.Also) == 0 {
		return f.What
	}
	return f.What + " The same holds for " + calls(f.Also) + "."
}

func (f *Finding) howSure() string {
	if f.Confidence == "" || f.Confidence == "V" {
		return ""
	}
	return " (" + fixtures.ConfidenceWord(f.Confidence) + ")"
}

func (r *Result) ending() string {
	switch {
	case r.Interrupted != "":
		return fmt.Sprintf("interrupted by %s after %v: this is what it did until then",
			r.Interrupted, r.Duration.Round(1e6))
	case r.Stopped:
		return fmt.Sprintf("the subject served until it was stopped, after %v%s", r.Duration.Round(1e6), r.all())
	case r.TimedOut:
		return fmt.Sprintf("the subject was stopped: its time (%v) was up", r.Duration.Round(1e6))
	case r.Signal != "":
		return "the subject was ended by signal: " + r.Signal
	case r.Err != nil:
		return "the subject failed: " + r.Headline()
	case r.ExitCode != 0:
		line := fmt.Sprintf("the subject failed: exit %d", r.ExitCode)
		if said := r.Headline(); said != "" {
			line += ": " + said
		}
		return line
	}
	return "the subject ended with exit code 0" + r.all()
}

// all says whether the end of the subject is all that is to be said.
func (r *Result) all() string {
	switch problems := len(r.Diagnosis.Problems()); {
	case problems == 1:
		return ", but there is a problem: see the diagnosis"
	case problems > 1:
		return fmt.Sprintf(", but there are %d problems: see the diagnosis", problems)
	}
	return ""
}

// inHex is a dump of bytes, as S3 shows the canonical request to a client whose
// signature does not match: the session token is in it.
var inHex = regexp.MustCompile(`(?:[0-9a-fA-F]{2} ){31,}[0-9a-fA-F]{2}`)

// Scrub takes the secrets of the run out of a text, such as what the subject
// printed: the secrets in its environment, and those that the deployment made.
func (r *Result) Scrub(text string) string {
	text = inHex.ReplaceAllStringFunc(
		text,
		func(dump string) string { return fmt.Sprintf("<%d bytes in hexadecimal>", (len(dump)+1)/3) },
	)
	for _, v := range r.Environment {
		if v.Secret() {
			text = without(text, v.Value, "<"+v.Name+">")
		}
	}
	for _, secret := range r.secrets {
		text = without(text, secret, fmt.Sprintf("<secret of %d characters>", len(secret)))
	}
	return shown.WithoutPasswords(text)
}

// without takes a secret out of a text, as it is and as it is written in a URL.
func without(text, secret, instead string) string {
	for _, form := range shown.Forms(secret) {
		text = strings.ReplaceAll(text, form, instead)
	}
	return text
}

// conceal takes the secrets of the run out of its exchanges: a client may have sent them
// in any place.
func (r *Result) conceal() {
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		for _, text := range []*string{&e.Host, &e.Path, &e.Query, &e.Resource, &e.Message, &e.Canonical} {
			*text = r.Scrub(*text)
		}
		for _, values := range e.Header {
			for n := range values {
				values[n] = r.Scrub(values[n])
			}
		}
		if x := e.Explanation; x != nil {
			for _, text := range []*string{&x.CanonicalRequest, &x.StringToSign, &x.Mistake, &x.Ours, &x.Theirs} {
				*text = r.Scrub(*text)
			}
		}
	}
}

func (r *Result) traceOf(seq int64) *Trace {
	for i := range r.Diagnosis.Traces {
		if r.Diagnosis.Traces[i].Seq == seq {
			return &r.Diagnosis.Traces[i]
		}
	}
	return nil
}

func writeExchange(w io.Writer, e *exchange.Exchange, t *Trace) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	p("#%d %s  %s %s%s\n", e.Seq, e.Call, e.Method, e.Host, e.Path)
	p("  verdict: %s\n", e.Verdict)
	answer := fmt.Sprintf("%d", e.Status)
	if e.Status == 0 {
		answer = "none"
	}
	if e.Code != "" {
		answer += " " + e.Code + ": " + e.Message
	}
	if e.Confidence != "" {
		answer += fmt.Sprintf("  [as AWS answers: %s, %s]", fixtures.ConfidenceWord(e.Confidence), e.Source)
	}
	p("  answer:  %s\n", answer)
	if e.Fault != nil && !strings.Contains(e.Verdict.String(), e.Fault.Injected()) {
		p("  fault:   %s\n", e.Fault.Injected())
	}
	if e.Resource != "" {
		p("  asked:   %s on %s\n", e.Action, e.Resource)
	}
	if t != nil {
		writeTrace(w, t)
	}
	if x := e.Explanation; x != nil && x.Line > 0 {
		p("  canonical request, line %d (%s):\n    AWS:    %s\n    client: %s\n", x.Line, x.Name, x.Ours, x.Theirs)
	} else if x != nil {
		p("  canonical request as AWS has it:\n    %s\n", strings.ReplaceAll(x.CanonicalRequest, "\n", "\n    "))
	}
}

func writeTrace(w io.Writer, t *Trace) {
	for _, part := range []struct {
		name string
		Part
	}{{"key id", t.KeyID}, {"secret", t.Secret}, {"token", t.Token}, {"bearer", t.Bearer},
		{"identity", t.IdentityToken}, {"region", t.Region}, {"endpoint", t.Endpoint}} {
		if part.Absent() || part.name == "endpoint" && !part.Found() {
			continue // AWS's own names need no source
		}
		owner := ""
		if part.Owner != "" {
			owner = ", of " + part.Owner
		}
		fmt.Fprintf(w, "  %-8s %s  <- %s%s\n", part.name+":", part.Shown, part.From(), owner)
	}
}
