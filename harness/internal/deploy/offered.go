package deploy

import (
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
)

// offered are the places of the host and of the project that hand out
// credentials, with the key ids that they have handed out so far.
func (ids *identities) offered() (out []diagnose.Offered) {
	for _, o := range ids.host.Offers() {
		x := diagnose.Offered{Offer: o}
		switch {
		case o.Session != "":
			if made, ok := ids.sessions[o.Session]; ok {
				gave(&x, made.KeyID, made.Principal)
			}
		case o.Platform:
			gave(&x, ids.platform.KeyID, ids.platform.Principal)
		case o.Endpoint != "":
			x.KeyIDs = slices.Clone(ids.handedOut[o.Endpoint])
			if slices.Contains(ids.project.WithoutRole, o.Endpoint) {
				x.Role, x.Name = "", o.Name+", which has no role here"
			}
		case o.User:
			if len(ids.project.Users) > 0 {
				ids.ofUser(&x, ids.project.Users[0].Name)
			}
		}
		out = append(out, x)
	}
	return append(out, ids.projectOffers()...)
}

// projectOffers are the keys of the project's users, where the project or the
// custom of the host puts them.
func (ids *identities) projectOffers() (out []diagnose.Offered) {
	if !ids.seesProject() {
		return nil
	}
	var custom []string
	for _, v := range ids.projectKeys() {
		custom = append(custom, v.Name)
	}
	for i, u := range ids.project.Users {
		names := slices.DeleteFunc(slices.Clone(u.Key), func(name string) bool { return name == "" })
		if i == 0 && len(names) == 0 {
			names = custom
		}
		if len(names) == 0 {
			continue
		}
		o := diagnose.Offered{Offer: fixtures.Offer{
			Kind: fixtures.OfferVariables, Name: "the key of user " + u.Name, User: true, Variables: names,
		}}
		ids.ofUser(&o, u.Name)
		out = append(out, o)
	}
	return out
}

func (ids *identities) ofUser(o *diagnose.Offered, user string) {
	if key, ok := ids.keyOf(user); ok {
		gave(o, key.KeyID, key.Principal)
	}
}

// gave says whose key it is that a place hands out.
func gave(o *diagnose.Offered, keyID, principal string) {
	o.KeyIDs, o.Principal = []string{keyID}, principal
}
