package project

import "slices"

// Normal is the project with its short forms written out: RoleAllow as Roles, and
// KeyAs, BearerAs, Allow and Deny, if any of them is set, as a user.
func (p Project) Normal() Project {
	p = p.Clone()
	for name, actions := range p.RoleAllow {
		if p.Roles == nil {
			p.Roles = map[string]Role{}
		}
		r := p.Roles[name]
		r.Allow = append(r.Allow, actions...)
		p.Roles[name] = r
	}
	p.RoleAllow = nil
	if p.shortUser() && len(p.Users) == 0 {
		return p.WithUser()
	}
	return p
}

// shortUser reports whether the short form for a user is in use.
func (p Project) shortUser() bool {
	return p.KeyAs != nil || p.BearerAs != "" || p.Allow != nil || p.Deny != nil
}

// WithUser is the project in its normal form with a user: the one of the short
// form, or else one who may do all, whose key is under DefaultKeyAs. Commands and
// programs files deploy that where no users are named.
func (p Project) WithUser() Project {
	if len(p.Users) == 0 {
		p.Users = []User{p.user()}
		p.KeyAs, p.BearerAs, p.Allow, p.Deny = nil, "", nil, nil
	}
	return p.Normal()
}

func (p Project) user() User {
	u := User{Name: DefaultUser, Allow: p.Allow, Deny: p.Deny, Key: p.KeyAs, Bearer: p.BearerAs}
	if u.Allow == nil {
		u.Allow = []string{"*"}
	}
	if u.Key == nil {
		// Names that were not chosen by the user: a program may well read others.
		u.Key, u.Example = slices.Clone(DefaultKeyAs), true
	}
	return u
}
