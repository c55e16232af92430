package ledger

import "time"

// Probe is an attempt of a subject to get credentials where its host has none.
type Probe struct {
	Target string    `json:"target"` // "instance metadata"
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Time   time.Time `json:"time"`
}

// String is the probe in one line.
func (p Probe) String() string { return p.Target + ", " + p.Method + " " + p.Path }
