package demo

import (
	"fmt"
	"time"
)

// patience is how long work may take without a word.
const patience = time.Second

// progress tells of work that takes long, on a terminal with the seconds so
// far; done ends it.
func (s *stage) progress(what string) (done func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		s.tell(what, stop)
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

func (s *stage) tell(what string, stop <-chan struct{}) {
	start := time.Now()
	select {
	case <-stop:
		return
	case <-time.After(patience):
	}
	if !s.Live {
		fmt.Fprintln(s.Err, what+" …")
		<-stop
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	defer fmt.Fprint(s.Err, "\r\x1b[2K")
	for {
		fmt.Fprintf(s.Err, "\r\x1b[2K%s … %d s", what, int(time.Since(start).Seconds()))
		select {
		case <-stop:
			return
		case <-tick.C:
		}
	}
}
