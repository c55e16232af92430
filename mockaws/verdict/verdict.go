package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Stage is a step of the pipeline that a request passes through, in this order.
type Stage string

// The stages of the pipeline.
const (
	StageIdentify     Stage = "identify"     // which service and operation is called
	StageFault        Stage = "fault"        // a misbehaviour injected on purpose
	StageAuthenticate Stage = "authenticate" // who calls
	StageAuthorize    Stage = "authorize"    // may they
	StageHandle       Stage = "handle"       // the operation itself
)

// Verdict is what was decided about one request.
type Verdict struct {
	Accepted bool `json:"accepted"`
	// Principal is the ARN behind the credentials; "anonymous" for an operation
	// that takes no signature; empty where the caller was never identified. A
	// request refused by authorization has a principal.
	Principal string `json:"principal,omitempty"`
	// Refusal says why the request was refused; nil when it was accepted.
	Refusal *Refusal `json:"refusal,omitempty"`
}

// String is one line for a person.
func (v Verdict) String() string {
	switch {
	case v.Accepted:
		return "accepted as " + v.Principal
	case v.Refusal == nil:
		return "undecided"
	default:
		return "refused at " + v.Refusal.Error()
	}
}

// Refusal says at which stage and for which reason a request was refused.
type Refusal struct {
	Stage  Stage  `json:"stage"`
	Reason Reason `json:"reason"`
	// Args fill the placeholders of the message that AWS sends for the reason.
	// Which keys a reason has stands at its constant. Never a secret.
	Args map[string]string `json:"args,omitempty"`
	// Detail explains the refusal to the person who debugs it. It never goes on
	// the wire.
	Detail string `json:"detail,omitempty"`
}

// Refuse makes a refusal; args are pairs of key and value.
func Refuse(stage Stage, reason Reason, detail string, args ...string) *Refusal {
	r := &Refusal{Stage: stage, Reason: reason, Detail: detail}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = make(map[string]string, len(args)/2)
		}
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// Error is the refusal in one line: stage, reason, detail.
func (r *Refusal) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", r.Stage, r.Reason)
	if r.Detail != "" {
		b.WriteString(": " + r.Detail)
	} else if len(r.Args) > 0 {
		for _, k := range slices.Sorted(maps.Keys(r.Args)) {
			fmt.Fprintf(&b, " %s=%q", k, r.Args[k])
		}
	}
	return b.String()
}
