package iam

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// SessionInput is what the operations that issue sessions have in common.
type SessionInput struct {
	// Name of the session: RoleSessionName, or the federated user's name.
	Name string
	// DurationSeconds: 0 is the operation's default.
	DurationSeconds int
	// Policy is a session policy, a document in JSON; "" for no policy.
	Policy string
	// PolicyARNs are managed policies of the account that limit the session.
	PolicyARNs []string
	Tags       []Tag
	// TransitiveTagKeys are the keys of tags that role chaining keeps.
	TransitiveTagKeys []string
	SourceIdentity    string
	// MinimumTokenSize is how long the token must be at least, in bytes.
	MinimumTokenSize int
	// Context holds condition keys of the request, such as aws:SourceIp.
	Context map[string][]string
}

// MFAInput is a device's serial number and the code it shows.
type MFAInput struct{ SerialNumber, TokenCode string }

// AssumeRoleInput is the input of [Store.AssumeRole].
type AssumeRoleInput struct {
	RoleARN string
	SessionInput
	ExternalID string
	MFAInput
}

// Limits of a session, in seconds.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
const (
	minDuration          = 900
	defaultRoleDuration  = 3600
	maxChainedDuration   = 3600
	maxRoleDuration      = 43200
	defaultUserDuration  = 43200
	maxUserDuration      = 129600
	maxRootDuration      = 3600
	maxSessionPolicy     = 2048 // characters
	maxSessionPolicyARNs = 10
	maxSessionTags       = 50
	maxSourceIdentity    = 64
	maxFederatedName     = 32
)

