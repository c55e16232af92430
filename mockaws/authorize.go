package mockaws

import (
	"net"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// authorize asks IAM whether the caller may.
func (f *flight) authorize() *verdict.Refusal {
	op := f.target.Operation
	f.call.Conditions = f.conditions()
	if op.Find != nil && f.upstreamOf() == nil {
		if err := op.Find(f.call); err != nil {
			f.exchange.Action, f.exchange.Resource = op.Action, asked(f.call, op) // what is not there has a name
			return refusalOf(err)
		}
	}
	action := f.action()
	if op.Unsigned || action == "" || op.BySession && f.auth != nil && f.auth.OwnToken {
		return nil
	}
	ask := iam.Call{Action: action, Resource: asked(f.call, op), Context: f.call.Conditions}
	if op.ResourcePolicy != nil {
		ask.ResourcePolicy, ask.ResourceAccount = op.ResourcePolicy(f.call)
		ask.ResourcePolicyRequired = op.PolicyRequired
	}
	f.exchange.Action, f.exchange.Resource = ask.Action, ask.Resource
	refusal := f.server.iam.Authorize(f.caller, ask)
	if denial, ok := verdict.CauseOf[verdict.Denial](refusal); ok {
		f.exchange.Able = f.server.iam.Able(f.ownerOf(ask), ask)
		if op.DeniedOn != nil {
			denial.Resource = op.DeniedOn(f.call)
			refusal.Cause = denial
		}
	}
	return refusal
}

// action is what IAM must allow. A call that is answered without a handler of the mock's
// must be allowed by name, where the mock has no more of it than its name.
func (f *flight) action() string {
	op := f.target.Operation
	if op.Unlisted && service.IsPath(op.Name) {
		return op.Action // the answer is that it is not known here
	}
	if f.upstreamOf() != nil || f.server.synthesize.Load() && !op.Unlisted {
		return op.Forwarded(f.target.Service)
	}
	return op.Action
}

// asked is the resource that a call is about, "*" for all.
func asked(c *service.Call, op *service.Operation) string {
	if op.Resource == nil {
		return "*"
	}
	return op.Resource(c)
}

// ownerOf is the account whose resource a call is about.
func (f *flight) ownerOf(ask iam.Call) string {
	if parts := strings.SplitN(ask.Resource, ":", 6); len(parts) == 6 && parts[4] != "" {
		return parts[4]
	}
	if ask.ResourceAccount == "" && f.caller != nil {
		return f.caller.Principal.AccountID
	}
	return ask.ResourceAccount
}

// conditions are the global condition keys that a request fills
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
func (f *flight) conditions() map[string][]string {
	// aws:CurrentTime and aws:EpochTime are IAM's own to fill.
	v := [...]string{f.call.SourceIP, f.http.UserAgent(), strconv.FormatBool(f.http.TLS != nil), f.call.Region}
	c := map[string][]string{
		"aws:SourceIp":        v[0:1:1],
		"aws:UserAgent":       v[1:2:2],
		"aws:SecureTransport": v[2:3:3],
		"aws:RequestedRegion": v[3:4:4],
	}
	if f.target.Operation.Conditions != nil {
		for k, v := range f.target.Operation.Conditions(f.call) {
			c[k] = v
		}
	}
	return c
}

func sourceIP(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return strings.Trim(remote, "[]")
	}
	return host
}
