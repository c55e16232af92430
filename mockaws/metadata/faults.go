package metadata

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind is a way to misbehave.
type FaultKind string

// The kinds of fault.
const (
	FaultThrottle  FaultKind = "throttle"  // refuse, as the endpoint does when it is asked too often
	FaultStatus    FaultKind = "status"    // fail with Status, 400 to 599, in the endpoint's own shape
	FaultSlow      FaultKind = "slow"      // answer only after Delay
	FaultHang      FaultKind = "hang"      // never answer; ends when the client gives up
	FaultReset     FaultKind = "reset"     // reset the connection without an answer
	FaultTruncate  FaultKind = "truncate"  // close the connection in the middle of the body
	FaultMalformed FaultKind = "malformed" // the first half of the body, as if that were all
	// FaultStale hands out credentials that say they expired Delay ago (5 minutes
	// by default), though AWS still takes them: what clients see while EC2 cannot
	// renew, and are to go on using ("static stability",
	// https://github.com/smithy-lang/smithy-rs/blob/main/aws/rust-runtime/aws-config/src/imds/credentials.rs).
	FaultStale FaultKind = "stale"
)

const staleBy = 5 * time.Minute

var faultKinds = []FaultKind{FaultThrottle, FaultStatus, FaultSlow, FaultHang, FaultReset, FaultTruncate, FaultMalformed, FaultStale}

// Fault is a misbehaviour injected on purpose into the next requests that match,
// by count and never by chance.
type Fault struct {
	Kind FaultKind `json:"kind"`
	// Times is how many requests it strikes; at least 1.
	Times int `json:"times"`
	// Method is "PUT", "GET"; empty for any.
	Method string `json:"method,omitempty"`
	// Path is compared with that of the request; at the end, "*" stands for
	// anything. Empty is any path.
	Path string `json:"path,omitempty"`
	// Status of FaultStatus, 400 to 599.
	Status int `json:"status,omitempty"`
	// Delay of FaultSlow and FaultStale.
	Delay time.Duration `json:"delayNs,omitempty"`
}

// faultKey is where a request's context has its *Fault.
type faultKey struct{}

// Check finds what is wrong with a fault, in one line that says what to do.
func (f *Fault) Check() error {
	switch {
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("fault %q is not one of %v", f.Kind, faultKinds)
	case f.Times < 1:
		return fmt.Errorf("fault %s: times is %d, want at least 1", f.Kind, f.Times)
	case f.Kind == FaultStatus && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("fault status: status is %d, want 400 to 599", f.Status)
	case f.Kind == FaultSlow && f.Delay <= 0 || f.Delay < 0:
		return fmt.Errorf("fault %s: delay is %s, want more than nothing", f.Kind, f.Delay)
	case f.Path != "" && f.Path[0] != '/' && f.Path != "*":
		return fmt.Errorf("fault %s: path %q does not begin with a slash", f.Kind, f.Path)
	}
	return nil
}

func (f *Fault) matches(r *http.Request) bool {
	if f.Method != "" && !strings.EqualFold(f.Method, r.Method) {
		return false
	}
	if prefix, ok := strings.CutSuffix(f.Path, "*"); ok {
		return strings.HasPrefix(r.URL.Path, prefix)
	}
	return f.Path == "" || f.Path == r.URL.Path
}

// Faults are misbehaviours to come. The zero value has none. They are safe for
// concurrent use; the earliest planned that matches a request strikes.
type Faults struct {
	mu   sync.Mutex
	list []*Fault
}

// Add plans a fault.
func (fs *Faults) Add(f Fault) error {
	if err := f.Check(); err != nil {
		return err
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

// take is the fault that strikes a request, nil for none.
func (fs *Faults) take(r *http.Request) *Fault {
	if fs == nil {
		return nil
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	i := slices.IndexFunc(fs.list, func(f *Fault) bool { return f.matches(r) })
	if i < 0 {
		return nil
	}
	taken := *fs.list[i]
	if fs.list[i].Times--; fs.list[i].Times == 0 {
		fs.list = slices.Delete(fs.list, i, i+1)
	}
	return &taken
}

// write puts an answer on the wire, with the fault done to it; nil does none.
func (f *Fault) write(w http.ResponseWriter, r *http.Request, a reply) {
	if f == nil {
		a.write(w, r)
		return
	}
	half := a.body[:len(a.body)/2]
	switch f.Kind {
	case FaultHang:
		<-r.Context().Done()
	case FaultReset:
		reset(w)
	case FaultSlow:
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
			a.write(w, r)
		case <-r.Context().Done():
		}
	case FaultMalformed:
		a.body = half
		a.write(w, r)
	case FaultTruncate:
		whole := len(a.body)
		a.body = half
		a.with("Content-Length", strconv.Itoa(whole+1)).write(w, r)
		_ = http.NewResponseController(w).Flush() // or the half is never sent
		panic(http.ErrAbortHandler)
	default:
		a.write(w, r)
	}
}

// reset ends a connection with a TCP reset where it can, and else just ends it.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: resets the stream
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // Close then sends a reset
	}
	_ = conn.Close()
}
