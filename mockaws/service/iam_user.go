package service

import (
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
)

var userRows = []Operation{
	iamRow("CreateUser", userARN, nil, createUser),
	iamRow("GetUser", userARN, deniedUser, getUser),
	iamRow("ListUsers", usersARN, nil, listUsers),
	iamRow("UpdateUser", userARN, deniedUser, updateUser),
	iamRow("DeleteUser", userARN, deniedUser, deleteUser),
	iamRow("CreateAccessKey", userARN, deniedUser, createAccessKey),
	iamRow("ListAccessKeys", userARN, deniedUser, listAccessKeys),
	iamRow("UpdateAccessKey", userARN, deniedUser, setStatus("AccessKeyId", (*iam.Store).UpdateKey)),
	iamRow("DeleteAccessKey", userARN, deniedUser, removeCredential("AccessKeyId", (*iam.Store).DeleteKey)),
	iamRow("GetAccessKeyLastUsed", userOfKeyARN, nil, accessKeyLastUsed),
	iamRow("CreateServiceSpecificCredential", userARN, deniedUser, createServiceCredential),
	iamRow("ListServiceSpecificCredentials", userARN, deniedUser, listServiceCredentials),
	iamRow("UpdateServiceSpecificCredential", userARN, deniedUser, setStatus("ServiceSpecificCredentialId", (*iam.Store).UpdateBearerKey)),
	iamRow("DeleteServiceSpecificCredential", userARN, deniedUser, removeCredential("ServiceSpecificCredentialId", (*iam.Store).DeleteBearerKey)),
	iamRow("ListGroupsForUser", userARN, deniedUser, listGroupsForUser),
	iamRow("ListMFADevices", userARN, deniedUser, listMFADevices),
	iamRow("CreateAccountAlias", nil, nil, createAccountAlias),
	iamRow("ListAccountAliases", nil, nil, listAccountAliases),
	iamRow("DeleteAccountAlias", nil, nil, deleteAccountAlias),
}

// userName is the user that a call means: the named one or the caller.
func userName(c *Call) string {
	if name := c.Input.Form.Get("UserName"); name != "" {
		return name
	}
	return c.Caller.Principal.UserName
}

func userARN(c *Call) string {
	if info, err := c.IAM.Get(iam.UserOf(c.Account(), userName(c))); err == nil {
		return info.ARN
	}
	path := c.Input.Form.Get("Path")
	if path == "" {
		path = "/"
	}
	return iamARN(c, "user"+path+userName(c))
}

func usersARN(c *Call) string { return iamARN(c, "user"+prefixOf(c)) }

func prefixOf(c *Call) string {
	if p := c.Input.Form.Get("PathPrefix"); p != "" {
		return p
	}
	return "/"
}

// deniedUser is how AWS names a user whom somebody may not read or change
// (99designs/aws-vault#190).
func deniedUser(c *Call) string { return "user " + userName(c) }

func userOfKeyARN(c *Call) string {
	owner, _, err := c.IAM.LastUse(c.Account(), c.Input.Form.Get("AccessKeyId"))
	if err != nil {
		return "*"
	}
	info, err := c.IAM.Get(owner)
	if err != nil {
		return "*"
	}
	return info.ARN
}

// ownUser is the user of a call that may leave the name out.
func ownUser(c *Call) (iam.Entity, error) {
	if c.Input.Form.Get("UserName") != "" {
		return namedUser(c)
	}
	if c.Caller.Principal.Kind != iam.KindUser {
		return iam.Entity{}, invalid("ValidationError", "Must specify userName when calling with non-User credentials")
	}
	return iam.UserOf(c.Account(), c.Caller.Principal.UserName), nil
}

func namedUser(c *Call) (iam.Entity, error) {
	name, err := c.name("UserName", 128)
	return iam.UserOf(c.Account(), name), err
}

type boundaryElement struct{ PermissionsBoundaryType, PermissionsBoundaryArn string }

func boundaryOf(info *iam.EntityInfo) *boundaryElement {
	if info.BoundaryARN == "" {
		return nil
	}
	return &boundaryElement{"Policy", info.BoundaryARN}
}

type userElement struct {
	Path                string
	UserName            string `xml:",omitempty"` // root has none
	UserId, Arn         string
	CreateDate          string
	PermissionsBoundary *boundaryElement     `xml:",omitempty"`
	Tags                *members[tagElement] `xml:",omitempty"`
}

