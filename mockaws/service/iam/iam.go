package iam

import (
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// New is AWS Identity and Access Management, over the very accounts that the
// judge asks: what is changed here holds for the next request, where AWS takes
// some seconds. Its only endpoint is global and takes credential scopes of
// us-east-1 (https://docs.aws.amazon.com/general/latest/gr/iam-service.html).
func New(issuers *oidc.Issuers) *service.Service {
	return &service.Service{
		ID: "IAM", EndpointPrefix: "iam", SigningName: "iam", Version: "2010-05-08", GlobalRegion: "us-east-1",
		Dialect: protocol.Dialect{
			Protocol: protocol.Query, Namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
			Errors: protocol.Tabulate(protocol.QueryRows),
		},
		SkewWindow: 15 * time.Minute, Complete: true, EventSource: "iam.amazonaws.com",
		Operations: slices.Concat(userRows, roleRows, userHolderRows, roleHolderRows, policyRows, providerRows,
			profileRows,
			simulateRows, outboundRows(issuers), unimplemented),
	}
}

// unimplemented are the operations of the API of which nothing is here:
// groups, passwords, SAML, certificates, reports
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html).
var unimplemented = service.Unimplemented(
	"AcceptDelegationRequest", "AcquireRole", "AddUserToGroup", "AssociateDelegationRequest", "AttachGroupPolicy",
	"ChangePassword",
	"CreateDelegationRequest", "CreateGroup", "CreateLoginProfile", "CreateSAMLProvider", "CreateServiceLinkedRole",
	"CreateVirtualMFADevice",
	"DeactivateMFADevice", "DeleteAccountPasswordPolicy", "DeleteGroup", "DeleteGroupPolicy", "DeleteLoginProfile",
	"DeleteSAMLProvider",
	"DeleteSSHPublicKey", "DeleteServerCertificate", "DeleteServiceLinkedRole", "DeleteSigningCertificate",
	"DeleteVirtualMFADevice",
	"DetachGroupPolicy", "DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions",
	"EnableMFADevice", "EnableOrganizationsRootCredentialsManagement",
	"EnableOrganizationsRootSessions", "GenerateCredentialReport",
	"GenerateOrganizationsAccessReport",
	"GenerateServiceLastAccessedDetails", "GetAccountAuthorizationDetails", "GetAccountPasswordPolicy",
	"GetAccountProperties",
	"GetAccountSummary", "GetContextKeysForCustomPolicy", "GetContextKeysForPrincipalPolicy", "GetCredentialReport",
	"GetDelegationRequest",
	"GetGroup", "GetGroupPolicy", "GetHumanReadableSummary", "GetLoginProfile", "GetMFADevice",
	"GetOrganizationsAccessReport",
	"GetRoleTemplateVersion", "GetSAMLProvider", "GetSSHPublicKey",
	"GetServerCertificate",
	"GetServiceLastAccessedDetails", "GetServiceLastAccessedDetailsWithEntities", "GetServiceLinkedRoleDeletionStatus",
	"ListAttachedGroupPolicies", "ListDelegationRequests", "ListGroupPolicies", "ListGroups", "ListMFADeviceTags",
	"ListOrganizationsFeatures",
	"ListPoliciesGrantingServiceAccess", "ListSAMLProviderTags", "ListSAMLProviders", "ListSSHPublicKeys",
	"ListServerCertificateTags",
	"ListServerCertificates", "ListSigningCertificates", "ListVirtualMFADevices", "PutAccountProperties",
	"PutGroupPolicy",
	"RejectDelegationRequest", "RemoveUserFromGroup", "ResetServiceSpecificCredential", "ResyncMFADevice",
	"SendDelegationToken",
	"SetSecurityTokenServicePreferences", "TagMFADevice", "TagSAMLProvider",
	"TagServerCertificate", "UntagMFADevice", "UntagSAMLProvider", "UntagServerCertificate",
	"UpdateAccountPasswordPolicy",
	"UpdateDelegationRequest", "UpdateGroup", "UpdateLoginProfile", "UpdateSAMLProvider", "UpdateSSHPublicKey",
	"UpdateServerCertificate",
	"UpdateSigningCertificate", "UploadSSHPublicKey", "UploadServerCertificate", "UploadSigningCertificate",
)

// row is a row of IAM's table: the action is named as the operation.
func row[In, Out any](
	name string, resource, deniedOn func(*service.Call) string, do func(*service.Call, *In) (*Out, error),
) service.Operation {
	readOnly := strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List") || strings.HasPrefix(name, "Simulate")
	return service.Operation{
		Name: name, Action: "iam:" + name, Resource: resource, ResourcePolicy: awsPolicyForAll, DeniedOn: deniedOn,
		Conditions: conditions, ReadOnly: readOnly, Handle: service.HandleForm(do),
	}
}

// awsPolicyForAll says whose account a resource belongs to: AWS's own policies are
// every account's to read and to attach, and nobody's to change (that this is denied,
// cloud-copilot/iam-simulate says). Nothing of IAM has a policy of its own but the roles.
func awsPolicyForAll(c *service.Call) (*iam.Policy, string) {
	switch {
	case !strings.HasPrefix(c.Input.Form.Get("PolicyArn"), "arn:aws:iam::aws:"):
		return nil, ""
	case slices.Contains(policyChanges, c.Operation.Name):
		return nil, "aws"
	}
	return nil, c.Account()
}

