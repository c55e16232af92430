package iam

import (
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/service"
)

// Outbound identity federation of an account
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html).

func outboundRows(issuers *oidc.Issuers) []service.Operation {
	return []service.Operation{
		row("EnableOutboundWebIdentityFederation", nil, nil, enableOutbound(issuers)),
		row("DisableOutboundWebIdentityFederation", nil, nil, disableOutbound),
		row("GetOutboundWebIdentityFederationInfo", nil, nil, outboundInfo),
	}
}

type noInput struct{}

type outboundIssuer struct{ IssuerIdentifier string }

// enableOutbound publishes the issuer's documents at once.
func enableOutbound(issuers *oidc.Issuers) func(*service.Call, *noInput) (*outboundIssuer, error) {
	return func(c *service.Call, _ *noInput) (*outboundIssuer, error) {
		url, err := c.IAM.SetOutboundFederation(c.Account(), true)
		if err != nil {
			return nil, failed(err)
		}
		if _, err := issuers.Declare(url, ""); err != nil {
			return nil, err
		}
		return &outboundIssuer{url}, nil
	}
}

func disableOutbound(c *service.Call, _ *noInput) (*service.Nothing, error) {
	_, err := c.IAM.SetOutboundFederation(c.Account(), false)
	return done(err)
}

type outboundState struct {
	IssuerIdentifier  string
	JwtVendingEnabled bool
}

func outboundInfo(c *service.Call, _ *noInput) (*outboundState, error) {
	url, enabled, err := c.IAM.OutboundFederation(c.Account())
	if err != nil {
		return nil, failed(err)
	}
	return &outboundState{url, enabled}, nil
}
