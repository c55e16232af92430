package iam

import "strings"

// administratorAccess is the one policy of AWS that every account has here: its
// document is known to all and never changes.
var administratorAccess = func() *attached {
	p, err := AllowActions("*")
	if err != nil {
		panic(err) // a constant that does not parse
	}
	return &attached{name: "AdministratorAccess", arn: "arn:aws:iam::aws:policy/AdministratorAccess", policy: p}
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
