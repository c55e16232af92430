package iam

import (
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

var userRows = []service.Operation{
	row("CreateUser", userARN, nil, createUser),
	row("GetUser", userARN, deniedUser, getUser),
	row("ListUsers", usersARN, nil, listUsers),
	row("UpdateUser", userARN, deniedUser, updateUser),
	row("DeleteUser", userARN, deniedUser, deleteUser),
	row("CreateAccessKey", userARN, deniedUser, createAccessKey),
	row("ListAccessKeys", userARN, deniedUser, listAccessKeys),
	row("UpdateAccessKey", userARN, deniedUser, updateAccessKey),
	row("DeleteAccessKey", userARN, deniedUser, deleteAccessKey),
	row("GetAccessKeyLastUsed", userOfKeyARN, nil, accessKeyLastUsed),
	row("CreateServiceSpecificCredential", userARN, deniedUser, createServiceCredential),
	row("ListServiceSpecificCredentials", userARN, deniedUser, listServiceCredentials),
	row("UpdateServiceSpecificCredential", userARN, deniedUser, updateServiceCredential),
	row("DeleteServiceSpecificCredential", userARN, deniedUser, deleteServiceCredential),
	row("ListGroupsForUser", userARN, deniedUser, listGroupsForUser),
	row("ListMFADevices", userARN, deniedUser, listMFADevices),
	row("CreateAccountAlias", nil, nil, createAccountAlias),
	row("ListAccountAliases", nil, nil, listAccountAliases),
	row("DeleteAccountAlias", nil, nil, deleteAccountAlias),
}

// userName is the user that a call means: the named one or the caller.
func userName(c *service.Call) string {
	if name := c.Input.Form.Get("UserName"); name != "" {
		return name
	}
	return c.Caller.Principal.UserName
}

func userARN(c *service.Call) string {
	if info, err := c.IAM.Get(iam.UserOf(c.Account(), userName(c))); err == nil {
		return info.ARN
	}
	path := c.Input.Form.Get("Path")
	if path == "" {
		path = "/"
	}
	return iamARN(c, "user"+path+userName(c))
}

func usersARN(c *service.Call) string { return iamARN(c, "user"+prefixOf(c)) }

func prefixOf(c *service.Call) string {
	if p := c.Input.Form.Get("PathPrefix"); p != "" {
		return p
	}
	return "/"
}

// deniedUser is how AWS names a user whom somebody may not read or change
// (99designs/aws-vault#190).
func deniedUser(c *service.Call) string { return "user " + userName(c) }

func userOfKeyARN(c *service.Call) string {
	owner, _, err := c.IAM.LastUse(c.Account(), c.Input.Form.Get("AccessKeyId"))
	if err != nil {
		return "*"
	}
	info, err := c.IAM.Get(owner)
	if err != nil {
		return "*"
	}
	return info.ARN
}

type boundaryElement struct{ PermissionsBoundaryType, PermissionsBoundaryArn string }

func boundaryOf(info *iam.EntityInfo) *boundaryElement {
	if info.BoundaryARN == "" {
		return nil
	}
	return &boundaryElement{"Policy", info.BoundaryARN}
}

type userElement struct {
	Path                string
	UserName            string `xml:",omitempty"` // root has none
	UserId, Arn         string
	CreateDate          string
	PermissionsBoundary *boundaryElement     `xml:",omitempty"`
	Tags                *members[tagElement] `xml:",omitempty"`
}

func userOf(info *iam.EntityInfo) userElement {
	u := briefUser(info)
	u.PermissionsBoundary, u.Tags = boundaryOf(info), tagElements(info.Tags)
	return u
}

// briefUser is a user in a list, which leaves boundary and tags out.
func briefUser(info *iam.EntityInfo) userElement {
	return userElement{Path: info.Path, UserName: info.Name, UserId: info.ID, Arn: info.ARN,
		CreateDate: timeText(info.Created)}
}

type userResult struct{ User userElement }

type createUserInput struct {
	UserName            name64
	Path                path
	PermissionsBoundary string
	Tags                tags
}

func createUser(c *service.Call, in *createUserInput) (*userResult, error) {
	info, err := c.IAM.Create(iam.UserOf(c.Account(), string(in.UserName)),
		iam.EntityInput{Path: string(in.Path), Tags: in.Tags, BoundaryARN: in.PermissionsBoundary})
	if err != nil {
		return nil, failed(err)
	}
	return &userResult{userOf(info)}, nil
}

type getUserInput struct {
	UserName string
}

func getUser(c *service.Call, in *getUserInput) (*userResult, error) {
	p := c.Caller.Principal
	if p.Kind == iam.KindRoot && in.UserName == "" {
		return &userResult{userElement{Path: "/", UserId: p.UserID, Arn: p.ARN, CreateDate: timeText(time.Unix(0, 0))}},
			nil
	}
	var user ownUser
	if err := user.ReadForm(c, "UserName"); err != nil {
		return nil, err
	}
	info, err := c.IAM.Get(user.Entity)
	if err != nil {
		return nil, failed(err)
	}
	return &userResult{userOf(info)}, nil
}

type userPage struct {
	pageInfo
	Users members[userElement]
}

type listUsersInput struct {
	PathPrefix pathPrefix
	paging
}

func listUsers(c *service.Call, in *listUsersInput) (*userPage, error) {
	some, info, err := paged(in.paging, c.IAM.List(c.Account(), iam.KindUser, string(in.PathPrefix)))
	if err != nil {
		return nil, err
	}
	return &userPage{info, collect(some, briefUser)}, nil
}

type updateUserInput struct {
	UserName    namedUser
	NewPath     path
	NewUserName *string
}

func updateUser(c *service.Call, in *updateUserInput) (*service.Nothing, error) {
	var name name64
	if in.NewUserName != nil {
		if err := name.ReadForm(c, "NewUserName"); err != nil {
			return nil, err
		}
	}
	return done(c.IAM.UpdateUser(in.UserName.Entity, string(name), string(in.NewPath)))
}

type deleteUserInput struct {
	UserName namedUser
}

func deleteUser(c *service.Call, in *deleteUserInput) (*service.Nothing, error) {
	return done(c.IAM.Delete(in.UserName.Entity))
}