func userOf(info *iam.EntityInfo) userElement {
	u := briefUser(info)
	u.PermissionsBoundary, u.Tags = boundaryOf(info), tagElements(info.Tags)
	return u
}

// briefUser is a user in a list, which leaves boundary and tags out.
func briefUser(info *iam.EntityInfo) userElement {
	return userElement{Path: info.Path, UserName: info.Name, UserId: info.ID, Arn: info.ARN, CreateDate: iamTime(info.Created)}
}

type userResult struct{ User userElement }

func createUser(c *Call) (any, error) {
	if err := c.form("UserName", "Path", "PermissionsBoundary", "Tags"); err != nil {
		return nil, err
	}
	name, err := c.name("UserName", 64)
	if err != nil {
		return nil, err
	}
	path, err := c.path("Path")
	if err != nil {
		return nil, err
	}
	info, err := c.IAM.Create(iam.UserOf(c.Account(), name), iam.EntityInput{Path: path, Tags: c.iamTags(), BoundaryARN: c.Input.Form.Get("PermissionsBoundary")})
	if err != nil {
		return nil, iamFailed(err)
	}
	return &userResult{userOf(info)}, nil
}

func getUser(c *Call) (any, error) {
	if err := c.form("UserName"); err != nil {
		return nil, err
	}
	p := c.Caller.Principal
	if p.Kind == iam.KindRoot && c.Input.Form.Get("UserName") == "" {
		return &userResult{userElement{Path: "/", UserId: p.UserID, Arn: p.ARN, CreateDate: iamTime(time.Unix(0, 0))}}, nil
	}
	user, err := ownUser(c)
	if err != nil {
		return nil, err
	}
	info, err := c.IAM.Get(user)
	if err != nil {
		return nil, iamFailed(err)
	}
	return &userResult{userOf(info)}, nil
}

type userPage struct {
	pageInfo
	Users members[userElement]
}

