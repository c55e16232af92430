package service

import "github.com/hostproof/hostproof/mockaws/iam"

var roleRows = []Operation{
	iamRow("CreateRole", namedRoleARN, nil, createRole),
	iamRow("GetRole", namedRoleARN, deniedRole, getRole),
	iamRow("ListRoles", rolesARN, nil, listRoles),
	iamRow("UpdateRole", namedRoleARN, deniedRole, updateRole),
	iamRow("UpdateRoleDescription", namedRoleARN, deniedRole, updateRoleDescription),
	iamRow("UpdateAssumeRolePolicy", namedRoleARN, deniedRole, updateAssumeRolePolicy),
	iamRow("DeleteRole", namedRoleARN, deniedRole, deleteRole),
}

func namedRoleARN(c *Call) string {
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

func rolesARN(c *Call) string { return iamARN(c, "role"+prefixOf(c)) }

func deniedRole(c *Call) string { return "role " + c.Input.Form.Get("RoleName") }

func namedRole(c *Call) (iam.Entity, error) {
	name, err := c.name("RoleName", 64)
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
		Path: info.Path, RoleName: info.Name, RoleId: info.ID, Arn: info.ARN, CreateDate: iamTime(info.Created),
		AssumeRolePolicyDocument: document(info.Trust), Description: info.Description,
		MaxSessionDuration: int(info.MaxSessionDuration.Seconds()),
	}
}

type roleResult struct{ Role roleElement }

const leastSession, mostSession = 3600, 43200 // seconds

func createRole(c *Call) (any, error) {
	if err := c.form("RoleName", "Path", "AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	path, err := c.path("Path")
	if err != nil {
		return nil, err
	}
	trust, err := c.required("AssumeRolePolicyDocument")
	if err != nil {
		return nil, err
	}
	seconds, err := c.integer("MaxSessionDuration", leastSession, mostSession)
	if err != nil {
		return nil, err
	}
	in := iam.EntityInput{
		Path: path, Tags: c.iamTags(), BoundaryARN: c.Input.Form.Get("PermissionsBoundary"), Trust: trust, Description: c.Input.Form.Get("Description"),
	}
	if seconds != nil {
		in.MaxSessionDuration = *seconds
	}
	info, err := c.IAM.Create(role, in)
	if err != nil {
		return nil, iamFailed(err)
	}
	return &roleResult{roleOf(info)}, nil
}

func getRole(c *Call) (any, error) {
	if err := c.form("RoleName"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	info, err := c.IAM.Get(role)
	if err != nil {
		return nil, iamFailed(err)
	}
	out := &roleResult{roleOf(info)}
	out.Role.RoleLastUsed = &roleUse{}
	if info.LastUse != nil {
		out.Role.RoleLastUsed = &roleUse{iamTime(info.LastUse.Time), info.LastUse.Region}
	}
	return out, nil
}

type rolePage struct {
	pageInfo
	Roles members[roleElement]
}

func listRoles(c *Call) (any, error) {
	if err := c.form("PathPrefix", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	prefix, err := c.pathPrefix()
	if err != nil {
		return nil, err
	}
	some, info, err := paged(c, c.IAM.List(c.Account(), iam.KindAssumedRole, prefix))
	if err != nil {
		return nil, err
	}
	return &rolePage{info, collect(some, briefRole)}, nil
}

func updateRole(c *Call) (any, error) {
	if err := c.form("RoleName", "Description", "MaxSessionDuration"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	seconds, err := c.integer("MaxSessionDuration", leastSession, mostSession)
	if err != nil {
		return nil, err
	}
	var description *string
	if c.Input.Form.Has("Description") {
		text := c.Input.Form.Get("Description")
		description = &text
	}
	if err := c.IAM.UpdateRole(role, seconds, description); err != nil {
		return nil, iamFailed(err)
	}
	return &struct{}{}, nil
}

func updateRoleDescription(c *Call) (any, error) {
	if err := c.form("RoleName", "Description"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	text := c.Input.Form.Get("Description")
	if err := c.IAM.UpdateRole(role, nil, &text); err != nil {
		return nil, iamFailed(err)
	}
	info, err := c.IAM.Get(role)
	if err != nil {
		return nil, iamFailed(err)
	}
	return &roleResult{roleOf(info)}, nil
}

func updateAssumeRolePolicy(c *Call) (any, error) {
	if err := c.form("RoleName", "PolicyDocument"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	trust, err := c.required("PolicyDocument")
	if err != nil {
		return nil, err
	}
	return done(c.IAM.UpdateTrust(role, trust))
}

func deleteRole(c *Call) (any, error) {
	if err := c.form("RoleName"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.Delete(role))
}
