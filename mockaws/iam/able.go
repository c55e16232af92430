package iam

import (
	"slices"
)

// mostAble bounds the principals that are asked about one call.
const mostAble = 64

// Able are the users and roles of an account whose policies allow a call, sorted by
// ARN: who could have made it, where the one who did may not. Of an account with
// many principals not all are asked.
func (s *Store) Able(account string, call Call) (arns []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.accounts[account]
	if a == nil || len(a.users)+len(a.roles) > mostAble {
		return nil
	}
	note := func(id *identity) {
		if d, _ := s.decide(id.credential(), call); d.allowed {
			arns = append(arns, id.arn())
		}
	}
	for _, u := range a.users {
		note(u)
	}
	for _, r := range a.roles {
		note(r)
	}
	slices.Sort(arns)
	return arns
}
