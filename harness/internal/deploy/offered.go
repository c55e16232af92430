package deploy

import (
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
)

// offered are the places of the host and of the project that hand out
// credentials, with the key ids that they have handed out so far.
func (d *Deployment) offered() (out []diagnose.Offered) {
	for _, o := range d.host.Offers() {
		x := diagnose.Offered{Offer: o}
		switch {
		case o.Session != "":
			d.ofSession(&x, slices.IndexFunc(d.host.Sessions,
				func(s fixtures.Session) bool { return s.Name == o.Session }))
		case o.Platform:
			d.ofSession(&x, len(d.host.Sessions)) // the platform's own was made after those
		case o.Endpoint != "":
			x.KeyIDs = slices.Clone(d.handedOut[o.Endpoint])
			if slices.Contains(d.settings.WithoutRole, o.Endpoint) {
				x.Role, x.Name = "", o.Name+", which has no role here"
			}
		case o.User:
			d.ofUser(&x, 0)
		}
		out = append(out, x)
	}
	return append(out, d.projectOffers()...)
}

func (d *Deployment) ofSession(o *diagnose.Offered, i int) {
	if i >= 0 && i < len(d.applied.Sessions) {
		made := d.applied.Sessions[i]
		o.KeyIDs, o.Principal = []string{made.KeyID}, made.Principal
	}
}

func (d *Deployment) ofUser(o *diagnose.Offered, i int) {
	if i < len(d.applied.Keys) {
		made := d.applied.Keys[i]
		o.KeyIDs, o.Principal = []string{made.KeyID}, made.Principal
	}
}

// projectOffers are the keys of the project's users, where the project or the
// custom of the host puts them.
func (d *Deployment) projectOffers() (out []diagnose.Offered) {
	if !d.seesProject() {
		return nil
	}
	var custom []string
	for _, v := range d.projectKeys() {
		custom = append(custom, v.Name)
	}
	for i, u := range d.settings.Users {
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
		d.ofUser(&o, i)
		out = append(out, o)
	}
	return out
}
