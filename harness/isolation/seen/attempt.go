// Package seen has what an isolation saw a subject try in vain, as plain data: a
// report of a run is read and judged without the machinery that made it.
package seen

import (
	"fmt"
	"net/netip"
	"time"
)

// Attempt is something the subject tried to reach and could not.
type Attempt struct {
	// Name is the host name that the subject looked up; empty if it used the
	// address itself.
	Name string `json:"name,omitempty"`
	// Addr is the address. Where there is a Name it is the sandbox's own, made up
	// for that name.
	Addr netip.Addr `json:"addr,omitzero"`
	Port uint16     `json:"port,omitempty"`
	// Network is "tcp", "udp", "icmp" (a ping), "ip:" and a protocol number, or
	// "dns" for a name that was looked up and then not called.
	Network string    `json:"network"`
	Time    time.Time `json:"time"` // of the first
	Count   int       `json:"count"`
}

// Loopback says whether the subject called itself, at a port where nothing
// listens: often a service of the machine that isolation.Config.PassThrough should name.
func (a Attempt) Loopback() bool { return a.Addr.IsLoopback() }

// String is the attempt in one line.
func (a Attempt) String() string {
	var s string
	switch {
	case a.Network == "dns":
		s = fmt.Sprintf("%s (looked up only)", a.Name)
	case a.Name != "" && a.Port == 0:
		s = fmt.Sprintf("%s (%s)", a.Name, a.Network)
	case a.Name != "":
		s = fmt.Sprintf("%s:%d (%s)", a.Name, a.Port, a.Network)
	case a.Port == 0:
		s = fmt.Sprintf("%s (%s)", a.Addr, a.Network)
	default:
		s = fmt.Sprintf("%s (%s)", netip.AddrPortFrom(a.Addr, a.Port), a.Network)
	}
	if a.Count > 1 {
		s += fmt.Sprintf(", %d times", a.Count)
	}
	return s
}
