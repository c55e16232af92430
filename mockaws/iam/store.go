package iam

import (
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Store holds accounts and everything in them. It is safe for concurrent use.
type Store struct {
	mu            sync.RWMutex
	now           func() time.Time
	mint          minter
	region        string
	tokenLength   int
	forgetExpired time.Duration // 0: never
	expiryFirst   bool

	accounts map[string]*account
	keys     map[string]*accessKey
	sessions map[string]*session // by key id
	tokens   map[string]*session // by session token
	// bucketTokens are tokens of CreateSession of S3 Express, which no other service takes.
	bucketTokens map[string]*session
	bearers      map[string]*serviceCredential
	// passwords were given by services for something other than AWS, such as a database.
	passwords map[string]Password
	names     uint64        // counts generated names
	longest   time.Duration // of sessions that STS issues; 0: as asked for
}

// Option changes a new Store.
type Option func(*Store)

// WithSeed makes identifiers and secrets from a fixed sequence instead of
// crypto/rand, so that two runs mint the same ones.
func WithSeed(seed uint64) Option { return func(s *Store) { s.mint = seededMinter(seed) } }

// WithRegion is the region that minted tokens name; the default is us-east-1.
func WithRegion(region string) Option { return func(s *Store) { s.region = region } }

// WithTokenLength is the length of minted session tokens in characters, rounded
// up to a multiple of four and to no less than 356; the default is
// [DefaultTokenLength].
func WithTokenLength(n int) Option { return func(s *Store) { s.tokenLength = tokenLength(n) } }

// SetTokenLength is [WithTokenLength] for the sessions that are issued from now on.
func (s *Store) SetTokenLength(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokenLength = tokenLength(n)
}

// WithExpiredForgotten makes tokens come back as invalid, and no longer as
// expired, when they expired longer ago than d. AWS was reported to do so after
// some weeks (jrl84/amazon-sp-api#57).
func WithExpiredForgotten(d time.Duration) Option { return func(s *Store) { s.forgetExpired = d } }

// WithExpiryFirst checks that a token has not expired before that it belongs to
// the key, so that an expired token of another key comes back as expired. By
// default it comes back as invalid, the order of the chart at [Store.Resolve].
// Reports from users point both ways (cline/cline#852 to expired).
func WithExpiryFirst() Option { return func(s *Store) { s.expiryFirst = true } }

// New is an empty Store. A nil now is time.Now.
func New(now func() time.Time, options ...Option) *Store {
	if now == nil {
		now = time.Now
	}
	s := &Store{
		now: now, mint: newMinter(), region: "us-east-1", tokenLength: DefaultTokenLength,
		accounts: map[string]*account{}, keys: map[string]*accessKey{},
		sessions: map[string]*session{}, tokens: map[string]*session{},
		bucketTokens: map[string]*session{}, bearers: map[string]*serviceCredential{},
		passwords: map[string]Password{},
	}
	for _, o := range options {
		o(s)
	}
	return s
}

func tokenLength(n int) int { return max((n+3)/4*4, MinTokenLength) }

// account is one AWS account.
type account struct {
	id, alias       string
	users           map[string]*identity
	roles           map[string]*identity
	managed         map[string]*attached     // by ARN
	providers       map[string]*OIDCProvider // by URL without scheme
	profiles        map[string]*instanceProfile
	serviceControl  []*attached
	resourceControl []*attached
	outbound        outbound
}

// identity is a user or a role: what policies are attached to.
type identity struct {
	account  *account
	kind     Kind // KindUser, or KindAssumedRole for a role
	name     string
	path     string
	id       string
	created  time.Time
	tags     tags
	inline   []*attached
	attached []*attached // managed
	boundary *attached

	keys []*accessKey         // of a user
	mfa  map[string][]string  // of a user: serial number -> codes
	api  []*serviceCredential // of a user

	trust       *Policy // of a role
	maxSession  time.Duration
	description string
	deleted     bool
	used        atomic.Pointer[KeyUse] // of a role: by its sessions
}

func (i *identity) arn() string {
	kind := "user"
	if i.kind == KindAssumedRole {
		kind = "role"
	}
	return "arn:aws:iam::" + i.account.id + ":" + kind + i.path + i.name
}

// policies are all identity-based policies.
func (i *identity) policies() []*attached {
	if len(i.attached) == 0 {
		return i.inline
	}
	return append(i.inline[:len(i.inline):len(i.inline)], i.attached...)
}

func (i *identity) principal() Principal {
	return Principal{ARN: i.arn(), AccountID: i.account.id, UserID: i.id, Kind: KindUser, UserName: i.name}
}

// accessKey is a long-term key of a user, or of root where user is nil.
type accessKey struct {
	id, secret string
	account    *account
	user       *identity
	status     KeyStatus
	created    time.Time
	used       atomic.Pointer[KeyUse]
}

func (k *accessKey) principal() Principal {
	if k.user == nil {
		return rootPrincipal(k.account.id)
	}
	return k.user.principal()
}

func rootPrincipal(account string) Principal {
	return Principal{ARN: rootARN(account), AccountID: account, UserID: account, Kind: KindRoot}
}

// session is a set of temporary credentials.
type session struct {
	keyID, secret, token string
	principal            Principal
	identity             *identity // the role or user; nil for root
	issued, expiration   time.Time
	policies             []*attached // session policies
	restricted           bool        // has session policies, if only an empty set
	scoped               []*attached // policies of GetScopedCredentials
	userSession          bool        // of GetSessionToken
	tags                 tags
	transitive           []string // keys of tags that role chaining keeps
	sourceIdentity       string
	mfaAt                time.Time // zero: without MFA
	context              map[string][]string
	bucket               *BucketSession // nil for a session of STS
}

// serviceCredential is a long-term Bedrock API key of a user.
type serviceCredential struct {
	id, userName, secret string
	user                 *identity
	status               KeyStatus
	created, expiration  time.Time // a zero expiration is never
}

// KeyStatus is the state of an access key.
type KeyStatus string

// The states of an access key. A deleted key is remembered, so that its use can
// be distinguished from the id of a key that never existed.
const (
	KeyIsActive   KeyStatus = "Active"
	KeyIsInactive KeyStatus = "Inactive"
	KeyIsDeleted  KeyStatus = "Deleted"
)

// tags are key-value pairs; keys differ in more than case.
type tags []Tag

// Tag is a tag of a user, role or session.
type Tag struct {
	Key   string `json:"key" yaml:"key"`
	Value string `json:"value" yaml:"value"`
}

func (t tags) get(key string) (string, bool) {
	for _, tag := range t {
		if strings.EqualFold(tag.Key, key) {
			return tag.Value, true
		}
	}
	return "", false
}

// Secrets yields the secret access key of every key id, also of inactive,
// deleted and expired ones, so that a judge can name the key whose secret made a
// signature.
func (s *Store) Secrets() iter.Seq2[string, string] {
	return func(yield func(keyID, secret string) bool) {
		s.mu.RLock()
		pairs := make([][2]string, 0, len(s.keys)+len(s.sessions))
		for id, k := range s.keys {
			pairs = append(pairs, [2]string{id, k.secret})
		}
		for id, c := range s.sessions {
			pairs = append(pairs, [2]string{id, c.secret})
		}
		s.mu.RUnlock()
		for _, p := range pairs {
			if !yield(p[0], p[1]) {
				return
			}
		}
	}
}

// Issued lists every secret of the store: of keys and sessions, session tokens,
// Bedrock API keys, passwords. It is for checks that none of them is shown anywhere.
func (s *Store) Issued() (out []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, k := range s.keys {
		out = append(out, k.secret)
	}
	for _, c := range s.sessions {
		out = append(out, c.secret, c.token)
	}
	for _, b := range s.bearers {
		out = append(out, b.secret)
	}
	for password := range s.passwords {
		out = append(out, password)
	}
	return out
}

// role finds a role by its ARN; callers hold the lock.
func (s *Store) role(arn string) *identity {
	a := s.accounts[accountOfARN(arn)]
	if a == nil {
		return nil
	}
	name, ok := afterLastSlash(arn)
	if r := a.roles[name]; ok && r != nil && r.arn() == arn {
		return r
	}
	return nil
}

func afterLastSlash(s string) (after string, found bool) {
	if i := strings.LastIndexByte(s, '/'); i >= 0 {
		return s[i+1:], true
	}
	return "", false
}
