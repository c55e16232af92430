package main

import (
	"encoding/json"
	"runtime/debug"

	"github.com/hostproof/hostproof/harness/stdio"
)

// stdioCommand is for programs in other languages, which deploy and run as often as
// they like with one process of this one.
type stdioCommand struct{}

// Run answers requests until standard input ends.
func (c *stdioCommand) Run(s *streams) error {
	interrupts := s.interrupts()
	defer interrupts.stop()
	about, err := aboutThis()
	if err != nil {
		return err
	}
	server := stdio.Server{About: about}
	return interrupts.or(server.Serve(interrupts.ctx, s.in, s.out))
}

// aboutThis is what hostproof version --json prints.
func aboutThis() (about map[string]any, err error) {
	text, err := json.Marshal(thisVersion(debug.ReadBuildInfo()))
	if err == nil {
		err = json.Unmarshal(text, &about)
	}
	return about, err
}
