package isolation

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// shortage notes what this process could not open for a subject. Its zero value has nothing.
type shortage struct {
	mu     sync.Mutex
	first  string // the first of a name, or else the first
	ofName bool
	more   int
}

// note keeps one text and counts the others. A text of a name says more to a person than one of
// connections, whichever came first.
func (s *shortage) note(what string, ofName bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first != "" {
		s.more++
	}
	if s.first == "" || ofName && !s.ofName {
		s.first, s.ofName = what, ofName
	}
}

// met is what was noted, as a bound that was met.
func (s *shortage) met() []seen.Met {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first == "" {
		return nil
	}
	text := s.first
	if s.more > 0 {
		text += fmt.Sprintf(", and so %d more times", s.more)
	}
	return []seen.Met{{Bound: seen.Descriptors, Text: text}}
}

// unanswered notes a name for which nothing could be opened, if that is why it has no answer.
func (s *shortage) unanswered(name string, err error) {
	if !outOfFiles(err) {
		return
	}
	s.note(fmt.Sprintf("No files were left to answer for %s: %v", name, syscall.EMFILE), true)
}

// outOfFiles says whether an error is that a process, or the machine, can open no more files; that of
// a sandbox's init is its text alone.
func outOfFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) ||
		err != nil && strings.HasSuffix(err.Error(), syscall.EMFILE.Error())
}

// patient is a listener that waits where this process can open no more files, and notes it.
type patient struct {
	drainable
	shortage *shortage
}

// Accept returns only errors that are final.
func (p patient) Accept() (net.Conn, error) {
	for noted := false; ; {
		c, err := p.drainable.Accept()
		if !outOfFiles(err) {
			return c, err
		}
		if !noted {
			p.shortage.note(fmt.Sprintf("No files were left to accept a connection of the program: %v", syscall.EMFILE),
				false)
			noted = true
		}
		time.Sleep(5 * time.Millisecond)
	}
}
