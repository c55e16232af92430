package report

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// Run is one run of a subject as a report tells it.
type Run struct {
	Command   string        `json:"command"`
	Isolation string        `json:"isolation"`
	Why       string        `json:"why,omitempty"` // Why the sandbox was not used.
	Mock      string        `json:"mock"`
	ExitCode  int           `json:"exitCode"`
	Signal    string        `json:"signal,omitempty"`
	TimedOut  bool          `json:"timedOut,omitempty"`
	Duration  time.Duration `json:"durationNs"`
	Said      string        `json:"said,omitempty"` // the last lines on standard error, or standard output
	// Error is the line of it that names the error of a program that failed.
	Error string `json:"error,omitempty"`

	// Settings are what the project sets, as flags of hostproof run.
	Settings []string `json:"settings,omitempty"`

	Environment []Variable `json:"environment"`
	Exchanges   []Exchange `json:"exchanges"`
	// Elsewhere is what else the subject looked for or tried to reach, a line
	// each.
	Elsewhere []string `json:"elsewhere,omitempty"`
	// Ledger says of each place with credentials, and of what else was looked for,
	// whether the subject asked there and used what it got.
	Ledger   []Row     `json:"ledger,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
}

// Row is a row of a run's ledger in words.
type Row struct {
	Place string `json:"place"`
	How   string `json:"how,omitempty"` // how a program finds it
	Asked string `json:"asked"`
	Used  string `json:"used"`
}

// Variable is one of the subject's environment. How it is known that the host
// sets it stands at the host, under the variable's name.
type Variable struct {
	Name      string `json:"name"`
	SetBy     string `json:"setBy"` // host, user, wiring or base
	Overrides string `json:"overrides,omitempty"`
	// Shown is the value where it is public, else a description of it.
	Shown  string `json:"shown"`
	Secret bool   `json:"secret,omitempty"`
}

// Exchange is one AWS call and what came of it.
type Exchange struct {
	Seq      int64         `json:"seq"` // from 1
	Time     time.Time     `json:"time"`
	Duration time.Duration `json:"durationNs"`

	Call     string      `json:"call"`
	Action   string      `json:"action,omitempty"`
	Resource string      `json:"resource,omitempty"`
	Method   string      `json:"method"`
	URL      string      `json:"url"`
	Header   http.Header `json:"header,omitempty"`

	Accepted  bool   `json:"accepted"`
	Principal string `json:"principal,omitempty"`
	Stage     string `json:"stage,omitempty"` // at which it was refused
	Reason    string `json:"reason,omitempty"`
	Detail    string `json:"detail,omitempty"`

	Status     int    `json:"status"`
	Code       string `json:"code,omitempty"`
	Message    string `json:"message,omitempty"`
	Confidence string `json:"confidence,omitempty"` // that AWS answers so: V, L or U
	Source     string `json:"source,omitempty"`

	Credentials []Part     `json:"credentials,omitempty"`
	Canonical   *Canonical `json:"canonical,omitempty"`
}

// Part is one part of a call's credentials and where it came from.
type Part struct {
	Name  string `json:"name"` // key id, secret, token, bearer or region
	Shown string `json:"shown"`
	From  string `json:"from"`
	Owner string `json:"owner,omitempty"`
}

// Canonical is the canonical request as AWS makes it, tokens redacted.
type Canonical struct {
	Request string `json:"request"`
	Mistake string `json:"mistake,omitempty"`
	// Line, from 1, is the first one that differs; 0 when none was found. Theirs
	// is what the client signed there.
	Line   int    `json:"line,omitempty"`
	Name   string `json:"name,omitempty"`
	Ours   string `json:"ours,omitempty"`
	Theirs string `json:"theirs,omitempty"`
}

// Finding is one thing that the diagnosis says: what happened, why, and what to
// change.
type Finding struct {
	Kind       string `json:"kind"`
	Hazard     bool   `json:"hazard,omitempty"` // nothing failed by it in this run
	Seq        int64  `json:"seq,omitempty"`    // of the exchange
	What       string `json:"what"`
	Why        string `json:"why,omitempty"`
	Change     string `json:"change,omitempty"`
	Source     string `json:"source,omitempty"` // public
	Confidence string `json:"confidence,omitempty"`
}

// ending is how a run that did not end well ended, behind "the subject".
func (r *Run) ending() string {
	switch {
	case r.TimedOut:
		return "was stopped"
	case r.Signal != "":
		return "was ended by a signal: " + r.Signal
	}
	return fmt.Sprintf("failed: exit %d", r.ExitCode)
}

// TimeUp says that the run's time was up, and how to give it more.
func (r *Run) TimeUp() string {
	return fmt.Sprintf("its time was up after %v: give it more with --timeout, or fewer runs at a time with --parallel",
		r.Duration.Round(time.Second))
}

// Of is a result as a report tells it, with its status. The host is the one
// that the subject ran on.
func Of(r *ledger.Result, host *fixtures.Host) (*Run, Status) {
	run := &Run{
		Command: r.Subject, Isolation: r.Isolation, Why: r.Why, Mock: r.Mock,
		ExitCode: r.ExitCode, Signal: r.Signal, TimedOut: r.TimedOut, Duration: r.Duration,
		Said: said(r), Environment: environment(r, host), Exchanges: exchanges(r),
	}
	if r.Failed() {
		run.Error = opaqueWords(r.Headline())
	}
	run.Elsewhere = append(run.Elsewhere, r.AskedHost()...)
	for _, n := range r.NameFailures {
		run.Elsewhere = append(run.Elsewhere, n.String())
	}
	for i := range r.Exchanges {
		if e := &r.Exchanges[i]; e.Fault != nil {
			run.Elsewhere = append(run.Elsewhere, fmt.Sprintf("call #%d, %s: %s", i+1, e.Call, e.Fault.Injected()))
		}
	}
	for _, u := range r.Unstruck {
		run.Elsewhere = append(run.Elsewhere, "planned and never struck: "+u.String())
	}
	for _, p := range r.Probes {
		run.Elsewhere = append(run.Elsewhere, "looked for credentials at "+p.String()+": this host has none there")
	}
	for _, a := range r.Refused {
		if a.Loopback() {
			run.Elsewhere = append(run.Elsewhere, "called itself at "+a.String()+": nothing listened there")
			continue
		}
		run.Elsewhere = append(run.Elsewhere, "tried to reach "+a.String()+": refused, for nothing may leave")
	}
	if r.Unrecorded > 0 {
		run.Elsewhere = append(run.Elsewhere,
			fmt.Sprintf("refused besides, too fast to be listed: %d connections", r.Unrecorded))
	}
	for _, f := range r.TLSFailures {
		run.Elsewhere = append(run.Elsewhere, "TLS to "+f.Name+" came to nothing: "+f.Problem)
	}
	run.Elsewhere = slices.Compact(run.Elsewhere)
	for _, met := range r.Met {
		run.Elsewhere = append(run.Elsewhere, met.Text)
	}
	for i := range r.Ledger {
		t := r.Ledger[i].Texts()
		run.Ledger = append(run.Ledger, Row{r.Scrub(t.Place), t.How, renumbered(r.Scrub(t.Asked), r),
			renumbered(t.Used, r)})
	}
	for _, f := range slices.Concat(r.Diagnosis.Problems(), r.Diagnosis.Hazards()) {
		run.Findings = append(run.Findings, Finding{string(f.Kind), f.Hazard, renumber(f.Seq, r),
			renumbered(r.Scrub(f.Happened()), r), renumbered(r.Scrub(f.Why), r), r.Scrub(f.Change), f.Source,
			f.Confidence})
	}
	return run, statusOf(r, host)
}

// callNumber is how a text names a call.
var callNumber = regexp.MustCompile(`#\d+\b`)

// renumbered is a text whose calls are counted from 1 within the run.
func renumbered(text string, r *ledger.Result) string {
	return callNumber.ReplaceAllStringFunc(text, func(name string) string {
		seq, err := strconv.ParseInt(name[1:], 10, 64)
		if err != nil || renumber(seq, r) == 0 {
			return name
		}
		return fmt.Sprintf("#%d", renumber(seq, r))
	})
}

// renumber counts exchanges from 1 within the run: the mock counts on.
func renumber(seq int64, r *ledger.Result) int64 {
	for i := range r.Exchanges {
		if r.Exchanges[i].Seq == seq {
			return int64(i + 1)
		}
	}
	return 0
}

func exchanges(r *ledger.Result) []Exchange {
	out := []Exchange{}
	for i := range r.Exchanges {
		out = append(out, exchangeOf(&r.Exchanges[i], int64(i+1), r))
	}
	return out
}

func exchangeOf(e *exchange.Exchange, seq int64, r *ledger.Result) Exchange {
	scheme := "http://"
	if e.TLS {
		scheme = "https://"
	}
	x := Exchange{
		Seq: seq, Time: e.Time, Duration: e.Duration, Call: e.Call, Action: e.Action, Resource: e.Resource,
		Method: e.Method, URL: scheme + e.Host + e.Path, Header: e.Header,
		Accepted: e.Verdict.Accepted, Principal: e.Verdict.Principal,
		Status: e.Status, Code: e.Code, Message: e.Message, Confidence: e.Confidence, Source: e.Source,
	}
	if e.Query != "" {
		x.URL += "?" + e.Query
	}
	if f := e.Verdict.Refusal; f != nil {
		x.Stage, x.Reason, x.Detail = string(f.Stage), string(f.Reason), r.Scrub(f.Detail)
	}
	if c := e.Explanation; c != nil {
		x.Canonical = &Canonical{c.CanonicalRequest, c.Mistake, c.Line, c.Name, c.Ours, c.Theirs}
	} else if e.Canonical != "" {
		x.Canonical = &Canonical{Request: e.Canonical, Mistake: "the signature is right"}
	}
	for i := range r.Diagnosis.Traces {
		if t := &r.Diagnosis.Traces[i]; t.Seq == e.Seq {
			x.Credentials = parts(t)
		}
	}
	return x
}

func parts(t *ledger.Trace) (out []Part) {
	for _, p := range []struct {
		name string
		ledger.Part
	}{{"key id", t.KeyID}, {"secret", t.Secret}, {"token", t.Token}, {"bearer", t.Bearer}, {"region", t.Region}} {
		if !p.Absent() {
			out = append(out, Part{p.name, p.Shown, p.From(), p.Owner})
		}
	}
	return out
}

func statusOf(r *ledger.Result, host *fixtures.Host) Status {
	s := Status{Outcome: outcomeOf(r)}
	for i := range r.Exchanges {
		v := &r.Exchanges[i].Verdict
		if v.Principal != "" {
			s.As = who(v.Principal, host)
		}
		if !v.Accepted {
			s.Code = cmp.Or(s.Code, r.Exchanges[i].Code)
		}
	}
	if findings := slices.Concat(r.Diagnosis.Problems(), r.Diagnosis.Hazards()); len(findings) > 0 {
		s.Finding = string(findings[0].Kind)
	}
	return s
}

func outcomeOf(r *ledger.Result) Outcome {
	switch {
	case len(r.Exchanges) == 0:
		return NoCall
	case !r.Accepted():
		return Refused
	case !r.Fine():
		return Failed
	}
	return Accepted
}

// who is a principal in a word or two.
func who(arn string, host *fixtures.Host) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn // "anonymous"
	}
	if host.Platform != nil && parts[4] == host.Platform.Account {
		return "platform"
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	name, _, _ := strings.Cut(rest, "/")
	switch kind {
	case "user":
		return "user " + rest[strings.LastIndexByte(rest, '/')+1:]
	case "assumed-role":
		return "role " + name
	case "federated-user":
		return "session of " + name
	}
	return arn
}
