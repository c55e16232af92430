package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/hostproof/hostproof/harness/internal/plural"
	"github.com/hostproof/hostproof/harness/matrix"
	"github.com/hostproof/hostproof/harness/report"
)

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// widthOf is how many columns a terminal has; 0 where it does not tell.
func widthOf(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
			return width
		}
	}
	return 0
}

// tableStyle fits a table to what it is written to.
func tableStyle(w io.Writer) report.TableStyle {
	if !isTerminal(w) {
		return report.TableStyle{}
	}
	return report.TableStyle{Colour: true, Width: widthOf(w)}
}

// newProgress shows how far a matrix is: on a terminal one line that changes,
// elsewhere a line for each tenth, and always one for what was not expected.
func newProgress(s *streams) matrix.Progress {
	return &progress{board: s.shown(), start: time.Now()}
}

type progress struct {
	board       *board
	start       time.Time
	total, done int
	unexpected  int
	tenth       int
	running     []string
}

func (p *progress) Installing(subject string) { p.board.show("preparing " + subject) }

func (p *progress) Begin(cells int) {
	p.total, p.start = cells, time.Now()
	p.board.show("")
	p.board.say(plural.Count(cells, "cell") + " to run")
}

func (p *progress) Started(name string) {
	p.running = append(p.running, name)
	p.redraw()
}

func (p *progress) Finished(c *report.Cell) {
	p.done++
	for i, name := range p.running {
		if name == c.Name() {
			p.running = append(p.running[:i], p.running[i+1:]...)
			break
		}
	}
	if !c.AsExpected() {
		p.unexpected++
		p.board.say(fmt.Sprintf("not as expected: %s: %s", c.Name(), c.Unexpected))
	}
	if tenth := p.done * 10 / p.total; p.board.width == 0 && tenth > p.tenth {
		p.tenth = tenth
		p.board.say(p.line())
	}
	p.redraw()
}

func (p *progress) End() { p.board.show("") }

func (p *progress) redraw() {
	line := p.line()
	if len(p.running) > 0 {
		line += "  " + p.running[0]
	}
	p.board.show(line)
}

// line says how much is done and how long the rest will take at that speed.
func (p *progress) line() string {
	spent := time.Since(p.start)
	left := time.Duration(0)
	if p.done > 0 {
		left = spent / time.Duration(p.done) * time.Duration(p.total-p.done)
	}
	const bar = 20
	filled := 0
	if p.total > 0 {
		filled = p.done * bar / p.total
	}
	line := fmt.Sprintf("%s%s %d/%d, %v left", strings.Repeat("█", filled), strings.Repeat("░", bar-filled), p.done,
		p.total, left.Round(time.Second))
	if p.unexpected > 0 {
		line += fmt.Sprintf(", %d not as expected", p.unexpected)
	}
	return line
}
