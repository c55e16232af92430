package iam

import (
	"slices"
	"strings"
)

// A policyType names where a policy stands, in the words of AWS's messages.
type policyType string

// The types of policy, as denials name them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
const (
	typeIdentity        policyType = "identity-based policy"
	typeResource        policyType = "resource-based policy"
	typeBoundary        policyType = "permissions boundary"
	typeSession         policyType = "session policy"
	typeServiceControl  policyType = "service control policy"
	typeResourceControl policyType = "resource control policy"
	typeEndpoint        policyType = "VPC endpoint policy"
)

func (t policyType) withArticle() string {
	if t == typeIdentity {
		return "an " + string(t)
	}
	return "a " + string(t)
}

// An attached policy knows its ARN, where it has one.
type attached struct {
	name    string
	arn     string
	level   string // of a service control policy: the root, a unit or the account
	policy  *Policy
	managed *managed // of a managed policy
}

func (m *attached) label() string {
	switch {
	case m.arn != "":
		return m.arn
	case m.name != "":
		return "inline policy " + m.name
	default:
		return "inline policy"
	}
}

// layers are all policies that apply to a request.
type layers struct {
	serviceControl  []*attached // empty: the account is in no organization
	resourceControl []*attached
	endpoint        *attached // nil: the request came through none
	resource        *attached
	identity        []*attached
	boundary        *attached
	session         []*attached
	hasSession      bool // the session has session policies, if only an empty set
	// scoped are the policies of sts:GetScopedCredentials, each of which must allow.
	scoped []*attached

	trustedWholly    bool // root: identity-based policies do not apply
	crossAccount     bool
	resourceRequired bool // the resource's policy must allow, as roles and KMS keys want
	noIdentity       bool // a service or an anonymous caller: only the resource's policy can allow
}

// A decision is the outcome of an evaluation.
type decision struct {
	allowed      bool
	explicit     bool
	by           policyType // which type of policy denies
	statement    string     // label and Sid of the denying statement
	arn          string     // ARN of the denying policy
	crossAccount bool
	near         string // the allowing statement that came closest, and what it lacks
}

// evaluate follows AWS's evaluation logic: an explicit deny anywhere wins; then
// every layer that is there must allow, where a resource-based policy of the
// same account may stand in for the identity's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func evaluate(l *layers, r *request) decision {
	if d, denied := l.explicitDeny(r); denied {
		return d
	}
	if level := l.closedLevel(r); level != nil {
		return implicit(typeServiceControl, level, r)
	}
	if l.endpoint != nil && l.endpoint.policy.grade(r) == gradeNone {
		return implicit(typeEndpoint, []*attached{l.endpoint}, r)
	}
	granted := gradeNone
	if l.resource != nil {
		granted = l.resource.policy.grade(r)
	}
	for _, limit := range l.scoped {
		if !anyAllows(list(limit), r) {
			return implicit(typeSession, list(limit), r)
		}
	}
	if granted == gradeNone && (l.crossAccount || l.resourceRequired || l.noIdentity) {
		return implicit(typeResource, list(l.resource), r)
	}
	if l.noIdentity {
		return decision{allowed: true}
	}
	standsIn := l.trustedWholly || !l.crossAccount && granted >= gradeRole
	if !standsIn && !anyAllows(l.identity, r) {
		return implicit(typeIdentity, l.identity, r)
	}
	if !l.crossAccount && granted == gradeDirect {
		return decision{allowed: true}
	}
	if l.boundary != nil && !anyAllows(list(l.boundary), r) {
		return implicit(typeBoundary, list(l.boundary), r)
	}
	if l.hasSession && !anyAllows(l.session, r) {
		return implicit(typeSession, l.session, r)
	}
	return decision{allowed: true}
}

// closedLevel is the service control policies of a level that allows nothing of the
// request; nil for none. Each level, from the root of the organization down to the
// account, must allow: at one whose policies only deny, FullAWSAccess is attached as
// well. Resource control policies only deny: RCPFullAWSAccess cannot be detached.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func (l *layers) closedLevel(r *request) []*attached {
	levels := map[string][]*attached{}
	var order []string
	for _, a := range l.serviceControl {
		if levels[a.level] == nil {
			order = append(order, a.level)
		}
		levels[a.level] = append(levels[a.level], a)
	}
	limits := func(a *attached) bool { return a.policy.allowsAnything() }
	for _, name := range order {
		if level := levels[name]; slices.ContainsFunc(level, limits) && !anyAllows(level, r) {
			return level
		}
	}
	return nil
}

func (p *Policy) allowsAnything() bool {
	return slices.ContainsFunc(p.statements, func(s statement) bool { return s.allow })
}

func list(a *attached) []*attached {
	if a == nil {
		return nil
	}
	return []*attached{a}
}

func implicit(t policyType, policies []*attached, r *request) decision {
	return decision{by: t, near: nearest(policies, r)}
}

