package iam

import "maps"

// This file judges the sessions of a seed that a service of AWS makes: the trust policy of the
// role is asked, as AWS would. A session that is not trusted is no error of the seed; it is in
// what was applied, without credentials and with the reason.

// refused says whether the roles do not trust the service that makes a session, and files that.
// The tags that a service passes are transitive.
func (a *applier) refused(at string, acct *account, seed SessionSeed, c *session) bool {
	if seed.Service == "" {
		return false
	}
	for _, tag := range c.tags {
		c.transitive = append(c.transitive, tag.Key)
	}
	why := a.assume(at, acct, seed, c)
	if why == "" {
		return false
	}
	a.applied.Sessions = append(a.applied.Sessions, AppliedSession{At: at, AccountID: acct.id,
		RoleARN: c.principal.RoleARN, Name: c.principal.SessionName, Principal: c.principal.ARN, Refused: why})
	return true
}

// assume asks who is to trust whom for a session, in the order in which the roles are assumed.
// It returns why one does not, "" where all do.
func (a *applier) assume(at string, acct *account, seed SessionSeed, c *session) string {
	service := &Credential{Principal: ServicePrincipal(seed.Service)}
	if seed.Through == "" {
		return a.trusted(service, c, seed)
	}
	first := acct.roles[seed.Through]
	if first == nil {
		first = a.store.role(seed.Through) // an ARN, of any account
	}
	if first == nil {
		a.problem(at+".through", "%q is no role of account %s, and no ARN of one of another account", seed.Through,
			acct.id)
		return ""
	}
	x := *c
	x.identity, x.principal = first, first.session(seed.Name)
	if why := a.trusted(service, &x, SessionSeed{Name: seed.Name}); why != "" {
		return why
	}
	return a.trusted(x.credential(), c, seed)
}

// trusted asks whether somebody may assume the role of a session and pass its tags.
func (a *applier) trusted(who *Credential, c *session, seed SessionSeed) string {
	context := c.requestContext(SessionInput{Name: seed.Name, Tags: c.tags, TransitiveTagKeys: c.transitive},
		c.identity)
	if seed.ExternalID != "" {
		context["sts:externalid"] = []string{seed.ExternalID}
	}
	for _, action := range c.actions("sts:AssumeRole") {
		d, req := a.store.decide(who, Call{
			Action: action, Resource: c.identity.arn(), Context: maps.Clone(context),
			ResourceAccount: c.identity.account.id, ResourcePolicy: c.identity.trust,
			ResourcePolicyRequired: who.session != nil,
		})
		if !d.allowed {
			return who.Principal.ARN + " may not " + action + " on " + c.identity.arn() + ": " + d.detail(req)
		}
	}
	return ""
}
