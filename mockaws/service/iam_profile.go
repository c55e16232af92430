package service

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
)

// Instance profiles.

var profileRows = []Operation{
	iamRow("CreateInstanceProfile", instanceProfileARN, nil, createInstanceProfile),
	iamRow("GetInstanceProfile", instanceProfileARN, deniedProfile, getInstanceProfile),
	iamRow("ListInstanceProfiles", instanceProfilesARN, nil, listInstanceProfiles),
	iamRow("ListInstanceProfilesForRole", namedRoleARN, deniedRole, listInstanceProfilesForRole),
	iamRow("DeleteInstanceProfile", instanceProfileARN, deniedProfile, deleteInstanceProfile),
	iamRow("AddRoleToInstanceProfile", instanceProfileARN, deniedProfile, addRoleToProfile),
	iamRow("RemoveRoleFromInstanceProfile", instanceProfileARN, deniedProfile, removeRoleFromProfile),
	iamRow("TagInstanceProfile", instanceProfileARN, deniedProfile, tagInstanceProfile),
	iamRow("UntagInstanceProfile", instanceProfileARN, deniedProfile, untagInstanceProfile),
	iamRow("ListInstanceProfileTags", instanceProfileARN, deniedProfile, listInstanceProfileTags),
}

func instanceProfileARN(c *Call) string {
	name := c.Input.Form.Get("InstanceProfileName")
	if p, err := c.IAM.FindInstanceProfile(c.Account(), name); err == nil {
		return p.ARN
	}
	path := c.Input.Form.Get("Path")
	if path == "" {
		path = "/"
	}
	return iamARN(c, "instance-profile"+path+name)
}

func instanceProfilesARN(c *Call) string { return iamARN(c, "instance-profile"+prefixOf(c)) }
func deniedProfile(c *Call) string {
	return "instance profile " + c.Input.Form.Get("InstanceProfileName")
}

type profileElement struct {
	Path, InstanceProfileName, InstanceProfileId, Arn string
	CreateDate                                        string
	Roles                                             members[roleElement]
	Tags                                              *members[tagElement] `xml:",omitempty"`
}

func profileOf(p *iam.InstanceProfile) profileElement {
	out := profileElement{
		Path: p.Path, InstanceProfileName: p.Name, InstanceProfileId: p.ID, Arn: p.ARN, CreateDate: iamTime(p.Created), Tags: tagElements(p.Tags),
	}
	if p.Role != nil {
		out.Roles.Member = []roleElement{briefRole(p.Role)}
	}
	return out
}

type profileResult struct{ InstanceProfile profileElement }

type profilePage struct {
	pageInfo
	InstanceProfiles members[profileElement]
}

// profileName is the name that a call must give, once its members are known.
func (c *Call) profileName(form ...string) (string, error) {
	if err := c.form(append(form, "InstanceProfileName")...); err != nil {
		return "", err
	}
	return c.name("InstanceProfileName", 128)
}

func createInstanceProfile(c *Call) (any, error) {
	name, err := c.profileName("Path", "Tags")
	if err != nil {
		return nil, err
	}
	path, err := c.path("Path")
	if err != nil {
		return nil, err
	}
	p, err := c.IAM.CreateInstanceProfile(c.Account(), path, name, c.iamTags())
	if err != nil {
		return nil, iamFailed(err)
	}
	return &profileResult{profileOf(p)}, nil
}

func getInstanceProfile(c *Call) (any, error) {
	name, err := c.profileName()
	if err != nil {
		return nil, err
	}
	p, err := c.IAM.FindInstanceProfile(c.Account(), name)
	if err != nil {
		return nil, iamFailed(err)
	}
	return &profileResult{profileOf(p)}, nil
}

func listInstanceProfiles(c *Call) (any, error) {
	if err := c.form("PathPrefix", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	prefix, err := c.pathPrefix()
	if err != nil {
		return nil, err
	}
	return profilesPaged(c, func(p *iam.InstanceProfile) bool { return strings.HasPrefix(p.Path, prefix) })
}

func profilesPaged(c *Call, wanted func(*iam.InstanceProfile) bool) (any, error) {
	var list []*iam.InstanceProfile
	for _, p := range c.IAM.InstanceProfiles(c.Account()) {
		if wanted(p) {
			list = append(list, p)
		}
	}
	some, info, err := paged(c, list)
	if err != nil {
		return nil, err
	}
	return &profilePage{info, collect(some, profileOf)}, nil
}

func listInstanceProfilesForRole(c *Call) (any, error) {
	if err := c.form("RoleName", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	if _, err := c.IAM.Get(role); err != nil {
		return nil, iamFailed(err)
	}
	return profilesPaged(c, func(p *iam.InstanceProfile) bool { return p.Role != nil && p.Role.Name == role.Name })
}

func deleteInstanceProfile(c *Call) (any, error) {
	name, err := c.profileName()
	if err != nil {
		return nil, err
	}
	return done(c.IAM.DeleteInstanceProfile(c.Account(), name))
}

// addRoleToProfile also asks whether the caller may pass the role to EC2
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html).
func addRoleToProfile(c *Call) (any, error) {
	name, err := c.profileName("RoleName")
	if err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	if err := c.authorize("iam:PassRole", namedRoleARN(c), map[string]string{"iam:PassedToService": "ec2.amazonaws.com"}); err != nil {
		return nil, err
	}
	return done(c.IAM.SetProfileRole(c.Account(), name, role.Name))
}

func removeRoleFromProfile(c *Call) (any, error) {
	name, err := c.profileName("RoleName")
	if err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.RemoveProfileRole(c.Account(), name, role.Name))
}

func tagInstanceProfile(c *Call) (any, error) {
	name, err := c.profileName("Tags")
	if err != nil {
		return nil, err
	}
	return done(c.IAM.TagInstanceProfile(c.Account(), name, c.iamTags(), nil))
}

func untagInstanceProfile(c *Call) (any, error) {
	name, err := c.profileName("TagKeys")
	if err != nil {
		return nil, err
	}
	return done(c.IAM.TagInstanceProfile(c.Account(), name, nil, c.texts("TagKeys")))
}

func listInstanceProfileTags(c *Call) (any, error) {
	name, err := c.profileName("Marker", "MaxItems")
	if err != nil {
		return nil, err
	}
	p, err := c.IAM.FindInstanceProfile(c.Account(), name)
	if err != nil {
		return nil, iamFailed(err)
	}
	return tagsPaged(c, p.Tags)
}
