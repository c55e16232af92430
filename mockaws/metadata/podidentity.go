package metadata

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// PodIdentityOptions are the options of PodIdentity.
type PodIdentityOptions struct {
	Settings
	// Vendor issues the credentials of the role that the service account is
	// associated with. Required.
	Vendor Vendor
	// Verify says what is wrong with a service account's token beyond what the
	// agent sees itself, as the EKS Auth API would; ErrNoRole is that the account
	// has no association. Nil takes every token that the agent lets pass.
	Verify func(ctx context.Context, token string) error
	// Hosts are further values of the Host header, without port, under which the
	// agent may be called; its own two addresses always are.
	Hosts []string
	// Rate is how many requests a second pass, 1000 by default, negative for any
	// number.
	Rate int
}

const podAgent = "aws/eks-pod-identity-agent: "

const (
	podCredentials = iota
	podAddress
	podNoToken
	podUnparsable
	podClaims
	podLimit
	podRefused
	podNoAssociation
	podFailure
	podNotFound
	podFault
)

var podBehaviours = [...]Behaviour{
	podCredentials: {"eks-pod-identity/credentials", 200, Verified, podAgent +
		"pkg/handlers/eks_credential_handler.go"},
	podAddress: {"eks-pod-identity/address", 403, Verified, podAgent + "pkg/handlers/eks_credential_handler.go"},
	podNoToken: {"eks-pod-identity/no-token", 400, Verified, podAgent + "internal/validation"},
	podUnparsable: {"eks-pod-identity/unparsable-token", 400, Likely, podAgent +
		"internal/validation; what follows the colon is another library's text"},
	podClaims: {"eks-pod-identity/claims", 400, Likely, podAgent +
		"internal/validation; what follows the colon is another library's text"},
	podLimit: {"eks-pod-identity/limit", 429, Verified, podAgent + "pkg/handlers"},
	podRefused: {"eks-pod-identity/refused", 400, Likely, podAgent +
		"pkg/errors; the message is the EKS Auth API's"},
	podNoAssociation: {"eks-pod-identity/no-association", 404, Likely, podAgent +
		"pkg/errors; the message is the EKS Auth API's"},
	podFailure:  {"eks-pod-identity/failure", 500, Likely, podAgent + "pkg/errors"},
	podNotFound: {"eks-pod-identity/not-found", 404, Likely, podAgent + "net/http answers for other paths"},
	podFault:    {"eks-pod-identity/fault", 0, Unverified, "the shape of " + podAgent + "pkg/errors"},
}

// The addresses of the agent.
var podAddresses = []string{"169.254.170.23", "fd00:ec2::23"}

// PodIdentity is the agent of EKS Pod Identity, at 169.254.170.23:80 and
// [fd00:ec2::23]:80, path /v1/credentials. The token is the header
// Authorization, without a scheme.
func PodIdentity(o PodIdentityOptions) (http.Handler, error) {
	if o.Vendor == nil {
		return nil, errors.New(
			"eks-pod-identity: no Vendor: use Failing(ErrNoRole) for a service account without an association")
	}
	o.Settings = o.defaults()
	o.Rate = cmp.Or(o.Rate, 1000)
	a := &podAgentServer{PodIdentityOptions: o, limit: newLimiter(o.Rate, max(o.Rate, 1))}
	return o.serve(kind{"eks-pod-identity", a.throttled, a.failed}, a.answer), nil
}

type podAgentServer struct {
	PodIdentityOptions
	limit *limiter
}

func (a *podAgentServer) answer(r *http.Request) reply {
	switch {
	case r.URL.Path != "/v1/credentials":
		return a.text(podNotFound, "404 page not found")
	case !a.limit.allow("", a.Now()):
		return a.throttled()
	}
	if host := hostOf(r); !slices.Contains(podAddresses, host) && !slices.Contains(a.Hosts, host) {
		return a.text(podAddress,
			fmt.Sprintf("Access Denied. Called agent through invalid address, please use either [%s] address not %s",
				strings.Join(podAddresses, " "), host))
	}
	token := r.Header.Get("Authorization")
	if refused := a.inspect(token); refused != nil {
		return *refused
	}
	if a.Verify != nil {
		switch err := a.Verify(r.Context(), token); {
		case errors.Is(err, ErrNoRole):
			return a.refusal(err)
		case err != nil:
			return a.fault(podRefused, "InvalidTokenException",
				"The specified Kubernetes service account token is invalid.").because("%v", err)
		}
	}
	c, err := a.vend(r.Context(), a.Vendor)
	if err != nil {
		return a.refusal(err)
	}
	return jsonReply(podBehaviours[podCredentials], struct {
		AccessKeyId, SecretAccessKey, Token, AccountId, Expiration string
	}{c.AccessKeyID, c.SecretAccessKey, c.Token, c.account(), stamp(c.Expiration)}).handing(c)
}

func (a *podAgentServer) refusal(err error) reply {
	var refused *AssumeRoleError
	switch {
	case errors.Is(err, ErrNoRole):
		return a.fault(podNoAssociation, "ResourceNotFoundException",
			"No association found for service account").because("%v", err)
	case errors.As(err, &refused):
		return a.fault(podRefused, "AccessDeniedException",
			"Unauthorized Exception! EKS does not have permissions to assume the associated role.").because("%v", err)
	}
	return a.fault(podFailure, "InternalServerException",
		"Internal server error").because("issuing credentials failed: %v", err)
}

// inspect looks at a token as the agent does: it does not check the signature.
func (a *podAgentServer) inspect(token string) *reply {
	refuse := func(row int, text string) *reply {
		refused := a.text(row, "Service account token "+text)
		return &refused
	}
	if token == "" {
		return refuse(podNoToken, "cannot be empty")
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return refuse(podUnparsable,
			"cannot be parsed: token is malformed: token contains an invalid number of segments")
	}
	if _, err := base64.RawURLEncoding.DecodeString(parts[0]); err != nil {
		return refuse(podUnparsable,
			fmt.Sprintf("cannot be parsed: token is malformed: could not base64 decode header: %v", err))
	}
	var claims struct{ Exp, Nbf *float64 }
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return refuse(podUnparsable, "cannot be parsed: token is malformed: could not decode claims")
	}
	now := float64(a.Now().Unix())
	switch {
	case claims.Exp != nil && !(now < *claims.Exp) && !math.IsNaN(*claims.Exp):
		return refuse(podClaims, "failed basic claim validations: token has invalid claims: token is expired")
	case claims.Nbf != nil && now < *claims.Nbf:
		return refuse(podClaims, "failed basic claim validations: token has invalid claims: token is not valid yet")
	}
	return nil
}

func (a *podAgentServer) throttled() reply { return a.text(podLimit, "Too Many Requests") }

func (a *podAgentServer) failed(status int) reply {
	f := a.fault(podFault, "InternalServerException", "Internal server error").because("a failure that was planned")
	f.Status = status
	return f
}

// fault is an error of the EKS Auth API as the agent passes it on.
func (a *podAgentServer) fault(row int, code, message string) reply {
	side := "client"
	if s := podBehaviours[row].Status; s == 0 || s >= 500 {
		side = "server"
	}
	return a.text(row, fmt.Sprintf("[%s]: (%s): %s, fault: %s", uuid.NewString(), code, message, side))
}

// text is an answer of net/http.Error.
func (a *podAgentServer) text(row int, text string) reply {
	return textReply(podBehaviours[row], text+"\n").because("%s", text)
}

// hostOf is the Host header without its port and brackets.
func hostOf(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		return host
	}
	return strings.Trim(r.Host, "[]")
}
