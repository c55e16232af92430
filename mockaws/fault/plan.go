package fault

import (
	"fmt"
	"slices"
	"sync"
)

// Plan is the faults to come on a plane. It is safe for concurrent use; of those
// that match a request, the one that was planned first strikes. A nil Plan has
// none.
type Plan struct {
	plane Plane
	mu    sync.Mutex
	list  []*Planned
}

// NewPlan makes an empty plan for a plane.
func NewPlan(p Plane) *Plan { return &Plan{plane: p} }

// Planned is a fault that is still to come, with the times that are left.
type Planned struct {
	Fault
	// Struck is how many times it has come already.
	Struck int `json:"struck"`
}

// String says what was planned: "throttle of sts:*, 3 times".
func (p Planned) String() string {
	times := "once"
	if n := p.Times + p.Struck; n > 1 {
		times = fmt.Sprintf("%d times", n)
	}
	return fmt.Sprintf("%s of %s, %s", p.Fault, p.Target(), times)
}

// older are the names of kinds that the management API had at first.
var older = map[Kind]Fault{"error": {Kind: KindStatus, Status: 500}, "delay": {Kind: KindSlow}}

// Add plans a fault.
func (p *Plan) Add(f Fault) error {
	if now, ok := older[f.Kind]; ok {
		f.Kind, f.Status = now.Kind, now.Status
	}
	if err := f.Check(p.plane); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = append(p.list, &Planned{Fault: f})
	return nil
}

// Pending lists what was planned and has not happened yet, or not as often.
func (p *Plan) Pending() []Planned {
	out := []Planned{}
	if p == nil {
		return out
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.list {
		out = append(out, *f)
	}
	return out
}

// Clear drops what was planned.
func (p *Plan) Clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = nil
}

// Take is the fault that strikes a request, nil for none.
func (p *Plan) Take(strikes func(*Fault) bool) *Fault {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.list, func(f *Planned) bool { return strikes(&f.Fault) })
	if i < 0 {
		return nil
	}
	planned := p.list[i]
	taken := planned.Fault
	planned.Struck++
	if planned.Times--; planned.Times == 0 {
		p.list = slices.Delete(p.list, i, i+1)
	}
	return &taken
}
