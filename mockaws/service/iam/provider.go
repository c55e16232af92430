package iam

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// OpenID Connect providers.

var providerRows = []service.Operation{
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

func newProviderARN(c *service.Call) string {
	_, host, _ := strings.Cut(strings.TrimSuffix(c.Input.Form.Get("Url"), "/"), "://")
	return iamARN(c, "oidc-provider/"+host)
}

func providerARN(c *service.Call) string  { return c.Input.Form.Get("OpenIDConnectProviderArn") }
func providersARN(c *service.Call) string { return iamARN(c, "oidc-provider/*") }

// providerOf is the provider that a call names, of the caller's account.
func providerOf(c *service.Call) (*iam.OIDCProvider, error) {
	arn, err := requiredMember(c, "OpenIDConnectProviderArn")
	if err != nil {
		return nil, err
	}
	for _, p := range c.IAM.Providers(c.Account()) {
		if p.ARN == arn {
			return p, nil
		}
	}
	return nil, service.NotFoundf("NoSuchEntity", "OpenIDConnect Provider not found for arn %s", arn)
}

func createProvider(c *service.Call) (any, error) {
	if err := c.CheckForm("Url", "ClientIDList", "ThumbprintList", "Tags"); err != nil {
		return nil, err
	}
	url, err := requiredMember(c, "Url")
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(url, "https://") {
		return nil, service.Errorf("ValidationError", "Invalid Open ID Connect Provider URL")
	}
	p, err := c.IAM.CreateProvider(c.Account(), url, listMember(c, "ClientIDList"))
	if err != nil {
		return nil, failed(err)
	}
	err = c.IAM.UpdateProvider(p.ARN, func(p *iam.OIDCProvider) error {
		p.Thumbprints, p.Tags = listMember(c, "ThumbprintList"), tagsMember(c)
		return nil
	})
	if err != nil {
		_ = c.IAM.DeleteProvider(p.ARN) // it was just made
		return nil, failed(err)
	}
	return &struct {
		OpenIDConnectProviderArn string
		Tags                     *members[tagElement] `xml:",omitempty"`
	}{p.ARN, tagElements(tagsMember(c))}, nil
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
func getProvider(c *service.Call) (any, error) {
	if err := c.CheckForm("OpenIDConnectProviderArn"); err != nil {
		return nil, err
	}
	p, err := providerOf(c)
	if err != nil {
		return nil, err
	}
	return &providerElement{
		strings.TrimPrefix(p.URL, "https://"), timeText(p.Created), collect(p.ClientIDs, same[string]), collect(p.Thumbprints, same[string]), tagElements(p.Tags),
	}, nil
}

type arnElement struct{ Arn string }

func listProviders(c *service.Call) (any, error) {
	if err := c.CheckForm(); err != nil {
		return nil, err
	}
	return &struct{ OpenIDConnectProviderList members[arnElement] }{
		collect(c.IAM.Providers(c.Account()), func(p *iam.OIDCProvider) arnElement { return arnElement{p.ARN} }),
	}, nil
}

func deleteProvider(c *service.Call) (any, error) {
	if err := c.CheckForm("OpenIDConnectProviderArn"); err != nil {
		return nil, err
	}
	p, err := providerOf(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.DeleteProvider(p.ARN))
}

// changeProvider lets f change the provider that a call names.
func changeProvider(c *service.Call, form string, f func(*iam.OIDCProvider) error) (any, error) {
	if err := c.CheckForm("OpenIDConnectProviderArn", form); err != nil {
		return nil, err
	}
	p, err := providerOf(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.UpdateProvider(p.ARN, f))
}

const maxClientIDs = 100

func addClientID(c *service.Call) (any, error) {
	id, err := requiredMember(c, "ClientID")
	if err != nil {
		return nil, err
	}
	return changeProvider(c, "ClientID", func(p *iam.OIDCProvider) error {
		if slices.Contains(p.ClientIDs, id) {
			return nil
		}
		if len(p.ClientIDs) == maxClientIDs {
			return &service.Error{Code: "LimitExceeded", Message: "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: " + strconv.Itoa(maxClientIDs), Status: 409}
		}
		p.ClientIDs = append(p.ClientIDs, id)
		return nil
	})
}

// removeClientID succeeds also where the id is not there
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html).
func removeClientID(c *service.Call) (any, error) {
	id, err := requiredMember(c, "ClientID")
	if err != nil {
		return nil, err
	}
	return changeProvider(c, "ClientID", func(p *iam.OIDCProvider) error {
		p.ClientIDs = slices.DeleteFunc(p.ClientIDs, func(other string) bool { return other == id })
		return nil
	})
}

func updateThumbprint(c *service.Call) (any, error) {
	return changeProvider(c, "ThumbprintList", func(p *iam.OIDCProvider) error {
		p.Thumbprints = listMember(c, "ThumbprintList")
		return nil
	})
}

func tagProvider(c *service.Call) (any, error) {
	return changeProvider(c, "Tags", func(p *iam.OIDCProvider) error {
		p.Tags = append(p.Tags, tagsMember(c)...)
		return nil
	})
}

func untagProvider(c *service.Call) (any, error) {
	return changeProvider(c, "TagKeys", func(p *iam.OIDCProvider) error {
		keys := listMember(c, "TagKeys")
		p.Tags = slices.DeleteFunc(p.Tags, func(t iam.Tag) bool {
			return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, t.Key) })
		})
		return nil
	})
}

func listProviderTags(c *service.Call) (any, error) {
	if err := c.CheckForm("OpenIDConnectProviderArn", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	p, err := providerOf(c)
	if err != nil {
		return nil, err
	}
	return tagsPaged(c, p.Tags)
}
