package iam

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// What policies, a permissions boundary and tags hang on is a user or a role. Both have
// the same operations under names of their own.

// holder names a user or a role.
type holder interface {
	namedUser | namedRole
	entity() iam.Entity
}

var (
	userHolderRows = holderRows[namedUser]("User", userARN, deniedUser)
	roleHolderRows = holderRows[namedRole]("Role", namedRoleARN, deniedRole)
)

func holderRows[H holder](noun string, resource, denied func(*service.Call) string) []service.Operation {
	return []service.Operation{
		row("Put"+noun+"Policy", resource, denied, putInline[H]),
		row("Get"+noun+"Policy", resource, denied, getInline[H]),
		row("List"+noun+"Policies", resource, denied, listInline[H]),
		row("Delete"+noun+"Policy", resource, denied, deleteInline[H]),
		row("Attach"+noun+"Policy", resource, denied, attach[H]),
		row("Detach"+noun+"Policy", resource, denied, detach[H]),
		row("ListAttached"+noun+"Policies", resource, denied, listAttached[H]),
		row("Put"+noun+"PermissionsBoundary", resource, denied, putBoundary[H]),
		row("Delete"+noun+"PermissionsBoundary", resource, denied, deleteBoundary[H]),
		row("Tag"+noun, resource, denied, tagEntity[H]),
		row("Untag"+noun, resource, denied, untagEntity[H]),
		row("List"+noun+"Tags", resource, denied, listEntityTags[H]),
	}
}

type putInlineInput[H holder] struct {
	Holder         H
	PolicyName     name128
	PolicyDocument required
}

func putInline[H holder](c *service.Call, in *putInlineInput[H]) (*service.Nothing, error) {
	return done(c.IAM.PutPolicy(in.Holder.entity(), string(in.PolicyName), string(in.PolicyDocument)))
}

type inlineElement struct {
	UserName                   string `xml:",omitempty"`
	RoleName                   string `xml:",omitempty"`
	PolicyName, PolicyDocument string
}

// inlineInput names one inline policy.
type inlineInput[H holder] struct {
	Holder     H
	PolicyName name128
}

func getInline[H holder](c *service.Call, in *inlineInput[H]) (*inlineElement, error) {
	e, name := in.Holder.entity(), string(in.PolicyName)
	inline, _, err := c.IAM.Policies(e)
	if err != nil {
		return nil, failed(err)
	}
	noun := "role"
	if e.Kind == iam.KindUser {
		noun = "user"
	}
	for _, p := range inline {
		if p.Name == name {
			out := &inlineElement{PolicyName: name, PolicyDocument: document(p.Document)}
			if e.Kind == iam.KindUser {
				out.UserName = e.Name
			} else {
				out.RoleName = e.Name
			}
			return out, nil
		}
	}
	return nil, service.NotFoundf("NoSuchEntity", "The %s policy with name %s cannot be found.", noun, name)
}

type policyNamePage struct {
	pageInfo
	PolicyNames members[string]
}

// holderList asks for a list of what a user or role has.
type holderList[H holder] struct {
	Holder H
	paging
}

func listInline[H holder](c *service.Call, in *holderList[H]) (*policyNamePage, error) {
	inline, _, err := c.IAM.Policies(in.Holder.entity())
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(in.paging, inline)
	if err != nil {
		return nil, err
	}
	return &policyNamePage{info, collect(some, func(p iam.PolicyInfo) string { return p.Name })}, nil
}

func deleteInline[H holder](c *service.Call, in *inlineInput[H]) (*service.Nothing, error) {
	return done(c.IAM.DeletePolicy(in.Holder.entity(), string(in.PolicyName)))
}

type attachInput[H holder] struct {
	Holder    H
	PolicyArn policyARN
}

func attach[H holder](c *service.Call, in *attachInput[H]) (*service.Nothing, error) {
	return done(c.IAM.AttachPolicy(in.Holder.entity(), string(in.PolicyArn)))
}

func detach[H holder](c *service.Call, in *attachInput[H]) (*service.Nothing, error) {
	return done(c.IAM.DetachPolicy(in.Holder.entity(), string(in.PolicyArn)))
}

type attachedElement struct{ PolicyName, PolicyArn string }

type attachedPage struct {
	pageInfo
	AttachedPolicies members[attachedElement]
}

type listAttachedInput[H holder] struct {
	Holder     H
	PathPrefix pathPrefix
	paging
}

func listAttached[H holder](c *service.Call, in *listAttachedInput[H]) (*attachedPage, error) {
	_, all, err := c.IAM.Policies(in.Holder.entity())
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(in.paging, under(all, string(in.PathPrefix)))
	if err != nil {
		return nil, err
	}
	return &attachedPage{info, collect(some, func(p iam.PolicyInfo) attachedElement {
		return attachedElement{p.Name, p.ARN}
	})}, nil
}

// under are the policies whose path begins with a prefix.
func under(all []iam.PolicyInfo, prefix string) (list []iam.PolicyInfo) {
	for _, p := range all {
		if strings.HasPrefix(p.Path, prefix) {
			list = append(list, p)
		}
	}
	return list
}

type putBoundaryInput[H holder] struct {
	Holder              H
	PermissionsBoundary required
}

func putBoundary[H holder](c *service.Call, in *putBoundaryInput[H]) (*service.Nothing, error) {
	return done(c.IAM.SetBoundary(in.Holder.entity(), string(in.PermissionsBoundary)))
}

type deleteBoundaryInput[H holder] struct{ Holder H }

func deleteBoundary[H holder](c *service.Call, in *deleteBoundaryInput[H]) (*service.Nothing, error) {
	return done(c.IAM.SetBoundary(in.Holder.entity(), ""))
}

type tagEntityInput[H holder] struct {
	Holder H
	Tags   tags
}

func tagEntity[H holder](c *service.Call, in *tagEntityInput[H]) (*service.Nothing, error) {
	return done(c.IAM.SetTags(in.Holder.entity(), in.Tags))
}

type untagEntityInput[H holder] struct {
	Holder  H
	TagKeys []string
}

func untagEntity[H holder](c *service.Call, in *untagEntityInput[H]) (*service.Nothing, error) {
	return done(c.IAM.RemoveTags(in.Holder.entity(), in.TagKeys))
}

func listEntityTags[H holder](c *service.Call, in *holderList[H]) (*tagPage, error) {
	info, err := c.IAM.Get(in.Holder.entity())
	if err != nil {
		return nil, failed(err)
	}
	return tagsPaged(in.paging, info.Tags)
}
