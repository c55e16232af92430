package sts

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/service"
)

// Outbound identity federation: a token about the caller, for services other than AWS
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html).

type getWebIdentityTokenInput struct {
	Audience                                              []string
	DurationSeconds, SigningAlgorithm, SubjectMode, Scope string
	Tags                                                  service.Ignored // read by outboundTags
}

type webIdentityToken struct {
	WebIdentityToken string
	Expiration       string
}

// The least and the largest lifetime of a token, and the usual one, in seconds.
const leastOutbound, mostOutbound, usualOutbound = 60, 3600, 300

// outboundClaims is the claim that holds what AWS says of the caller
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html).
const outboundClaims = "https://sts.amazonaws.com/"

// selfARN is the resource that policies name for the caller's own token, beside "*"
// (seen in public policies; AWS's list of STS's resources was not read).
func selfARN(c *service.Call) string { return "arn:aws:sts::" + c.Account() + ":self" }

// webIdentityConditions are the condition keys of the call
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html).
func webIdentityConditions(c *service.Call) map[string][]string {
	keys := map[string][]string{
		"sts:DurationSeconds":  {cmp.Or(member(c, "DurationSeconds"), strconv.Itoa(usualOutbound))},
		"sts:SigningAlgorithm": {member(c, "SigningAlgorithm")},
		"sts:SubjectMode":      {cmp.Or(member(c, "SubjectMode"), "AWSIdentity")},
	}
	if audiences := c.FormTexts("Audience"); len(audiences) > 0 {
		keys["sts:IdentityTokenAudience"] = audiences
	}
	for _, t := range outboundTags(c) {
		keys["aws:RequestTag/"+t.Key] = []string{t.Value}
		keys["aws:TagKeys"] = append(keys["aws:TagKeys"], t.Key)
	}
	return keys
}

func outboundTags(c *service.Call) (list []iam.Tag) {
	for i := range listed(c, "Tags") {
		at := "Tags.member." + strconv.Itoa(i+1) + "."
		list = append(list, iam.Tag{Key: member(c, at+"Key"), Value: member(c, at+"Value")})
	}
	return list
}

// getWebIdentityToken mints a token about the caller.
func getWebIdentityToken(issuers *oidc.Issuers) func(*service.Call, *getWebIdentityTokenInput) (*webIdentityToken,
	error) {
	return func(c *service.Call, in *getWebIdentityTokenInput) (*webIdentityToken, error) {
		seconds, err := checkOutbound(c, in)
		if err != nil {
			return nil, err
		}
		url, enabled, err := c.IAM.OutboundFederation(c.Account())
		if err != nil || !enabled {
			// The code and the status are those of AWS's model; the text is ours.
			return nil, &service.Error{Code: "OutboundWebIdentityFederationDisabledException", Status: 403,
				Message: "Outbound web identity federation is not enabled for this account."}
		}
		issuer, err := issuers.Declare(url, "")
		if err != nil {
			return nil, err
		}
		end := c.Now.Add(time.Duration(seconds) * time.Second)
		if until := c.Caller.Expiration; !until.IsZero() && end.After(until) {
			return nil, &service.Error{Code: "SessionDurationEscalationException", Status: 403,
				Message: "The requested token duration would extend the session beyond its original expiration time."}
		}
		token, err := issuer.Mint(oidc.TokenOptions{Claims: claimsOf(c, in), Algorithm: in.SigningAlgorithm,
			Lifetime: time.Duration(seconds) * time.Second})
		if err != nil {
			return nil, err
		}
		return &webIdentityToken{token, end.UTC().Format(time.RFC3339)}, nil
	}
}

// checkOutbound looks at the shape of the call, and whether the caller may set tags. The
// texts are those of AWS's framework for other members.
func checkOutbound(c *service.Call, in *getWebIdentityTokenInput) (seconds int, err error) {
	if err := regionalOnly(c); err != nil {
		return 0, err
	}
	null := "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
	switch {
	case len(in.Audience) == 0:
		return 0, service.Errorf("ValidationError", null, "audience")
	case len(in.Audience) > 10:
		return 0, service.Errorf("ValidationError", "1 validation error detected: Value at 'audience' failed to "+
			"satisfy constraint: Member must have length less than or equal to 10")
	case in.SigningAlgorithm == "":
		return 0, service.Errorf("ValidationError", null, "signingAlgorithm")
	case !slices.Contains([]string{"RS256", "ES384"}, in.SigningAlgorithm):
		return 0, service.Errorf("ValidationError", "SigningAlgorithm must be RS256 or ES384.")
	case in.SubjectMode != "" && in.SubjectMode != "AWSIdentity" || in.Scope != "":
		return 0, c.Unimplemented("SubjectMode " + in.SubjectMode + " with a trusted identity's context")
	}
	if len(outboundTags(c)) > 0 {
		refusal := c.IAM.Authorize(c.Caller, iam.Call{Action: "sts:TagGetWebIdentityToken", Resource: selfARN(c),
			Context: webIdentityConditions(c)})
		if refusal != nil {
			return 0, refusal
		}
	}
	seconds, err = boundedSeconds(c, in.DurationSeconds, leastOutbound, mostOutbound)
	return cmp.Or(seconds, usualOutbound), err
}

// claimsOf are the claims about the caller: the role's ARN of a session, not its own.
func claimsOf(c *service.Call, in *getWebIdentityTokenInput) map[string]any {
	p := &c.Caller.Principal
	arn := cmp.Or(p.RoleARN, p.ARN)
	about := map[string]any{"aws_account": p.AccountID, "source_region": c.Region, "principal_id": arn}
	if tags := c.IAM.PrincipalTags(c.Caller); len(tags) > 0 {
		about["principal_tags"] = tags
	}
	if !c.Caller.Expiration.IsZero() {
		about["original_session_exp"] = c.Caller.Expiration.UTC().Format(time.RFC3339)
	}
	if c.Caller.SourceIdentity != "" {
		about["source_identity"] = c.Caller.SourceIdentity
	}
	if asked := outboundTags(c); len(asked) > 0 {
		about["request_tags"] = tagMap(asked)
	}
	var audience any = in.Audience
	if len(in.Audience) == 1 {
		audience = in.Audience[0]
	}
	return map[string]any{"sub": arn, "aud": audience, "nbf": nil, "jti": strings.ToLower(c.RequestID),
		outboundClaims: about}
}

func tagMap(list []iam.Tag) map[string]string {
	m := map[string]string{}
	for _, t := range list {
		m[t.Key] = t.Value
	}
	return m
}
