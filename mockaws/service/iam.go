package service

import (
	"encoding/base64"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// IAM is AWS Identity and Access Management, over the very accounts that the
// judge asks: what is changed here holds for the next request, where AWS takes
// some seconds. Its only endpoint is global and takes credential scopes of
// us-east-1 (https://docs.aws.amazon.com/general/latest/gr/iam-service.html).
func IAM() *Service {
	return &Service{
		ID: "IAM", EndpointPrefix: "iam", SigningName: "iam", Version: "2010-05-08", GlobalRegion: "us-east-1",
		Dialect: protocol.Dialect{
			Protocol: protocol.Query, Namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
			Errors: protocol.Tabulate(protocol.QueryRows),
		},
		SkewWindow: 15 * time.Minute, Complete: true, EventSource: "iam.amazonaws.com",
		Operations: slices.Concat(userRows, roleRows, userHolder.rows(), roleHolder.rows(), policyRows, providerRows, profileRows, simulateRows, iamUnimplemented),
	}
}

// iamUnimplemented are the operations of the API of which nothing is here:
// groups, passwords, SAML, certificates, reports
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html).
var iamUnimplemented = unimplemented(
	"AcceptDelegationRequest", "AcquireRole", "AddUserToGroup", "AssociateDelegationRequest", "AttachGroupPolicy", "ChangePassword",
	"CreateDelegationRequest", "CreateGroup", "CreateLoginProfile", "CreateSAMLProvider", "CreateServiceLinkedRole", "CreateVirtualMFADevice",
	"DeactivateMFADevice", "DeleteAccountPasswordPolicy", "DeleteGroup", "DeleteGroupPolicy", "DeleteLoginProfile", "DeleteSAMLProvider",
	"DeleteSSHPublicKey", "DeleteServerCertificate", "DeleteServiceLinkedRole", "DeleteSigningCertificate", "DeleteVirtualMFADevice",
	"DetachGroupPolicy", "DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions",
	"DisableOutboundWebIdentityFederation", "EnableMFADevice", "EnableOrganizationsRootCredentialsManagement",
	"EnableOrganizationsRootSessions", "EnableOutboundWebIdentityFederation", "GenerateCredentialReport", "GenerateOrganizationsAccessReport",
	"GenerateServiceLastAccessedDetails", "GetAccountAuthorizationDetails", "GetAccountPasswordPolicy", "GetAccountProperties",
	"GetAccountSummary", "GetContextKeysForCustomPolicy", "GetContextKeysForPrincipalPolicy", "GetCredentialReport", "GetDelegationRequest",
	"GetGroup", "GetGroupPolicy", "GetHumanReadableSummary", "GetLoginProfile", "GetMFADevice", "GetOrganizationsAccessReport",
	"GetOutboundWebIdentityFederationInfo", "GetRoleTemplateVersion", "GetSAMLProvider", "GetSSHPublicKey", "GetServerCertificate",
	"GetServiceLastAccessedDetails", "GetServiceLastAccessedDetailsWithEntities", "GetServiceLinkedRoleDeletionStatus",
	"ListAttachedGroupPolicies", "ListDelegationRequests", "ListGroupPolicies", "ListGroups", "ListMFADeviceTags", "ListOrganizationsFeatures",
	"ListPoliciesGrantingServiceAccess", "ListSAMLProviderTags", "ListSAMLProviders", "ListSSHPublicKeys", "ListServerCertificateTags",
	"ListServerCertificates", "ListSigningCertificates", "ListVirtualMFADevices", "PutAccountProperties", "PutGroupPolicy",
	"RejectDelegationRequest", "RemoveUserFromGroup", "ResetServiceSpecificCredential", "ResyncMFADevice", "SendDelegationToken",
	"SetSecurityTokenServicePreferences", "SimulateCustomPolicy", "TagMFADevice", "TagSAMLProvider",
	"TagServerCertificate", "UntagMFADevice", "UntagSAMLProvider", "UntagServerCertificate", "UpdateAccountPasswordPolicy",
	"UpdateDelegationRequest", "UpdateGroup", "UpdateLoginProfile", "UpdateSAMLProvider", "UpdateSSHPublicKey", "UpdateServerCertificate",
	"UpdateSigningCertificate", "UploadSSHPublicKey", "UploadServerCertificate", "UploadSigningCertificate",
)

