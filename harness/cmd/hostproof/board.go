package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/hostproof/hostproof/fixtures/steps"
)

// board is where a person sees what goes on: on a terminal one line that changes,
// below lines that stay; elsewhere lines that stay alone.
type board struct {
	mu      sync.Mutex
	w       io.Writer
	width   int // of the terminal; 0: none
	current string
}

func newBoard(w io.Writer) *board {
	b := &board{w: w}
	if isTerminal(w) {
		b.width = max(widthOf(w), 40)
	}
	return b
}

// say prints a line that stays.
func (b *board) say(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	fmt.Fprintln(b.w, line)
	b.draw()
}

// show replaces the changing line; an empty text removes it.
func (b *board) show(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	b.current = line
	b.draw()
}

func (b *board) clear() {
	if b.width > 0 && b.current != "" {
		fmt.Fprint(b.w, "\r\x1b[2K")
	}
}

func (b *board) draw() {
	if b.width == 0 || b.current == "" {
		return
	}
	line := []rune(b.current)
	fmt.Fprint(b.w, string(line[:min(len(line), b.width-1)]))
}

// tick is how often the time of a step is shown anew on a terminal.
const tick = time.Second

// step shows a step of long work, with the seconds that it takes.
func (b *board) step(s steps.Step) (end func(error)) {
	start := time.Now()
	text := s.What
	if s.Why != "" {
		text += " (" + s.Why + ")"
	}
	took := func() string { return time.Since(start).Round(time.Second).String() }
	if b.width == 0 {
		b.say(text + " ...")
		return func(err error) { b.say(s.What + ": " + outcome(err) + " after " + took()) }
	}
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		b.show(text + " ...")
		for t := time.NewTicker(tick); ; {
			select {
			case <-over:
				t.Stop()
				return
			case <-t.C:
				b.show(text + " ... " + took())
			}
		}
	}()
	return func(err error) {
		close(over)
		<-ended
		b.show("")
		b.say(s.What + ": " + outcome(err) + " after " + took())
	}
}

func outcome(err error) string {
	if err != nil {
		return "failed"
	}
	return "done"
}

// shown is the board on standard error.
func (s *streams) shown() *board {
	if s.board == nil {
		s.board = newBoard(s.err)
	}
	return s.board
}

// context is what a command works in: its long steps are shown.
func (s *streams) context() context.Context { return steps.With(context.Background(), s.shown().step) }
