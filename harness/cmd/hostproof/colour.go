package main

import (
	"bytes"
	"io"
	"regexp"
)

// ANSI colours.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// painter writes lines, coloured where they go to a terminal. The texts are
// written without colours, so that nothing but a terminal ever gets them: each
// rule colours what it finds in a line.
type painter struct {
	w       io.Writer
	colours bool
	rest    []byte // of a line that has not ended
}

func (s *streams) painted() *painter { return &painter{w: s.out, colours: isTerminal(s.out)} }

// hue colours what a group of a pattern finds, or all of it.
type hue struct {
	find *regexp.Regexp
	code string
}

// hues are tried in order; the first that fits a line colours it.
var hues = []hue{
	{regexp.MustCompile(`^host \S+, isolation .*`), bold},
	{regexp.MustCompile(`^the subject ended well$|^(?:    )?ok  |accepted as \S+`), green},
	{regexp.MustCompile(`^(?:the subject failed|the subject was (?:stopped|ended)|interrupted by)\b.*`), red},
	{regexp.MustCompile(`^    NOT |^  verdict: refused.*|could not be replayed$|^PLANNED AND NEVER STRUCK`), red},
	{regexp.MustCompile(`^(?:diagnosis|findings?)\b.*$`), bold},
	{regexp.MustCompile(`^hazards\b.*$`), yellow},
	{regexp.MustCompile(`^\s+(?:change|why):`), cyan},
	{regexp.MustCompile(`^#\d+ \S+`), bold},
	{regexp.MustCompile(`^(?:refused, for nothing may leave|looked for credentials at).*`), yellow},
	{regexp.MustCompile(`^no AWS call reached the mock$`), yellow},
	{regexp.MustCompile(`^\S+  \[[A-G]: .*\]$`), bold},
}

// Write takes lines.
func (p *painter) Write(data []byte) (int, error) {
	if !p.colours {
		return p.w.Write(data)
	}
	p.rest = append(p.rest, data...)
	for {
		i := bytes.IndexByte(p.rest, '\n')
		if i < 0 {
			return len(data), nil
		}
		if _, err := io.WriteString(p.w, paint(string(p.rest[:i]))+"\n"); err != nil {
			return 0, err
		}
		p.rest = p.rest[i+1:]
	}
}

// flush writes a last line that has no end.
func (p *painter) flush() {
	if len(p.rest) > 0 {
		_, _ = io.WriteString(p.w, paint(string(p.rest))) // a closed terminal ends nothing
		p.rest = nil
	}
}

func paint(line string) string {
	for _, h := range hues {
		if at := h.find.FindStringIndex(line); at != nil {
			return line[:at[0]] + in(h.code, line[at[0]:at[1]]) + line[at[1]:]
		}
	}
	return line
}

func in(code, text string) string { return "\x1b[" + code + "m" + text + "\x1b[0m" }