func listUsers(c *Call) (any, error) {
	if err := c.form("PathPrefix", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	prefix, err := c.pathPrefix()
	if err != nil {
		return nil, err
	}
	some, info, err := paged(c, c.IAM.List(c.Account(), iam.KindUser, prefix))
	if err != nil {
		return nil, err
	}
	return &userPage{info, collect(some, briefUser)}, nil
}

func updateUser(c *Call) (any, error) {
	if err := c.form("UserName", "NewUserName", "NewPath"); err != nil {
		return nil, err
	}
	user, err := namedUser(c)
	if err != nil {
		return nil, err
	}
	path, err := c.path("NewPath")
	if err != nil {
		return nil, err
	}
	name := ""
	if c.Input.Form.Has("NewUserName") {
		if name, err = c.name("NewUserName", 64); err != nil {
			return nil, err
		}
	}
	return done(c.IAM.UpdateUser(user, name, path))
}

func deleteUser(c *Call) (any, error) {
	if err := c.form("UserName"); err != nil {
		return nil, err
	}
	user, err := namedUser(c)
	if err != nil {
		return nil, err
	}
	return done(c.IAM.Delete(user))
}

type accessKeyElement struct {
	UserName, AccessKeyId string
	Status                iam.KeyStatus
	SecretAccessKey       string `xml:",omitempty"`
	CreateDate            string
}

func createAccessKey(c *Call) (any, error) {
	if err := c.form("UserName"); err != nil {
		return nil, err
	}
	user, err := ownUser(c)
	if err != nil {
		return nil, err
	}
	k, err := c.IAM.CreateKey(user)
	if err != nil {
		return nil, iamFailed(err)
	}
	return &struct{ AccessKey accessKeyElement }{accessKeyElement{user.Name, k.KeyID, iam.KeyIsActive, k.Secret, iamTime(k.Issued)}}, nil
}

type accessKeyPage struct {
	pageInfo
	AccessKeyMetadata members[accessKeyElement]
}

func listAccessKeys(c *Call) (any, error) {
	if err := c.form("UserName", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	user, err := ownUser(c)
	if err != nil {
		return nil, err
	}
	keys, err := c.IAM.Keys(user)
	if err != nil {
		return nil, iamFailed(err)
	}
	some, info, err := paged(c, keys)
	if err != nil {
		return nil, err
	}
	return &accessKeyPage{info, collect(some, func(k iam.KeyInfo) accessKeyElement {
		return accessKeyElement{UserName: k.User.Name, AccessKeyId: k.ID, Status: k.Status, CreateDate: iamTime(k.Created)}
	})}, nil
}

// status is the member Status of keys and credentials.
func (c *Call) status() (iam.KeyStatus, error) {
	v, err := c.required("Status")
	if err == nil && v != string(iam.KeyIsActive) && v != string(iam.KeyIsInactive) {
		err = broken(v, "status", "Member must satisfy enum value set: [Active, Inactive]")
	}
	return iam.KeyStatus(v), err
}

// setStatus switches a credential of a user's on or off; member holds its id.
func setStatus(member string, update func(*iam.Store, iam.Entity, string, iam.KeyStatus) error) func(*Call) (any, error) {
	return func(c *Call) (any, error) {
		if err := c.form("UserName", member, "Status"); err != nil {
			return nil, err
		}
		id, err := c.required(member)
		if err != nil {
			return nil, err
		}
		status, err := c.status()
		if err != nil {
			return nil, err
		}
		user, err := ownUser(c)
		if err != nil {
			return nil, err
		}
		return done(update(c.IAM, user, id, status))
	}
}

// removeCredential deletes a credential of a user's; member holds its id.
func removeCredential(member string, remove func(*iam.Store, iam.Entity, string) error) func(*Call) (any, error) {
	return func(c *Call) (any, error) {
		if err := c.form("UserName", member); err != nil {
			return nil, err
		}
		id, err := c.required(member)
		if err != nil {
			return nil, err
		}
		user, err := ownUser(c)
		if err != nil {
			return nil, err
		}
		return done(remove(c.IAM, user, id))
	}
}

type lastUsed struct {
	LastUsedDate        string `xml:",omitempty"`
	ServiceName, Region string
}

type lastUsedResult struct {
	UserName          string
	AccessKeyLastUsed lastUsed
}

// accessKeyLastUsed: a key that was never used has N/A for service and region
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html).
func accessKeyLastUsed(c *Call) (any, error) {
	if err := c.form("AccessKeyId"); err != nil {
		return nil, err
	}
	id, err := c.required("AccessKeyId")
	if err != nil {
		return nil, err
	}
	user, use, err := c.IAM.LastUse(c.Account(), id)
	if err != nil {
		return nil, iamFailed(err)
	}
	if use == nil {
		return &lastUsedResult{user.Name, lastUsed{"", "N/A", "N/A"}}, nil
	}
	return &lastUsedResult{user.Name, lastUsed{iamTime(use.Time), use.Service, use.Region}}, nil
}

// bedrockService is the only service whose service-specific credentials are here:
// they are Bedrock's long-term API keys.
const bedrockService = "bedrock.amazonaws.com"

type serviceCredential struct {
	CreateDate                  string
	ExpirationDate              string `xml:",omitempty"`
	ServiceName                 string
	ServiceCredentialAlias      string `xml:",omitempty"`
	ServiceCredentialSecret     string `xml:",omitempty"`
	ServiceSpecificCredentialId string
	UserName                    string
	Status                      iam.KeyStatus
}

// serviceCredentialOf shows a key that is over as Expired, which nobody can set
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceSpecificCredential.html).
func serviceCredentialOf(k iam.BearerKeyInfo, now time.Time) serviceCredential {
	out := serviceCredential{
		CreateDate: iamTime(k.Created), ServiceName: bedrockService, ServiceCredentialAlias: k.UserName,
		ServiceSpecificCredentialId: k.ID, UserName: k.User.Name, Status: k.Status,
	}
	if !k.Expiration.IsZero() {
		out.ExpirationDate = iamTime(k.Expiration)
		if !now.Before(k.Expiration) {
			out.Status = "Expired"
		}
	}
	return out
}