// policyChanges are the operations that change a managed policy.
var policyChanges = []string{"DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion",
	"TagPolicy", "UntagPolicy"}

func iamARN(c *service.Call, resource string) string {
	return "arn:aws:iam::" + c.Account() + ":" + resource
}

// failed turns an error of the store into one of the operation.
func failed(err error) error {
	var failed *iam.Error
	switch {
	case errors.As(err, &failed) && failed.NotKnown != "":
		return failed.Refusal(verdict.StageHandle)
	case failed != nil:
		return &service.Error{Code: failed.Code, Message: failed.Message, Status: failed.Status, Detail: failed.Detail,
			Cause: err}
	}
	return err
}

// done is the outcome of an operation that returns nothing.
func done(err error) (*service.Nothing, error) {
	if err != nil {
		return nil, failed(err)
	}
	return nil, nil
}

// members is a list in IAM's documents. An empty one is still an element:
// clients tell it from an absent one.
type members[T any] struct {
	Member []T `xml:"member"`
}

func collect[S, T any](list []S, f func(S) T) members[T] {
	out := members[T]{Member: make([]T, 0, len(list))}
	for _, x := range list {
		out.Member = append(out.Member, f(x))
	}
	return out
}

func same[T any](x T) T { return x }

type tagElement struct{ Key, Value string }

func tagElements(list []iam.Tag) *members[tagElement] {
	if len(list) == 0 {
		return nil
	}
	m := collect(list, func(t iam.Tag) tagElement { return tagElement(t) })
	return &m
}

// tagPage is what the operations List...Tags return, by key.
type tagPage struct {
	pageInfo
	Tags members[tagElement]
}

func tagsPaged(at paging, list []iam.Tag) (*tagPage, error) {
	sorted := slices.SortedStableFunc(slices.Values(list), func(a, b iam.Tag) int {
		return strings.Compare(a.Key,
			b.Key)
	})
	some, info, err := paged(at, sorted)
	if err != nil {
		return nil, err
	}
	return &tagPage{info, collect(some, func(t iam.Tag) tagElement { return tagElement(t) })}, nil
}

type pageInfo struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// pageSize is how many items a list returns unless MaxItems says otherwise.
const pageSize = 100

// paged cuts the page out of a list that MaxItems and Marker ask for.
func paged[T any](at paging, all []T) ([]T, pageInfo, error) {
	size := pageSize
	asked, err := wholeNumber(at.MaxItems, "MaxItems", 1, 1000)
	if err != nil {
		return nil, pageInfo{}, err
	}
	if asked != nil {
		size = *asked
	}
	skip := 0
	if at.Marker != "" {
		text, err := base64.StdEncoding.DecodeString(at.Marker)
		n, bad := strconv.Atoi(string(text))
		if err != nil || bad != nil || n < 0 {
			return nil, pageInfo{}, service.Errorf("ValidationError", "Invalid Marker.")
		}
		skip = n
	}
	some := service.Page(all, skip, size)
	if skip+len(some) < len(all) {
		return some, pageInfo{IsTruncated: true,
			Marker: base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(skip + len(some))))}, nil
	}
	return some, pageInfo{}, nil
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// document is a policy as IAM shows it: the JSON as it was put, percent-encoded after
// RFC 3986. GetUserPolicy gives spaces and line breaks back (an answer of AWS of 2022 in a
// public program); for the other operations this is inferred.
func document(p *iam.Policy) string {
	return strings.ReplaceAll(url.QueryEscape(p.Text()), "+", "%20")
}

// conditions are the condition keys of IAM's actions that a call's own members
// or the named user or role fill
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
func conditions(c *service.Call) map[string][]string {
	keys := map[string][]string{}
	for _, t := range tagsOf(c, "Tags") {
		keys["aws:RequestTag/"+t.Key] = []string{t.Value}
		keys["aws:TagKeys"] = append(keys["aws:TagKeys"], t.Key)
	}
	keys["aws:TagKeys"] = append(keys["aws:TagKeys"], c.FormTexts("TagKeys")...)
	if len(keys["aws:TagKeys"]) == 0 {
		delete(keys, "aws:TagKeys")
	}
	for key, member := range map[string]string{
		"iam:PolicyARN": "PolicyArn",
		"iam:ServiceSpecificCredentialServiceName": "ServiceName",
		"iam:ServiceSpecificCredentialAgeDays":     "CredentialAgeDays",
	} {
		if v := c.Input.Form.Get(member); v != "" {
			keys[key] = []string{v}
		}
	}
	if boundary := boundaryKey(c, keys); boundary != "" {
		keys["iam:PermissionsBoundary"] = []string{boundary}
	}
	return keys
}

// boundaryKey is the boundary that a call sets or else the one that the named
// user or role has; that one's tags go into keys.
func boundaryKey(c *service.Call, keys map[string][]string) string {
	boundary := c.Input.Form.Get("PermissionsBoundary")
	for _, e := range []iam.Entity{iam.UserOf(c.Account(), c.Input.Form.Get("UserName")),
		iam.RoleOf(c.Account(), c.Input.Form.Get("RoleName"))} {
		info, err := c.IAM.Get(e)
		if e.Name == "" || err != nil {
			continue
		}
		for _, t := range info.Tags {
			keys["iam:ResourceTag/"+t.Key] = []string{t.Value}
			keys["aws:ResourceTag/"+t.Key] = []string{t.Value}
		}
		if boundary == "" {
			boundary = info.BoundaryARN
		}
	}
	return boundary
}
