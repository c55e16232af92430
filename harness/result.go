package harness

import (
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Result is what became of one run of a subject.
type Result struct {
	Host      string `json:"host"`
	Subject   string `json:"subject"`
	Isolation string `json:"isolation"`     // endpoint, sandbox or container
	Why       string `json:"why,omitempty"` // it is not the sandbox
	Mock      string `json:"mock"`          // embedded or container

	ExitCode int    `json:"exitCode"` // 0 = success; -1 = ended by a signal
	Signal   string `json:"signal,omitempty"`
	TimedOut bool   `json:"timedOut,omitempty"`
	// Interrupted is the signal that this process got while the subject ran, such
	// as SIGINT: the run was cut off, and shows what it did until then.
	Interrupted string `json:"interrupted,omitempty"`
	// Stopped says that the subject was a server, and ran until its caller stopped
	// it (Serve); ExitCode is then 0.
	Stopped  bool          `json:"stopped,omitempty"`
	Duration time.Duration `json:"durationNs"`
	Stdout   []byte        `json:"-"` // the last 4 MiB
	Stderr   []byte        `json:"-"`
	Err      error         `json:"-"` // of a Go function

	Environment []Variable         `json:"environment"`
	Exchanges   []mockaws.Exchange `json:"exchanges"`
	// Lookups are the requests to the host's own credential endpoints.
	Lookups []metadata.Lookup `json:"lookups,omitempty"`
	// NameFailures are the lookups of names that failed on purpose.
	NameFailures []NameFailure `json:"nameFailures,omitempty"`
	// Unstruck are the faults of the deployment that have not struck, in this run
	// or before.
	Unstruck []UnstruckFault `json:"unstruck,omitempty"`
	// Probes are lookups of credentials at places that the host does not have.
	Probes []Probe `json:"probes,omitempty"`
	// Hidden are variables of the project that the host does not show to programs
	// there; see Baked.
	Hidden []string `json:"hidden,omitempty"`
	// Refused is what else the subject tried to reach; the sandbox sees it.
	Refused     []isolation.Attempt    `json:"refused,omitempty"`
	TLSFailures []isolation.TLSFailure `json:"tlsFailures,omitempty"`
	Diagnosis   Diagnosis              `json:"diagnosis"`

	secrets []string // that the deployment made, for scrub
}

// Failed reports whether the subject itself failed.
func (r *Result) Failed() bool { return r.ExitCode != 0 || r.TimedOut }

// Accepted reports whether there were AWS calls and every one was accepted.
func (r *Result) Accepted() bool {
	for i := range r.Exchanges {
		if !r.Exchanges[i].Verdict.Accepted {
			return false
		}
	}
	return len(r.Exchanges) > 0
}

// Scrub takes the secrets of the environment out of a text, such as what the
// subject printed.
func (r *Result) Scrub(text string) string { return r.scrub(text) }

// Calls are the exchanges of a call ("bedrock:Converse") or of an IAM action
// ("bedrock:InvokeModel").
func (r *Result) Calls(name string) []mockaws.Exchange {
	var out []mockaws.Exchange
	for _, e := range r.Exchanges {
		if e.Call == name || e.Action == name {
			out = append(out, e)
		}
	}
	return out
}

// UnsupportedError says that a subject called what the mock has not, so that
// nothing can be concluded from the run.
type UnsupportedError struct{ Exchange mockaws.Exchange }

// Error names the call.
func (e *UnsupportedError) Error() string {
	return "the subject made a call that the mock cannot judge: " + e.Exchange.Verdict.Refusal.Error() +
		" (" + e.Exchange.Method + " " + e.Exchange.Host + e.Exchange.Path + ")"
}

func unsupported(exchanges []mockaws.Exchange) error {
	for _, e := range exchanges {
		if r := e.Verdict.Refusal; r != nil && r.Reason == verdict.UnsupportedOperation {
			return &UnsupportedError{e}
		}
	}
	return nil
}
