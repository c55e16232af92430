package mockaws

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// FaultKind is a way to misbehave.
type FaultKind string

// The kinds of fault.
const (
	FaultThrottle FaultKind = "throttle" // the service's throttling error
	FaultError    FaultKind = "error"    // an internal error, status 500
	FaultDelay    FaultKind = "delay"    // answer only after Delay
	FaultHang     FaultKind = "hang"     // never answer; ends when the client gives up
	FaultDrop     FaultKind = "drop"     // close the connection without an answer
)

var faultKinds = []FaultKind{FaultThrottle, FaultError, FaultDelay, FaultHang, FaultDrop}

// Fault is a misbehaviour injected on purpose into the next calls that match,
// by count and never by chance.
type Fault struct {
	Call  string        `json:"call"` // "bedrock:Converse", "sts:*", "*"
	Kind  FaultKind     `json:"kind"`
	Times int           `json:"times"` // how many calls; at least 1
	Delay time.Duration `json:"delayNs,omitempty"`
}

// Faults are the misbehaviours to come.
type Faults struct {
	mu   sync.Mutex
	list []*Fault
}

func newFaults() *Faults { return &Faults{} }

// Add plans a fault.
func (fs *Faults) Add(f Fault) error {
	if !slices.Contains(faultKinds, f.Kind) {
		return fmt.Errorf("fault %q is not one of %v", f.Kind, faultKinds)
	}
	if _, err := path.Match(f.Call, "x"); err != nil || f.Call == "" {
		return fmt.Errorf("fault for calls %q: want a call such as bedrock:Converse, or a pattern such as sts:*", f.Call)
	}
	if f.Times < 1 {
		return fmt.Errorf("fault %s for %s: times is %d, want at least 1", f.Kind, f.Call, f.Times)
	}
	if f.Kind == FaultDelay && f.Delay <= 0 {
		return fmt.Errorf("fault delay for %s: want a delay", f.Call)
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = append(fs.list, &f)
	return nil
}

// Pending lists what was planned and has not happened yet.
func (fs *Faults) Pending() []Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	out := []Fault{}
	for _, f := range fs.list {
		out = append(out, *f)
	}
	return out
}

// Clear drops what was planned.
func (fs *Faults) Clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = nil
}

func (fs *Faults) take(call string) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.list {
		if ok, _ := path.Match(strings.ToLower(f.Call), strings.ToLower(call)); !ok {
			continue
		}
		taken := *f
		if f.Times--; f.Times == 0 {
			fs.list = slices.Delete(fs.list, i, i+1)
		}
		return &taken
	}
	return nil
}

// injectFault is the stage at which a planned fault strikes: before anything is
// authenticated, as AWS's front ends throttle.
func (f *flight) injectFault() *verdict.Refusal {
	f.fault = f.server.faults.take(f.exchange.Call)
	if f.fault == nil {
		return nil
	}
	if f.fault.Kind == FaultDelay {
		timer := time.NewTimer(f.fault.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-f.http.Context().Done():
		}
		return nil
	}
	return verdict.Refuse(verdict.StageFault, verdict.Injected, "injected on purpose: "+string(f.fault.Kind), "fault", string(f.fault.Kind))
}

func (ft *Fault) response(d *protocol.Dialect, c *protocol.Context) *protocol.Response {
	code, message, status := "InternalServerException", "The service has encountered an internal error.", "500"
	if ft.Kind == FaultThrottle {
		code, message, status = "ThrottlingException", "Too many requests, please wait before trying again.", "429"
	}
	failed := verdict.Refuse(verdict.StageFault, verdict.OperationFailed, "", "code", code, "message", message, "status", status)
	return d.EncodeError(failed, c)
}
