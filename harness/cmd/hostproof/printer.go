package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/hostproof/hostproof/harness/internal/prose"
)

// printer writes text that fits its terminal, or 100 columns without a terminal.
type printer struct {
	w       io.Writer
	width   int
	colours bool
	err     error // the first of writing
}

// plainWidth is what is written to a file or a pipe.
const plainWidth = 100

func newPrinter(w io.Writer) *printer {
	p := &printer{w: w, width: plainWidth, colours: isTerminal(w)}
	if width := widthOf(w); width > 0 {
		p.width = max(width, 40)
	}
	return p
}

// in is a text in a colour, on a terminal.
func (p *printer) in(code, text string) string {
	if !p.colours {
		return text
	}
	return in(code, text)
}

func (p *printer) line(text string) {
	if _, err := fmt.Fprintln(p.w, text); err != nil && p.err == nil {
		p.err = err
	}
}

// wrapped writes a text in lines that fit.
func (p *printer) wrapped(text string) { p.line(prose.Wrap(p.width, "", "", text)) }

// broken joins pieces to lines of at most so many columns; a piece that is longer
// has a line of its own.
func (p *printer) broken(pieces []string, width int, between string) (lines []string) {
	for _, piece := range pieces {
		last := len(lines) - 1
		if last >= 0 && ansi.StringWidth(lines[last]+between+piece) <= width {
			lines[last] += between + piece
			continue
		}
		lines = append(lines, piece)
	}
	return lines
}

// row writes a name and, in a second column, a text of one or more lines.
func (p *printer) row(indent, name string, width int, text string, mark bool) {
	sign := "  "
	if mark {
		sign = p.in(green, "* ")
	}
	head := indent + sign + p.in(cyan, name) + strings.Repeat(" ", width-len(name)+2)
	rest := strings.Repeat(" ", ansi.StringWidth(head))
	p.line(prose.Wrap(max(p.width, len(rest)+20), head, rest, text))
}

// rows writes facts below a title: of each its name, then what else is known of
// it, in as many lines as it takes.
func (p *printer) rows(title string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.line("")
	p.line(p.in(bold, title))
	for _, row := range rows {
		const first, further = "  ", "      "
		var cells []string
		for i, cell := range row {
			if cell == "" {
				continue
			}
			if i == 0 && len(row) > 1 {
				cell = p.in(cyan, cell)
			}
			cells = append(cells, p.pieces(cell, p.width-len(further))...)
		}
		for i, line := range p.broken(cells, p.width-len(further), "  ") {
			if i == 0 {
				p.line(first + line)
			} else {
				p.line(further + line)
			}
		}
	}
}

// pieces are a cell, or its lines where it is wider than all columns.
func (p *printer) pieces(cell string, width int) []string {
	if ansi.StringWidth(cell) <= width {
		return []string{cell}
	}
	return p.broken(strings.Fields(cell), width, " ")
}
