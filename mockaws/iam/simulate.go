package iam

import "strings"

// Simulation is what the policies of a user or role decide about a hypothetical
// action.
type Simulation struct {
	Allowed  bool
	Explicit bool   // denied by a statement, not by the lack of an allow
	Deny     string // name or ARN of the denying policy, and its Sid
	// Boundary is the decision of the permissions boundary alone; nil without one.
	Boundary *bool
}

// Simulate asks what [Store.Authorize] would say to the principal of an ARN, a
// user or a role, as iam:SimulatePrincipalPolicy does: as if the resource were
// the principal's account's own.
func (s *Store) Simulate(principalARN string, call Call) (*Simulation, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id := s.byARN(principalARN)
	if id == nil {
		return nil, failf(404, "NoSuchEntity", "The principal %s cannot be found.", principalARN)
	}
	call.ResourceAccount = id.account.id
	d, r := s.decide(id.credential(), call)
	out := &Simulation{Allowed: d.allowed, Explicit: d.explicit && !d.allowed, Deny: d.statement}
	if id.boundary != nil {
		within := anyAllows([]*attached{id.boundary}, r)
		out.Boundary = &within
	}
	return out, nil
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
