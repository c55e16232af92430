package metadata

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// SignInOptions are the options of SignIn.
type SignInOptions struct {
	Settings
	// Vendor issues credentials of the signed-in user, for 15 minutes each.
	// Required.
	Vendor Vendor
	// RefreshToken is the one of the cached login. Required. A refresh answers
	// with it again: whether AWS changes it is not documented.
	RefreshToken string
	// Ended, if set, is why nothing is renewed any more: TOKEN_EXPIRED,
	// USER_CREDENTIALS_CHANGED or INSUFFICIENT_PERMISSIONS.
	Ended string
}

const (
	signInToken = iota
	signInProof
	signInGrant
	signInEnded
	signInBadRequest
	signInFailure
	signInUnsupported
	signInThrottled
	signInFault
)

const signInModel = "https://github.com/boto/botocore/blob/develop/botocore/data/signin/2023-01-01/service-2.json.gz"

var signInBehaviours = [...]Behaviour{
	signInToken: {"signin/token", 200, Verified, signInModel},
	signInProof: {"signin/proof", 400, Unverified, "RFC 9449, section 7; " + signInModel +
		" has ValidationException with invalid_request"},
	signInGrant: {"signin/grant", 400, Likely, signInModel +
		": AccessDeniedException, TOKEN_EXPIRED; it names no status"},
	signInEnded: {"signin/ended", 400, Likely, signInModel + ": AccessDeniedException; it names no status"},
	signInBadRequest: {"signin/request", 400, Likely, signInModel +
		": ValidationException; the message is unverified"},
	signInFailure:     {"signin/failure", 500, Likely, signInModel + ": InternalServerException"},
	signInUnsupported: {"signin/unsupported", 501, Unverified, "not AWS: this simulation has not the operation"},
	signInThrottled:   {"signin/throttled", 429, Likely, signInModel + ": TooManyRequestsError, rate_exceeded"},
	signInFault:       {"signin/fault", 0, Unverified, "inferred"},
}

// SignIn is the token service behind "aws login", REGION.signin.aws.amazon.com,
// path /v1/token: it renews the credentials of a login for anyone who has its
// refresh token and proves, with a DPoP header (RFC 9449), to hold a key. Which
// key it was when the person signed in, it does not know.
func SignIn(o SignInOptions) (http.Handler, error) {
	switch {
	case o.Vendor == nil:
		return nil, errors.New("signin: no Vendor")
	case o.RefreshToken == "":
		return nil, errors.New("signin: no RefreshToken: nothing could be renewed")
	}
	o.Settings = o.defaults()
	s := &signIn{SignInOptions: o, proofs: map[string]bool{}}
	return o.serve(kind{"signin",
		func() reply {
			return signInError(signInThrottled, "TooManyRequestsError", "rate_exceeded", "Rate exceeded")
		},
		func(status int) reply {
			a := signInError(signInFault, "InternalServerException", "server_error",
				"Internal server error").because("a failure that was planned")
			a.Status = status
			return a
		}}, s.answer), nil
}

type signIn struct {
	SignInOptions
	mu     sync.Mutex
	proofs map[string]bool // ids of those that were used
}

func (s *signIn) answer(r *http.Request) reply {
	if r.Method != http.MethodPost || r.URL.Path != "/v1/token" || r.URL.Query().Has("x-amz-token-request-type") {
		return signInError(signInUnsupported, "NotImplemented", "invalid_request",
			"hostproof simulates CreateOAuth2Token, and not "+r.Method+" "+clip(r.URL.RequestURI()))
	}
	var in struct{ ClientID, GrantType, RefreshToken string }
	if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&in); err != nil {
		return signInError(signInBadRequest, "ValidationException", "invalid_request",
			"Invalid request").because("the body is not JSON: %v", err)
	}
	if in.GrantType != "refresh_token" {
		return signInError(signInBadRequest, "ValidationException", "unsupported_grant_type", "Unsupported grant type").
			because("grantType %.40q: only refresh_token is simulated", in.GrantType)
	}
	if err := s.prove(r); err != nil {
		return signInError(signInProof, "ValidationException", "invalid_request", "Invalid DPoP proof").because("%v",
			err)
	}
	if s.Ended != "" {
		return signInError(signInEnded, "AccessDeniedException", s.Ended,
			"Access denied").because("the login has ended: %s", s.Ended)
	}
	if !same(in.RefreshToken, s.RefreshToken) {
		return signInError(signInGrant, "AccessDeniedException", "TOKEN_EXPIRED",
			"Access denied").because("the refresh token (%d characters) differs from the one of the login",
			len(in.RefreshToken))
	}
	c, err := s.vend(r.Context(), s.Vendor)
	if err != nil {
		return signInError(signInFailure, "InternalServerException", "server_error",
			"Internal server error").because("issuing credentials failed: %v", err)
	}
	type accessToken struct {
		AccessKeyID     string `json:"accessKeyId"`
		SecretAccessKey string `json:"secretAccessKey"`
		SessionToken    string `json:"sessionToken"`
	}
	return amazon(jsonReply(signInBehaviours[signInToken], struct {
		AccessToken  accessToken `json:"accessToken"`
		TokenType    string      `json:"tokenType"`
		ExpiresIn    int         `json:"expiresIn"` // seconds, 900 at most
		RefreshToken string      `json:"refreshToken"`
	}{accessToken{c.AccessKeyID, c.SecretAccessKey, c.Token}, "aws_sigv4", s.life(c), s.RefreshToken})).handing(c)
}

// life is how long the credentials are good, in seconds.
func (s *signIn) life(c Credentials) int {
	return min(900, max(1, int(c.Expiration.Sub(s.Now())/time.Second)))
}

// prove checks the proof, which is good once.
func (s *signIn) prove(r *http.Request) error {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	id, err := checkProof(r.Header.Values("Dpop"), r.Method, scheme+"://"+r.Host+r.URL.Path, s.Now())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proofs[id] {
		return errors.New("the proof was used before")
	}
	s.proofs[id] = true
	return nil
}

// signInError has both the code of OAuth 2.0 and AWS's own.
func signInError(row int, code, name, message string) reply {
	return amazon(jsonReply(signInBehaviours[row], struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}{name, message})).with("X-Amzn-Errortype", code).because("%s", message)
}
