package ledger

import (
	"fmt"
	"time"

	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// NameFailure is the lookup of a name that failed on purpose.
type NameFailure struct {
	Time  time.Time   `json:"time"`
	Name  string      `json:"name"`
	Fault fault.Fault `json:"fault"`
}

// String is one line for a person.
func (n NameFailure) String() string {
	return fmt.Sprintf("lookup of the name %s: %s", n.Name, n.Fault.Injected())
}

// UnstruckFault is a fault that was planned and has not struck: whatever a run
// shows, it does not show how that fault ended.
type UnstruckFault struct {
	Endpoint string `json:"endpoint,omitempty"` // of the host, for a fault of one
	fault.Planned
}

// String says what was planned, and of what.
func (u UnstruckFault) String() string {
	if u.Endpoint == "" {
		return u.Planned.String()
	}
	return "of the host's endpoint " + u.Endpoint + ": " + u.Planned.String()
}

// Injected lists what was injected on purpose and struck, a line each: first the
// lookups of names, then the requests to the host's endpoints, then the calls.
func (r *Result) Injected() (lines []string) {
	for _, n := range r.NameFailures {
		lines = append(lines, n.String())
	}
	for _, l := range r.Lookups {
		if l.Fault != "" {
			lines = append(lines, "request to the host's endpoint "+l.String())
		}
	}
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		if e.Fault != nil {
			lines = append(lines, fmt.Sprintf("call #%d, %s: %s", e.Seq, e.Call, e.Fault.Injected()))
		} else if what := StruckBehind(e); what != "" {
			lines = append(lines, fmt.Sprintf("behind call #%d, %s: %s%s", e.Seq, e.Call, fault.Mark, what))
		}
	}
	return lines
}

// StruckBehind is the fault in a request that AWS itself made for a call, such as
// for an issuer's keys; "" without one.
func StruckBehind(e *exchange.Exchange) string {
	if e.Fault != nil {
		return ""
	}
	failure, _ := verdict.CauseOf[verdict.Failure](e.Verdict.Refusal)
	return failure.Injected
}