func createServiceCredential(c *Call) (any, error) {
	if err := c.form("UserName", "ServiceName", "CredentialAgeDays"); err != nil {
		return nil, err
	}
	user, err := namedUser(c)
	if err != nil {
		return nil, err
	}
	service, err := c.required("ServiceName")
	if err != nil {
		return nil, err
	}
	switch service {
	case bedrockService:
	case "codecommit.amazonaws.com", "cassandra.amazonaws.com":
		return nil, refusedAsUnimplemented(c, "the credentials of "+service)
	default:
		return nil, notFound("NotSupportedService", "The service %s does not support service-specific credentials.", service) // the code is AWS's, the text ours
	}
	days, err := c.integer("CredentialAgeDays", 1, 36600)
	if err != nil {
		return nil, err
	}
	var lifetime time.Duration
	if days != nil {
		lifetime = time.Duration(*days) * 24 * time.Hour
	}
	k, err := c.IAM.CreateBearerKey(user, lifetime)
	if err != nil {
		return nil, iamFailed(err)
	}
	out := serviceCredentialOf(k.BearerKeyInfo, c.Now)
	out.ServiceCredentialSecret = k.Secret
	return &struct{ ServiceSpecificCredential serviceCredential }{out}, nil
}

type serviceCredentialPage struct {
	pageInfo
	ServiceSpecificCredentials members[serviceCredential]
}

func listServiceCredentials(c *Call) (any, error) {
	if err := c.form("UserName", "ServiceName", "AllUsers", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	var users []iam.Entity
	if c.Input.Form.Get("AllUsers") == "true" {
		for _, info := range c.IAM.List(c.Account(), iam.KindUser, "") {
			users = append(users, info.Entity)
		}
	} else {
		user, err := ownUser(c)
		if err != nil {
			return nil, err
		}
		users = append(users, user)
	}
	var all []iam.BearerKeyInfo
	for _, user := range users {
		keys, err := c.IAM.BearerKeys(user)
		if err != nil {
			return nil, iamFailed(err)
		}
		all = append(all, keys...)
	}
	if s := c.Input.Form.Get("ServiceName"); s != "" && s != bedrockService {
		all = nil
	}
	some, info, err := paged(c, all)
	if err != nil {
		return nil, err
	}
	return &serviceCredentialPage{info, collect(some, func(k iam.BearerKeyInfo) serviceCredential { return serviceCredentialOf(k, c.Now) })}, nil
}

// listGroupsForUser: there are no groups here, and those who delete a user ask.
func listGroupsForUser(c *Call) (any, error) {
	if err := c.form("UserName", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	user, err := namedUser(c)
	if err != nil {
		return nil, err
	}
	if _, err := c.IAM.Get(user); err != nil {
		return nil, iamFailed(err)
	}
	return &struct {
		pageInfo
		Groups members[string]
	}{}, nil
}

type mfaElement struct{ UserName, SerialNumber, EnableDate string }

func listMFADevices(c *Call) (any, error) {
	if err := c.form("UserName", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	user, err := ownUser(c)
	if err != nil {
		return nil, err
	}
	info, err := c.IAM.Get(user)
	if err != nil {
		return nil, iamFailed(err)
	}
	some, at, err := paged(c, info.MFA)
	if err != nil {
		return nil, err
	}
	return &struct {
		pageInfo
		MFADevices members[mfaElement]
	}{at, collect(some, func(serial string) mfaElement { return mfaElement{info.Name, serial, iamTime(info.Created)} })}, nil
}

func createAccountAlias(c *Call) (any, error) {
	if err := c.form("AccountAlias"); err != nil {
		return nil, err
	}
	alias, err := c.required("AccountAlias")
	if err != nil {
		return nil, err
	}
	for id, other := range c.IAM.Accounts() {
		if other == alias && id != c.Account() {
			return nil, &Error{Code: "EntityAlreadyExists", Message: "The account alias " + alias + " already exists.", Status: 409}
		}
	}
	return done(c.IAM.SetAlias(c.Account(), alias))
}

func listAccountAliases(c *Call) (any, error) {
	if err := c.form("Marker", "MaxItems"); err != nil {
		return nil, err
	}
	var list []string
	if alias := c.IAM.Accounts()[c.Account()]; alias != "" {
		list = append(list, alias)
	}
	return &struct {
		pageInfo
		AccountAliases members[string]
	}{AccountAliases: collect(list, same[string])}, nil
}

func deleteAccountAlias(c *Call) (any, error) {
	if err := c.form("AccountAlias"); err != nil {
		return nil, err
	}
	alias, err := c.required("AccountAlias")
	if err != nil {
		return nil, err
	}
	if c.IAM.Accounts()[c.Account()] != alias {
		return nil, notFound("NoSuchEntity", "The account alias with name %s cannot be found.", alias)
	}
	return done(c.IAM.SetAlias(c.Account(), ""))
}
