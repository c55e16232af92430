package ledger

import (
	"slices"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Result is what became of one run of a subject.
type Result struct {
	Host      string `json:"host"`
	Subject   string `json:"subject"`
	Isolation string `json:"isolation"`     // endpoint, sandbox or container
	Why       string `json:"why,omitempty"` // it is not the sandbox
	// Blind is what the isolation cannot know of the subject's calls; empty if it
	// sees all. Where it is set, no exchange does not mean that there was no call.
	Blind string `json:"blind,omitempty"`
	// Limits is, with Blind, what the isolation cannot hold, each in one sentence.
	Limits []string `json:"limits,omitempty"`
	Mock   string   `json:"mock"` // embedded or container

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
	// Met is what came of the bounds that the subject met: of processes, memory, disk and
	// output. What the sandbox did not hold is here, too.
	Met    []seen.Met `json:"met,omitempty"`
	Stdout []byte     `json:"-"` // its end, as much of it as the project's MaxOutput
	Stderr []byte     `json:"-"`
	Err    error      `json:"-"` // of a Go function

	Environment []Variable          `json:"environment"`
	Exchanges   []exchange.Exchange `json:"exchanges"`
	// Lookups are the requests to the host's own credential endpoints.
	Lookups []metadata.Lookup `json:"lookups,omitempty"`
	// Files are the host's files, with how often each was opened.
	Files []FileAccess `json:"files,omitempty"`
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
	Refused []seen.Attempt `json:"refused,omitempty"`
	// Unrecorded counts further refusals that the kernel had no room to report.
	Unrecorded int `json:"unrecorded,omitempty"`
	// Port is where a served subject was called; 0 for one that is no server.
	Port uint16 `json:"port,omitempty"`
	// Listening are the TCP ports at which the subject listened when it was ended
	// from outside. Under container isolation they are not seen.
	Listening []uint16 `json:"listening,omitempty"`
	// Visits are the requests to a served subject, in order.
	Visits []Visit `json:"visits,omitempty"`

	TLSFailures []seen.TLSFailure `json:"tlsFailures,omitempty"`
	// Ledger has a row for each place that hands out credentials.
	Ledger    []Row     `json:"ledger"`
	Diagnosis Diagnosis `json:"diagnosis"`

	secrets []string // that the deployment made, for Scrub
	watched bool     // a test shows it in full when it fails
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

// Fine reports whether nothing is wrong: the subject ended well, no AWS call was
// refused, and the diagnosis has no problem. A program may catch every failure
// and end with exit code 0; it is not fine then. Hazards do not count.
func (r *Result) Fine() bool {
	refused := len(r.Exchanges) > 0 && !r.Accepted()
	return r.Interrupted == "" && !r.Failed() && !refused && len(r.Diagnosis.Problems()) == 0
}

// Calls are the exchanges of a call ("bedrock:Converse") or of an IAM action
// ("bedrock:InvokeModel").
func (r *Result) Calls(name string) []exchange.Exchange {
	var out []exchange.Exchange
	for _, e := range r.Exchanges {
		if e.Call == name || e.Action == name {
			out = append(out, e)
		}
	}
	return out
}

// UnsupportedError says that a subject called what the mock has not, so that
// nothing can be concluded from the run.
type UnsupportedError struct{ Exchange exchange.Exchange }

// Error names the call.
func (e *UnsupportedError) Error() string {
	return "the subject made a call that the mock cannot judge: " + e.Exchange.Verdict.Refusal.Error() +
		" (" + e.Exchange.Method + " " + e.Exchange.Host + e.Exchange.Path + ")"
}

// Unsupported is the error of the first call that the mock has not, if any.
func Unsupported(exchanges []exchange.Exchange) error {
	for _, e := range exchanges {
		if r := e.Verdict.Refusal; r != nil && r.Reason == verdict.UnsupportedOperation {
			return &UnsupportedError{e}
		}
	}
	return nil
}

// KeepSecrets tells the result which secrets the deployment made, for Scrub, and takes them
// out of the exchanges that it has.
func (r *Result) KeepSecrets(secrets []string) {
	r.secrets = secrets
	r.conceal()
}

// Watch says that a test shows the result in full when it fails.
func (r *Result) Watch() { r.watched = true }

// Answered reports whether a served subject answered any request.
func (r *Result) Answered() bool {
	return slices.ContainsFunc(r.Visits, func(v Visit) bool { return v.Status != 0 })
}
