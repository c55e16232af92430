package fault

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Plane is where a fault strikes.
type Plane string

// The planes.
const (
	Calls     Plane = "calls"     // of AWS's services
	Endpoints Plane = "endpoints" // of the host, which hand out credentials
	Names     Plane = "names"     // that are looked up in DNS
)

// Kind is a way to misbehave.
type Kind string

// The kinds of fault.
const (
	KindThrottle  Kind = "throttle"  // refuse, as the service or endpoint does when it is asked too often
	KindStatus    Kind = "status"    // fail with Status, in the shape of the service or endpoint
	KindSlow      Kind = "slow"      // answer only after Delay
	KindHang      Kind = "hang"      // never answer; ends when the client gives up
	KindReset     Kind = "reset"     // reset the connection without an answer
	KindDrop      Kind = "drop"      // close the connection without an answer
	KindTruncate  Kind = "truncate"  // close the connection in the middle of the body
	KindMalformed Kind = "malformed" // the first half of the body, as if that were all

	// KindStale hands out credentials that say they expired Delay ago (5 minutes
	// by default), though AWS still takes them: what clients see while EC2 cannot
	// renew, and are to go on using ("static stability",
	// https://github.com/smithy-lang/smithy-rs/blob/main/aws/rust-runtime/aws-config/src/imds/credentials.rs).
	KindStale Kind = "stale"

	// KindRevoke takes the credentials away between the moment at which the client
	// got them and the call that they sign: an access key is deactivated; a role's
	// sessions are revoked, as the console's "Revoke active sessions" does
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html).
	KindRevoke Kind = "revoke"
	// KindRevokeAfter takes them away while the call is under way: it is answered,
	// and the next one finds them gone.
	KindRevokeAfter Kind = "revoke-after"

	KindNXDomain Kind = "nxdomain" // there is no such name
	KindServFail Kind = "servfail" // the resolver fails
	KindNoAnswer Kind = "noanswer" // the resolver does not answer
)

// rule is what is known of a kind: where it can strike.
type rule struct{ planes []Plane }

var (
	everywhere = rule{[]Plane{Calls, Endpoints}}
	ofCalls    = rule{[]Plane{Calls}}
	ofNames    = rule{[]Plane{Names}}
)

var rules = map[Kind]rule{
	KindThrottle: everywhere, KindStatus: everywhere, KindSlow: everywhere, KindHang: everywhere, KindReset: everywhere,
	KindDrop: everywhere, KindTruncate: everywhere, KindMalformed: everywhere,
	KindStale:  {[]Plane{Endpoints}},
	KindRevoke: ofCalls, KindRevokeAfter: ofCalls,
	KindNXDomain: ofNames, KindServFail: ofNames, KindNoAnswer: ofNames,
}

// Kinds lists the kinds that can strike a plane.
func Kinds(p Plane) []Kind {
	var out []Kind
	for _, k := range slices.Sorted(maps.Keys(rules)) {
		if slices.Contains(rules[k].planes, p) {
			out = append(out, k)
		}
	}
	return out
}

// Fault is a misbehaviour of the next requests that match. Make one with a
// constructor such as Throttle, and say with On, At or Of which requests.
type Fault struct {
	Kind Kind `json:"kind"`
	// Times is how many requests it strikes; at least 1.
	Times int `json:"times"`
	// Call that it strikes: "bedrock:Converse", "sts:*", "*".
	Call string `json:"call,omitempty"`
	// Method of requests to an endpoint, "PUT"; empty for any.
	Method string `json:"method,omitempty"`
	// Path of requests to an endpoint; at the end, "*" stands for anything. Empty
	// is any path.
	Path string `json:"path,omitempty"`
	// Name that is looked up: "sts.us-east-1.amazonaws.com", "*.amazonaws.com".
	Name string `json:"name,omitempty"`
	// Status of KindStatus, 400 to 599.
	Status int `json:"status,omitempty"`
	// Code of KindStatus for a call: the error code of the service
	// ("ServiceUnavailable"). Empty is the one that the service has for that
	// status.
	Code string `json:"code,omitempty"`
	// Delay of KindSlow and KindStale.
	Delay time.Duration `json:"delayNs,omitempty"`
}

// Throttle refuses requests, as AWS does when there are too many.
func Throttle(times int) Fault { return Fault{Kind: KindThrottle, Times: times} }

// Status answers with a status from 400 to 599, in the form of the service or endpoint that is asked.
func Status(status, times int) Fault { return Fault{Kind: KindStatus, Status: status, Times: times} }

// Slow answers after a delay.
func Slow(by time.Duration, times int) Fault { return Fault{Kind: KindSlow, Delay: by, Times: times} }

// Hang never answers.
func Hang(times int) Fault { return Fault{Kind: KindHang, Times: times} }

// Reset resets the connection (TCP RST; over HTTP/2, the stream).
func Reset(times int) Fault { return Fault{Kind: KindReset, Times: times} }

// Drop closes the connection without an answer.
func Drop(times int) Fault { return Fault{Kind: KindDrop, Times: times} }

// Truncate closes the connection in the middle of the answer.
func Truncate(times int) Fault { return Fault{Kind: KindTruncate, Times: times} }

// Malformed answers with half a document, as if that were all.
func Malformed(times int) Fault { return Fault{Kind: KindMalformed, Times: times} }

// Stale hands out credentials that say they expired five minutes ago.
func Stale(times int) Fault { return Fault{Kind: KindStale, Times: times} }

// Revoke takes away the credentials of a call before they are looked at.
func Revoke(times int) Fault { return Fault{Kind: KindRevoke, Times: times} }

