package explain

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
)

// WriteText writes a report for a person. It holds no secret.
func (r *Report) WriteText(w io.Writer) {
	fmt.Fprintf(w, "read as: %s\n", r.Format)
	for i := range r.Requests {
		r.Requests[i].writeText(w)
	}
	if len(r.Calls) > 0 {
		fmt.Fprintf(w, "call:    %s\n", strings.Join(r.Calls, ", "))
	}
	if len(r.Findings) > 0 {
		fmt.Fprintf(w, "\nwhat the messages mean\n")
	}
	writeFindings(w, r.Findings)
	r.Reading.writeText(w)
}

// writeText writes what a text tells besides its findings.
func (r *Reading) writeText(w io.Writer) {
	if r == nil {
		return
	}
	for _, part := range []struct {
		title string
		lines []string
	}{
		{"the errors, as they were wrapped", r.Chain},
		{"what it says was tried", r.Tried},
		{"certain", r.Certain},
		{"not certain", r.Unsure},
		{"if that does not settle it, send", r.Send},
	} {
		if len(part.lines) > 0 {
			fmt.Fprintf(w, "\n%s\n  %s\n", part.title, strings.Join(part.lines, "\n  "))
		}
	}
	for i, h := range r.Hosts {
		if i == 0 {
			fmt.Fprintf(w, "\nhosts here that it fits\n")
		}
		fmt.Fprintf(w, "  %s (%s): it shows %s\n", h.Host, h.Title, strings.Join(h.Shown, ", "))
	}
	if r.Reproduce != "" {
		fmt.Fprintf(w, "\nreproduce it: %s\n", r.Reproduce)
	}
}

func writeFindings(w io.Writer, list []ledger.Finding) {
	for i := range list {
		list[i].WriteText(w)
	}
}

func (r *Request) writeText(w io.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	p("\n%s  %s %s%s\n", r.Call, r.Method, r.Host, r.Path)
	for _, row := range r.rows() {
		if row[1] != "" {
			p("  %-10s %s\n", row[0]+":", row[1])
		}
	}
	if x := r.Explanation; x != nil && x.Line == 0 {
		p("  canonical request as AWS has it:\n    %s\n", strings.ReplaceAll(x.CanonicalRequest, "\n", "\n    "))
	}
	if len(r.Findings) == 0 {
		p("\n  nothing is wrong with it as far as can be seen from outside%s\n", r.unseen())
		return
	}
	p("\n")
	writeFindings(w, r.Findings)
}

func (r *Request) unseen() string {
	if r.Signature == "" {
		return ": the secret was not given (--secret-from-env NAME), so the signature was not checked"
	}
	return ""
}

func (r *Request) rows() [][2]string {
	p := r.Presented
	rows := [][2]string{{"at", r.At}, {"library", r.Library}, {"scheme", p.Scheme}}
	key := p.KeyID
	if r.KeyKind != "" {
		key += ", " + r.KeyKind
	}
	if r.Account != "" {
		key += ", of account " + r.Account
	}
	rows = append(rows, [2]string{"key id", key})
	if t := p.Token; t != nil {
		text := fmt.Sprintf("%d characters, %s…", t.Length, t.Prefix)
		if r.TokenAccount != "" {
			text += ", of account " + r.TokenAccount
		}
		if r.TokenKind != "" {
			text += ", " + r.TokenKind
		}
		rows = append(rows, [2]string{"token", text})
	}
	if b := p.Bearer; b != nil {
		rows = append(rows, [2]string{"bearer", fmt.Sprintf("%d characters, %s…", b.Length, b.Prefix)})
	}
	if p.ScopeRegion != "" || p.ScopeService != "" {
		rows = append(rows, [2]string{"scope", strings.Join([]string{p.ScopeDate, p.ScopeRegion, p.ScopeService}, " ")})
	}
	rows = append(rows, [2]string{"answer", r.answer()})
	return append(rows, [2]string{"signature", r.Signature})
}

func (r *Request) answer() string {
	var parts []string
	if r.Status != 0 {
		parts = append(parts, strconv.Itoa(r.Status))
	}
	if r.Code != "" {
		parts = append(parts, r.Code)
	}
	text := strings.Join(parts, " ")
	if r.Message != "" {
		text = strings.TrimPrefix(text+": "+r.Message, ": ")
	}
	return text
}
