package iam

import (
	"fmt"
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// BucketSession is what the credentials of CreateSession of S3 Express One Zone are good for.
type BucketSession struct {
	Bucket   string
	ReadOnly bool
}

// String is "a ReadOnly session of the bucket b--use1-az4--x-s3".
func (b BucketSession) String() string { return "a " + b.Mode() + " session of the bucket " + b.Bucket }

// Mode is the value of x-amz-create-session-mode.
func (b BucketSession) Mode() string {
	if b.ReadOnly {
		return "ReadOnly"
	}
	return "ReadWrite"
}

// bucketSessionTime is how long such credentials last
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-create-session.html).
const bucketSessionTime = 5 * time.Minute

// CreateBucketSession issues credentials to a caller who may have them. They are no session of
// STS: no other service takes their token, and their own takes it in a header of its own only.
// That they end with the caller's own session at the latest is inferred.
func (s *Store) CreateBucketSession(c *Credential, of BucketSession) *Credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := &session{principal: c.Principal, identity: c.identity(), issued: s.now(), bucket: &of}
	x.expiration = x.issued.Add(bucketSessionTime)
	if c.session != nil && c.session.expiration.Before(x.expiration) {
		x.expiration = c.session.expiration
	}
	s.fill(x, c.Principal.AccountID, MinTokenLength)
	s.sessions[x.keyID], s.bucketTokens[x.token] = x, x
	return x.credential()
}

// ResolveBucketSession is [Store.Resolve] for a token of [Store.CreateBucketSession].
func (s *Store) ResolveBucketSession(keyID, token string) (*Credential, *verdict.Refusal) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x := s.bucketTokens[token]
	switch {
	case x == nil && s.tokens[token] != nil:
		return nil, refuse(verdict.BadToken{}, fmt.Sprintf(
			"x-amz-s3session-token carries the session token of %s, which belongs into x-amz-security-token; "+
				"the other is for tokens of CreateSession", s.tokens[token].keyID))
	case x == nil:
		return nil, refuse(verdict.BadToken{}, fmt.Sprintf(
			"the token in x-amz-s3session-token (%d characters) is not one that CreateSession gave here", len(token)))
	}
	return s.checkSession(keyID, x)
}

// BucketSession is what the credential is good for, if CreateSession gave it; nil for any other.
func (c *Credential) BucketSession() *BucketSession {
	if c.session == nil {
		return nil
	}
	return c.session.bucket
}
