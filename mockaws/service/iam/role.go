package iam

import (
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

var roleRows = []service.Operation{
	iamRow("CreateRole", namedRoleARN, nil, createRole),
	iamRow("GetRole", namedRoleARN, deniedRole, getRole),
	iamRow("ListRoles", rolesARN, nil, listRoles),
	iamRow("UpdateRole", namedRoleARN, deniedRole, updateRole),
	iamRow("UpdateRoleDescription", namedRoleARN, deniedRole, updateRoleDescription),
	iamRow("UpdateAssumeRolePolicy", namedRoleARN, deniedRole, updateAssumeRolePolicy),
	iamRow("DeleteRole", namedRoleARN, deniedRole, deleteRole),
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

func namedRole(c *service.Call) (iam.Entity, error) {
	name, err := nameMember(c, "RoleName", 64)
	return iam.RoleOf(c.Account(), name), err
}

type roleElement struct {
	Path, RoleName, RoleId, Arn string
	CreateDate                  string
	AssumeRolePolicyDocument    string
	Description                 string `xml:",omitempty"`
	MaxSessionDuration          int
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

const leastSession, mostSession = 3600, 43200 // seconds

func createRole(c *service.Call) (any, error) {
	if err := c.CheckForm("RoleName", "Path", "AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	path, err := pathMember(c, "Path")
	if err != nil {
		return nil, err
	}
	trust, err := requiredMember(c, "AssumeRolePolicyDocument")
	if err != nil {
		return nil, err
	}
	seconds, err := integerMember(c, "MaxSessionDuration", leastSession, mostSession)
	if err != nil {
		return nil, err
	}
	in := iam.EntityInput{
		Path: path, Tags: tagsMember(c), BoundaryARN: c.Input.Form.Get("PermissionsBoundary"), Trust: trust, Description: c.Input.Form.Get("Description"),
	}
	if seconds != nil {
		in.MaxSessionDuration = *seconds
	}
	info, err := c.IAM.Create(role, in)
	if err != nil {
		return nil, failed(err)
	}
	return &roleResult{roleOf(info)}, nil
}

func getRole(c *service.Call) (any, error) {
	if err := c.CheckForm("RoleName"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	info, err := c.IAM.Get(role)
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

func listRoles(c *service.Call) (any, error) {
	if err := c.CheckForm("PathPrefix", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	prefix, err := pathPrefix(c)
	if err != nil {
		return nil, err
	}
	some, info, err := paged(c, c.IAM.List(c.Account(), iam.KindAssumedRole, prefix))
	if err != nil {
		return nil, err
	}
	return &rolePage{info, collect(some, briefRole)}, nil
}

func updateRole(c *service.Call) (any, error) {
	if err := c.CheckForm("RoleName", "Description", "MaxSessionDuration"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	seconds, err := integerMember(c, "MaxSessionDuration", leastSession, mostSession)
	if err != nil {
		return nil, err
	}
	var description *string
	if c.Input.Form.Has("Description") {
		text := c.Input.Form.Get("Description")
		description = &text
	}
	if err := c.IAM.UpdateRole(role, seconds, description); err != nil {
		return nil, failed(err)
	}
	return &struct{}{}, nil
}

func updateRoleDescription(c *service.Call) (any, error) {
	if err := c.CheckForm("RoleName", "Description"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	text := c.Input.Form.Get("Description")
	if err := c.IAM.UpdateRole(role, nil, &text); err != nil {
		return nil, failed(err)
	}
	info, err := c.IAM.Get(role)
	if err != nil {
		return nil, failed(err)
	}
	return &roleResult{roleOf(info)}, nil
}

func updateAssumeRolePolicy(c *service.Call) (any, error) {
	if err := c.CheckForm("RoleName", "PolicyDocument"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	trust, err := requiredMember(c, "PolicyDocument")
	if err != nil {
		return nil, err
	}
	return done(c.IAM.UpdateTrust(role, trust))
}

func deleteRole(c *service.Call) (any, error) {
	if err := c.CheckForm("RoleName"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.Delete(role))
}
