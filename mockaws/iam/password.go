package iam

import "time"

// Password is whom a password of a service lets in, where, and how long. It does not have
// the password itself.
type Password struct {
	Service  string // the signing name of the service that gave it, "redshift"
	Place    string // what it opens: the name of a cluster or a workgroup
	Account  string // of the place
	Region   string // of the place
	User     string // whom it lets in, "IAM:app"
	Database string // the one database that it opens, "" for all
	Holder   string // the ARN of the principal that asked for it
	Until    time.Time
}

// NewPassword makes a password for something other than AWS, which [Store.Issued] lists.
func (s *Store) NewPassword() string { return s.NewLogin(Password{}) }

// NewLogin makes a password that [Store.Password] finds again.
func (s *Store) NewLogin(of Password) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	password := s.mint.secret()
	s.passwords[password] = of
	return password
}

// Password says what a password opens; false for one that was never given out, or opens
// nothing that this package knows.
func (s *Store) Password(password string) (Password, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	of := s.passwords[password]
	return of, of.Service != ""
}