// explicitDeny looks for a denying statement, in the order in which AWS names
// the types of policy.
func (l *layers) explicitDeny(r *request) (decision, bool) {
	for _, layer := range []struct {
		by       policyType
		policies []*attached
	}{
		{typeServiceControl, l.serviceControl},
		{typeResourceControl, l.resourceControl},
		{typeEndpoint, list(l.endpoint)},
		{typeResource, list(l.resource)},
		{typeIdentity, l.identity},
		{typeBoundary, list(l.boundary)},
		{typeSession, l.session},
		{typeSession, l.scoped},
	} {
		for _, a := range layer.policies {
			for i := range a.policy.statements {
				s := &a.policy.statements[i]
				if s.allow {
					continue
				}
				if ok, _ := s.applies(r); ok {
					return decision{explicit: true, by: layer.by, arn: a.arn, statement: s.label(a, i)}, true
				}
			}
		}
	}
	return decision{}, false
}

func anyAllows(policies []*attached, r *request) bool {
	return slices.ContainsFunc(policies, func(a *attached) bool { return a.policy.grade(r) != gradeNone })
}

// grade is the closest with which a statement of the policy allows the request;
// in a policy without principals, any allowing statement is direct.
func (p *Policy) grade(r *request) grade {
	best := gradeNone
	for i := range p.statements {
		s := &p.statements[i]
		if !s.allow {
			continue
		}
		if ok, _ := s.applies(r); ok {
			best = max(best, s.principalGrade(r.principal))
		}
	}
	return best
}

// A miss is the element for which a statement does not apply.
type miss struct {
	depth      int // how far the statement got
	condition  *condition
	unresolved bool
}

// Depths of a miss.
const (
	missedAction = iota
	missedPrincipal
	missedResource
	missedCondition
)

func (m miss) text(r *request) string {
	switch {
	case m.depth == missedPrincipal:
		return "names other principals"
	case m.depth == missedResource:
		return "is for other resources"
	case m.unresolved:
		return m.condition.explain(r) + ", and a variable in it has no value in this request"
	default:
		return m.condition.explain(r)
	}
}

// applies reports whether the statement is about the request, and if not, why.
func (s *statement) applies(r *request) (bool, miss) {
	if !s.namesAction(r) {
		return false, miss{}
	}
	if s.principalGrade(r.principal) == gradeNone {
		return false, miss{depth: missedPrincipal}
	}
	if !s.coversResource(r) {
		return false, miss{depth: missedResource}
	}
	for i := range s.conditions {
		c := &s.conditions[i]
		if ok, resolved := c.holds(r); !ok || !resolved {
			return false, miss{missedCondition, c, !resolved}
		}
	}
	return true, miss{}
}

func (s *statement) namesAction(r *request) bool {
	named := slices.ContainsFunc(s.actions, func(p pattern) bool { return glob(p.constant(), r.lowerAction) })
	return named != s.notAction
}

func (s *statement) principalGrade(p *Principal) grade {
	switch {
	case s.principals == nil:
		return gradeDirect
	case !s.notPrincipal:
		return s.principals.grade(p)
	case s.principals.spares(p, s.allow):
		return gradeNone
	default:
		return gradeDirect
	}
}

func (s *statement) coversResource(r *request) bool {
	if s.resources == nil {
		return true
	}
	for i := range s.resources {
		want, ok := s.resources[i].expand(r)
		if ok && globResource(want, r.resource) {
			return !s.notResource
		}
		if !ok && s.notResource {
			return false
		}
	}
	return s.notResource
}

func (s *statement) label(a *attached, i int) string {
	var b strings.Builder
	if s.sid != "" {
		b.WriteString("statement " + s.sid)
	} else {
		b.WriteString("statement " + itoa(i))
	}
	b.WriteString(" of " + a.label())
	return b.String()
}

// explain says what the condition wants and what the request has.
func (c *condition) explain(r *request) string {
	var b strings.Builder
	b.WriteString("wants " + c.name + " " + c.key + " = ")
	for i, v := range c.values {
		if i > 0 {
			b.WriteString(" or ")
		}
		b.WriteString(quote(v.source))
	}
	have, ok := r.value(c.lowerKey)
	if !ok || len(have) == 0 {
		b.WriteString("; the request has no " + c.key)
	} else {
		b.WriteString("; the request has " + quote(strings.Join(have, ", ")))
	}
	return b.String()
}

// nearest describes the allowing statement that got furthest.
func nearest(policies []*attached, r *request) string {
	best, text := 0, ""
	for _, a := range policies {
		for i := range a.policy.statements {
			s := &a.policy.statements[i]
			if !s.allow {
				continue
			}
			if _, m := s.applies(r); m.depth > best {
				best, text = m.depth, s.label(a, i)+" allows the action but "+m.text(r)
			}
		}
	}
	return text
}
