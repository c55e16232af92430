package kms

import (
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
)

// aliasARN is what CreateAlias is authorized for; the key is asked for too.
func (k *Keys) aliasARN(c *service.Call) string { return c.ARN("kms", c.Text("AliasName")) }

type createAliasInput struct{ AliasName, TargetKeyId string }

func (k *Keys) createAlias(c *service.Call, in *createAliasInput) (*service.Nothing, error) {
	name, ok := strings.CutPrefix(in.AliasName, "alias/")
	if !ok || name == "" || len(name) > 250 || strings.Trim(name, service.Letters+"0123456789/_-") != "" {
		return nil, service.Errorf("InvalidAliasNameException",
			"Alias must start with the prefix \"alias/\". Please see "+
				"https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html")
	}
	if strings.HasPrefix(name, "aws/") {
		return nil, service.Errorf("NotAuthorizedException",
			"Alias names beginning with alias/aws/ are reserved for AWS managed keys")
	}
	target := k.keyARN(c, in.TargetKeyId)
	if err := c.Authorize("kms:CreateAlias", target, nil); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, err := k.find(target); err != nil {
		return nil, err
	}
	arn := c.ARN("kms", in.AliasName)
	if k.aliases[arn] != "" {
		return nil, service.Errorf("AlreadyExistsException", "An alias with the name %s already exists", arn)
	}
	k.aliases[arn] = target
	return nil, nil
}

type listAliasesInput struct{ KeyId string }

type aliasList struct {
	Aliases   []aliasEntry
	Truncated bool
}

type aliasEntry struct{ AliasArn, AliasName, TargetKeyId string }

func (k *Keys) listAliases(c *service.Call, in *listAliasesInput) (*aliasList, error) {
	of := ""
	if in.KeyId != "" {
		of = k.keyARN(c, in.KeyId)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	out := &aliasList{Aliases: []aliasEntry{}}
	prefix := c.ARN("kms", "")
	for _, arn := range slices.Sorted(maps.Keys(k.aliases)) {
		name, mine := strings.CutPrefix(arn, prefix)
		if target := k.aliases[arn]; mine && (of == "" || of == target) {
			out.Aliases = append(out.Aliases, aliasEntry{arn, name, k.keys[target].id})
		}
	}
	return out, nil
}
