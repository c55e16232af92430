package sts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

type webIdentityRole struct {
	Audience                    string
	AssumedRoleUser             assumedRoleUser
	Provider                    string
	Credentials                 issuedCredentials
	SubjectFromWebIdentityToken string
	SourceIdentity              string `xml:",omitempty"`
	PackedPolicySize            int    `xml:",omitempty"`
	tokenSize
}

// assumeRoleWithWebIdentity verifies the token against its issuer and lets the
// role's trust policy decide. The order: the shape of the input, whether the
// token reads, whether the account knows the issuer, signature and times,
// audience, trust. That of the first three was seen; the rest is likely.
func assumeRoleWithWebIdentity(verifier *oidc.Verifier) service.Handler {
	return service.Answer(func(c *service.Call) (*webIdentityRole, error) {
		c.IdentityToken = member(c, "WebIdentityToken")
		if err := c.CheckForm("RoleArn", "RoleSessionName", "WebIdentityToken", "DurationSeconds", "Policy",
			"PolicyArns", "MinimumSessionTokenSize"); err != nil {
			return nil, err
		}
		if err := cmp.Or(checkMembers(c, roleARN, identityToken, roleSessionName), checkRole(c)); err != nil {
			return nil, err
		}
		session, err := sessionInput(c, "RoleSessionName")
		if err != nil {
			return nil, err
		}
		token, err := verifyToken(c, verifier, c.IdentityToken)
		if err != nil {
			return nil, err
		}
		provider := c.IAM.WebIdentityProvider(member(c, "RoleArn"), token.Claims)
		c.WebIdentity = &service.WebIdentity{
			Issuer: token.Issuer, Subject: token.Subject, Audience: token.Audience,
			Provider: provider, Account: strings.Split(member(c, "RoleArn"), ":")[4],
		}
		cred, refusal := c.IAM.AssumeRoleWithWebIdentity(iam.WebIdentityInput{RoleARN: member(c, "RoleArn"),
			SessionInput: session, Claims: token.Claims})
		if refusal != nil {
			return nil, refusal
		}
		return &webIdentityRole{
			Audience: audienceOf(token), AssumedRoleUser: assumedRoleUser{cred.Principal.UserID, cred.Principal.ARN},
			Provider: provider, Credentials: issue(c, cred),
			SubjectFromWebIdentityToken: token.Subject, SourceIdentity: cred.SourceIdentity,
			PackedPolicySize: packedSize(cred), tokenSize: sizeOf(cred),
		}, nil
	})
}

// audienceOf is the client that a token is for: azp where it has one.
func audienceOf(t *oidc.Token) string {
	if azp, ok := t.Claims["azp"].(string); ok {
		return azp
	}
	return t.Audience[0]
}

