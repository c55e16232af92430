package iam

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is what sort of principal somebody is.
type Kind string

// The kinds of principal.
const (
	KindUser          Kind = "user"
	KindAssumedRole   Kind = "assumed-role"
	KindRoot          Kind = "root"
	KindFederatedUser Kind = "federated-user"
	KindService       Kind = "service"
	KindAnonymous     Kind = "anonymous"
	// kindWebIdentity is somebody with a token of an OpenID Connect provider,
	// before they have assumed a role.
	kindWebIdentity Kind = "web-identity"
)

// Principal is the identity behind credentials.
type Principal struct {
	ARN       string `json:"arn"`
	AccountID string `json:"accountId"`
	// UserID is the id that sts:GetCallerIdentity shows: AIDA... of a user,
	// AROA...:session of an assumed role, account:name of a federated user.
	UserID string `json:"userId"`
	Kind   Kind   `json:"kind"`
	// UserName is a user's name, also of one behind a session of GetSessionToken
	// or GetFederationToken.
	UserName string `json:"userName,omitempty"`
	// RoleARN is an assumed role's, with its path.
	RoleARN     string `json:"roleArn,omitempty"`
	SessionName string `json:"sessionName,omitempty"`
	// userARN is the user that a federated user stands for.
	userARN string
	// provider is the ARN of the OpenID Connect provider of a web identity.
	provider string
	// service is the DNS name of an AWS service, "lambda.amazonaws.com".
	service string
}

// Anonymous is who sends no credentials.
var Anonymous = Principal{Kind: KindAnonymous, UserID: "anonymous"}

// ServicePrincipal is an AWS service, "lambda.amazonaws.com".
func ServicePrincipal(name string) Principal {
	return Principal{Kind: KindService, ARN: name, service: name}
}

func rootARN(account string) string { return "arn:aws:iam::" + account + ":root" }

// accountOfARN returns the fifth part of an ARN, "" if it has fewer.
func accountOfARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ""
	}
	return parts[4]
}

// A grade says how closely a resource-based policy names who it lets in; what
// else may limit the permission depends on it.
type grade int

const (
	gradeNone grade = iota
	// gradeAccount: the account is named, which leaves it to the account's own
	// policies to let its principals do it.
	gradeAccount
	// gradeRole: the role, or the user behind a federated user, is named. The
	// permissions boundary and session policies still limit the session.
	gradeRole
	// gradeDirect: this very principal is named, or everybody.
	gradeDirect
)

// principals is a compiled Principal or NotPrincipal element.
type principals struct {
	everybody bool // "*", or {"AWS": "*"}
	aws       []string
	services  []string
	federated []string
	canonical []string
}

// grade says how the element names p.
func (ps *principals) grade(p *Principal) grade {
	if ps.everybody {
		return gradeDirect
	}
	switch p.Kind {
	case KindAnonymous:
		return gradeNone
	case KindService:
		return direct(slices.Contains(ps.services, p.service))
	case kindWebIdentity:
		return direct(slices.Contains(ps.federated, p.provider))
	}
	best := gradeNone
	for _, a := range ps.aws {
		g := gradeNone
		switch a {
		case p.ARN:
			g = gradeDirect
		case p.RoleARN, p.userARN:
			g = gradeRole
		case p.AccountID, rootARN(p.AccountID):
			g = gradeAccount
		}
		best = max(best, g)
	}
	return best
}

func direct(ok bool) grade {
	if ok {
		return gradeDirect
	}
	return gradeNone
}

