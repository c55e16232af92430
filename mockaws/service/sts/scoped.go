package sts

import (
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// globalHost is STS's endpoint without a region, which has not all operations.
const globalHost = "https://sts.amazonaws.com"

// regionalOnly refuses an operation that the global endpoint does not have. What AWS
// answers there is not known.
func regionalOnly(c *service.Call) error {
	if strings.HasPrefix(c.Origin, globalHost) {
		return c.Unimplemented("a call at the global endpoint, where AWS does not offer it,")
	}
	return nil
}

func callerARN(c *service.Call) string { return c.Caller.Principal.ARN }

type getScopedCredentialsInput struct {
	Policy, DurationSeconds, MinimumSessionTokenSize, ScopedSessionDescription string
}

type scopedCredentials struct {
	Credentials issuedCredentials
	SessionInfo scopedSession
	tokenSize
	ScopedPoliciesCount int
	SourceIdentity      string `xml:",omitempty"`
}

type scopedSession struct{ ScopedSessionId, Arn string }

var (
	scopedPolicy      = newConstraint("Policy", false, 1, 2048, "")
	scopedDescription = newConstraint("ScopedSessionDescription", false, 2, 256, "")
)

// getScopedCredentials narrows the caller's session
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html).
func getScopedCredentials(c *service.Call, in *getScopedCredentialsInput) (*scopedCredentials, error) {
	if err := regionalOnly(c); err != nil {
		return nil, err
	}
	if err := checkMembers(c, scopedPolicy, scopedDescription); err != nil {
		return nil, err
	}
	least, err := minimumTokenSize(c)
	if err != nil {
		return nil, err
	}
	ask := iam.ScopedInput{Policy: in.Policy, MinimumTokenSize: least}
	if ask.DurationSeconds, err = boundedSeconds(c, in.DurationSeconds, 1, 129600); err != nil {
		return nil, err
	}
	cred, refusal := c.IAM.GetScopedCredentials(c.Caller, ask)
	if refusal != nil {
		return nil, refusal
	}
	return &scopedCredentials{
		Credentials: issue(c, cred), SessionInfo: scopedSession{cred.Principal.UserID, cred.Principal.ARN},
		tokenSize: sizeOf(cred), ScopedPoliciesCount: cred.ScopedPolicies(), SourceIdentity: cred.SourceIdentity,
	}, nil
}

// boundedSeconds is a member DurationSeconds with bounds, 0 where it was not sent.
func boundedSeconds(c *service.Call, text string, least, most int) (int, error) {
	if !c.Input.Form.Has("DurationSeconds") {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	wrong := func(bound string, limit int) error {
		return service.Errorf("ValidationError", "1 validation error detected: Value '%d' at 'durationSeconds' failed "+
			"to satisfy constraint: Member must have value %s than or equal to %d", n, bound, limit)
	}
	switch {
	case err != nil:
		// A guess: no recorded answer is known.
		return 0, service.Errorf("MalformedInput", "Invalid input: DurationSeconds is not a number")
	case n < least:
		return 0, wrong("greater", least)
	case n > most:
		return 0, wrong("less", most)
	}
	return n, nil
}
