package diagnose

import (
	"fmt"

	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The kinds of findings about roles that were not given.
const (
	BadIdentityToken ledger.Kind = "bad-identity-token" // an OpenID Connect token that STS does not take
	NotTrusted       ledger.Kind = "not-trusted"        // the role's trust policy does not let the caller in
)

const docWebIdentity = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"

// changes are what to do about a problem of an identity token, by the argument
// "problem" of the refusal.
var changes = map[string]string{
	"no-provider": "Make an OIDC provider for exactly that URL in the role's account (aws iam " +
		"create-open-id-connect-provider --url … " +
		"--client-id-list …), or correct the account in the role's ARN",
	"audience": "Ask for a token for an audience that the provider knows, or add the token's " +
		"audience to the provider (aws iam add-client-id-to-open-id-connect-provider)",
	string(oidc.ProblemNotToken):  "Send the ID token itself, not an access token, a file's path or a placeholder",
	string(oidc.ProblemAlgorithm): "Have the issuer sign with RS256 or ES256",
	string(oidc.ProblemMissingClaim): "Have the issuer put that claim into the token; a token that asks for tokens " +
		"is not the token",
	string(oidc.ProblemUnreachable): "Make the issuer's /.well-known/openid-configuration and its keys reachable " +
		"from the internet, at exactly the URL in iss",
	string(oidc.ProblemIssuer): "Make the issuer's discovery document name exactly the URL in the token's iss",
	string(oidc.ProblemUnknownKey): "Publish the key that signs before it is used; or take a new token, if the " +
		"issuer changed its keys",
	string(oidc.ProblemSignature): "Send the token as it was issued; if it is, the issuer publishes another key " +
		"under that kid",
	string(oidc.ProblemExpired): "Take a new token for each exchange: read the file or the header again, and " +
		"do not keep what it said",
	string(oidc.ProblemNotYetValid): "Set the clock of the issuer (NTP): the token begins later than it is at " +
		"AWS; or wait until it is valid",
	string(oidc.ProblemTooOld): "Take a new token: AWS wants one that was issued lately, whatever its exp says",
}

// badIdentityToken: STS did not take the token of a web identity.
func badIdentityToken(c *call) (telling, bool) {
	r := c.Verdict.Refusal
	failure, _ := verdict.CauseOf[verdict.Failure](r)
	if r == nil || c.Verdict.Accepted || c.Presented.Scheme != "web-identity" || changes[failure.Problem] == "" {
		return telling{}, false
	}
	token, change := c.trace.IdentityToken, changes[failure.Problem]
	switch problem := oidc.Problem(failure.Problem); {
	case problem == oidc.ProblemExpired && token.File != "" && token.Derived != "":
		change = "Read " + token.File + " again for each exchange, as the SDKs' own web identity providers do: the " +
			"program kept what it read once"
	case problem == oidc.ProblemExpired && token.File != "":
		change = "See why nobody wrote a new token into " + token.File + ": on Kubernetes the kubelet does, at 80% " +
			"of the token's life, and a file mounted by subPath is never renewed"
	}
	return telling{
		variables: token.Variables,
		source:    docWebIdentity,
		what: fmt.Sprintf(
			"%s sent an identity token (%s) from %s, which AWS does not take: %s",
			c.Call,
			token.Shown,
			token.From(),
			prose.Sentence(c.Message),
		),
		why:    prose.Sentence(r.Detail),
		change: change,
	}, true
}

// notTrusted: whoever asked was identified, and the role's trust policy, or for
// AssumeRole the asker's own policies, said no.
func notTrusted(c *call) (telling, bool) {
	r := c.Verdict.Refusal
	denial, _ := verdict.CauseOf[verdict.Denial](r)
	switch {
	case r == nil || c.Verdict.Accepted || c.Status != 403:
		return telling{}, false
	case c.Call == "sts:AssumeRoleWithWebIdentity":
		token := c.trace.IdentityToken
		return telling{
			variables: token.Variables,
			source:    docWebIdentity,
			what: fmt.Sprintf(
				"%s was identified as %s (identity token from %s), and the role does not let it in.",
				c.Call,
				c.Verdict.Principal,
				token.From(),
			),
			why: "The token is good; the role's trust policy decides: " + prose.Sentence(r.Detail),
			change: "Compare the conditions of the trust policy, character by character, with the token's sub and " +
				"aud, and correct the one that is wrong",
		}, true
	case c.Call == "sts:AssumeRole" && denial.Action != "":
		key := c.trace.KeyID
		return telling{
			variables: key.Variables,
			source:    docDenied,
			what: fmt.Sprintf(
				"%s was identified as %s (key id %s from %s), which may not assume %s.",
				c.Call,
				c.Verdict.Principal,
				key.Shown,
				key.From(),
				denial.Resource,
			),
			why: "The credentials are valid. " + prose.Sentence(r.Detail),
			change: "See that the role exists under exactly that ARN, that its trust policy names the principal " +
				"and its conditions hold, and that the principal's own policies allow " + denial.Action,
		}, true
	}
	return telling{}, false
}