// iamRow is a row of IAM's table: the action is named as the operation.
func iamRow(name string, resource, deniedOn func(*Call) string, handle func(*Call) (any, error)) Operation {
	readOnly := strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List") || strings.HasPrefix(name, "Simulate")
	return Operation{
		Name: name, Action: "iam:" + name, Resource: resource, ResourcePolicy: awsPolicyForAll, DeniedOn: deniedOn,
		Conditions: iamConditions, ReadOnly: readOnly, Handle: handle,
	}
}

// awsPolicyForAll says whose account a resource belongs to: AWS's own policies are
// every account's. Nothing of IAM has a policy of its own but the roles.
func awsPolicyForAll(c *Call) (*iam.Policy, string) {
	if strings.HasPrefix(c.Input.Form.Get("PolicyArn"), "arn:aws:iam::aws:") {
		return nil, c.Account()
	}
	return nil, ""
}

func iamARN(c *Call, resource string) string { return "arn:aws:iam::" + c.Account() + ":" + resource }

// iamFailed turns an error of the store into one of the operation.
func iamFailed(err error) error {
	var failed *iam.Error
	if errors.As(err, &failed) {
		return &Error{Code: failed.Code, Message: failed.Message, Status: failed.Status, Detail: failed.Detail, Cause: err}
	}
	return err
}

// done is the outcome of an operation that returns nothing.
func done(err error) (any, error) {
	if err != nil {
		return nil, iamFailed(err)
	}
	return nil, nil
}

// The constraints of IAM's members, with AWS's wording
// (aws/aws-sdk#36, hashicorp/terraform-provider-aws#16343).
var iamName = regexp.MustCompile(`^[\w+=,.@-]+$`)

const iamNameRule = "It must contain only alphanumeric characters and/or the following: +=,.@_-"

// broken is AWS's message for a member outside of its bounds.
func broken(value, member, rule string) *Error {
	if value != "null" {
		value = "'" + value + "'"
	}
	return invalid("ValidationError", "1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s", value, member, rule)
}

// required is a member that a call must have.
func (c *Call) required(member string) (string, error) {
	if v := c.Input.Form.Get(member); v != "" {
		return v, nil
	}
	at := strings.ToLower(member[:1]) + member[1:]
	if c.Input.Form.Has(member) {
		return "", broken("", at, "Member must have length greater than or equal to 1")
	}
	return "", broken("null", at, "Member must not be null")
}

// name is a required member that names something, of a length of at most limit.
func (c *Call) name(member string, limit int) (string, error) {
	v, err := c.required(member)
	at := strings.ToLower(member[:1]) + member[1:]
	switch {
	case err != nil:
		return "", err
	case len(v) > limit:
		return "", broken(v, at, "Member must have length less than or equal to "+itoa(limit))
	case !iamName.MatchString(v):
		return "", invalid("ValidationError", "The specified value for %s is invalid. %s", at, iamNameRule)
	}
	return v, nil
}

// path is the member Path, "" if it is absent.
func (c *Call) path(member string) (string, error) {
	v := c.Input.Form.Get(member)
	if v == "" || strings.HasPrefix(v, "/") && strings.HasSuffix(v, "/") && len(v) <= 512 && strings.Trim(v, "\x21\x22\x23\x24\x25\x26\x27()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f") == "" {
		return v, nil
	}
	return "", invalid("ValidationError", "The specified value for %s is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
		strings.ToLower(member[:1])+member[1:])
}

// pathPrefix is the member of the lists; "/" is everything.
func (c *Call) pathPrefix() (string, error) {
	v := c.Input.Form.Get("PathPrefix")
	if v == "" || v[0] == '/' {
		return v, nil
	}
	return "", invalid("ValidationError", "The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.")
}

// integer is an optional whole number, nil where it is absent.
func (c *Call) integer(member string, least, most int) (*int, error) {
	v := c.Input.Form.Get(member)
	if v == "" {
		return nil, nil
	}
	at := strings.ToLower(member[:1]) + member[1:]
	n, err := strconv.Atoi(v)
	switch {
	case err != nil:
		return nil, invalid("MalformedInput", "Invalid value for %s", member)
	case n < least:
		return nil, broken(v, at, "Member must have value greater than or equal to "+itoa(least))
	case n > most:
		return nil, broken(v, at, "Member must have value less than or equal to "+itoa(most))
	}
	return &n, nil
}

