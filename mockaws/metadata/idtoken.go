package metadata

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// IDTokenOptions are the options of IDToken.
type IDTokenOptions struct {
	Settings
	// Path is the path of ACTIONS_ID_TOKEN_REQUEST_URL, which may have a query.
	Path string
	// Token is the value of ACTIONS_ID_TOKEN_REQUEST_TOKEN. Required.
	Token string
	// Mint issues an identity token for an audience, the issuer's default one if
	// it is empty. Required.
	Mint func(ctx context.Context, audience string) (string, error)
}

const (
	idToken = iota
	idTokenUnauthorized
	idTokenNotFound
	idTokenFailure
	idTokenThrottled
	idTokenFault
)

const actionsToolkit = "actions/toolkit: packages/core/src/oidc-utils.ts"

var idTokenBehaviours = [...]Behaviour{
	idToken: {"oidc/token", 200, Verified, actionsToolkit +
		" reads value; https://docs.github.com/en/actions/reference/security/oidc"},
	idTokenUnauthorized: {"oidc/unauthorized", 401, Unverified, "inferred: " + actionsToolkit + " reports any status"},
	idTokenNotFound:     {"oidc/not-found", 404, Unverified, "inferred"},
	idTokenFailure:      {"oidc/failure", 500, Unverified, "inferred"},
	idTokenThrottled: {"oidc/throttled", 429, Unverified, "inferred: " + actionsToolkit +
		" retries 502, 503 and 504 only"},
	idTokenFault: {"oidc/fault", 0, Unverified, "inferred"},
}

// IDToken is where a job of GitHub Actions gets its identity tokens,
// ACTIONS_ID_TOKEN_REQUEST_URL: GET with Authorization: Bearer and a query
// parameter audience, answered {"value": TOKEN}.
func IDToken(o IDTokenOptions) (http.Handler, error) {
	at, err := url.Parse(o.Path)
	switch {
	case err != nil || !strings.HasPrefix(at.Path, "/"):
		return nil, errors.New("oidc: Path is not the path of a URL")
	case o.Token == "":
		return nil, errors.New("oidc: no Token: anybody could ask")
	case o.Mint == nil:
		return nil, errors.New("oidc: no Mint: there would be no tokens")
	}
	o.Settings = o.defaults()
	o.Path = at.Path
	t := &idTokens{o}
	return o.serve(kind{"oidc", func() reply { return t.message(idTokenThrottled, "Too many requests") },
		func(status int) reply {
			a := t.message(idTokenFault, "Internal server error").because("a failure that was planned")
			a.Status = status
			return a
		}}, t.answer), nil
}

type idTokens struct{ IDTokenOptions }

func (t *idTokens) answer(r *http.Request) reply {
	if r.URL.Path != t.Path || r.Method != http.MethodGet {
		return t.message(idTokenNotFound, "Not found")
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || !same(token, t.Token) { // RFC 9110, 11.1: in any case
		return t.message(idTokenUnauthorized,
			"Unauthorized").because("Authorization is not Bearer ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	}
	audience := r.URL.Query().Get("audience")
	minted, err := t.Mint(r.Context(), audience)
	if err != nil {
		return t.message(idTokenFailure, "Internal server error").because("the issuer failed: %v", err)
	}
	return jsonReply(idTokenBehaviours[idToken], map[string]string{"value": minted}).because("a token for %.80q",
		audience)
}

func (t *idTokens) message(row int, text string) reply {
	return jsonReply(idTokenBehaviours[row], map[string]string{"message": text}).because("%s", text)
}
