package mockaws

import (
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// authorize asks IAM whether the caller may.
func (f *flight) authorize() *verdict.Refusal {
	op := f.target.Operation
	f.call.Conditions = f.conditions()
	if op.Unsigned || op.Action == "" {
		return nil
	}
	ask := iam.Call{Action: op.Action, Resource: "*", Context: f.call.Conditions}
	if op.Resource != nil {
		ask.Resource = op.Resource(f.call)
	}
	if op.ResourcePolicy != nil {
		ask.ResourcePolicy, ask.ResourceAccount = op.ResourcePolicy(f.call)
		ask.ResourcePolicyRequired = op.PolicyRequired
	}
	f.exchange.Action, f.exchange.Resource = ask.Action, ask.Resource
	return f.server.iam.Authorize(f.caller, ask)
}

// conditions are the global condition keys that a request fills
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
func (f *flight) conditions() map[string][]string {
	now := f.now.UTC()
	c := map[string][]string{
		"aws:CurrentTime":     {now.Format(time.RFC3339)},
		"aws:EpochTime":       {strconv.FormatInt(now.Unix(), 10)},
		"aws:SourceIp":        {sourceIP(f.http.RemoteAddr)},
		"aws:UserAgent":       {f.http.UserAgent()},
		"aws:SecureTransport": {strconv.FormatBool(f.http.TLS != nil)},
		"aws:RequestedRegion": {f.call.Region},
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
