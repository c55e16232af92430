package deploy

import (
	"net/http"
	"regexp"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

func serveSSOPortal(d *Deployment, l *layout, _ fixtures.Endpoint) (http.Handler, error) {
	sso, err := d.signedIn(l)
	if err != nil {
		return nil, err
	}
	return sso.Portal(), nil
}

func serveSSOTokens(d *Deployment, l *layout, _ fixtures.Endpoint) (http.Handler, error) {
	sso, err := d.signedIn(l)
	if err != nil {
		return nil, err
	}
	return sso.OIDC(), nil
}

// signedIn is the person's sign-in at IAM Identity Center, which portal and
// token service share. On a host that has a token service, the cached access
// token is one that has expired: what it is there for.
func (d *Deployment) signedIn(l *layout) (*metadata.SSO, error) {
	if l.sso != nil {
		return l.sso, nil
	}
	o := metadata.SSOOptions{Roles: map[metadata.SSORole]metadata.Vendor{}}
	for _, e := range d.host.Endpoints {
		switch e.Kind {
		case "sso-portal":
			o.Settings = d.endpointSettings(e)
			o.AccessToken = d.endpointToken(e.Name)
			if role, ok := d.host.Role(e.Role); ok {
				o.Roles[metadata.SSORole{AccountID: d.settings.Account,
					RoleName: permissionSet(role.RoleName)}] = d.vendor(e)
			}
		case "sso-oidc":
			o.TokenService = d.endpointSettings(e)
			o.RefreshToken = d.endpointToken(e.Name)
		}
	}
	if o.RefreshToken != "" {
		o.AccessToken = ""
	}
	var err error
	l.sso, err = metadata.NewSSO(o)
	return l.sso, err
}

var reservedRole = regexp.MustCompile(`^AWSReservedSSO_(.+)_[0-9a-f]{16}$`)

// permissionSet is what a person calls the role that a permission set becomes
// in an account (https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html).
func permissionSet(role string) string {
	if m := reservedRole.FindStringSubmatch(role); m != nil {
		return m[1]
	}
	return role
}