func (r *reader) principal(at string, m map[string]any, s *statement) {
	v, has := m["Principal"]
	if not, hasNot := m["NotPrincipal"]; hasNot {
		if has {
			r.problem("%s has both Principal and NotPrincipal", at)
		}
		if r.kind == TrustPolicy {
			r.problem("%s: a trust policy must not have NotPrincipal", at)
		}
		v, has, s.notPrincipal = not, true, true
	}
	switch {
	case has && r.kind == IdentityPolicy:
		r.flaw(awsPrincipal,
			"%s: an identity-based policy must not have Principal: it is whom the policy is attached to", at)
		return
	case !has && r.kind != IdentityPolicy:
		r.problem("%s: Principal is missing", at)
		return
	case !has:
		return
	}
	s.principals = &principals{}
	if v == "*" {
		s.principals.everybody = true
		return
	}
	at += ": Principal"
	types, ok := object(v)
	if !ok {
		r.problem("%s must be \"*\" or an object with AWS, Service, Federated or CanonicalUser", at)
		return
	}
	if len(types) == 0 {
		r.problem("%s is empty", at)
	}
	for _, t := range sortedKeys(types) {
		for _, name := range r.strings(at+"."+t, types[t]) {
			if problem := s.principals.add(t, name); problem != "" {
				r.flaw(fmt.Sprintf("Invalid principal in policy: %q:%q", t, name), "%s.%s: %s", at, t, problem)
			}
		}
	}
}

// add returns what is wrong with the name, if anything.
func (ps *principals) add(principalType, name string) string {
	switch principalType {
	case "AWS":
		if name == "*" {
			ps.everybody = true
			return ""
		}
		if strings.ContainsAny(name, "*?") {
			return fmt.Sprintf("%q: a principal cannot be matched by a part of its ARN; use \"*\" with a condition "+
				"on aws:PrincipalArn", name)
		}
		if !isAccountID(name) && !isPrincipalARN(name) && !isUniqueID(name) {
			return fmt.Sprintf("%q must be an account id, or the ARN of an account, user, role or session", name)
		}
		ps.aws = append(ps.aws, name)
	case "Service":
		if !strings.Contains(name, ".") || strings.ContainsAny(name, "*?: /") {
			return fmt.Sprintf("%q must be the name of a service, such as lambda.amazonaws.com", name)
		}
		ps.services = append(ps.services, name)
	case "Federated":
		ps.federated = append(ps.federated, name)
	case "CanonicalUser":
		ps.canonical = append(ps.canonical, name)
	default:
		return "unknown type of principal; use AWS, Service, Federated or CanonicalUser"
	}
	return ""
}

func isPrincipalARN(s string) bool {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || !strings.HasPrefix(parts[1], "aws") || parts[3] != "" ||
		!isAccountID(parts[4]) {
		return false
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	switch parts[2] {
	case "iam":
		return parts[5] == "root" || name != "" && (kind == "user" || kind == "role")
	case "sts":
		return name != "" && (kind == "assumed-role" || kind == "federated-user")
	}
	return false
}

// isUniqueID: AWS shows such an id in the place of a deleted principal.
func isUniqueID(s string) bool {
	return len(s) >= 16 && (strings.HasPrefix(s, prefixUser) || strings.HasPrefix(s, prefixRole)) &&
		strings.Trim(s, alphanumeric) == ""
}

// spares reports whether NotPrincipal excludes p, choosing the interpretation that
// grants less.
// AWS may check an account, a role and a session one after the other, so that a
// Deny spares only who is named at each of these levels, and an Allow leaves out
// who is named at any.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func (ps *principals) spares(p *Principal, allow bool) bool {
	if ps.everybody {
		return true
	}
	switch p.Kind {
	case KindAnonymous, KindService, kindWebIdentity:
		return ps.grade(p) != gradeNone
	}
	named := 0
	levels := [][]string{{p.AccountID, rootARN(p.AccountID)}}
	for _, arn := range []string{p.RoleARN, p.userARN, p.ARN} {
		if arn != "" && arn != rootARN(p.AccountID) {
			levels = append(levels, []string{arn})
		}
	}
	for _, level := range levels {
		if slices.ContainsFunc(level, func(name string) bool { return slices.Contains(ps.aws, name) }) {
			named++
		}
	}
	if allow {
		return named > 0
	}
	return named == len(levels)
}
