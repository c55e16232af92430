package iam

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Call is what somebody wants to do.
type Call struct {
	// Action is a service prefix and a name: "bedrock:InvokeModel".
	Action string
	// Resource is an ARN, or "*" for an action that has none.
	Resource string
	// Context holds condition keys in addition to the ones that follow from the principal
	// and the time; their case does not matter.
	Context map[string][]string
	// ResourcePolicy is the policy attached to the resource, nil for none.
	ResourcePolicy *Policy
	// ResourcePolicyARN names it in an explicit deny, where it has an ARN.
	ResourcePolicyARN string
	// ResourceAccount owns the resource. Empty means the account in Resource,
	// and where that has none, the caller's.
	ResourceAccount string
	// ResourcePolicyRequired: the resource's policy must allow the call even in
	// the same account, as KMS keys and roles want it.
	ResourcePolicyRequired bool
	// EndpointPolicy is the policy of the VPC endpoint the call came through.
	EndpointPolicy *Policy
}

// Authorize decides whether the principal of c may make the call; nil means yes.
// A nil c is somebody without credentials. Policies are looked up now, not when
// c was made.
func (s *Store) Authorize(c *Credential, call Call) *verdict.Refusal {
	if c == nil {
		c = &Credential{Principal: Anonymous}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if r := sessionLimits(c, call.Action); r != nil {
		return r
	}
	d, r := s.decide(c, call)
	if d.allowed {
		return nil
	}
	return d.refusal(r, call.Resource)
}

// decide evaluates all policies that apply; callers hold the lock.
func (s *Store) decide(c *Credential, call Call) (decision, *request) {
	l, r := s.gather(c, call)
	d := evaluate(l, r)
	d.crossAccount = l.crossAccount
	return d, r
}

// gather looks up all policies that apply; callers hold the lock.
func (s *Store) gather(c *Credential, call Call) (*layers, *request) {
	r := newRequest(call.Action, call.Resource, &c.Principal, call.Context, s.now())
	r.keyID, r.session = c.KeyID, c.session
	owner := call.ResourceAccount
	if owner == "" {
		owner = accountOfARN(call.Resource)
	}
	if owner == "" {
		owner = c.Principal.AccountID
	}
	r.resourceAccount = owner
	l := &layers{
		crossAccount: owner != c.Principal.AccountID || owner == "", resourceRequired: call.ResourcePolicyRequired,
		trustedWholly: c.isRoot(),
	}
	switch c.Principal.Kind {
	case KindService, KindAnonymous, kindWebIdentity:
		l.noIdentity = true
	}
	if call.ResourcePolicy != nil {
		l.resource = &attached{name: "of the resource", arn: call.ResourcePolicyARN, policy: call.ResourcePolicy}
	}
	if call.EndpointPolicy != nil {
		l.endpoint = &attached{name: "of the VPC endpoint", policy: call.EndpointPolicy}
	}
	if a := s.accounts[owner]; a != nil {
		l.resourceControl = a.resourceControl
	}
	if a := s.accounts[c.Principal.AccountID]; a != nil {
		l.serviceControl = a.serviceControl
	}
	if id := c.identity(); id != nil {
		// One that was deleted had lost its policies before.
		r.identity, l.identity, l.boundary = id, id.policies(), id.boundary
	}
	if c.session != nil {
		l.session, l.hasSession, l.scoped = c.session.policies, c.session.restricted, c.session.scoped
	}
	return l, r
}

// identity is the user or role whose policies count.
func (c *Credential) identity() *identity {
	switch {
	case c.session != nil:
		return c.session.identity
	case c.key != nil:
		return c.key.user
	case c.bearer != nil:
		return c.bearer.user
	}
	return nil
}

// isRoot: also a federated user of root may do all that its session policy says.
func (c *Credential) isRoot() bool {
	return c.Principal.Kind == KindRoot || c.Principal.Kind == KindFederatedUser && c.identity() == nil
}

// sessionLimits are the operations that AWS keeps from sessions of users: all of
// IAM without MFA, and of STS nearly all.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
func sessionLimits(c *Credential, action string) *verdict.Refusal {
	federated := c.Principal.Kind == KindFederatedUser
	if c.session == nil || !federated && !c.session.userSession {
		return nil
	}
	service, name, _ := strings.Cut(action, ":")
	switch strings.ToLower(service) {
	case "iam":
		if federated || c.session.mfaAt.IsZero() {
			return refuse(verdict.BadToken{}, "credentials of GetFederationToken, and those of GetSessionToken "+
				"without MFA, cannot call IAM; AWS answers as for an invalid token (aws/aws-cli#8918)")
		}
	case "sts":
		if name != "GetCallerIdentity" && name != "GetScopedCredentials" && (federated || name != "AssumeRole") {
			return stsError(403, "AccessDenied", "Cannot call %s with session credentials", name)
		}
	}
	return nil
}

// because is the tail of the message. The ARN of a denying policy is shown within
// an account only.
func (d decision) because(action string) string {
	switch {
	case d.explicit && d.arn != "" && !d.crossAccount:
		return "with an explicit deny in " + d.by.withArticle() + ": " + d.arn
	case d.explicit:
		return "with an explicit deny in " + d.by.withArticle()
	default:
		return "because no " + string(d.by) + " allows the " + action + " action"
	}
}

func (d decision) refusal(r *request, resource string) *verdict.Refusal {
	return verdict.Because(verdict.StageAuthorize, verdict.Denial{
		Principal: r.principal.name(), Action: r.action, Resource: resource, Because: d.because(r.action),
		CrossAccount: d.crossAccount,
	}, d.detail(r))
}

func (d decision) detail(r *request) string {
	who := r.principal.name()
	var text string
	switch {
	case d.explicit:
		text = who + " is denied " + r.action + " on " + r.resource + " by " + d.statement + ", " + d.by.withArticle()
	default:
		text = "no " + string(d.by) + " lets " + who + " do " + r.action + " on " + r.resource
		if r.identity != nil && r.identity.deleted {
			text += ": " + r.identity.arn() + " was deleted"
		}
		if d.near != "" {
			text += "; nearest: " + d.near
		}
	}
	return text
}

func (p *Principal) name() string {
	if p.Kind == KindAnonymous {
		return "anonymous"
	}
	return p.ARN
}