// texts is a list, "ClientIDList.member.1" and so on.
func (c *Call) texts(member string) (list []string) {
	for i := 1; ; i++ {
		name := member + ".member." + itoa(i)
		if !c.Input.Form.Has(name) {
			return list
		}
		list = append(list, c.Input.Form.Get(name))
	}
}

// iamTags is the member Tags.
func (c *Call) iamTags() (list []iam.Tag) {
	for i := 1; ; i++ {
		at := "Tags.member." + itoa(i)
		if !c.Input.Form.Has(at + ".Key") {
			return list
		}
		list = append(list, iam.Tag{Key: c.Input.Form.Get(at + ".Key"), Value: c.Input.Form.Get(at + ".Value")})
	}
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

// tagPage is what the operations List...Tags return.
type tagPage struct {
	pageInfo
	Tags members[tagElement]
}

func tagsPaged(c *Call, list []iam.Tag) (any, error) {
	some, info, err := paged(c, list)
	if err != nil {
		return nil, err
	}
	return &tagPage{info, collect(some, func(t iam.Tag) tagElement { return tagElement(t) })}, nil
}

type pageInfo struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// iamPageSize is how many items a list returns unless MaxItems says otherwise.
const iamPageSize = 100

// paged cuts the page out of a list that MaxItems and Marker ask for.
func paged[T any](c *Call, all []T) ([]T, pageInfo, error) {
	size := iamPageSize
	asked, err := c.integer("MaxItems", 1, 1000)
	if err != nil {
		return nil, pageInfo{}, err
	}
	if asked != nil {
		size = *asked
	}
	skip := 0
	if marker := c.Input.Form.Get("Marker"); marker != "" {
		text, err := base64.StdEncoding.DecodeString(marker)
		n, bad := strconv.Atoi(string(text))
		if err != nil || bad != nil || n < 0 {
			return nil, pageInfo{}, invalid("ValidationError", "Invalid Marker.")
		}
		skip = n
	}
	some := page(all, skip, size)
	if skip+len(some) < len(all) {
		return some, pageInfo{IsTruncated: true, Marker: base64.StdEncoding.EncodeToString([]byte(itoa(skip + len(some))))}, nil
	}
	return some, pageInfo{}, nil
}

func iamTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// document is a policy as IAM shows it: JSON, percent-encoded after RFC 3986.
func document(p *iam.Policy) string {
	return strings.ReplaceAll(url.QueryEscape(p.String()), "+", "%20")
}

// iamConditions are the condition keys of IAM's actions that a call's own members
// or the named user or role fill
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
func iamConditions(c *Call) map[string][]string {
	keys := map[string][]string{}
	for _, t := range c.iamTags() {
		keys["aws:RequestTag/"+t.Key] = []string{t.Value}
		keys["aws:TagKeys"] = append(keys["aws:TagKeys"], t.Key)
	}
	keys["aws:TagKeys"] = append(keys["aws:TagKeys"], c.texts("TagKeys")...)
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
	if boundary := c.boundaryKey(keys); boundary != "" {
		keys["iam:PermissionsBoundary"] = []string{boundary}
	}
	return keys
}

// boundaryKey is the boundary that a call sets or else the one that the named
// user or role has; that one's tags go into keys.
func (c *Call) boundaryKey(keys map[string][]string) string {
	boundary := c.Input.Form.Get("PermissionsBoundary")
	for _, e := range []iam.Entity{iam.UserOf(c.Account(), c.Input.Form.Get("UserName")), iam.RoleOf(c.Account(), c.Input.Form.Get("RoleName"))} {
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

func refusedAsUnimplemented(c *Call, what string) error {
	return verdict.Refuse(verdict.StageHandle, verdict.UnsupportedOperation,
		"this mock does not implement "+what+" of "+c.Service.ID+" "+c.Operation.Name, "service", c.Service.ID, "operation", c.Operation.Name, "member", what)
}
