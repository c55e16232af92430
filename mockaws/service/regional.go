package service

import (
	"sync"
)

// Place is where a regional resource lives.
type Place struct{ Account, Region string }

// Regional keeps the resources of a service by place and name. Handlers hold the
// lock for as long as they look.
type Regional[T any] struct {
	sync.Mutex
	at map[Place]map[string]T
}

// In is the shelf of an account in a region, made on first use.
func (s *Regional[T]) In(account, region string) map[string]T {
	p := Place{account, region}
	if s.at == nil {
		s.at = map[Place]map[string]T{}
	}
	if s.at[p] == nil {
		s.at[p] = map[string]T{}
	}
	return s.at[p]
}

// Of is the shelf that a call reaches without naming another account.
func (s *Regional[T]) Of(c *Call) map[string]T { return s.In(c.Account(), c.Region) }
