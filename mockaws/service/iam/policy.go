package iam

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// holder is what policies, a permissions boundary and tags hang on: a user or a
// role. Both have the same operations under names of their own.
type holder struct {
	noun     string
	resource func(*service.Call) string
	denied   func(*service.Call) string
	entity   func(*service.Call) (iam.Entity, error)
}

var (
	userHolder = &holder{"User", userARN, deniedUser, namedUser}
	roleHolder = &holder{"Role", namedRoleARN, deniedRole, namedRole}
)

func (h *holder) rows() []service.Operation {
	row := func(name string, handle func(*service.Call, iam.Entity) (any, error), form ...string) service.Operation {
		form = append(form, h.noun+"Name")
		return iamRow(name, h.resource, h.denied, func(c *service.Call) (any, error) {
			if err := c.CheckForm(form...); err != nil {
				return nil, err
			}
			e, err := h.entity(c)
			if err != nil {
				return nil, err
			}
			return handle(c, e)
		})
	}
	return []service.Operation{
		row("Put"+h.noun+"Policy", putInline, "PolicyName", "PolicyDocument"),
		row("Get"+h.noun+"Policy", h.getInline, "PolicyName"),
		row("List"+h.noun+"Policies", listInline, "Marker", "MaxItems"),
		row("Delete"+h.noun+"Policy", deleteInline, "PolicyName"),
		row("Attach"+h.noun+"Policy", attach, "PolicyArn"),
		row("Detach"+h.noun+"Policy", detach, "PolicyArn"),
		row("ListAttached"+h.noun+"Policies", listAttached, "PathPrefix", "Marker", "MaxItems"),
		row("Put"+h.noun+"PermissionsBoundary", putBoundary, "PermissionsBoundary"),
		row("Delete"+h.noun+"PermissionsBoundary", deleteBoundary),
		row("Tag"+h.noun, tagEntity, "Tags"),
		row("Untag"+h.noun, untagEntity, "TagKeys"),
		row("List"+h.noun+"Tags", listEntityTags, "Marker", "MaxItems"),
	}
}

func putInline(c *service.Call, e iam.Entity) (any, error) {
	name, err := nameMember(c, "PolicyName", 128)
	if err != nil {
		return nil, err
	}
	text, err := requiredMember(c, "PolicyDocument")
	if err != nil {
		return nil, err
	}
	return done(c.IAM.PutPolicy(e, name, text))
}

type inlineElement struct {
	UserName                   string `xml:",omitempty"`
	RoleName                   string `xml:",omitempty"`
	PolicyName, PolicyDocument string
}

func (h *holder) getInline(c *service.Call, e iam.Entity) (any, error) {
	name, err := nameMember(c, "PolicyName", 128)
	if err != nil {
		return nil, err
	}
	inline, _, err := c.IAM.Policies(e)
	if err != nil {
		return nil, failed(err)
	}
	for _, p := range inline {
		if p.Name == name {
			out := &inlineElement{PolicyName: name, PolicyDocument: document(p.Document)}
			if h == userHolder {
				out.UserName = e.Name
			} else {
				out.RoleName = e.Name
			}
			return out, nil
		}
	}
	return nil, service.NotFoundf("NoSuchEntity", "The %s policy with name %s cannot be found.", strings.ToLower(h.noun), name)
}

type policyNamePage struct {
	pageInfo
	PolicyNames members[string]
}

func listInline(c *service.Call, e iam.Entity) (any, error) {
	inline, _, err := c.IAM.Policies(e)
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(c, inline)
	if err != nil {
		return nil, err
	}
	return &policyNamePage{info, collect(some, func(p iam.PolicyInfo) string { return p.Name })}, nil
}

func deleteInline(c *service.Call, e iam.Entity) (any, error) {
	name, err := nameMember(c, "PolicyName", 128)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.DeletePolicy(e, name))
}

// policyARN is the ARN of a managed policy that a call must name.
func policyARN(c *service.Call) (string, error) {
	arn, err := requiredMember(c, "PolicyArn")
	if err == nil && !strings.HasPrefix(arn, "arn:") {
		err = &service.Error{Code: "InvalidInput", Message: "ARN " + arn + " is not valid."}
	}
	return arn, err
}

