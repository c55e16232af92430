package verdict

import "encoding/json"

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
	// Cause says more, in the one struct that the reason has; nil where nothing more is
	// known. In JSON it is the object "cause", with the names of the struct's tags; the
	// journal's records keep it apart.
	Cause Cause `json:"cause,omitempty" cbor:"-"`
	// Detail explains the refusal to the person who debugs it. It never goes on
	// the wire.
	Detail string `json:"detail,omitempty"`
}

// Error is the refusal in one line: stage, reason, and the detail or else what a record
// shows of the cause.
func (r *Refusal) Error() string {
	line := string(r.Stage) + ": " + string(r.Reason)
	if r.Detail != "" {
		return line + ": " + r.Detail
	}
	if text, err := json.Marshal(r.Cause); err == nil && len(text) > len("null") {
		line += " " + string(text)
	}
	return line
}
