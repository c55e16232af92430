package iam

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// Instance profiles.

var profileRows = []service.Operation{
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

func instanceProfileARN(c *service.Call) string {
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

func instanceProfilesARN(c *service.Call) string { return iamARN(c, "instance-profile"+prefixOf(c)) }
func deniedProfile(c *service.Call) string {
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
		Path: p.Path, InstanceProfileName: p.Name, InstanceProfileId: p.ID, Arn: p.ARN, CreateDate: timeText(p.Created), Tags: tagElements(p.Tags),
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
func profileName(c *service.Call, form ...string) (string, error) {
	if err := c.CheckForm(append(form, "InstanceProfileName")...); err != nil {
		return "", err
	}
	return nameMember(c, "InstanceProfileName", 128)
}

func createInstanceProfile(c *service.Call) (any, error) {
	name, err := profileName(c, "Path", "Tags")
	if err != nil {
		return nil, err
	}
	path, err := pathMember(c, "Path")
	if err != nil {
		return nil, err
	}
	p, err := c.IAM.CreateInstanceProfile(c.Account(), path, name, tagsMember(c))
	if err != nil {
		return nil, failed(err)
	}
	return &profileResult{profileOf(p)}, nil
}

func getInstanceProfile(c *service.Call) (any, error) {
	name, err := profileName(c)
	if err != nil {
		return nil, err
	}
	p, err := c.IAM.FindInstanceProfile(c.Account(), name)
	if err != nil {
		return nil, failed(err)
	}
	return &profileResult{profileOf(p)}, nil
}

func listInstanceProfiles(c *service.Call) (any, error) {
	if err := c.CheckForm("PathPrefix", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	prefix, err := pathPrefix(c)
	if err != nil {
		return nil, err
	}
	return profilesPaged(c, func(p *iam.InstanceProfile) bool { return strings.HasPrefix(p.Path, prefix) })
}

func profilesPaged(c *service.Call, wanted func(*iam.InstanceProfile) bool) (any, error) {
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

func listInstanceProfilesForRole(c *service.Call) (any, error) {
	if err := c.CheckForm("RoleName", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	if _, err := c.IAM.Get(role); err != nil {
		return nil, failed(err)
	}
	return profilesPaged(c, func(p *iam.InstanceProfile) bool { return p.Role != nil && p.Role.Name == role.Name })
}

func deleteInstanceProfile(c *service.Call) (any, error) {
	name, err := profileName(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.DeleteInstanceProfile(c.Account(), name))
}

// addRoleToProfile also asks whether the caller may pass the role to EC2
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html).
func addRoleToProfile(c *service.Call) (any, error) {
	name, err := profileName(c, "RoleName")
	if err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	if err := c.Authorize("iam:PassRole", namedRoleARN(c), map[string]string{"iam:PassedToService": "ec2.amazonaws.com"}); err != nil {
		return nil, err
	}
	return done(c.IAM.SetProfileRole(c.Account(), name, role.Name))
}

func removeRoleFromProfile(c *service.Call) (any, error) {
	name, err := profileName(c, "RoleName")
	if err != nil {
		return nil, err
	}
	role, err := namedRole(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.RemoveProfileRole(c.Account(), name, role.Name))
}

func tagInstanceProfile(c *service.Call) (any, error) {
	name, err := profileName(c, "Tags")
	if err != nil {
		return nil, err
	}
	return done(c.IAM.TagInstanceProfile(c.Account(), name, tagsMember(c), nil))
}

func untagInstanceProfile(c *service.Call) (any, error) {
	name, err := profileName(c, "TagKeys")
	if err != nil {
		return nil, err
	}
	return done(c.IAM.TagInstanceProfile(c.Account(), name, nil, listMember(c, "TagKeys")))
}

func listInstanceProfileTags(c *service.Call) (any, error) {
	name, err := profileName(c, "Marker", "MaxItems")
	if err != nil {
		return nil, err
	}
	p, err := c.IAM.FindInstanceProfile(c.Account(), name)
	if err != nil {
		return nil, failed(err)
	}
	return tagsPaged(c, p.Tags)
}
