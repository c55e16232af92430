// Package badidentitytoken is the rule bad-identity-token: an identity token that STS does not take.
package badidentitytoken

import (
	"fmt"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "bad-identity-token"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "An identity token that STS does not take",
		Text: "A program exchanged an OpenID Connect token for credentials, and STS refused the token " +
			"itself: issuer, audience, signature or time.",
		Example: "sts:AssumeRoleWithWebIdentity sent an identity token from AWS_WEB_IDENTITY_TOKEN_FILE, which " +
			"AWS does not take: token is expired.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocWebIdentity,
	Confidence: "V",
	Call:       check,
}

// changes are what to do about a problem of an identity token, by the name of
// the problem.
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

// check: STS did not take the token of a web identity.
func check(c *facts.Call) (rule.Telling, bool) {
	r := c.Verdict.Refusal
	failure, _ := verdict.CauseOf[verdict.Failure](r)
	if r == nil || c.Verdict.Accepted || c.Presented.Scheme != "web-identity" || changes[failure.Problem] == "" {
		return rule.Telling{}, false
	}
	token, change := c.Trace.IdentityToken, changes[failure.Problem]
	switch problem := oidc.Problem(failure.Problem); {
	case problem == oidc.ProblemExpired && token.File != "" && token.Derived != "":
		change = "Read " + token.File + " again for each exchange, as the SDKs' own web identity providers do: the " +
			"program kept what it read once"
	case problem == oidc.ProblemExpired && token.File != "":
		change = "See why nobody wrote a new token into " + token.File + ": on Kubernetes the kubelet does, at 80% " +
			"of the token's life, and a file mounted by subPath is never renewed"
	}
	return rule.Telling{
		Variables: token.Variables,
		Source:    rule.DocWebIdentity,
		What: fmt.Sprintf(
			"%s sent an identity token (%s) from %s, which AWS does not take: %s",
			c.Call,
			token.Shown,
			token.From(),
			prose.Sentence(c.Message),
		),
		Why:    prose.Sentence(r.Detail),
		Change: change,
	}, true
}
