package iam

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// Instance profiles.

var profileRows = []service.Operation{
	row("CreateInstanceProfile", instanceProfileARN, nil, createInstanceProfile),
	row("GetInstanceProfile", instanceProfileARN, deniedProfile, getInstanceProfile),
	row("ListInstanceProfiles", instanceProfilesARN, nil, listInstanceProfiles),
	row("ListInstanceProfilesForRole", namedRoleARN, deniedRole, listInstanceProfilesForRole),
	row("DeleteInstanceProfile", instanceProfileARN, deniedProfile, deleteInstanceProfile),
	row("AddRoleToInstanceProfile", instanceProfileARN, deniedProfile, addRoleToProfile),
	row("RemoveRoleFromInstanceProfile", instanceProfileARN, deniedProfile, removeRoleFromProfile),
	row("TagInstanceProfile", instanceProfileARN, deniedProfile, tagInstanceProfile),
	row("UntagInstanceProfile", instanceProfileARN, deniedProfile, untagInstanceProfile),
	row("ListInstanceProfileTags", instanceProfileARN, deniedProfile, listInstanceProfileTags),
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
		Path: p.Path, InstanceProfileName: p.Name, InstanceProfileId: p.ID, Arn: p.ARN, CreateDate: timeText(p.Created),
		Tags: tagElements(p.Tags),
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

type createInstanceProfileInput struct {
	InstanceProfileName name128
	Path                path
	Tags                tags
}

func createInstanceProfile(c *service.Call, in *createInstanceProfileInput) (*profileResult, error) {
	p, err := c.IAM.CreateInstanceProfile(c.Account(), string(in.Path), string(in.InstanceProfileName), in.Tags)
	if err != nil {
		return nil, failed(err)
	}
	return &profileResult{profileOf(p)}, nil
}

type getInstanceProfileInput struct {
	InstanceProfileName name128
}

func getInstanceProfile(c *service.Call, in *getInstanceProfileInput) (*profileResult, error) {
	p, err := c.IAM.FindInstanceProfile(c.Account(), string(in.InstanceProfileName))
	if err != nil {
		return nil, failed(err)
	}
	return &profileResult{profileOf(p)}, nil
}

type listInstanceProfilesInput struct {
	PathPrefix pathPrefix
	paging
}

func listInstanceProfiles(c *service.Call, in *listInstanceProfilesInput) (*profilePage, error) {
	return profilesPaged(c, in.paging, func(p *iam.InstanceProfile) bool {
		return strings.HasPrefix(p.Path,
			string(in.PathPrefix))
	})
}

func profilesPaged(
	c *service.Call, at paging, wanted func(*iam.InstanceProfile) bool,
) (*profilePage, error) {
	var list []*iam.InstanceProfile
	for _, p := range c.IAM.InstanceProfiles(c.Account()) {
		if wanted(p) {
			list = append(list, p)
		}
	}
	some, info, err := paged(at, list)
	if err != nil {
		return nil, err
	}
	return &profilePage{info, collect(some, profileOf)}, nil
}

type listInstanceProfilesForRoleInput struct {
	RoleName namedRole
	paging
}

func listInstanceProfilesForRole(c *service.Call, in *listInstanceProfilesForRoleInput) (*profilePage, error) {
	if _, err := c.IAM.Get(in.RoleName.Entity); err != nil {
		return nil, failed(err)
	}
	return profilesPaged(c, in.paging, func(p *iam.InstanceProfile) bool {
		return p.Role != nil &&
			p.Role.Name == in.RoleName.Name
	})
}

type deleteInstanceProfileInput struct {
	InstanceProfileName name128
}

func deleteInstanceProfile(c *service.Call, in *deleteInstanceProfileInput) (*service.Nothing, error) {
	return done(c.IAM.DeleteInstanceProfile(c.Account(), string(in.InstanceProfileName)))
}

type addRoleToProfileInput struct {
	InstanceProfileName name128
	RoleName            namedRole
}

// addRoleToProfile also asks whether the caller may pass the role to EC2
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html).
func addRoleToProfile(c *service.Call, in *addRoleToProfileInput) (*service.Nothing, error) {
	if err := c.Authorize("iam:PassRole", namedRoleARN(c),
		map[string]string{"iam:PassedToService": "ec2.amazonaws.com"}); err != nil {
		return nil, err
	}
	return done(c.IAM.SetProfileRole(c.Account(), string(in.InstanceProfileName), in.RoleName.Name))
}

type removeRoleFromProfileInput struct {
	InstanceProfileName name128
	RoleName            namedRole
}

func removeRoleFromProfile(c *service.Call, in *removeRoleFromProfileInput) (*service.Nothing, error) {
	return done(c.IAM.RemoveProfileRole(c.Account(), string(in.InstanceProfileName), in.RoleName.Name))
}

type tagInstanceProfileInput struct {
	InstanceProfileName name128
	Tags                tags
}

func tagInstanceProfile(c *service.Call, in *tagInstanceProfileInput) (*service.Nothing, error) {
	return done(c.IAM.TagInstanceProfile(c.Account(), string(in.InstanceProfileName), in.Tags, nil))
}

type untagInstanceProfileInput struct {
	InstanceProfileName name128
	TagKeys             []string
}

func untagInstanceProfile(c *service.Call, in *untagInstanceProfileInput) (*service.Nothing, error) {
	return done(c.IAM.TagInstanceProfile(c.Account(), string(in.InstanceProfileName), nil, in.TagKeys))
}

type listInstanceProfileTagsInput struct {
	InstanceProfileName name128
	paging
}

func listInstanceProfileTags(c *service.Call, in *listInstanceProfileTagsInput) (*tagPage, error) {
	p, err := c.IAM.FindInstanceProfile(c.Account(), string(in.InstanceProfileName))
	if err != nil {
		return nil, failed(err)
	}
	return tagsPaged(in.paging, p.Tags)
}
