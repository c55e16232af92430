package iam

import (
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// ScopedInput is the input of [Store.GetScopedCredentials].
type ScopedInput struct {
	// Policy narrows the session; "" leaves its permissions as they are.
	Policy string
	// DurationSeconds: 0 is until the calling session ends.
	DurationSeconds int
	// MinimumTokenSize is as in SessionInput.
	MinimumTokenSize int
}

// maxScoped is how many policies of GetScopedCredentials a session has at most
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html).
const maxScoped = 3

// ScopedPolicies is how many policies of GetScopedCredentials limit the session.
func (c *Credential) ScopedPolicies() int {
	if c.session == nil {
		return 0
	}
	return len(c.session.scoped)
}

// GetScopedCredentials is sts:GetScopedCredentials: a session of the same principal with
// fewer permissions or a nearer end, or both. The codes of its errors are those of AWS's
// model; their texts are ours, and which code answers whom is inferred.
func (s *Store) GetScopedCredentials(c *Credential, in ScopedInput) (*Credential, *verdict.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c == nil || c.session == nil {
		return nil, stsError(400, "InvalidSubjectCredentials",
			"GetScopedCredentials can be called with temporary credentials only.")
	}
	now, of := s.now(), c.session
	x := *of
	x.keyID, x.secret, x.token, x.issued = "", "", "", now
	switch left := of.expiration.Sub(now); {
	case in.Policy == "" && in.DurationSeconds == 0:
		return nil, stsError(400, "ValidationError", "At least one of Policy and DurationSeconds must be specified.")
	case time.Duration(in.DurationSeconds)*time.Second > left:
		return nil, stsError(400, "InsufficientSessionLifetime",
			"The requested DurationSeconds exceeds the remaining lifetime of the calling session.")
	case in.DurationSeconds > 0:
		x.expiration = now.Add(time.Duration(in.DurationSeconds) * time.Second)
	}
	if in.Policy != "" {
		if len(of.scoped) >= maxScoped {
			return nil, denied(&c.Principal, "sts:GetScopedCredentials", c.Principal.ARN,
				"the session has 3 scope-down policies already, which is the most")
		}
		p, refusal := sessionPolicy(in.Policy)
		if refusal != nil {
			return nil, refusal
		}
		x.scoped = append(of.scoped[:len(of.scoped):len(of.scoped)], &attached{policy: p})
	}
	return s.issue(&x, c.Principal.AccountID, in.MinimumTokenSize)
}