func attach(c *service.Call, e iam.Entity) (any, error) {
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.AttachPolicy(e, arn))
}

func detach(c *service.Call, e iam.Entity) (any, error) {
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.DetachPolicy(e, arn))
}

type attachedElement struct{ PolicyName, PolicyArn string }

type attachedPage struct {
	pageInfo
	AttachedPolicies members[attachedElement]
}

func listAttached(c *service.Call, e iam.Entity) (any, error) {
	prefix, err := pathPrefix(c)
	if err != nil {
		return nil, err
	}
	_, all, err := c.IAM.Policies(e)
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(c, under(all, prefix))
	if err != nil {
		return nil, err
	}
	return &attachedPage{info, collect(some, func(p iam.PolicyInfo) attachedElement { return attachedElement{p.Name, p.ARN} })}, nil
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

func putBoundary(c *service.Call, e iam.Entity) (any, error) {
	arn, err := requiredMember(c, "PermissionsBoundary")
	if err != nil {
		return nil, err
	}
	return done(c.IAM.SetBoundary(e, arn))
}

func deleteBoundary(c *service.Call, e iam.Entity) (any, error) {
	return done(c.IAM.SetBoundary(e, ""))
}

func tagEntity(c *service.Call, e iam.Entity) (any, error) {
	return done(c.IAM.SetTags(e, tagsMember(c)))
}

func untagEntity(c *service.Call, e iam.Entity) (any, error) {
	return done(c.IAM.RemoveTags(e, listMember(c, "TagKeys")))
}

func listEntityTags(c *service.Call, e iam.Entity) (any, error) {
	info, err := c.IAM.Get(e)
	if err != nil {
		return nil, failed(err)
	}
	return tagsPaged(c, info.Tags)
}

// Managed policies.

var policyRows = []service.Operation{
	iamRow("CreatePolicy", newPolicyARN, deniedNewPolicy, createPolicy),
	iamRow("GetPolicy", managedARN, deniedPolicy, getPolicy),
	iamRow("ListPolicies", nil, deniedPolicies, listPolicies),
	iamRow("DeletePolicy", managedARN, deniedPolicy, deletePolicy),
	iamRow("CreatePolicyVersion", managedARN, deniedPolicy, createPolicyVersion),
	iamRow("GetPolicyVersion", managedARN, deniedPolicy, getPolicyVersion),
	iamRow("ListPolicyVersions", managedARN, deniedPolicy, listPolicyVersions),
	iamRow("SetDefaultPolicyVersion", managedARN, deniedPolicy, setDefaultPolicyVersion),
	iamRow("DeletePolicyVersion", managedARN, deniedPolicy, deletePolicyVersion),
	iamRow("ListEntitiesForPolicy", managedARN, deniedPolicy, listEntitiesForPolicy),
	iamRow("TagPolicy", managedARN, deniedPolicy, tagPolicy),
	iamRow("UntagPolicy", managedARN, deniedPolicy, untagPolicy),
	iamRow("ListPolicyTags", managedARN, deniedPolicy, listPolicyTags),
}

func newPolicyARN(c *service.Call) string {
	path := c.Input.Form.Get("Path")
	if path == "" {
		path = "/"
	}
	return iamARN(c, "policy"+path+c.Input.Form.Get("PolicyName"))
}

func managedARN(c *service.Call) string { return c.Input.Form.Get("PolicyArn") }

func deniedNewPolicy(c *service.Call) string { return "policy " + c.Input.Form.Get("PolicyName") }
func deniedPolicy(c *service.Call) string    { return "policy " + managedARN(c) }

// deniedPolicies is AWS's wording (aws/aws-sam-cli#394).
func deniedPolicies(c *service.Call) string { return "policy path " + prefixOf(c) }

type policyElement struct {
	PolicyName, PolicyId, Arn, Path, DefaultVersionId string
	AttachmentCount, PermissionsBoundaryUsageCount    int
	IsAttachable                                      bool
	Description                                       string `xml:",omitempty"`
	CreateDate, UpdateDate                            string
	Tags                                              *members[tagElement] `xml:",omitempty"`
}

func policyOf(p iam.PolicyInfo) policyElement {
	out := briefPolicy(p)
	out.Description, out.Tags = p.Description, tagElements(p.Tags)
	return out
}

// briefPolicy is a policy in a list, which leaves description and tags out.
func briefPolicy(p iam.PolicyInfo) policyElement {
	return policyElement{
		PolicyName: p.Name, PolicyId: p.ID, Arn: p.ARN, Path: p.Path, DefaultVersionId: p.DefaultVersion,
		AttachmentCount: p.Attachments, PermissionsBoundaryUsageCount: p.BoundaryUses, IsAttachable: true,
		CreateDate: timeText(p.Created), UpdateDate: timeText(p.Updated),
	}
}

type policyResult struct{ Policy policyElement }

func createPolicy(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyName", "Path", "PolicyDocument", "Description", "Tags"); err != nil {
		return nil, err
	}
	name, err := nameMember(c, "PolicyName", 128)
	if err != nil {
		return nil, err
	}
	path, err := pathMember(c, "Path")
	if err != nil {
		return nil, err
	}
	text, err := requiredMember(c, "PolicyDocument")
	if err != nil {
		return nil, err
	}
	arn, err := c.IAM.CreateManagedPolicy(c.Account(), path, name, text)
	if err != nil {
		return nil, failed(err)
	}
	if err := c.IAM.DescribePolicy(arn, c.Input.Form.Get("Description"), tagsMember(c)); err != nil {
		_ = c.IAM.DeleteManagedPolicy(arn) // it was just made, and nobody has it
		return nil, failed(err)
	}
	return policyFound(c, arn)
}

