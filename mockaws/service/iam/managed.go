package iam

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// Managed policies.

var policyRows = []service.Operation{
	row("CreatePolicy", newPolicyARN, deniedNewPolicy, createPolicy),
	row("GetPolicy", managedARN, deniedPolicy, getPolicy),
	row("ListPolicies", nil, deniedPolicies, listPolicies),
	row("DeletePolicy", managedARN, deniedPolicy, deletePolicy),
	row("CreatePolicyVersion", managedARN, deniedPolicy, createPolicyVersion),
	row("GetPolicyVersion", managedARN, deniedPolicy, getPolicyVersion),
	row("ListPolicyVersions", managedARN, deniedPolicy, listPolicyVersions),
	row("SetDefaultPolicyVersion", managedARN, deniedPolicy, setDefaultPolicyVersion),
	row("DeletePolicyVersion", managedARN, deniedPolicy, deletePolicyVersion),
	row("ListEntitiesForPolicy", managedARN, deniedPolicy, listEntitiesForPolicy),
	row("TagPolicy", managedARN, deniedPolicy, tagPolicy),
	row("UntagPolicy", managedARN, deniedPolicy, untagPolicy),
	row("ListPolicyTags", managedARN, deniedPolicy, listPolicyTags),
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

type createPolicyInput struct {
	PolicyName     name128
	Path           path
	PolicyDocument required
	Description    string
	Tags           tags
}

func createPolicy(c *service.Call, in *createPolicyInput) (*policyResult, error) {
	arn, err := c.IAM.CreateManagedPolicy(c.Account(), string(in.Path), string(in.PolicyName),
		string(in.PolicyDocument))
	if err != nil {
		return nil, failed(err)
	}
	if err := c.IAM.DescribePolicy(arn, in.Description, in.Tags); err != nil {
		_ = c.IAM.DeleteManagedPolicy(arn) // it was just made and is not attached yet
		return nil, failed(err)
	}
	return policyFound(c, arn)
}

func policyFound(c *service.Call, arn string) (*policyResult, error) {
	p, err := c.IAM.FindPolicy(c.Account(), arn)
	if err != nil {
		return nil, failed(err)
	}
	return &policyResult{policyOf(*p)}, nil
}

type getPolicyInput struct {
	PolicyArn policyARN
}

func getPolicy(c *service.Call, in *getPolicyInput) (*policyResult, error) {
	return policyFound(c, string(in.PolicyArn))
}

type policyPage struct {
	pageInfo
	Policies members[policyElement]
}

type listPoliciesInput struct {
	PathPrefix        pathPrefix
	Scope             string
	OnlyAttached      bool
	PolicyUsageFilter string
	paging
}

// listPolicies lists managed policies. Of AWS's own policies, the mock has only
// AdministratorAccess and the ones that the seed declares.
func listPolicies(c *service.Call, in *listPoliciesInput) (*policyPage, error) {
	scope, usage := in.Scope, in.PolicyUsageFilter
	switch {
	case scope != "" && scope != "All" && scope != "AWS" && scope != "Local":
		return nil, broken(scope, "scope", "Member must satisfy enum value set: [All, AWS, Local]")
	case usage != "" && usage != "PermissionsPolicy" && usage != "PermissionsBoundary":
		return nil, broken(usage, "policyUsageFilter",
			"Member must satisfy enum value set: [PermissionsPolicy, PermissionsBoundary]")
	}
	var list []iam.PolicyInfo
	for _, p := range under(c.IAM.UsablePolicies(c.Account()), string(in.PathPrefix)) {
		awsOwned := strings.HasPrefix(p.ARN, "arn:aws:iam::aws:")
		used := p.Attachments > 0 && usage != "PermissionsBoundary" || p.BoundaryUses > 0 &&
			usage != "PermissionsPolicy"
		if scope == "AWS" && !awsOwned || scope == "Local" && awsOwned || in.OnlyAttached && !used || usage != "" &&
			!used {
			continue
		}
		list = append(list, p)
	}
	some, info, err := paged(in.paging, list)
	if err != nil {
		return nil, err
	}
	return &policyPage{info, collect(some, briefPolicy)}, nil
}

type deletePolicyInput struct {
	PolicyArn policyARN
}

func deletePolicy(c *service.Call, in *deletePolicyInput) (*service.Nothing, error) {
	versions, err := c.IAM.PolicyVersions(c.Account(), string(in.PolicyArn))
	if err != nil {
		return nil, failed(err)
	}
	if len(versions) > 1 {
		return nil, &service.Error{Code: "DeleteConflict", Status: 409,
			Message: "This policy has more than one version. Before you delete a policy, you must delete the " +
				"policy's versions. The default version is deleted with the policy."}
	}
	return done(c.IAM.DeleteManagedPolicy(string(in.PolicyArn)))
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

type createPolicyVersionInput struct {
	PolicyArn      policyARN
	PolicyDocument required
	SetAsDefault   bool
}

func createPolicyVersion(c *service.Call, in *createPolicyVersionInput) (*versionResult, error) {
	v, err := c.IAM.CreatePolicyVersion(string(in.PolicyArn), string(in.PolicyDocument), in.SetAsDefault)
	if err != nil {
		return nil, failed(err)
	}
	return &versionResult{briefVersion(*v)}, nil
}

type getPolicyVersionInput struct {
	PolicyArn policyARN
	VersionId required
}

func getPolicyVersion(c *service.Call, in *getPolicyVersionInput) (*versionResult, error) {
	versions, err := c.IAM.PolicyVersions(c.Account(), string(in.PolicyArn))
	if err != nil {
		return nil, failed(err)
	}
	for _, v := range versions {
		if v.ID == string(in.VersionId) {
			out := briefVersion(v)
			out.Document = document(v.Document)
			return &versionResult{out}, nil
		}
	}
	return nil, service.NotFoundf("NoSuchEntity", "Policy %s version %s does not exist or is not attachable.",
		string(in.PolicyArn), string(in.VersionId))
}

type versionPage struct {
	pageInfo
	Versions members[versionElement]
}

type listPolicyVersionsInput struct {
	PolicyArn policyARN
	paging
}

func listPolicyVersions(c *service.Call, in *listPolicyVersionsInput) (*versionPage, error) {
	versions, err := c.IAM.PolicyVersions(c.Account(), string(in.PolicyArn))
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(in.paging, versions)
	if err != nil {
		return nil, err
	}
	return &versionPage{info, collect(some, briefVersion)}, nil
}

// versionInput names a version of a policy.
type versionInput struct {
	PolicyArn policyARN
	VersionId required
}

func setDefaultPolicyVersion(c *service.Call, in *versionInput) (*service.Nothing, error) {
	return done(c.IAM.SetDefaultVersion(string(in.PolicyArn), string(in.VersionId)))
}

func deletePolicyVersion(c *service.Call, in *versionInput) (*service.Nothing, error) {
	return done(c.IAM.DeletePolicyVersion(string(in.PolicyArn), string(in.VersionId)))
}

type policyUser struct{ UserName, UserId string }
type policyRole struct{ RoleName, RoleId string }

type policyHolders struct {
	pageInfo
	PolicyGroups members[string]
	PolicyUsers  members[policyUser]
	PolicyRoles  members[policyRole]
}

type listEntitiesForPolicyInput struct {
	PolicyArn         policyARN
	PathPrefix        pathPrefix
	EntityFilter      string
	PolicyUsageFilter string
	paging
}

func listEntitiesForPolicy(c *service.Call, in *listEntitiesForPolicyInput) (*policyHolders, error) {
	holders, err := c.IAM.PolicyHolders(c.Account(), string(in.PolicyArn),
		in.PolicyUsageFilter == "PermissionsBoundary")
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(in.paging, holders)
	if err != nil {
		return nil, err
	}
	out, filter := &policyHolders{pageInfo: info}, in.EntityFilter
	for _, e := range some {
		switch {
		case !strings.HasPrefix(e.Path, string(in.PathPrefix)):
		case e.Kind == iam.KindUser && (filter == "" || filter == "User"):
			out.PolicyUsers.Member = append(out.PolicyUsers.Member, policyUser{e.Name, e.ID})
		case e.Kind == iam.KindAssumedRole && (filter == "" || filter == "Role"):
			out.PolicyRoles.Member = append(out.PolicyRoles.Member, policyRole{e.Name, e.ID})
		}
	}
	return out, nil
}

type tagPolicyInput struct {
	PolicyArn policyARN
	Tags      tags
}

func tagPolicy(c *service.Call, in *tagPolicyInput) (*service.Nothing, error) {
	return done(c.IAM.TagPolicy(string(in.PolicyArn), in.Tags))
}

type untagPolicyInput struct {
	PolicyArn policyARN
	TagKeys   []string
}

func untagPolicy(c *service.Call, in *untagPolicyInput) (*service.Nothing, error) {
	return done(c.IAM.UntagPolicy(string(in.PolicyArn), in.TagKeys))
}

type listPolicyTagsInput struct {
	PolicyArn policyARN
	paging
}

func listPolicyTags(c *service.Call, in *listPolicyTagsInput) (*tagPage, error) {
	p, err := c.IAM.FindPolicy(c.Account(), string(in.PolicyArn))
	if err != nil {
		return nil, failed(err)
	}
	return tagsPaged(in.paging, p.Tags)
}
