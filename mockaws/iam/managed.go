package iam

import (
	"strings"
	"time"
)

// administratorAccess is the one policy of AWS that every account has here: its
// document is known to all and never changes.
var administratorAccess = func() *attached {
	p, err := AllowActions("*")
	if err != nil {
		panic(err) // a constant that does not parse
	}
	return &attached{name: "AdministratorAccess", arn: "arn:aws:iam::aws:policy/AdministratorAccess", policy: p, managed: &managed{
		// Its id and date: convox/rack#680.
		id: "ANPAIWMBCKSKIEE64ZLYK", created: time.Date(2015, 2, 6, 18, 39, 46, 0, time.UTC), last: 1,
		versions: []version{{1, p, time.Date(2015, 2, 6, 18, 39, 46, 0, time.UTC)}},
	}}
}()

// findManaged finds a managed policy by name or ARN.
func (a *account) findManaged(ref string) *attached {
	if ref == administratorAccess.arn || ref == administratorAccess.name {
		return administratorAccess
	}
	if strings.HasPrefix(ref, "arn:") {
		return a.managed[ref]
	}
	for _, m := range a.managed {
		if m.name == ref {
			return m
		}
	}
	return nil
}
