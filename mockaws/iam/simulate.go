package iam

import (
	"slices"
	"strings"
)

// Simulation is what the policies of a user or role decide about a hypothetical
// action.
type Simulation struct {
	Allowed  bool
	Explicit bool   // denied by a statement, not by the lack of an allow
	Deny     string // name or ARN of the denying policy, and its Sid
	// Matched are the statements that decide: those that deny where one denies, else
	// those that allow; none where no statement allows.
	Matched []MatchedStatement
	// Missing are the condition keys, as the policies write them, that statements on the
	// action and the resource ask for and that the call has not.
	Missing []string
	// Boundary is the decision of the permissions boundary alone; nil without one.
	Boundary *bool
	// Organization is the decision of the service control policies alone; nil where the
	// account is in no organization.
	Organization *bool
}

// MatchedStatement is where a statement that decides stands.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Statement.html
type MatchedStatement struct {
	// PolicyID is the name of a managed policy; of an inline one, the kind and the name of
	// its holder and its own: "role_app_p"; of one that a call gives, "PolicyInputList.1".
	PolicyID string
	// PolicyType is "IAM Policy" or "Permissions Boundary Policy".
	PolicyType string
	Start, End Position
}

// Simulate asks what [Store.Authorize] would say to the principal of an ARN, a
// user or a role, as iam:SimulatePrincipalPolicy does: as if a resource whose ARN names
// no account were the principal's account's own. What AWS says of another account's is
// not known: it evaluates in both accounts, and no public page has the details of the
// answer (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html).
func (s *Store) Simulate(principalARN string, call Call) (*Simulation, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id := s.byARN(principalARN)
	if id == nil {
		return nil, failf(404, "NoSuchEntity", "The principal %s cannot be found.", principalARN)
	}
	if owner := accountOfARN(call.Resource); isAccountID(owner) && owner != id.account.id {
		return nil, &Error{Code: "InvalidInput", Status: 400, NotKnown: "a simulation across accounts is not known " +
			"here: AWS evaluates the policies of " + owner + " too, and which details it answers is not public"}
	}
	call.ResourceAccount = id.account.id
	l, r := s.gather(id.credential(), call)
	return l.simulate(r, id.sourcePolicyID), nil
}

// SimulateCustom reads policies that nobody has, documents in JSON, and a permissions
// boundary, "" for none. What it returns asks what they decide, as iam:SimulateCustomPolicy
// does without a caller. The error of a document that is no policy joins all problems.
func (s *Store) SimulateCustom(policies []string, boundary string) (func(Call) *Simulation, error) {
	l := &layers{}
	for i, document := range policies {
		p, err := ParsePolicy(IdentityPolicy, document)
		if err != nil {
			return nil, err
		}
		l.identity = append(l.identity, &attached{name: "PolicyInputList." + itoa(i+1), policy: p})
	}
	if boundary != "" {
		p, err := ParsePolicy(IdentityPolicy, boundary)
		if err != nil {
			return nil, err
		}
		l.boundary = &attached{name: "PermissionsBoundaryPolicyInputList.1", policy: p}
	}
	return func(call Call) *Simulation {
		r := newRequest(call.Action, call.Resource, &Principal{Kind: KindAnonymous}, call.Context, s.now())
		return l.simulate(r, func(a *attached) string { return a.name })
	}, nil
}

// simulate evaluates; named is what a policy is called there.
func (l *layers) simulate(r *request, named func(*attached) string) *Simulation {
	d := evaluate(l, r)
	out := &Simulation{Allowed: d.allowed, Explicit: d.explicit && !d.allowed, Deny: d.statement,
		Matched: l.matched(r, d.allowed, named), Missing: missing(append(list(l.boundary), l.identity...), r)}
	if l.boundary != nil {
		within := permits(list(l.boundary), r)
		out.Boundary = &within
	}
	if len(l.serviceControl) > 0 {
		within := l.closedLevel(r) == nil && !denies(l.serviceControl, r)
		out.Organization = &within
	}
	return out
}

// permits: the policies by themselves allow the request.
func permits(policies []*attached, r *request) bool {
	return anyAllows(policies, r) && !denies(policies, r)
}

func denies(policies []*attached, r *request) bool {
	return slices.ContainsFunc(policies, func(a *attached) bool { return len(a.policy.applying(r, false)) > 0 })
}

// applying are the indices of the statements that allow, or deny, the request.
func (p *Policy) applying(r *request, allow bool) (found []int) {
	for i := range p.statements {
		if ok, _ := p.statements[i].applies(r); ok && p.statements[i].allow == allow {
			found = append(found, i)
		}
	}
	return found
}

// simulated is where the statements that decide a simulation are looked for, and what AWS
// calls the policies there: "IAM Policy" in AWS's reference (API_SimulatePrincipalPolicy)
// and in what localstack/localstack recorded, "Permissions Boundary Policy" for a boundary
// whose statement denies in one author's output. What it says of a service control policy
// is not public, so that none is shown.
func (l *layers) simulated(allow bool) map[string][]*attached {
	where := map[string][]*attached{"IAM Policy": l.identity}
	if !allow {
		where["Permissions Boundary Policy"] = list(l.boundary)
	}
	return where
}

// matched are the statements that allow the request, or those that deny it.
func (l *layers) matched(r *request, allow bool, named func(*attached) string) (found []MatchedStatement) {
	where := l.simulated(allow)
	for _, kind := range sortedKeys(where) {
		for _, a := range where[kind] {
			for _, n := range a.policy.applying(r, allow) {
				at := a.policy.placeOf(n)
				found = append(found, MatchedStatement{named(a), kind, at.start, at.end})
			}
		}
	}
	return found
}

// sourcePolicyID is a policy's name in a simulation: "user_admin_AdminUser" is the inline
// policy AdminUser of the user admin in AWS's example.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
func (i *identity) sourcePolicyID(a *attached) string {
	if a.managed != nil || a.arn != "" {
		return a.name
	}
	kind := "role"
	if i.kind == KindUser {
		kind = "user"
	}
	return kind + "_" + i.name + "_" + a.name
}

// missing are the keys that a condition asks for and the request has not, sorted. Which
// statements AWS looks at is not public: here, those on the action and the resource.
func missing(policies []*attached, r *request) (keys []string) {
	for _, a := range policies {
		for i := range a.policy.statements {
			s := &a.policy.statements[i]
			if !s.namesAction(r) || !s.coversResource(r) {
				continue
			}
			for _, c := range s.conditions {
				if _, has := r.value(c.lowerKey); !has {
					keys = append(keys, c.key)
				}
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// credential stands for whatever the user or role may be called with.
func (i *identity) credential() *Credential {
	if i.kind == KindUser {
		return &Credential{Principal: i.principal(), key: &accessKey{account: i.account, user: i}}
	}
	p := Principal{ARN: i.arn(), RoleARN: i.arn(), AccountID: i.account.id, UserID: i.id, Kind: KindAssumedRole}
	return &Credential{Principal: p, session: &session{principal: p, identity: i}}
}

// byARN finds a user or role; callers hold the lock.
func (s *Store) byARN(arn string) *identity {
	if r := s.role(arn); r != nil {
		return r
	}
	a := s.accounts[accountOfARN(arn)]
	if a == nil || !strings.Contains(arn, ":user/") {
		return nil
	}
	name, _ := afterLastSlash(arn)
	if u := a.users[name]; u != nil && u.arn() == arn {
		return u
	}
	return nil
}
