package iam

import (
	"slices"
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// session is the principal of a session of the role. The role's path is not in
// the session's ARN.
func (i *identity) session(name string) Principal {
	return Principal{
		ARN:       "arn:aws:sts::" + i.account.id + ":assumed-role/" + i.name + "/" + name,
		AccountID: i.account.id, UserID: i.id + ":" + name, Kind: KindAssumedRole, RoleARN: i.arn(), SessionName: name,
	}
}

// fill mints what the session has not yet; callers hold the lock.
func (s *Store) fill(c *session, account string, length int) {
	if c.keyID == "" {
		c.keyID = s.newKeyID(prefixTemporary, account)
	}
	if c.secret == "" {
		c.secret = s.mint.secret()
	}
	for c.token == "" || s.tokens[c.token] != nil || s.bucketTokens[c.token] != nil {
		c.token = s.mint.token(s.region, account, c.issued, length)
	}
}

// MaxSessionToken is how long a session token of STS can be, in bytes, with all that
// session policies and tags add to it
// (https://aws.amazon.com/about-aws/whats-new/2026/09/aws-sts/).
const MaxSessionToken = 4096

// issue puts a session that STS issues into the store; callers hold the lock. Session
// policies and tags make its token longer. AWS compresses them in a way that is not
// documented: here each character counts.
func (s *Store) issue(x *session, account string, least int) (*Credential, *verdict.Refusal) {
	size := min(s.tokenLength, DefaultTokenLength) + x.packedBytes()
	if size > MaxSessionToken {
		return nil, stsError(400, "PackedPolicyTooLarge",
			"The session token has %d bytes, and the maximum is %d bytes.", size, MaxSessionToken)
	}
	s.fill(x, account, max(tokenLength(size), tokenLength(least), s.tokenLength))
	s.sessions[x.keyID], s.tokens[x.token] = x, x
	return x.credential(), nil
}

func (s *Store) newKeyID(prefix, account string) string {
	for {
		id := s.mint.keyID(prefix, account)
		if s.keys[id] == nil && s.sessions[id] == nil {
			return id
		}
	}
}

// sessionName is a name as SDKs generate it when none is given.
func (s *Store) sessionName() string {
	s.names++
	return "session-" + itoa(int(s.names))
}

// packedBytes is what session policies and tags take, in characters.
func (x *session) packedBytes() int {
	n := 0
	for _, p := range slices.Concat(x.policies, x.scoped) {
		if p.arn == "" {
			n += len(p.policy.document)
		}
	}
	for _, t := range x.tags {
		n += len(t.Key) + len(t.Value)
	}
	return n
}

// utilization is how much of MaxSessionToken the token takes, in percent.
func (x *session) utilization() int {
	return (len(x.token)*100 + MaxSessionToken - 1) / MaxSessionToken
}

// SessionOption changes a session of [Store.MintPlatformSession].
type SessionOption func(*sessionOptions)

type sessionOptions struct {
	policy      string
	tags        []Tag
	transitive  bool
	tokenLength int
}

// WithSessionPolicy limits the session by a policy, a document in JSON.
func WithSessionPolicy(document string) SessionOption {
	return func(o *sessionOptions) { o.policy = document }
}

// WithSessionTags sets session tags; role chaining keeps transitive ones, as
// the tags of EKS Pod Identity are.
func WithSessionTags(transitive bool, list ...Tag) SessionOption {
	return func(o *sessionOptions) { o.tags, o.transitive = list, transitive }
}

// WithSessionTokenLength is the length of this session's token in characters,
// rounded up as by [WithTokenLength].
func WithSessionTokenLength(n int) SessionOption {
	return func(o *sessionOptions) { o.tokenLength = tokenLength(n) }
}

// MintPlatformSession issues credentials of a role as a hosting platform does
// for a workload it runs. The trust policy is not asked:
// [Store.AssumeRoleByService] asks it. A zero duration is the role's longest.
func (s *Store) MintPlatformSession(roleARN, name string, duration time.Duration,
	options ...SessionOption) (*Credential, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := sessionOptions{tokenLength: s.tokenLength}
	for _, option := range options {
		option(&o)
	}
	r := s.role(roleARN)
	if r == nil {
		return nil, failf(404, "NoSuchEntity", "The role %s does not exist.", roleARN)
	}
	if name == "" {
		name = s.sessionName()
	}
	if !isSessionName(name) {
		return nil, failf(400, "ValidationError", "session name %q must be 2 to 64 letters, digits or any of _=,.@-",
			name)
	}
	if duration == 0 {
		duration = r.maxSession
	}
	x := s.newSession(r, name)
	x.expiration = x.issued.Add(duration)
	x.tags = slices.Clone(o.tags)
	for _, t := range o.tags {
		if problem := t.problem(); problem != "" {
			return nil, failf(400, "ValidationError", "%s", problem)
		}
		if o.transitive {
			x.transitive = append(x.transitive, t.Key)
		}
	}
	if o.policy != "" {
		p, err := ParsePolicy(IdentityPolicy, o.policy)
		if err != nil {
			return nil, malformedPolicy(err)
		}
		x.policies, x.restricted = []*attached{{policy: p}}, true
	}
	s.fill(x, r.account.id, o.tokenLength)
	s.sessions[x.keyID], s.tokens[x.token] = x, x
	return x.credential(), nil
}
