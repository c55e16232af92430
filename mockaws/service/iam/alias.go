package iam

import (
	"github.com/hostproof/hostproof/mockaws/service"
)

type createAccountAliasInput struct {
	AccountAlias required
}

func createAccountAlias(c *service.Call, in *createAccountAliasInput) (*service.Nothing, error) {
	for id, other := range c.IAM.Accounts() {
		if other == string(in.AccountAlias) && id != c.Account() {
			return nil, &service.Error{Code: "EntityAlreadyExists",
				Message: "The account alias " + string(in.AccountAlias) + " already exists.", Status: 409}
		}
	}
	return done(c.IAM.SetAlias(c.Account(), string(in.AccountAlias)))
}

type aliasPage struct {
	pageInfo
	AccountAliases members[string]
}

type listAccountAliasesInput struct {
	paging
}

func listAccountAliases(c *service.Call, _ *listAccountAliasesInput) (*aliasPage, error) {
	var list []string
	if alias := c.IAM.Accounts()[c.Account()]; alias != "" {
		list = append(list, alias)
	}
	return &aliasPage{AccountAliases: collect(list, same[string])}, nil
}

type deleteAccountAliasInput struct {
	AccountAlias required
}

func deleteAccountAlias(c *service.Call, in *deleteAccountAliasInput) (*service.Nothing, error) {
	if c.IAM.Accounts()[c.Account()] != string(in.AccountAlias) {
		return nil, service.NotFoundf("NoSuchEntity", "The account alias with name %s cannot be found.",
			string(in.AccountAlias))
	}
	return done(c.IAM.SetAlias(c.Account(), ""))
}
