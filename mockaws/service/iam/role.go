package iam

import (
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

var roleRows = []service.Operation{
	row("CreateRole", namedRoleARN, nil, createRole),
	row("GetRole", namedRoleARN, deniedRole, getRole),
	row("ListRoles", rolesARN, nil, listRoles),
	row("UpdateRole", namedRoleARN, deniedRole, updateRole),
	row("UpdateRoleDescription", namedRoleARN, deniedRole, updateRoleDescription),
	row("UpdateAssumeRolePolicy", namedRoleARN, deniedRole, updateAssumeRolePolicy),
	row("DeleteRole", namedRoleARN, deniedRole, deleteRole),
}

func namedRoleARN(c *service.Call) string {
	name := c.Input.Form.Get("RoleName")
	if info, err := c.IAM.Get(iam.RoleOf(c.Account(), name)); err == nil {
		return info.ARN
	}
	path := c.Input.Form.Get("Path")
	if path == "" {
		path = "/"
	}
	return iamARN(c, "role"+path+name)
}

func rolesARN(c *service.Call) string { return iamARN(c, "role"+prefixOf(c)) }

func deniedRole(c *service.Call) string { return "role " + c.Input.Form.Get("RoleName") }

type roleElement struct {
	Path, RoleName, RoleId, Arn string
	CreateDate                  string
	AssumeRolePolicyDocument    string
	Description                 string               `xml:",omitempty"`
	MaxSessionDuration          int                  `xml:",omitempty"`
	PermissionsBoundary         *boundaryElement     `xml:",omitempty"`
	Tags                        *members[tagElement] `xml:",omitempty"`
	RoleLastUsed                *roleUse             `xml:",omitempty"`
}

// roleUse is when a role was last used, which only GetRole shows; empty for never.
type roleUse struct {
	LastUsedDate string `xml:",omitempty"`
	Region       string `xml:",omitempty"`
}

func roleOf(info *iam.EntityInfo) roleElement {
	r := briefRole(info)
	r.PermissionsBoundary, r.Tags = boundaryOf(info), tagElements(info.Tags)
	return r
}

// briefRole is a role in a list, which leaves boundary and tags out.
func briefRole(info *iam.EntityInfo) roleElement {
	return roleElement{
		Path: info.Path, RoleName: info.Name, RoleId: info.ID, Arn: info.ARN, CreateDate: timeText(info.Created),
		AssumeRolePolicyDocument: document(info.Trust), Description: info.Description,
		MaxSessionDuration: int(info.MaxSessionDuration.Seconds()),
	}
}

type roleResult struct{ Role roleElement }

type createRoleInput struct {
	RoleName                 namedRole
	Path                     path
	AssumeRolePolicyDocument required
	MaxSessionDuration       sessionSeconds
	Description              string
	PermissionsBoundary      string
	Tags                     tags
}

func createRole(c *service.Call, in *createRoleInput) (*roleResult, error) {
	as := iam.EntityInput{
		Path: string(in.Path), Tags: in.Tags, BoundaryARN: in.PermissionsBoundary,
		Trust: string(in.AssumeRolePolicyDocument), Description: in.Description,
	}
	if seconds := in.MaxSessionDuration.value; seconds != nil {
		as.MaxSessionDuration = *seconds
	}
	info, err := c.IAM.Create(in.RoleName.Entity, as)
	if err != nil {
		return nil, failed(err)
	}
	out := &roleResult{roleOf(info)}
	// CreateRole does not show it (localstack/localstack
	// tests/aws/services/sts/test_sts.snapshot.json, recorded from AWS).
	out.Role.MaxSessionDuration = 0
	return out, nil
}

type getRoleInput struct {
	RoleName namedRole
}

func getRole(c *service.Call, in *getRoleInput) (*roleResult, error) {
	info, err := c.IAM.Get(in.RoleName.Entity)
	if err != nil {
		return nil, failed(err)
	}
	out := &roleResult{roleOf(info)}
	out.Role.RoleLastUsed = &roleUse{}
	if info.LastUse != nil {
		out.Role.RoleLastUsed = &roleUse{timeText(info.LastUse.Time), info.LastUse.Region}
	}
	return out, nil
}

type rolePage struct {
	pageInfo
	Roles members[roleElement]
}

type listRolesInput struct {
	PathPrefix pathPrefix
	paging
}

func listRoles(c *service.Call, in *listRolesInput) (*rolePage, error) {
	some, info, err := paged(in.paging, c.IAM.List(c.Account(), iam.KindAssumedRole, string(in.PathPrefix)))
	if err != nil {
		return nil, err
	}
	return &rolePage{info, collect(some, briefRole)}, nil
}

// updateRoleOutput is an empty result, which the operation has.
type updateRoleOutput struct{}

type updateRoleInput struct {
	RoleName           namedRole
	MaxSessionDuration sessionSeconds
	Description        *string
}

func updateRole(c *service.Call, in *updateRoleInput) (*updateRoleOutput, error) {
	if err := c.IAM.UpdateRole(in.RoleName.Entity, in.MaxSessionDuration.value, in.Description); err != nil {
		return nil, failed(err)
	}
	return &updateRoleOutput{}, nil
}

type updateRoleDescriptionInput struct {
	RoleName    namedRole
	Description string
}

func updateRoleDescription(c *service.Call, in *updateRoleDescriptionInput) (*roleResult, error) {
	text := in.Description
	if err := c.IAM.UpdateRole(in.RoleName.Entity, nil, &text); err != nil {
		return nil, failed(err)
	}
	info, err := c.IAM.Get(in.RoleName.Entity)
	if err != nil {
		return nil, failed(err)
	}
	return &roleResult{roleOf(info)}, nil
}

type updateAssumeRolePolicyInput struct {
	RoleName       namedRole
	PolicyDocument required
}

func updateAssumeRolePolicy(c *service.Call, in *updateAssumeRolePolicyInput) (*service.Nothing, error) {
	return done(c.IAM.UpdateTrust(in.RoleName.Entity, string(in.PolicyDocument)))
}

type deleteRoleInput struct {
	RoleName namedRole
}

func deleteRole(c *service.Call, in *deleteRoleInput) (*service.Nothing, error) {
	return done(c.IAM.Delete(in.RoleName.Entity))
}
