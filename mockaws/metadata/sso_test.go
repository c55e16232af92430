package metadata_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

// newSSO serves both services at one address: their paths do not meet.
func newSSO(t *testing.T, o metadata.SSOOptions) *host {
	t.Helper()
	return newHost(t, func(s metadata.Settings) (http.Handler, error) {
		o.Settings = s
		sso, err := metadata.NewSSO(o)
		if err != nil {
			return nil, err
		}
		portal, oidc := sso.Portal(), sso.OIDC()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/federation") {
				portal.ServeHTTP(w, r)
				return
			}
			oidc.ServeHTTP(w, r)
		}), nil
	})
}

var developer = map[metadata.SSORole]metadata.Vendor{
	{AccountID: "123456789012", RoleName: "Developer"}: metadata.Fixed(vended),
	{AccountID: "123456789012", RoleName: "Broken"}:    metadata.Failing(errors.New("broken")),
}

const (
	portalPath  = "/federation/credentials?account_id=123456789012&role_name=Developer"
	bearerName  = "x-amz-sso_bearer_token"
	credentials = `{"roleCredentials":{"accessKeyId":"ASIAEXAMPLE000000001","secretAccessKey":"secret/example","sessionToken":"token/example==","expiration":1795262400000}}`
)

func TestPortal(t *testing.T) {
	h := newSSO(t, metadata.SSOOptions{Roles: developer, AccessToken: "signed-in"})
	got := h.ask(t, "GET", portalPath, bearerName, "signed-in")
	got.want(t, 200, credentials)
	got.wantHeader(t, "Content-Type", "application/json", "Server", "AWS SSO")
	if got.header.Get("X-Amzn-Requestid") == "" {
		t.Error("no request id")
	}
	for name, c := range map[string]struct {
		path, token  string
		status       int
		code, answer string
	}{
		"no token":    {portalPath, "", 401, "UnauthorizedException", "Session token not found or invalid"},
		"wrong token": {portalPath, "other", 401, "UnauthorizedException", "Session token not found or invalid"},
		"other role": {strings.Replace(portalPath, "Developer", "Admin", 1), "signed-in", 403, "ForbiddenException",
			"No access"},
		"other account": {strings.Replace(portalPath, "1234", "4321", 1), "signed-in", 403, "ForbiddenException",
			"No access"},
		"no role": {"/federation/credentials?account_id=123456789012", "signed-in", 400,
			"InvalidRequestException", "Invalid request"},
		"no account": {"/federation/credentials?role_name=Developer", "signed-in", 400, "InvalidRequestException",
			"Invalid request"},
		"failure": {strings.Replace(portalPath, "Developer", "Broken", 1), "signed-in", 500,
			"InternalServerException", "Internal server error"},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.ask(t, "GET", c.path, bearerName, c.token)
			got.want(t, c.status, `{"message":"`+c.answer+`","__type":"com.amazonaws.switchboard.portal#`+c.code+`"}`)
			got.wantHeader(t, "X-Amzn-Errortype", c.code)
		})
	}
	if got := h.ask(t, "GET", "/federation/logout"); got.status != 501 || !strings.Contains(got.body,
		"hostproof simulates GetRoleCredentials") {
		t.Errorf("got %+v", got)
	}
}

func TestAccessTokenIsRenewed(t *testing.T) {
	h := newSSO(t, metadata.SSOOptions{Roles: developer, RefreshToken: "refresh", ClientID: "client",
		ClientSecret: "client-secret"})
	h.ask(t, "GET", portalPath, bearerName, "signed-in").want(t, 401,
		`{"message":"Session token not found or invalid","__type":"com.amazonaws.switchboard.portal#UnauthorizedException"}`)
	request := func(grant, client, secret, refresh string) answer {
		return h.send(t, "POST", "/token", `{"clientId":"`+client+`","clientSecret":"`+secret+`","grantType":"`+grant+
			`","refreshToken":"`+refresh+`"}`)
	}
	request("refresh_token", "client", "wrong", "refresh").want(t, 401,
		`{"error":"invalid_client","error_description":"Invalid client"}`)
	request("authorization_code", "client", "client-secret", "refresh").want(t, 400,
		`{"error":"unsupported_grant_type","error_description":"Unsupported grant type"}`)
	bad := request("refresh_token", "client", "client-secret", "other")
	bad.want(t, 400, `{"error":"invalid_grant","error_description":"Invalid refresh token provided"}`)
	bad.wantHeader(t, "Content-Length", "78", "X-Amzn-Errortype",
		"InvalidGrantException:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/")
	h.send(t, "POST", "/token", "no json").want(t, 400,
		`{"error":"invalid_request","error_description":"Invalid request"}`)
	if got := h.send(t, "POST", "/client/register", "{}"); got.status != 501 {
		t.Errorf("got %+v", got)
	}

	got := request("refresh_token", "client", "client-secret", "refresh")
	var out struct {
		AccessToken, RefreshToken, TokenType string
		ExpiresIn                            int
	}
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || got.status != 200 || out.TokenType != "Bearer" ||
		out.ExpiresIn != 3600 {
		t.Fatalf("got %d %v, %+v", got.status, err, out)
	}
	h.ask(t, "GET", portalPath, bearerName, out.AccessToken).want(t, 200, credentials)
	if got := request("refresh_token", "client", "client-secret", "refresh"); got.status != 400 {
		t.Errorf("a refresh token is good once; got %d", got.status)
	}
	if got := request("refresh_token", "client", "client-secret", out.RefreshToken); got.status != 200 {
		t.Errorf("got %d for the new refresh token", got.status)
	}
	h.advance(time.Hour)
	if got := h.ask(t, "GET", portalPath, bearerName, out.AccessToken); got.status != 401 {
		t.Errorf("got %d for an access token of an hour ago", got.status)
	}
}

func TestSSORefusesRoles(t *testing.T) {
	if _, err := metadata.NewSSO(metadata.SSOOptions{Roles: map[metadata.SSORole]metadata.Vendor{{AccountID: "12",
		RoleName: "x"}: metadata.Fixed(vended)}}); err == nil {
		t.Error("an account of 2 digits is none")
	}
}
