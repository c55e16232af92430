package deploy

import (
	"net/http"
	"regexp"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

func serveSSOPortal(s *serving, _ fixtures.Endpoint) (http.Handler, error) {
	sso, err := s.signedIn()
	if err != nil {
		return nil, err
	}
	return sso.Portal(), nil
}

func serveSSOTokens(s *serving, _ fixtures.Endpoint) (http.Handler, error) {
	sso, err := s.signedIn()
	if err != nil {
		return nil, err
	}
	return sso.OIDC(), nil
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

// signedIn is the person's sign-in at IAM Identity Center, which portal and
// token service share. On a host that has a token service, the cached access
// token is one that has expired: what it is there for.
func (s *serving) signedIn() (*metadata.SSO, error) {
	if s.sso != nil {
		return s.sso, nil
	}
	o := metadata.SSOOptions{Roles: map[metadata.SSORole]metadata.Vendor{}}
	for _, e := range s.host.Endpoints {
		switch e.Kind {
		case "sso-portal":
			o.Settings = s.endpointSettings(e)
			o.AccessToken = s.endpointToken(e.Name)
			if role, ok := s.host.Role(e.Role); ok {
				o.Roles[metadata.SSORole{AccountID: s.project.Account,
					RoleName: permissionSet(role.RoleName)}] = s.vendor(e)
			}
		case "sso-oidc":
			o.TokenService = s.endpointSettings(e)
			o.RefreshToken = s.endpointToken(e.Name)
		}
	}
	if o.RefreshToken != "" {
		o.AccessToken = ""
	}
	var err error
	s.sso, err = metadata.NewSSO(o)
	return s.sso, err
}