// RevokeAfter takes away the credentials of a call while it is under way.
func RevokeAfter(times int) Fault { return Fault{Kind: KindRevokeAfter, Times: times} }

// NXDomain says that there is no such name. The two questions of a lookup, for
// IPv4 and for IPv6, count as one; glibc asks them twice before it gives up.
func NXDomain(times int) Fault { return Fault{Kind: KindNXDomain, Times: times} }

// ServFail is a resolver that fails; glibc asks it four times before it gives up.
func ServFail(times int) Fault { return Fault{Kind: KindServFail, Times: times} }

// NoAnswer is a resolver that does not answer.
func NoAnswer(times int) Fault { return Fault{Kind: KindNoAnswer, Times: times} }

// On strikes calls: "bedrock:Converse", "sts:*".
func (f Fault) On(call string) Fault { f.Call = call; return f }

// At strikes requests to an endpoint with this method and path; either may be
// empty for any, and the path may end in "*".
func (f Fault) At(method, path string) Fault { f.Method, f.Path = method, path; return f }

// Of strikes lookups of a name, or of names such as "*.amazonaws.com".
func (f Fault) Of(name string) Fault { f.Name = name; return f }

// Coded is the fault with an error code of the service.
func (f Fault) Coded(code string) Fault { f.Code = code; return f }

// By is the fault with another delay.
func (f Fault) By(delay time.Duration) Fault { f.Delay = delay; return f }

// String says what happens: "status 503".
func (f Fault) String() string {
	switch {
	case f.Kind == KindStatus:
		return strings.TrimSpace(fmt.Sprintf("status %d %s", f.Status, f.Code))
	case f.Delay > 0:
		return fmt.Sprintf("%s by %s", f.Kind, f.Delay)
	}
	return string(f.Kind)
}

// Mark stands before every fault wherever one struck.
const Mark = "injected on purpose: "

// Injected is String as it stands wherever the fault struck.
func (f Fault) Injected() string { return Mark + f.String() }

// Error is the failure of a request of AWS's own, such as for an issuer's keys, that a
// fault struck.
type Error struct{ Fault Fault }

// Error is the fault in one line.
func (e *Error) Error() string { return e.Fault.Injected() }

// Planned is the fault, as String has it.
func (e *Error) Planned() string { return e.Fault.String() }

// Target says what it strikes: "sts:*", "PUT /latest/api/token".
func (f Fault) Target() string {
	where := strings.TrimSpace(f.Method + " " + f.Path)
	return cmp.Or(f.Call, f.Name, where, "any request")
}

// Check finds what is wrong with a fault on a plane, in one line that says what
// to do.
func (f Fault) Check(p Plane) error {
	switch {
	case !slices.Contains(Kinds(p), f.Kind):
		return fmt.Errorf("fault %q is not one of %v, which there are of %s", f.Kind, Kinds(p), p)
	case f.Times < 1:
		return fmt.Errorf("fault %s: times is %d, want at least 1", f.Kind, f.Times)
	case f.Kind == KindStatus && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("fault status: status is %d, want 400 to 599", f.Status)
	case f.Kind == KindSlow && f.Delay <= 0 || f.Delay < 0:
		return fmt.Errorf("fault %s: delay is %s, want more than nothing", f.Kind, f.Delay)
	}
	return targets[p](f)
}

// targets check what a fault of each plane strikes.
var targets = map[Plane]func(Fault) error{
	Calls: func(f Fault) error {
		if f.Call == "" || !isPattern(f.Call) || f.Method+f.Path+f.Name != "" {
			return fmt.Errorf("fault %s for calls %q: want a call such as bedrock:Converse, or a pattern such as "+
				"sts:*, and nothing else", f.Kind, f.Call)
		}
		return nil
	},
	Endpoints: func(f Fault) error {
		switch {
		case f.Call+f.Name+f.Code != "":
			return fmt.Errorf("fault %s of an endpoint: it has a method and a path, not the call %q, the name %q or "+
				"the code %q", f.Kind, f.Call, f.Name, f.Code)
		case f.Path != "" && f.Path[0] != '/' && f.Path != "*":
			return fmt.Errorf("fault %s: path %q does not begin with a slash", f.Kind, f.Path)
		}
		return nil
	},
	Names: func(f Fault) error {
		if f.Name == "" || !isPattern(f.Name) || f.Call+f.Method+f.Path != "" {
			return fmt.Errorf("fault %s of the name %q: want a name such as sts.us-east-1.amazonaws.com, or a "+
				"pattern such as *.amazonaws.com, and nothing else", f.Kind, f.Name)
		}
		return nil
	},
}

func isPattern(text string) bool {
	_, err := path.Match(text, "x")
	return err == nil
}

// StrikesCall reports whether it strikes a call, "sts:AssumeRole".
func (f *Fault) StrikesCall(call string) bool { return matches(f.Call, call) }

// StrikesName reports whether it strikes the lookup of a name, which has no dot
// at its end.
func (f *Fault) StrikesName(name string) bool { return matches(f.Name, name) }

func matches(pattern, text string) bool {
	ok, _ := path.Match(strings.ToLower(pattern), strings.ToLower(text)) // Check has seen that it is one
	return ok
}

// StrikesRequest reports whether it strikes a request to an endpoint.
func (f *Fault) StrikesRequest(method, path string) bool {
	if f.Method != "" && !strings.EqualFold(f.Method, method) {
		return false
	}
	if prefix, ok := strings.CutSuffix(f.Path, "*"); ok {
		return strings.HasPrefix(path, prefix)
	}
	return f.Path == "" || f.Path == path
}
