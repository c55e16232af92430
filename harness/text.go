package harness

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws"
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
	if r.Isolation == string(isolation.Endpoint) {
		p("isolation endpoint: %s\n", isolation.Endpoint.Limits())
	}
	p("%s\n", r.ending())
	for i, l := range r.Lookups {
		if i == 0 {
			p("\n")
		}
		p("asked the host's endpoint %s\n", r.scrub(l.String()))
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
	for _, a := range r.Refused {
		p("\nrefused, for nothing may leave: %s\n", a)
	}
	for _, f := range r.TLSFailures {
		p("\nTLS to %s came to nothing: %s\n", f.Name, f.Problem)
	}
	for _, u := range r.Unstruck {
		p("\nPLANNED AND NEVER STRUCK: %s: this run does not show what becomes of that fault\n", u)
	}
	writeFindings(w, "diagnosis", r.Diagnosis.Problems())
	writeFindings(w, "hazards: nothing failed by them in this run", r.Diagnosis.Hazards())
}

func writeFindings(w io.Writer, title string, findings []Finding) {
	if len(findings) > 0 {
		fmt.Fprintf(w, "\n%s\n", title)
	}
	for i := range findings {
		findings[i].WriteText(w)
	}
}

// WriteText writes a finding for a person: what happened, why, what to change.
func (f *Finding) WriteText(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	p("  %s\n    %s\n", f.Kind, wrap(f.What, "    "))
	if f.Why != "" {
		p("    why:    %s\n", wrap(f.Why, "            "))
	}
	p("    change: %s\n", wrap(f.Change, "            "))
	if f.Source != "" {
		p("    see:    %s%s\n", f.Source, f.howSure())
	}
}

func (f *Finding) howSure() string {
	if f.Confidence == "" || f.Confidence == "V" {
		return ""
	}
	return " (" + confidence[f.Confidence] + ")"
}

func (r *Result) ending() string {
	switch {
	case r.Interrupted != "":
		return fmt.Sprintf("interrupted by %s after %v: this is what it did until then",
			r.Interrupted, r.Duration.Round(1e6))
	case r.Stopped:
		return fmt.Sprintf("the subject served until it was stopped, after %v", r.Duration.Round(1e6))
	case r.TimedOut:
		return fmt.Sprintf("the subject was stopped: its time (%v) was up", r.Duration.Round(1e6))
	case r.Signal != "":
		return "the subject was ended by signal: " + r.Signal
	case r.Err != nil:
		return "the subject failed: " + r.scrub(r.Err.Error())
	case r.ExitCode != 0:
		line := fmt.Sprintf("the subject failed: exit %d", r.ExitCode)
		if said := r.scrub(lastLine(r.Stderr)); said != "" {
			line += ": " + said
		}
		return line
	}
	return "the subject ended well"
}

// inHex is a dump of bytes, as S3 shows the canonical request to a client whose
// signature does not match: the session token is in it.
var inHex = regexp.MustCompile(`(?:[0-9a-fA-F]{2} ){31,}[0-9a-fA-F]{2}`)

// scrub takes the secrets of the run out of what a subject said: those in its
// environment, and those that the deployment made.
func (r *Result) scrub(text string) string {
	text = inHex.ReplaceAllStringFunc(text, func(dump string) string { return fmt.Sprintf("<%d bytes in hexadecimal>", (len(dump)+1)/3) })
	for _, v := range r.Environment {
		if v.Secret() {
			text = strings.ReplaceAll(text, v.Value, "<"+v.Name+">")
		}
	}
	for _, secret := range r.secrets {
		text = strings.ReplaceAll(text, secret, fmt.Sprintf("<secret of %d characters>", len(secret)))
	}
	return text
}

func (r *Result) traceOf(seq int64) *Trace {
	for i := range r.Diagnosis.Traces {
		if r.Diagnosis.Traces[i].Seq == seq {
			return &r.Diagnosis.Traces[i]
		}
	}
	return nil
}

func writeExchange(w io.Writer, e *mockaws.Exchange, t *Trace) {
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
		answer += fmt.Sprintf("  [as AWS answers: %s, %s]", confidence[e.Confidence], e.Source)
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

var confidence = map[string]string{"V": "verified", "L": "likely", "U": "unverified"}

func writeTrace(w io.Writer, t *Trace) {
	for _, part := range []struct {
		name string
		Part
	}{{"key id", t.KeyID}, {"secret", t.Secret}, {"token", t.Token}, {"bearer", t.Bearer}, {"identity", t.IdentityToken}, {"region", t.Region}, {"endpoint", t.Endpoint}} {
		if part.Absent() || part.name == "endpoint" && !part.found() {
			continue // AWS's own names need no source
		}
		owner := ""
		if part.Owner != "" {
			owner = ", of " + part.Owner
		}
		fmt.Fprintf(w, "  %-8s %s  <- %s%s\n", part.name+":", part.Shown, part.From(), owner)
	}
}

// wrap breaks a text into lines of about 100 characters.
func wrap(text, indent string) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Fields(text) {
		switch {
		case width == 0:
		case width+len(word) > 100:
			b.WriteString("\n" + indent)
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	return b.String()
}

func lastLine(output []byte) string {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
