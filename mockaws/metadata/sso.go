package metadata

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/google/uuid"
)

// SSORole is a permission set in an account, as a profile names it with
// sso_account_id and sso_role_name.
type SSORole struct{ AccountID, RoleName string }

// SSOOptions are the options of NewSSO.
type SSOOptions struct {
	Settings // of the portal
	// TokenService are the settings of the token service; Now is the clock of the
	// portal.
	TokenService Settings
	// Roles are what the signed-in person may use. Another account or role is
	// refused.
	Roles map[SSORole]Vendor
	// AccessToken is valid at first; empty is none, as after its end.
	AccessToken string
	// RefreshToken gets a new access token from the token service; empty is a
	// sign-in that has ended. ClientID and ClientSecret identify the client
	// that signed in.
	RefreshToken, ClientID, ClientSecret string
}

// SSO is IAM Identity Center as an SDK meets it after "aws sso login": a portal
// for the credentials of roles and a service that renews the access token. The
// sign-in itself, which needs a browser, is not simulated.
type SSO struct {
	SSOOptions
	mu      sync.Mutex
	access  map[string]time.Time // to its end; zero: it does not end
	refresh string
}

const (
	ssoCredentials = iota
	ssoNoToken
	ssoForbidden
	ssoBadRequest
	ssoFailure
	ssoUnsupported
	ssoThrottled
	ssoFault
	oidcToken
	oidcGrant
	oidcClient
	oidcGrantType
	oidcBadRequest
	oidcUnsupported
	oidcThrottled
	oidcFault
)

const (
	portalDocs = "https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html"
	oidcDocs   = "https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html"
)

var ssoBehaviours = [...]Behaviour{
	ssoCredentials: {"sso-portal/credentials", 200, Verified, portalDocs},
	ssoNoToken: {"sso-portal/token", 401, Verified, "aws/aws-cli#7340 has the message; " + portalDocs +
		" the status"},
	ssoForbidden: {"sso-portal/forbidden", 403, Likely,
		"alchemy-run/distilled#281 meets ForbiddenException; the message is widely quoted"},
	ssoBadRequest:   {"sso-portal/request", 400, Likely, portalDocs + "; the message is unverified"},
	ssoFailure:      {"sso-portal/failure", 500, Unverified, "inferred"},
	ssoUnsupported:  {"sso-portal/unsupported", 501, Unverified, "not AWS: this simulation has not the operation"},
	ssoThrottled:    {"sso-portal/throttled", 429, Likely, portalDocs + "; the message is unverified"},
	ssoFault:        {"sso-portal/fault", 0, Unverified, "inferred"},
	oidcToken:       {"sso-oidc/token", 200, Verified, oidcDocs},
	oidcGrant:       {"sso-oidc/grant", 400, Verified, "aws/aws-cli#8561: headers and body"},
	oidcClient:      {"sso-oidc/client", 401, Likely, oidcDocs + "; the description is unverified"},
	oidcGrantType:   {"sso-oidc/grant-type", 400, Likely, oidcDocs + "; the description is unverified"},
	oidcBadRequest:  {"sso-oidc/request", 400, Likely, oidcDocs + "; the description is unverified"},
	oidcUnsupported: {"sso-oidc/unsupported", 501, Unverified, "not AWS: this simulation has not the operation"},
	oidcThrottled:   {"sso-oidc/throttled", 400, Likely, oidcDocs + ": SlowDownException"},
	oidcFault:       {"sso-oidc/fault", 0, Unverified, "inferred"},
}

// accessTokenLife is how long a renewed access token is good
// (https://docs.aws.amazon.com/singlesignon/latest/userguide/authconcept.html).
const accessTokenLife = time.Hour

// NewSSO makes both services. An error says which option is wrong.
func NewSSO(o SSOOptions) (*SSO, error) {
	for role, vendor := range o.Roles {
		if !accountID.MatchString(role.AccountID) || role.RoleName == "" || vendor == nil {
			return nil, fmt.Errorf("sso: role %q of account %q: want a name, 12 digits and a Vendor", role.RoleName,
				role.AccountID)
		}
	}
	o.Settings = o.defaults()
	o.TokenService.Now = o.Now
	s := &SSO{SSOOptions: o, access: map[string]time.Time{}, refresh: o.RefreshToken}
	if o.AccessToken != "" {
		s.access[o.AccessToken] = time.Time{}
	}
	return s, nil
}

var accountID = regexp.MustCompile(`^\d{12}$`)

// Portal is portal.sso.REGION.amazonaws.com: GetRoleCredentials.
func (s *SSO) Portal() http.Handler {
	return s.serve(kind{"sso-portal", func() reply {
		return portalError(ssoThrottled, "TooManyRequestsException",
			"Too many requests")
	},
		func(status int) reply {
			a := portalError(ssoFault, "InternalServerException",
				"Internal server error").because("a failure that was planned")
			a.Status = status
			return a
		}}, s.portal)
}

