package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// WebIdentityInput is the input of [Store.AssumeRoleWithWebIdentity]. Session
// tags and the source identity come from the token's claims.
type WebIdentityInput struct {
	RoleARN string
	SessionInput
	// Claims of the token, whose signature and times the caller has verified; as
	// encoding/json decodes them.
	Claims map[string]any
}

// Claims of a token that carry session tags and the source identity.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
const (
	claimTags           = "https://aws.amazon.com/tags"
	claimSourceIdentity = "https://aws.amazon.com/source_identity"
)

// AssumeRoleWithWebIdentity is sts:AssumeRoleWithWebIdentity behind the
// verification of the token: the role's account must have a provider for the
// issuer that knows the audience, and the trust policy must let the token in.
func (s *Store) AssumeRoleWithWebIdentity(in WebIdentityInput) (*Credential, *verdict.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in.Tags, in.TransitiveTagKeys = claimedTags(in.Claims)
	in.SourceIdentity, _ = in.Claims[claimSourceIdentity].(string)
	if r := in.check(roleSessionName, maxRoleDuration); r != nil {
		return nil, r
	}
	issuer, _ := in.Claims["iss"].(string)
	p := s.webProvider(accountOfARN(in.RoleARN), issuerHost(issuer), in.Claims)
	if p == nil {
		return nil, badIdentityToken("no-provider", "No OpenIDConnect provider found in your account for "+issuer,
			"the account of "+in.RoleARN+" has no OIDC provider for "+quote(issuer))
	}
	audience := claimStrings(in.Claims, "aud")
	if azp, ok := in.Claims["azp"].(string); ok {
		audience = []string{azp}
	}
	if !slices.ContainsFunc(audience, func(a string) bool { return slices.Contains(p.ClientIDs, a) }) {
		return nil, badIdentityToken("audience", "Incorrect token audience", fmt.Sprintf(
			"the token is for %s, and %s knows only %s", strings.Join(audience, ", "), p.ARN, strings.Join(p.ClientIDs,
				", ")))
	}
	role := s.role(in.RoleARN)
	if role == nil {
		return nil, notByWebIdentity(in.RoleARN + " does not exist; AWS answers as if it did not trust the token")
	}
	c := &Credential{Principal: Principal{Kind: kindWebIdentity, ARN: "web identity of " + p.host(), provider: p.ARN}}
	x := s.newSession(role, in.Name)
	_ = x.inherit(c, in.SessionInput) // nothing to inherit from
	x.context = sessionKeys(p, in.Claims, audience)
	context := x.requestContext(in.SessionInput, role)
	maps.Copy(context, x.context)
	maps.Copy(context, requestKeys(p, in.Claims))
	for _, action := range x.actions("sts:AssumeRoleWithWebIdentity") {
		d, req := s.decide(c, Call{Action: action, Resource: in.RoleARN, Context: context,
			ResourceAccount: role.account.id, ResourcePolicy: role.trust})
		if !d.allowed {
			return nil, notByWebIdentity(d.detail(req))
		}
	}
	if in.DurationSeconds > int(role.maxSession/time.Second) {
		return nil, stsError(400, "ValidationError",
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return s.finish(x, role.account, in.SessionInput, defaultRoleDuration)
}

// WebIdentityProvider is the ARN of the provider that the role's account has for
// the issuer of a token, "" for none.
func (s *Store) WebIdentityProvider(roleARN string, claims map[string]any) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	issuer, _ := claims["iss"].(string)
	p := s.webProvider(accountOfARN(roleARN), issuerHost(issuer), claims)
	if p == nil {
		return ""
	}
	return p.ARN
}

// cognito is the issuer of Amazon Cognito's identity pools. Every account knows
// it without a provider, and a trust policy names it by its host.
// https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
const cognito = "cognito-identity.amazonaws.com"

// webProvider is the provider that an account has for an issuer; callers hold
// the lock.
func (s *Store) webProvider(account, host string, claims map[string]any) *OIDCProvider {
	a := s.accounts[account]
	switch {
	case a == nil:
		return nil
	case host == cognito:
		return &OIDCProvider{ARN: cognito, URL: "https://" + cognito, ClientIDs: claimStrings(claims, "aud")}
	}
	return a.providers[host]
}

// badIdentityToken refuses a token that identifies no caller.
func badIdentityToken(problem, message, detail string) *verdict.Refusal {
	return verdict.Because(verdict.StageAuthenticate, verdict.Failure{
		Code: "InvalidIdentityToken", Message: message, Status: 400,
		Problem: problem, Confidence: "V", Source: "awslabs/amazon-eks-irsa-cfn#18",
	}, detail)
}

func notByWebIdentity(detail string) *verdict.Refusal {
	r := stsError(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
	r.Detail = detail
	return r
}

// issuerHost is an issuer as ARNs and condition keys name it.
func issuerHost(issuer string) string {
	return strings.TrimSuffix(strings.TrimPrefix(issuer, "https://"), "/")
}

// sessionKeys are the condition keys of a token that also its session has:
// HOST:aud, HOST:sub and HOST:amr.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
func sessionKeys(p *OIDCProvider, claims map[string]any, audience []string) map[string][]string {
	host := strings.ToLower(p.host())
	m := map[string][]string{host + ":aud": audience, "aws:federatedprovider": {p.ARN}}
	for _, name := range []string{"sub", "amr"} {
		if v := claimStrings(claims, name); len(v) > 0 {
			m[host+":"+name] = v
		}
	}
	return m
}

// moreClaims are the claims that AWS reads of a certain issuer's tokens only,
// since 2026. Claims of any other issuer, or any others, are no condition keys.
// https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
var moreClaims = map[string][]string{
	"token.actions.githubusercontent.com": {
		"actor", "actor_id", "job_workflow_ref", "repository", "repository_id", "workflow", "ref", "environment",
		"enterprise_id",
	},
}

// requestKeys are the condition keys of a token that only the trust policy sees:
// HOST:oaud, where azp takes the place of aud, and the claims of moreClaims.
func requestKeys(p *OIDCProvider, claims map[string]any) map[string][]string {
	host := strings.ToLower(p.host())
	m := map[string][]string{}
	if _, ok := claims["azp"].(string); ok {
		m[host+":oaud"] = claimStrings(claims, "aud")
	}
	for _, name := range moreClaims[host] {
		if v := claimStrings(claims, name); len(v) > 0 {
			m[host+":"+name] = v
		}
	}
	return m
}

// claimStrings is a claim that is a string or a list of strings.
func claimStrings(claims map[string]any, name string) []string {
	return stringsOf(claims[name])
}

func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case []any:
		var list []string
		for _, x := range v {
			if text, ok := x.(string); ok {
				list = append(list, text)
			}
		}
		return list
	}
	return nil
}

func claimedTags(claims map[string]any) (list []Tag, transitive []string) {
	m, _ := claims[claimTags].(map[string]any)
	principalTags, _ := m["principal_tags"].(map[string]any)
	for _, k := range sortedKeys(principalTags) {
		for _, v := range stringsOf(principalTags[k]) {
			list = append(list, Tag{k, v})
		}
	}
	return list, stringsOf(m["transitive_tag_keys"])
}