// AssumeRole is sts:AssumeRole: the role's trust policy and the caller's own
// policies are evaluated, so the operation needs no authorization before it. A
// role that does not exist is denied like one that does not trust the caller.
func (s *Store) AssumeRole(c *Credential, in AssumeRoleInput) (*Credential, *verdict.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := in.check(roleSessionName, maxRoleDuration); r != nil {
		return nil, r
	}
	if c == nil {
		return nil, denied(&Anonymous, "sts:AssumeRole", in.RoleARN, "a role is not assumed without credentials")
	}
	switch c.Principal.Kind {
	case KindRoot:
		return nil, stsError(403, "AccessDenied", "Roles may not be assumed by root accounts.")
	case KindFederatedUser:
		return nil, denied(&c.Principal, "sts:AssumeRole", in.RoleARN,
			"credentials of GetFederationToken cannot assume a role")
	}
	mfa, r := s.checkMFA(c, in.MFAInput)
	if r != nil {
		return nil, r
	}
	role := s.role(in.RoleARN)
	if role == nil {
		return nil, denied(&c.Principal, "sts:AssumeRole", in.RoleARN, in.RoleARN+
			" does not exist; AWS answers as if it did not trust the caller")
	}
	x := s.newSession(role, in.Name)
	if r := x.inherit(c, in.SessionInput); r != nil {
		return nil, r
	}
	context := x.requestContext(in.SessionInput, role)
	if in.ExternalID != "" {
		context["sts:externalid"] = []string{in.ExternalID}
	}
	if mfa {
		context["aws:multifactorauthpresent"] = []string{"true"}
		context["aws:multifactorauthage"] = []string{"0"}
	}
	for _, action := range x.actions("sts:AssumeRole") {
		call := Call{
			Action: action, Resource: in.RoleARN, Context: context, ResourceAccount: role.account.id,
			ResourcePolicy: role.trust, ResourcePolicyRequired: true,
		}
		if d, req := s.decide(c, call); !d.allowed {
			return nil, denied(&c.Principal, action, in.RoleARN, d.detail(req))
		}
	}
	limit := int(role.maxSession / time.Second)
	if in.DurationSeconds > limit {
		return nil, stsError(400, "ValidationError",
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	// Credentials of GetSessionToken count too (mmmorris1975/aws-runas#11,
	// 99designs/aws-vault#263).
	if c.session != nil && in.DurationSeconds > maxChainedDuration {
		return nil, stsError(400, "ValidationError",
			"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	}
	return s.finish(x, role.account, in.SessionInput, defaultRoleDuration)
}

// AssumeRoleByService issues a session of a role to an AWS service, such as
// lambda.amazonaws.com, if the role's trust policy lets it.
func (s *Store) AssumeRoleByService(service string, in AssumeRoleInput) (*Credential, *verdict.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := in.check(roleSessionName, maxRoleDuration); r != nil {
		return nil, r
	}
	c := &Credential{Principal: ServicePrincipal(service)}
	role := s.role(in.RoleARN)
	if role == nil {
		return nil, denied(&c.Principal, "sts:AssumeRole", in.RoleARN, in.RoleARN+" does not exist")
	}
	x := s.newSession(role, in.Name)
	if r := x.inherit(c, in.SessionInput); r != nil {
		return nil, r
	}
	for _, action := range x.actions("sts:AssumeRole") {
		d, req := s.decide(c, Call{
			Action: action, Resource: in.RoleARN, Context: x.requestContext(in.SessionInput, role),
			ResourceAccount: role.account.id, ResourcePolicy: role.trust,
		})
		if !d.allowed {
			return nil, denied(&c.Principal, action, in.RoleARN, d.detail(req))
		}
	}
	if in.DurationSeconds > int(role.maxSession/time.Second) {
		return nil, stsError(400, "ValidationError",
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return s.finish(x, role.account, in.SessionInput, defaultRoleDuration)
}

// SessionTokenInput is the input of [Store.GetSessionToken].
type SessionTokenInput struct {
	DurationSeconds int
	// MinimumTokenSize is as in SessionInput.
	MinimumTokenSize int
	MFAInput
}

// GetSessionToken is sts:GetSessionToken, which needs no permission.
func (s *Store) GetSessionToken(c *Credential, in SessionTokenInput) (*Credential, *verdict.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := checkDuration(in.DurationSeconds, maxUserDuration); r != nil {
		return nil, r
	}
	if c == nil || c.key == nil {
		return nil, stsError(403, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	}
	mfa, r := s.checkMFA(c, in.MFAInput)
	if r != nil {
		return nil, r
	}
	x := &session{identity: c.key.user, principal: c.Principal, issued: s.now(), userSession: true}
	if mfa {
		x.mfaAt = x.issued
	}
	duration := userDuration(c, in.DurationSeconds)
	x.expiration = s.endOf(x, duration)
	return s.issue(x, c.Principal.AccountID, in.MinimumTokenSize)
}

// GetFederationToken is sts:GetFederationToken. The session may do what both the
// user and the session policy allow, so nothing without a session policy but
// what a resource-based policy grants it.
func (s *Store) GetFederationToken(c *Credential, in SessionInput) (*Credential, *verdict.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := in.check(federatedName, maxUserDuration); r != nil {
		return nil, r
	}
	if c == nil || c.key == nil {
		return nil, stsError(403, "AccessDenied", "Cannot call GetFederationToken with session credentials")
	}
	account := c.key.account
	p := Principal{
		ARN: "arn:aws:sts::" + account.id + ":federated-user/" + in.Name, AccountID: account.id,
		UserID: account.id + ":" + in.Name, Kind: KindFederatedUser, SessionName: in.Name,
	}
	if c.key.user != nil {
		p.userARN = c.Principal.ARN
	}
	x := &session{identity: c.key.user, principal: p, issued: s.now(), restricted: true}
	if r := x.inherit(c, in); r != nil {
		return nil, r
	}
	for _, action := range x.actions("sts:GetFederationToken") {
		d, req := s.decide(c, Call{Action: action, Resource: p.ARN, Context: x.requestContext(in, nil)})
		if !d.allowed {
			return nil, d.refusal(req, p.ARN)
		}
	}
	in.DurationSeconds = userDuration(c, in.DurationSeconds)
	return s.finish(x, account, in, defaultUserDuration)
}

// userDuration: sessions of root last an hour at most, whatever is asked for.
func userDuration(c *Credential, seconds int) int {
	if seconds == 0 {
		seconds = defaultUserDuration
	}
	if c.Principal.Kind == KindRoot {
		seconds = min(seconds, maxRootDuration)
	}
	return seconds
}

func (s *Store) newSession(role *identity, name string) *session {
	return &session{identity: role, principal: role.session(name), issued: s.now()}
}

// inherit sets tags and source identity from the request and, in role chaining,
// from the calling session, whose transitive tags cannot be replaced.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
func (x *session) inherit(c *Credential, in SessionInput) *verdict.Refusal {
	x.tags, x.transitive, x.sourceIdentity = slices.Clone(in.Tags), slices.Clone(in.TransitiveTagKeys),
		in.SourceIdentity
	if c.session == nil {
		return nil
	}
	for _, key := range c.session.transitive {
		value, _ := c.session.tags.get(key)
		if _, again := x.tags.get(key); again {
			return stsError(400, "InvalidParameterValue", "One of the specified transitive tag keys can't be set "+
				"because it conflicts with a transitive tag key from the calling session.")
		}
		x.tags = append(x.tags, Tag{key, value})
		x.transitive = append(x.transitive, key)
	}
	if was := c.session.sourceIdentity; was != "" {
		if in.SourceIdentity != "" && in.SourceIdentity != was {
			return denied(&c.Principal, "sts:SetSourceIdentity", x.identity.arn(),
				"the calling session has the source identity "+quote(was)+", which cannot change")
		}
		x.sourceIdentity = was
	}
	return nil
}

// actions are what must be allowed: the operation, and the passing of tags and
// of a source identity.
func (x *session) actions(operation string) []string {
	list := []string{operation}
	if len(x.tags) > 0 {
		list = append(list, "sts:TagSession")
	}
	if x.sourceIdentity != "" {
		list = append(list, "sts:SetSourceIdentity")
	}
	return list
}

// requestContext holds the condition keys of the request for the session.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
func (x *session) requestContext(in SessionInput, role *identity) map[string][]string {
	m := map[string][]string{}
	for k, v := range in.Context {
		m[strings.ToLower(k)] = v
	}
	if role != nil {
		m["sts:rolesessionname"] = []string{in.Name}
		for _, t := range role.tags {
			m["aws:resourcetag/"+strings.ToLower(t.Key)] = []string{t.Value}
			m["iam:resourcetag/"+strings.ToLower(t.Key)] = []string{t.Value}
		}
	}
	if x.sourceIdentity != "" {
		m["sts:sourceidentity"] = []string{x.sourceIdentity}
	}
	for _, t := range x.tags {
		m["aws:requesttag/"+strings.ToLower(t.Key)] = []string{t.Value}
		m["aws:tagkeys"] = append(m["aws:tagkeys"], t.Key)
	}
	if len(x.transitive) > 0 {
		m["sts:transitivetagkeys"] = x.transitive
	}
	return m
}

// endOf is when a session ends that was asked for so many seconds.
func (s *Store) endOf(x *session, seconds int) time.Time {
	lasts := time.Duration(seconds) * time.Second
	if s.longest > 0 {
		lasts = min(lasts, s.longest)
	}
	return x.issued.Add(lasts)
}

// LimitSessions ends the sessions that STS issues from now on after this time at the
// latest, whatever callers ask for; 0 is no limit. AWS's own least is 15 minutes: it
// is for tests of what happens at the end.
func (s *Store) LimitSessions(longest time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.longest = longest
}

// finish adds session policies and the expiration, and issues the session.
func (s *Store) finish(x *session, a *account, in SessionInput, defaultDuration int) (*Credential, *verdict.Refusal) {
	if in.Policy != "" {
		p, refusal := sessionPolicy(in.Policy)
		if refusal != nil {
			return nil, refusal
		}
		x.policies = append(x.policies, &attached{policy: p})
	}
	for _, arn := range in.PolicyARNs {
		m := a.findManaged(arn)
		if m == nil || !strings.HasPrefix(arn, "arn:") {
			err := failf(400, "ValidationError", "The policy %s does not exist in account %s.", arn, a.id)
			return nil, orNotKnown(arn, err).Refusal(verdict.StageHandle)
		}
		x.policies = append(x.policies, m)
	}
	x.restricted = x.restricted || len(x.policies) > 0
	seconds := in.DurationSeconds
	if seconds == 0 {
		seconds = defaultDuration
	}
	x.expiration = s.endOf(x, seconds)
	return s.issue(x, a.id, in.MinimumTokenSize)
}

// sessionPolicy reads an inline session policy, in which every ARN has all its parts
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). What STS says
// of one that is no JSON is the text of its parser (ansible-collections/amazon.aws#2778),
// which is not known for each mistake: the words here are IAM's.
func sessionPolicy(document string) (*Policy, *verdict.Refusal) {
	p, err := ParsePolicy(IdentityPolicy, document)
	if err == nil && p.incomplete != "" {
		err = fmt.Errorf("resource %q lacks parts of an ARN, which a session policy must not", p.incomplete)
	}
	if err != nil {
		return nil, malformedDocument(IdentityPolicy, err).Refusal(verdict.StageHandle)
	}
	return p, nil
}

// checkMFA verifies a device's code, if one was sent; nil and false without.
func (s *Store) checkMFA(c *Credential, in MFAInput) (bool, *verdict.Refusal) {
	if in.SerialNumber == "" && in.TokenCode == "" {
		return false, nil
	}
	if in.SerialNumber == "" || in.TokenCode == "" {
		return false, stsError(403, "AccessDenied",
			"MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
	}
	var codes []string
	if u := c.identity(); u != nil && u.kind == KindUser {
		codes = u.mfa[in.SerialNumber]
	}
	switch {
	case codes == nil:
		return false, stsError(403, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  "+
			"Please verify your MFA serial number is valid and associated with this user.")
	case !slices.Contains(codes, in.TokenCode):
		return false, stsError(403, "AccessDenied",
			"MultiFactorAuthentication failed with invalid MFA one time pass code. ")
	}
	return true, nil
}

// A nameRule is what a session's name must be.
type nameRule struct {
	member  string
	maximum int
}

var (
	roleSessionName = nameRule{"roleSessionName", 64}
	federatedName   = nameRule{"name", maxFederatedName}
)

// check looks at the shape of the input, before anything is looked up.
func (in *SessionInput) check(rule nameRule, maxSeconds int) *verdict.Refusal {
	switch {
	case len(in.Name) < 2:
		return invalidMember(in.Name, rule.member, "Member must have length greater than or equal to 2")
	case len(in.Name) > rule.maximum:
		return invalidMember(in.Name, rule.member, fmt.Sprintf("Member must have length less than or equal to %d",
			rule.maximum))
	case !isSessionName(in.Name):
		return invalidMember(in.Name, rule.member, `Member must satisfy regular expression pattern: [\w+=,.@-]*`)
	case len(in.SourceIdentity) > maxSourceIdentity || in.SourceIdentity != "" && !isSessionName(in.SourceIdentity):
		return invalidMember(in.SourceIdentity, "sourceIdentity",
			`Member must satisfy regular expression pattern: [\w+=,.@-]*`)
	case len(in.Policy) > maxSessionPolicy:
		return invalidMember("...", "policy", fmt.Sprintf("Member must have length less than or equal to %d",
			maxSessionPolicy))
	case len(in.PolicyARNs) > maxSessionPolicyARNs:
		return invalidMember("...", "policyArns", fmt.Sprintf("Member must have length less than or equal to %d",
			maxSessionPolicyARNs))
	case len(in.Tags) > maxSessionTags:
		return invalidMember("...", "tags", fmt.Sprintf("Member must have length less than or equal to %d",
			maxSessionTags))
	}
	seen := map[string]bool{}
	for _, t := range in.Tags {
		if problem := t.problem(); problem != "" {
			return stsError(400, "ValidationError", "%s", problem)
		}
		key := strings.ToLower(t.Key)
		if seen[key] {
			return stsError(400, "InvalidParameterValue",
				"Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		seen[key] = true
	}
	for _, k := range in.TransitiveTagKeys {
		if !seen[strings.ToLower(k)] {
			return stsError(400, "InvalidParameterValue",
				// localstack/localstack tests/aws/services/sts/test_sts.snapshot.json, recorded from AWS.
				"The specified transitive tag key must be included in the requested tags.")
		}
	}
	return checkDuration(in.DurationSeconds, maxSeconds)
}

func checkDuration(seconds, maximum int) *verdict.Refusal {
	switch {
	case seconds == 0:
		return nil
	case seconds < minDuration:
		return invalidMember(itoa(seconds), "durationSeconds",
			fmt.Sprintf("Member must have value greater than or equal to %d", minDuration))
	case seconds > maximum:
		return invalidMember(itoa(seconds), "durationSeconds",
			fmt.Sprintf("Member must have value less than or equal to %d", maximum))
	}
	return nil
}

func invalidMember(value, member, constraint string) *verdict.Refusal {
	return stsError(400, "ValidationError",
		"1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s", value, member, constraint)
}

// stsError is an error of the operation: with status 403 the caller was refused,
// with any other it was who it said, and the request was wrong.
func stsError(status int, code, format string, args ...any) *verdict.Refusal {
	stage := verdict.StageHandle
	if status == 403 {
		stage = verdict.StageAuthorize
	}
	return failf(status, code, format, args...).Refusal(stage)
}

// denied is a denial by STS, whose message ends before "because".
func denied(p *Principal, action, resource, detail string) *verdict.Refusal {
	return verdict.Because(verdict.StageAuthorize,
		verdict.Denial{Principal: p.name(), Action: action, Resource: resource}, detail)
}