func (s *SSO) portal(r *http.Request) reply {
	if r.Method != http.MethodGet || r.URL.Path != "/federation/credentials" {
		return portalError(ssoUnsupported, "NotImplemented",
			"hostproof simulates GetRoleCredentials of the portal, and not "+r.Method+" "+clip(r.URL.Path))
	}
	token := r.Header.Get("X-Amz-Sso_bearer_token")
	if !s.valid(token) {
		return portalError(ssoNoToken, "UnauthorizedException", "Session token not found or invalid").
			because("the access token (%d characters) is not a valid one", len(token))
	}
	role := SSORole{r.URL.Query().Get("account_id"), r.URL.Query().Get("role_name")}
	if !accountID.MatchString(role.AccountID) || role.RoleName == "" {
		return portalError(ssoBadRequest, "InvalidRequestException", "Invalid request")
	}
	vendor, ok := s.Roles[role]
	if !ok {
		return portalError(ssoForbidden, "ForbiddenException",
			"No access").because("role %.80q of account %s is not among the roles of the person", role.RoleName,
			role.AccountID)
	}
	c, err := s.vend(r.Context(), vendor)
	if err != nil {
		return portalError(ssoFailure, "InternalServerException",
			"Internal server error").because("issuing credentials failed: %v", err)
	}
	type credentials struct {
		AccessKeyID     string `json:"accessKeyId"`
		SecretAccessKey string `json:"secretAccessKey"`
		SessionToken    string `json:"sessionToken"`
		Expiration      int64  `json:"expiration"` // milliseconds since 1970
	}
	return amazon(jsonReply(ssoBehaviours[ssoCredentials], map[string]credentials{
		"roleCredentials": {c.AccessKeyID, c.SecretAccessKey, c.Token, c.Expiration.UnixMilli()},
	})).with("Server", "AWS SSO").handing(c)
}

func (s *SSO) valid(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	end, ok := s.access[token]
	return ok && (end.IsZero() || s.Now().Before(end))
}

// OIDC is oidc.REGION.amazonaws.com: CreateToken with a refresh token.
func (s *SSO) OIDC() http.Handler {
	return s.TokenService.serve(kind{"sso-oidc", func() reply {
		return oauthError(oidcThrottled, "SlowDownException",
			"slow_down", "Too many requests")
	},
		func(status int) reply {
			a := oauthError(oidcFault, "InternalServerException", "server_error",
				"Internal server error").because("a failure that was planned")
			a.Status = status
			return a
		}}, s.oidc)
}

func (s *SSO) oidc(r *http.Request) reply {
	if r.Method != http.MethodPost || r.URL.Path != "/token" {
		return oauthError(oidcUnsupported, "NotImplemented", "not_implemented",
			"hostproof simulates CreateToken, and not "+r.Method+" "+clip(r.URL.Path)+": a sign-in needs a browser")
	}
	var in struct{ ClientID, ClientSecret, GrantType, RefreshToken string }
	if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&in); err != nil {
		return oauthError(oidcBadRequest, "InvalidRequestException", "invalid_request",
			"Invalid request").because("the body is not JSON: %v", err)
	}
	if in.GrantType != "refresh_token" {
		return oauthError(oidcGrantType, "UnsupportedGrantTypeException", "unsupported_grant_type",
			"Unsupported grant type").
			because("grantType %.40q: only refresh_token is simulated", in.GrantType)
	}
	if s.ClientID != "" && (in.ClientID != s.ClientID || !same(in.ClientSecret, s.ClientSecret)) {
		return oauthError(oidcClient, "InvalidClientException", "invalid_client",
			"Invalid client").because("the client is not the one that signed in")
	}
	access, refresh, ok := s.renew(in.RefreshToken)
	if !ok {
		return oauthError(oidcGrant, "InvalidGrantException", "invalid_grant", "Invalid refresh token provided")
	}
	return amazon(jsonReply(ssoBehaviours[oidcToken], struct {
		AccessToken  string `json:"accessToken"`
		ExpiresIn    int    `json:"expiresIn"` // seconds
		RefreshToken string `json:"refreshToken"`
		TokenType    string `json:"tokenType"`
	}{access, int(accessTokenLife / time.Second), refresh, "Bearer"})).because("a new access token")
}

// renew replaces a refresh token, which is good once.
func (s *SSO) renew(token string) (access, refresh string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refresh == "" || !same(token, s.refresh) {
		return "", "", false
	}
	access, s.refresh = "aoaAAAAAG"+rand.Text()+rand.Text(), "aorAAAAAG"+rand.Text()+rand.Text()
	s.access[access] = s.Now().Add(accessTokenLife)
	return access, s.refresh, true
}

// portalError is an error in JSON with its type in the body and in the header.
func portalError(row int, code, message string) reply {
	return amazon(jsonReply(ssoBehaviours[row], struct {
		Message string `json:"message"`
		Type    string `json:"__type"`
	}{message, "com.amazonaws.switchboard.portal#" + code})).with("X-Amzn-Errortype", code).because("%s", message)
}

// oauthError is an error as OAuth 2.0 has it.
func oauthError(row int, code, name, description string) reply {
	return amazon(jsonReply(ssoBehaviours[row], struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{name, description})).with("X-Amzn-Errortype",
		code+":http://internal.amazon.com/coral/com.amazonaws.sso.oidc/").because("%s", description)
}

// amazon adds the request id.
func amazon(a reply) reply { return a.with("X-Amzn-Requestid", uuid.NewString()) }

// maxBody bounds what an endpoint reads of a request, in bytes.
const maxBody = 64 << 10

// clip keeps text from a request short.
func clip(s string) string { return fmt.Sprintf("%.80q", s) }