// verifyToken reads a token and verifies it, if the role's account knows its issuer.
func verifyToken(c *service.Call, verifier *oidc.Verifier, text string) (*oidc.Token, error) {
	token, err := oidc.Parse(text)
	if err != nil {
		return nil, tokenRefusal(err)
	}
	if c.IAM.WebIdentityProvider(member(c, "RoleArn"), token.Claims) == "" {
		return nil, tokenErrors["no-provider"].refusal(&oidc.Error{Problem: "no-provider", Detail: fmt.Sprintf(
			"the account of %s has no OIDC provider for %s: add it to the account's oidcProviders", member(c,
				"RoleArn"), token.Issuer)}, token.Issuer)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := verifier.Verify(ctx, token); err != nil {
		return nil, tokenRefusal(err)
	}
	return token, nil
}

// tokenError is what STS answers to a problem of a token, and how that is known.
type tokenError struct {
	code       string
	message    func(e *oidc.Error, issuer string) string
	confidence string
	source     string
}

// invalidToken is the text of the documentation. The mock uses
// it wherever no recorded answer of AWS is known.
const invalidToken = "The web identity token that was passed could not be validated by Amazon Web Services. Get a " +
	"new identity token from the identity provider and then retry the request."

// noKey has two spaces, as AWS writes it.
const noKey = "Couldn't retrieve verification key from your identity provider,  please reference " +
	"AssumeRoleWithWebIdentity documentation for requirements"

func text(s string) func(*oidc.Error, string) string {
	return func(*oidc.Error, string) string { return s }
}

const sourceOfErrors = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"

var tokenErrors = map[oidc.Problem]tokenError{
	oidc.ProblemNotToken: {"InvalidIdentityToken",
		text("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"), "L",
		"the first sentence is verified"},
	oidc.ProblemAlgorithm: {"InvalidIdentityToken", text(invalidToken), "U", sourceOfErrors},
	oidc.ProblemMissingClaim: {"InvalidIdentityToken",
		func(e *oidc.Error, _ string) string { return "Missing a required claim: " + e.Claim },
		"V", "aws/aws-sdk-ruby#2698, aws-actions/configure-aws-credentials#502"},
	"no-provider": {"InvalidIdentityToken", func(_ *oidc.Error, issuer string) string {
		return "No OpenIDConnect provider found in your account for " + issuer
	}, "V", "https://github.com/smithy-lang/smithy-rs, aws/rust-runtime/aws-config/test-data"},
	oidc.ProblemUnreachable: {"InvalidIdentityToken", text(noKey), "V",
		"aws/aws-sdk-js-v3#3052, awslabs/aws-sdk-rust#827"},
	oidc.ProblemIssuer:     {"InvalidIdentityToken", text(noKey), "L", "aws/aws-sdk-js-v3#3052"},
	oidc.ProblemUnknownKey: {"InvalidIdentityToken", text(noKey), "V", "aws/aws-sdk-js-v3#3052"},
	oidc.ProblemSignature:  {"InvalidIdentityToken", text(invalidToken), "U", sourceOfErrors},
	oidc.ProblemExpired: {"ExpiredTokenException", func(e *oidc.Error, _ string) string {
		return fmt.Sprintf("Token expired: current date/time %d must be before the expiration date/time %d",
			e.Now.Unix(),
			e.Expiry.Unix())
	}, "V", "aws/aws-sdk-java-v2#5709"},
	oidc.ProblemNotYetValid: {"InvalidIdentityToken", text(invalidToken), "U", sourceOfErrors},
	oidc.ProblemTooOld: {"ExpiredTokenException", func(e *oidc.Error, _ string) string {
		return fmt.Sprintf("Token too old: %d", int64(e.Age/time.Second))
	}, "V", "mozilla-iam/mozilla-aws-cli#146; from which age on is not known"},
}

// tokenRefusal is the answer to a problem. No principal was identified, so
// that it is a matter of authentication.
func tokenRefusal(err error) error {
	var e *oidc.Error
	if !errors.As(err, &e) {
		return err
	}
	return tokenErrors[e.Problem].refusal(e, "")
}

func (t tokenError) refusal(e *oidc.Error, issuer string) *verdict.Refusal {
	failure := verdict.Failure{
		Code: t.code, Message: t.message(e, issuer), Status: http.StatusBadRequest,
		Problem: string(e.Problem), Confidence: t.confidence, Source: t.source,
	}
	var planned interface{ Planned() string } // mockaws/fault.Error, which a service does not know
	if errors.As(e, &planned) {
		failure.Injected = planned.Planned()
	}
	return verdict.Because(verdict.StageAuthenticate, failure, e.Detail)
}

// assumeRoleWithSAML is refused: this mock has no SAML providers, so no role's
// trust policy names one that can be verified. AWS answers so where the trust
// policy does not let the provider in (aws/aws-sdk-net#744).
func assumeRoleWithSAML(c *service.Call) (*service.Nothing, error) {
	if err := cmp.Or(checkMembers(c, roleARN, principalARN, samlAssertion), checkRole(c)); err != nil {
		return nil, err
	}
	return nil, verdict.Because(verdict.StageAuthorize, verdict.Failure{
		Code: "AccessDenied", Message: "Not authorized to perform sts:AssumeRoleWithSAML", Status: http.StatusForbidden,
		Confidence: "V", Source: "aws/aws-sdk-net#744",
	}, "this mock has no SAML providers: use a role that trusts an OIDC provider, or one that trusts a user")
}
