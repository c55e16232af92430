package iam

import (
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

type accessKeyElement struct {
	UserName, AccessKeyId string
	Status                iam.KeyStatus
	SecretAccessKey       string `xml:",omitempty"`
	CreateDate            string
}

type accessKeyResult struct{ AccessKey accessKeyElement }

type createAccessKeyInput struct {
	UserName ownUser
}

func createAccessKey(c *service.Call, in *createAccessKeyInput) (*accessKeyResult, error) {
	k, err := c.IAM.CreateKey(in.UserName.Entity)
	if err != nil {
		return nil, failed(err)
	}
	return &accessKeyResult{accessKeyElement{
		in.UserName.Name, k.KeyID, iam.KeyIsActive, k.Secret, timeText(k.Issued),
	}}, nil
}

type accessKeyPage struct {
	pageInfo
	AccessKeyMetadata members[accessKeyElement]
}

type listAccessKeysInput struct {
	UserName ownUser
	paging
}

func listAccessKeys(c *service.Call, in *listAccessKeysInput) (*accessKeyPage, error) {
	keys, err := c.IAM.Keys(in.UserName.Entity)
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(in.paging, keys)
	if err != nil {
		return nil, err
	}
	return &accessKeyPage{info, collect(some, func(k iam.KeyInfo) accessKeyElement {
		return accessKeyElement{UserName: k.User.Name, AccessKeyId: k.ID, Status: k.Status,
			CreateDate: timeText(k.Created)}
	})}, nil
}

type updateAccessKeyInput struct {
	AccessKeyId required
	Status      keyStatus
	UserName    ownUser
}

func updateAccessKey(c *service.Call, in *updateAccessKeyInput) (*service.Nothing, error) {
	return done(c.IAM.UpdateKey(in.UserName.Entity, string(in.AccessKeyId), iam.KeyStatus(in.Status)))
}

type deleteAccessKeyInput struct {
	AccessKeyId required
	UserName    ownUser
}

func deleteAccessKey(c *service.Call, in *deleteAccessKeyInput) (*service.Nothing, error) {
	return done(c.IAM.DeleteKey(in.UserName.Entity, string(in.AccessKeyId)))
}

type lastUsed struct {
	LastUsedDate        string `xml:",omitempty"`
	ServiceName, Region string
}

type lastUsedResult struct {
	UserName          string
	AccessKeyLastUsed lastUsed
}

type accessKeyLastUsedInput struct {
	AccessKeyId required
}

// accessKeyLastUsed: a key that was never used has N/A for service and region
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html).
func accessKeyLastUsed(c *service.Call, in *accessKeyLastUsedInput) (*lastUsedResult, error) {
	user, use, err := c.IAM.LastUse(c.Account(), string(in.AccessKeyId))
	if err != nil {
		return nil, failed(err)
	}
	if use == nil {
		return &lastUsedResult{user.Name, lastUsed{"", "N/A", "N/A"}}, nil
	}
	return &lastUsedResult{user.Name, lastUsed{timeText(use.Time), use.Service, use.Region}}, nil
}