func policyFound(c *service.Call, arn string) (any, error) {
	p, err := c.IAM.FindPolicy(c.Account(), arn)
	if err != nil {
		return nil, failed(err)
	}
	return &policyResult{policyOf(*p)}, nil
}

func getPolicy(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	return policyFound(c, arn)
}

type policyPage struct {
	pageInfo
	Policies members[policyElement]
}

// listPolicies: of AWS's own policies only AdministratorAccess and those of the
// seed are here.
func listPolicies(c *service.Call) (any, error) {
	if err := c.CheckForm("Scope", "OnlyAttached", "PathPrefix", "PolicyUsageFilter", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	prefix, err := pathPrefix(c)
	if err != nil {
		return nil, err
	}
	f := c.Input.Form
	scope, usage := f.Get("Scope"), f.Get("PolicyUsageFilter")
	switch {
	case scope != "" && scope != "All" && scope != "AWS" && scope != "Local":
		return nil, broken(scope, "scope", "Member must satisfy enum value set: [All, AWS, Local]")
	case usage != "" && usage != "PermissionsPolicy" && usage != "PermissionsBoundary":
		return nil, broken(usage, "policyUsageFilter", "Member must satisfy enum value set: [PermissionsPolicy, PermissionsBoundary]")
	}
	var list []iam.PolicyInfo
	for _, p := range under(c.IAM.UsablePolicies(c.Account()), prefix) {
		awsOwned := strings.HasPrefix(p.ARN, "arn:aws:iam::aws:")
		used := p.Attachments > 0 && usage != "PermissionsBoundary" || p.BoundaryUses > 0 && usage != "PermissionsPolicy"
		if scope == "AWS" && !awsOwned || scope == "Local" && awsOwned || f.Get("OnlyAttached") == "true" && !used || usage != "" && !used {
			continue
		}
		list = append(list, p)
	}
	some, info, err := paged(c, list)
	if err != nil {
		return nil, err
	}
	return &policyPage{info, collect(some, briefPolicy)}, nil
}

func deletePolicy(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	versions, err := c.IAM.PolicyVersions(c.Account(), arn)
	if err != nil {
		return nil, failed(err)
	}
	if len(versions) > 1 {
		return nil, &service.Error{Code: "DeleteConflict", Status: 409,
			Message: "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."}
	}
	return done(c.IAM.DeleteManagedPolicy(arn))
}

type versionElement struct {
	Document         string `xml:",omitempty"`
	VersionId        string
	IsDefaultVersion bool
	CreateDate       string
}

// briefVersion leaves the document out.
func briefVersion(v iam.VersionInfo) versionElement {
	return versionElement{VersionId: v.ID, IsDefaultVersion: v.Default, CreateDate: timeText(v.Created)}
}

type versionResult struct{ PolicyVersion versionElement }

func createPolicyVersion(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn", "PolicyDocument", "SetAsDefault"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	text, err := requiredMember(c, "PolicyDocument")
	if err != nil {
		return nil, err
	}
	v, err := c.IAM.CreatePolicyVersion(arn, text, c.Input.Form.Get("SetAsDefault") == "true")
	if err != nil {
		return nil, failed(err)
	}
	return &versionResult{briefVersion(*v)}, nil
}

func getPolicyVersion(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn", "VersionId"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	id, err := requiredMember(c, "VersionId")
	if err != nil {
		return nil, err
	}
	versions, err := c.IAM.PolicyVersions(c.Account(), arn)
	if err != nil {
		return nil, failed(err)
	}
	for _, v := range versions {
		if v.ID == id {
			out := briefVersion(v)
			out.Document = document(v.Document)
			return &versionResult{out}, nil
		}
	}
	return nil, service.NotFoundf("NoSuchEntity", "Policy %s version %s does not exist or is not attachable.", arn, id)
}

type versionPage struct {
	pageInfo
	Versions members[versionElement]
}

func listPolicyVersions(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	versions, err := c.IAM.PolicyVersions(c.Account(), arn)
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(c, versions)
	if err != nil {
		return nil, err
	}
	return &versionPage{info, collect(some, briefVersion)}, nil
}

func setDefaultPolicyVersion(c *service.Call) (any, error) {
	return onVersion(c, c.IAM.SetDefaultVersion)
}
func deletePolicyVersion(c *service.Call) (any, error) {
	return onVersion(c, c.IAM.DeletePolicyVersion)
}

func onVersion(c *service.Call, change func(arn, id string) error) (any, error) {
	if err := c.CheckForm("PolicyArn", "VersionId"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	id, err := requiredMember(c, "VersionId")
	if err != nil {
		return nil, err
	}
	return done(change(arn, id))
}

type policyUser struct{ UserName, UserId string }
type policyRole struct{ RoleName, RoleId string }

type policyHolders struct {
	pageInfo
	PolicyGroups members[string]
	PolicyUsers  members[policyUser]
	PolicyRoles  members[policyRole]
}

func listEntitiesForPolicy(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn", "EntityFilter", "PathPrefix", "PolicyUsageFilter", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	prefix, err := pathPrefix(c)
	if err != nil {
		return nil, err
	}
	holders, err := c.IAM.PolicyHolders(c.Account(), arn, c.Input.Form.Get("PolicyUsageFilter") == "PermissionsBoundary")
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(c, holders)
	if err != nil {
		return nil, err
	}
	out, filter := &policyHolders{pageInfo: info}, c.Input.Form.Get("EntityFilter")
	for _, e := range some {
		switch {
		case !strings.HasPrefix(e.Path, prefix):
		case e.Kind == iam.KindUser && (filter == "" || filter == "User"):
			out.PolicyUsers.Member = append(out.PolicyUsers.Member, policyUser{e.Name, e.ID})
		case e.Kind == iam.KindAssumedRole && (filter == "" || filter == "Role"):
			out.PolicyRoles.Member = append(out.PolicyRoles.Member, policyRole{e.Name, e.ID})
		}
	}
	return out, nil
}

func tagPolicy(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn", "Tags"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.TagPolicy(arn, tagsMember(c)))
}

func untagPolicy(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn", "TagKeys"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.UntagPolicy(arn, listMember(c, "TagKeys")))
}

func listPolicyTags(c *service.Call) (any, error) {
	if err := c.CheckForm("PolicyArn", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	arn, err := policyARN(c)
	if err != nil {
		return nil, err
	}
	p, err := c.IAM.FindPolicy(c.Account(), arn)
	if err != nil {
		return nil, failed(err)
	}
	return tagsPaged(c, p.Tags)
}
