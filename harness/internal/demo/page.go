package demo

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/prose"
)

// width is for a terminal of 80 columns.
const width = 79

// indent is the column of the text after a label.
const indent = "        "

// page prints for a person.
type page struct {
	out    io.Writer
	colour bool
}

// reader is who reads the demo. When nobody does any more, as after | head, the
// demo stops: what it has started is then ended as at any other end.
type reader struct {
	w    io.Writer
	stop context.CancelCauseFunc
}

func (r *reader) Write(data []byte) (int, error) {
	n, err := r.w.Write(data)
	if err != nil {
		r.stop(fmt.Errorf("what the demo prints is read no more: %w", err))
	}
	return n, err
}

// label is a word at the left, with a colour of ECMA-48.
type label struct{ word, colour string }

var (
	red   = label{"red", "31;1"}
	green = label{"green", "32;1"}
)

func plain(word string) label { return label{word, "1"} }

func (l label) as(word string) label { return label{word, l.colour} }

func (p *page) gap() { fmt.Fprintln(p.out) }

func (p *page) code(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(p.out, indent+p.paint(line, "36"))
	}
}

func (p *page) text(indent, text string) {
	fmt.Fprintln(p.out, prose.Wrap(width, indent, indent, text))
}

func (p *page) paint(text, colour string) string {
	if !p.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (p *page) title(text string) {
	fmt.Fprintf(p.out, "\n%s\n\n", p.paint(text, "1"))
}

func (p *page) labelled(l label, text string) {
	body := prose.Wrap(width, indent, indent, text)
	fmt.Fprintln(p.out, p.paint(fmt.Sprintf("%-*s", len(indent)-1, l.word), l.colour)+" "+strings.TrimPrefix(body,
		indent))
}

func (p *page) list(items []string) {
	for _, item := range items {
		fmt.Fprintln(p.out, prose.Wrap(width, " - ", "   ", item))
	}
}

// longest is how much of what others print is shown, in characters.
const longest = 200

// shorten is a text of one line, cut where it is too long.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return text
}
