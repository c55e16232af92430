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
	row("CreateOpenIDConnectProvider", newProviderARN, nil, createProvider),
	row("GetOpenIDConnectProvider", providerARN, nil, getProvider),
	row("ListOpenIDConnectProviders", providersARN, nil, listProviders),
	row("DeleteOpenIDConnectProvider", providerARN, nil, deleteProvider),
	row("AddClientIDToOpenIDConnectProvider", providerARN, nil, addClientID),
	row("RemoveClientIDFromOpenIDConnectProvider", providerARN, nil, removeClientID),
	row("UpdateOpenIDConnectProviderThumbprint", providerARN, nil, updateThumbprint),
	row("TagOpenIDConnectProvider", providerARN, nil, tagProvider),
	row("UntagOpenIDConnectProvider", providerARN, nil, untagProvider),
	row("ListOpenIDConnectProviderTags", providerARN, nil, listProviderTags),
}

func newProviderARN(c *service.Call) string {
	_, host, _ := strings.Cut(strings.TrimSuffix(c.Input.Form.Get("Url"), "/"), "://")
	return iamARN(c, "oidc-provider/"+host)
}

func providerARN(c *service.Call) string  { return c.Input.Form.Get("OpenIDConnectProviderArn") }
func providersARN(c *service.Call) string { return iamARN(c, "oidc-provider/*") }

type createProviderOutput struct {
	OpenIDConnectProviderArn string
	Tags                     *members[tagElement] `xml:",omitempty"`
}

type createProviderInput struct {
	Url            required
	ClientIDList   []string
	ThumbprintList []string
	Tags           tags
}

func createProvider(c *service.Call, in *createProviderInput) (*createProviderOutput, error) {
	if !strings.HasPrefix(string(in.Url), "https://") {
		return nil, service.Errorf("ValidationError", "Invalid Open ID Connect Provider URL")
	}
	p, err := c.IAM.CreateProvider(c.Account(), string(in.Url), in.ClientIDList)
	if err != nil {
		return nil, failed(err)
	}
	err = c.IAM.UpdateProvider(p.ARN, func(p *iam.OIDCProvider) error {
		p.Thumbprints, p.Tags = in.ThumbprintList, in.Tags
		return nil
	})
	if err != nil {
		_ = c.IAM.DeleteProvider(p.ARN) // it was just made
		return nil, failed(err)
	}
	return &createProviderOutput{p.ARN, tagElements(in.Tags)}, nil
}

type providerElement struct {
	Url            string
	CreateDate     string
	ClientIDList   members[string]
	ThumbprintList members[string]
	Tags           *members[tagElement] `xml:",omitempty"`
}

type getProviderInput struct {
	OpenIDConnectProviderArn namedProvider
}

// getProvider shows the URL without its scheme, as AWS does
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html).
func getProvider(_ *service.Call, in *getProviderInput) (*providerElement, error) {
	p := in.OpenIDConnectProviderArn
	return &providerElement{
		strings.TrimPrefix(p.URL, "https://"), timeText(p.Created), collect(p.ClientIDs, same[string]),
		collect(p.Thumbprints, same[string]), tagElements(p.Tags),
	}, nil
}

type arnElement struct{ Arn string }

type providerList struct{ OpenIDConnectProviderList members[arnElement] }

type listProvidersInput struct {
}

func listProviders(c *service.Call, _ *listProvidersInput) (*providerList, error) {
	return &providerList{
		collect(c.IAM.Providers(c.Account()), func(p *iam.OIDCProvider) arnElement { return arnElement{p.ARN} }),
	}, nil
}

type deleteProviderInput struct {
	OpenIDConnectProviderArn namedProvider
}

func deleteProvider(c *service.Call, in *deleteProviderInput) (*service.Nothing, error) {
	return done(c.IAM.DeleteProvider(in.OpenIDConnectProviderArn.ARN))
}

const maxClientIDs = 100

type clientIDInput struct {
	ClientID                 required
	OpenIDConnectProviderArn namedProvider
}

func addClientID(c *service.Call, in *clientIDInput) (*service.Nothing, error) {
	id := string(in.ClientID)
	return done(c.IAM.UpdateProvider(in.OpenIDConnectProviderArn.ARN, func(p *iam.OIDCProvider) error {
		if slices.Contains(p.ClientIDs, id) {
			return nil
		}
		if len(p.ClientIDs) == maxClientIDs {
			return &service.Error{
				Code: "LimitExceeded", Status: 409,
				Message: "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: " + strconv.Itoa(maxClientIDs),
			}
		}
		p.ClientIDs = append(p.ClientIDs, id)
		return nil
	}))
}

// removeClientID succeeds also where the id is not there
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html).
func removeClientID(c *service.Call, in *clientIDInput) (*service.Nothing, error) {
	return done(c.IAM.UpdateProvider(in.OpenIDConnectProviderArn.ARN, func(p *iam.OIDCProvider) error {
		p.ClientIDs = slices.DeleteFunc(p.ClientIDs, func(other string) bool { return other == string(in.ClientID) })
		return nil
	}))
}

type updateThumbprintInput struct {
	OpenIDConnectProviderArn namedProvider
	ThumbprintList           []string
}

func updateThumbprint(c *service.Call, in *updateThumbprintInput) (*service.Nothing, error) {
	return done(c.IAM.UpdateProvider(in.OpenIDConnectProviderArn.ARN, func(p *iam.OIDCProvider) error {
		p.Thumbprints = in.ThumbprintList
		return nil
	}))
}

type tagProviderInput struct {
	OpenIDConnectProviderArn namedProvider
	Tags                     tags
}

func tagProvider(c *service.Call, in *tagProviderInput) (*service.Nothing, error) {
	return done(c.IAM.UpdateProvider(in.OpenIDConnectProviderArn.ARN, func(p *iam.OIDCProvider) error {
		p.Tags = append(p.Tags, in.Tags...)
		return nil
	}))
}

type untagProviderInput struct {
	OpenIDConnectProviderArn namedProvider
	TagKeys                  []string
}

func untagProvider(c *service.Call, in *untagProviderInput) (*service.Nothing, error) {
	return done(c.IAM.UpdateProvider(in.OpenIDConnectProviderArn.ARN, func(p *iam.OIDCProvider) error {
		p.Tags = slices.DeleteFunc(p.Tags, func(t iam.Tag) bool {
			return slices.ContainsFunc(in.TagKeys, func(k string) bool { return strings.EqualFold(k, t.Key) })
		})
		return nil
	}))
}

type listProviderTagsInput struct {
	OpenIDConnectProviderArn namedProvider
	paging
}

func listProviderTags(_ *service.Call, in *listProviderTagsInput) (*tagPage, error) {
	return tagsPaged(in.paging, in.OpenIDConnectProviderArn.Tags)
}
