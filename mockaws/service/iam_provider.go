package service

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
)

// OpenID Connect providers.

var providerRows = []Operation{
	iamRow("CreateOpenIDConnectProvider", newProviderARN, nil, createProvider),
	iamRow("GetOpenIDConnectProvider", providerARN, nil, getProvider),
	iamRow("ListOpenIDConnectProviders", providersARN, nil, listProviders),
	iamRow("DeleteOpenIDConnectProvider", providerARN, nil, deleteProvider),
	iamRow("AddClientIDToOpenIDConnectProvider", providerARN, nil, addClientID),
	iamRow("RemoveClientIDFromOpenIDConnectProvider", providerARN, nil, removeClientID),
	iamRow("UpdateOpenIDConnectProviderThumbprint", providerARN, nil, updateThumbprint),
	iamRow("TagOpenIDConnectProvider", providerARN, nil, tagProvider),
	iamRow("UntagOpenIDConnectProvider", providerARN, nil, untagProvider),
	iamRow("ListOpenIDConnectProviderTags", providerARN, nil, listProviderTags),
}

func newProviderARN(c *Call) string {
	_, host, _ := strings.Cut(strings.TrimSuffix(c.Input.Form.Get("Url"), "/"), "://")
	return iamARN(c, "oidc-provider/"+host)
}

func providerARN(c *Call) string  { return c.Input.Form.Get("OpenIDConnectProviderArn") }
func providersARN(c *Call) string { return iamARN(c, "oidc-provider/*") }

// provider is the provider that a call names, of the caller's account.
func (c *Call) provider() (*iam.OIDCProvider, error) {
	arn, err := c.required("OpenIDConnectProviderArn")
	if err != nil {
		return nil, err
	}
	for _, p := range c.IAM.Providers(c.Account()) {
		if p.ARN == arn {
			return p, nil
		}
	}
	return nil, notFound("NoSuchEntity", "OpenIDConnect Provider not found for arn %s", arn)
}

func createProvider(c *Call) (any, error) {
	if err := c.form("Url", "ClientIDList", "ThumbprintList", "Tags"); err != nil {
		return nil, err
	}
	url, err := c.required("Url")
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(url, "https://") {
		return nil, invalid("ValidationError", "Invalid Open ID Connect Provider URL")
	}
	p, err := c.IAM.CreateProvider(c.Account(), url, c.texts("ClientIDList"))
	if err != nil {
		return nil, iamFailed(err)
	}
	err = c.IAM.UpdateProvider(p.ARN, func(p *iam.OIDCProvider) error {
		p.Thumbprints, p.Tags = c.texts("ThumbprintList"), c.iamTags()
		return nil
	})
	if err != nil {
		_ = c.IAM.DeleteProvider(p.ARN) // it was just made
		return nil, iamFailed(err)
	}
	return &struct {
		OpenIDConnectProviderArn string
		Tags                     *members[tagElement] `xml:",omitempty"`
	}{p.ARN, tagElements(c.iamTags())}, nil
}

type providerElement struct {
	Url            string
	CreateDate     string
	ClientIDList   members[string]
	ThumbprintList members[string]
	Tags           *members[tagElement] `xml:",omitempty"`
}

// getProvider shows the URL without its scheme, as AWS does
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html).
func getProvider(c *Call) (any, error) {
	if err := c.form("OpenIDConnectProviderArn"); err != nil {
		return nil, err
	}
	p, err := c.provider()
	if err != nil {
		return nil, err
	}
	return &providerElement{
		strings.TrimPrefix(p.URL, "https://"), iamTime(p.Created), collect(p.ClientIDs, same[string]), collect(p.Thumbprints, same[string]), tagElements(p.Tags),
	}, nil
}

type arnElement struct{ Arn string }

func listProviders(c *Call) (any, error) {
	if err := c.form(); err != nil {
		return nil, err
	}
	return &struct{ OpenIDConnectProviderList members[arnElement] }{
		collect(c.IAM.Providers(c.Account()), func(p *iam.OIDCProvider) arnElement { return arnElement{p.ARN} }),
	}, nil
}

func deleteProvider(c *Call) (any, error) {
	if err := c.form("OpenIDConnectProviderArn"); err != nil {
		return nil, err
	}
	p, err := c.provider()
	if err != nil {
		return nil, err
	}
	return done(c.IAM.DeleteProvider(p.ARN))
}

// changeProvider lets f change the provider that a call names.
func changeProvider(c *Call, form string, f func(*iam.OIDCProvider) error) (any, error) {
	if err := c.form("OpenIDConnectProviderArn", form); err != nil {
		return nil, err
	}
	p, err := c.provider()
	if err != nil {
		return nil, err
	}
	return done(c.IAM.UpdateProvider(p.ARN, f))
}

const maxClientIDs = 100

func addClientID(c *Call) (any, error) {
	id, err := c.required("ClientID")
	if err != nil {
		return nil, err
	}
	return changeProvider(c, "ClientID", func(p *iam.OIDCProvider) error {
		if slices.Contains(p.ClientIDs, id) {
			return nil
		}
		if len(p.ClientIDs) == maxClientIDs {
			return &Error{Code: "LimitExceeded", Message: "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: " + itoa(maxClientIDs), Status: 409}
		}
		p.ClientIDs = append(p.ClientIDs, id)
		return nil
	})
}

// removeClientID succeeds also where the id is not there
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html).
func removeClientID(c *Call) (any, error) {
	id, err := c.required("ClientID")
	if err != nil {
		return nil, err
	}
	return changeProvider(c, "ClientID", func(p *iam.OIDCProvider) error {
		p.ClientIDs = slices.DeleteFunc(p.ClientIDs, func(other string) bool { return other == id })
		return nil
	})
}

func updateThumbprint(c *Call) (any, error) {
	return changeProvider(c, "ThumbprintList", func(p *iam.OIDCProvider) error {
		p.Thumbprints = c.texts("ThumbprintList")
		return nil
	})
}

func tagProvider(c *Call) (any, error) {
	return changeProvider(c, "Tags", func(p *iam.OIDCProvider) error {
		p.Tags = append(p.Tags, c.iamTags()...)
		return nil
	})
}

func untagProvider(c *Call) (any, error) {
	return changeProvider(c, "TagKeys", func(p *iam.OIDCProvider) error {
		keys := c.texts("TagKeys")
		p.Tags = slices.DeleteFunc(p.Tags, func(t iam.Tag) bool {
			return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, t.Key) })
		})
		return nil
	})
}

func listProviderTags(c *Call) (any, error) {
	if err := c.form("OpenIDConnectProviderArn", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	p, err := c.provider()
	if err != nil {
		return nil, err
	}
	return tagsPaged(c, p.Tags)
}
