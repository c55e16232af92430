package iam

import (
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

var userRows = []service.Operation{
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
func userName(c *service.Call) string {
	if name := c.Input.Form.Get("UserName"); name != "" {
		return name
	}
	return c.Caller.Principal.UserName
}

func userARN(c *service.Call) string {
	if info, err := c.IAM.Get(iam.UserOf(c.Account(), userName(c))); err == nil {
		return info.ARN
	}
	path := c.Input.Form.Get("Path")
	if path == "" {
		path = "/"
	}
	return iamARN(c, "user"+path+userName(c))
}

func usersARN(c *service.Call) string { return iamARN(c, "user"+prefixOf(c)) }

func prefixOf(c *service.Call) string {
	if p := c.Input.Form.Get("PathPrefix"); p != "" {
		return p
	}
	return "/"
}

// deniedUser is how AWS names a user whom somebody may not read or change
// (99designs/aws-vault#190).
func deniedUser(c *service.Call) string { return "user " + userName(c) }

func userOfKeyARN(c *service.Call) string {
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
func ownUser(c *service.Call) (iam.Entity, error) {
	if c.Input.Form.Get("UserName") != "" {
		return namedUser(c)
	}
	if c.Caller.Principal.Kind != iam.KindUser {
		return iam.Entity{}, service.Errorf("ValidationError", "Must specify userName when calling with non-User credentials")
	}
	return iam.UserOf(c.Account(), c.Caller.Principal.UserName), nil
}

func namedUser(c *service.Call) (iam.Entity, error) {
	name, err := nameMember(c, "UserName", 128)
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
	return userElement{Path: info.Path, UserName: info.Name, UserId: info.ID, Arn: info.ARN, CreateDate: timeText(info.Created)}
}

type userResult struct{ User userElement }

func createUser(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName", "Path", "PermissionsBoundary", "Tags"); err != nil {
		return nil, err
	}
	name, err := nameMember(c, "UserName", 64)
	if err != nil {
		return nil, err
	}
	path, err := pathMember(c, "Path")
	if err != nil {
		return nil, err
	}
	info, err := c.IAM.Create(iam.UserOf(c.Account(), name), iam.EntityInput{Path: path, Tags: tagsMember(c), BoundaryARN: c.Input.Form.Get("PermissionsBoundary")})
	if err != nil {
		return nil, failed(err)
	}
	return &userResult{userOf(info)}, nil
}

func getUser(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName"); err != nil {
		return nil, err
	}
	p := c.Caller.Principal
	if p.Kind == iam.KindRoot && c.Input.Form.Get("UserName") == "" {
		return &userResult{userElement{Path: "/", UserId: p.UserID, Arn: p.ARN, CreateDate: timeText(time.Unix(0, 0))}}, nil
	}
	user, err := ownUser(c)
	if err != nil {
		return nil, err
	}
	info, err := c.IAM.Get(user)
	if err != nil {
		return nil, failed(err)
	}
	return &userResult{userOf(info)}, nil
}

type userPage struct {
	pageInfo
	Users members[userElement]
}

func listUsers(c *service.Call) (any, error) {
	if err := c.CheckForm("PathPrefix", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	prefix, err := pathPrefix(c)
	if err != nil {
		return nil, err
	}
	some, info, err := paged(c, c.IAM.List(c.Account(), iam.KindUser, prefix))
	if err != nil {
		return nil, err
	}
	return &userPage{info, collect(some, briefUser)}, nil
}

func updateUser(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName", "NewUserName", "NewPath"); err != nil {
		return nil, err
	}
	user, err := namedUser(c)
	if err != nil {
		return nil, err
	}
	path, err := pathMember(c, "NewPath")
	if err != nil {
		return nil, err
	}
	name := ""
	if c.Input.Form.Has("NewUserName") {
		if name, err = nameMember(c, "NewUserName", 64); err != nil {
			return nil, err
		}
	}
	return done(c.IAM.UpdateUser(user, name, path))
}

func deleteUser(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName"); err != nil {
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

func createAccessKey(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName"); err != nil {
		return nil, err
	}
	user, err := ownUser(c)
	if err != nil {
		return nil, err
	}
	k, err := c.IAM.CreateKey(user)
	if err != nil {
		return nil, failed(err)
	}
	return &struct{ AccessKey accessKeyElement }{accessKeyElement{user.Name, k.KeyID, iam.KeyIsActive, k.Secret, timeText(k.Issued)}}, nil
}

type accessKeyPage struct {
	pageInfo
	AccessKeyMetadata members[accessKeyElement]
}

func listAccessKeys(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	user, err := ownUser(c)
	if err != nil {
		return nil, err
	}
	keys, err := c.IAM.Keys(user)
	if err != nil {
		return nil, failed(err)
	}
	some, info, err := paged(c, keys)
	if err != nil {
		return nil, err
	}
	return &accessKeyPage{info, collect(some, func(k iam.KeyInfo) accessKeyElement {
		return accessKeyElement{UserName: k.User.Name, AccessKeyId: k.ID, Status: k.Status, CreateDate: timeText(k.Created)}
	})}, nil
}

// statusMember is the member Status of keys and credentials.
func statusMember(c *service.Call) (iam.KeyStatus, error) {
	v, err := requiredMember(c, "Status")
	if err == nil && v != string(iam.KeyIsActive) && v != string(iam.KeyIsInactive) {
		err = broken(v, "status", "Member must satisfy enum value set: [Active, Inactive]")
	}
	return iam.KeyStatus(v), err
}

// setStatus switches a credential of a user's on or off; member holds its id.
func setStatus(member string, update func(*iam.Store, iam.Entity, string, iam.KeyStatus) error) func(*service.Call) (any, error) {
	return func(c *service.Call) (any, error) {
		if err := c.CheckForm("UserName", member, "Status"); err != nil {
			return nil, err
		}
		id, err := requiredMember(c, member)
		if err != nil {
			return nil, err
		}
		status, err := statusMember(c)
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
func removeCredential(member string, remove func(*iam.Store, iam.Entity, string) error) func(*service.Call) (any, error) {
	return func(c *service.Call) (any, error) {
		if err := c.CheckForm("UserName", member); err != nil {
			return nil, err
		}
		id, err := requiredMember(c, member)
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
func accessKeyLastUsed(c *service.Call) (any, error) {
	if err := c.CheckForm("AccessKeyId"); err != nil {
		return nil, err
	}
	id, err := requiredMember(c, "AccessKeyId")
	if err != nil {
		return nil, err
	}
	user, use, err := c.IAM.LastUse(c.Account(), id)
	if err != nil {
		return nil, failed(err)
	}
	if use == nil {
		return &lastUsedResult{user.Name, lastUsed{"", "N/A", "N/A"}}, nil
	}
	return &lastUsedResult{user.Name, lastUsed{timeText(use.Time), use.Service, use.Region}}, nil
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
		CreateDate: timeText(k.Created), ServiceName: bedrockService, ServiceCredentialAlias: k.UserName,
		ServiceSpecificCredentialId: k.ID, UserName: k.User.Name, Status: k.Status,
	}
	if !k.Expiration.IsZero() {
		out.ExpirationDate = timeText(k.Expiration)
		if !now.Before(k.Expiration) {
			out.Status = "Expired"
		}
	}
	return out
}

func createServiceCredential(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName", "ServiceName", "CredentialAgeDays"); err != nil {
		return nil, err
	}
	user, err := namedUser(c)
	if err != nil {
		return nil, err
	}
	name, err := requiredMember(c, "ServiceName")
	if err != nil {
		return nil, err
	}
	switch name {
	case bedrockService:
	case "codecommit.amazonaws.com", "cassandra.amazonaws.com":
		return nil, refusedAsUnimplemented(c, "the credentials of "+name)
	default:
		return nil, service.NotFoundf("NotSupportedService", "The service %s does not support service-specific credentials.", name) // the code is AWS's, the text ours
	}
	days, err := integerMember(c, "CredentialAgeDays", 1, 36600)
	if err != nil {
		return nil, err
	}
	var lifetime time.Duration
	if days != nil {
		lifetime = time.Duration(*days) * 24 * time.Hour
	}
	k, err := c.IAM.CreateBearerKey(user, lifetime)
	if err != nil {
		return nil, failed(err)
	}
	out := serviceCredentialOf(k.BearerKeyInfo, c.Now)
	out.ServiceCredentialSecret = k.Secret
	return &struct{ ServiceSpecificCredential serviceCredential }{out}, nil
}

type serviceCredentialPage struct {
	pageInfo
	ServiceSpecificCredentials members[serviceCredential]
}

func listServiceCredentials(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName", "ServiceName", "AllUsers", "Marker", "MaxItems"); err != nil {
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
			return nil, failed(err)
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
func listGroupsForUser(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	user, err := namedUser(c)
	if err != nil {
		return nil, err
	}
	if _, err := c.IAM.Get(user); err != nil {
		return nil, failed(err)
	}
	return &struct {
		pageInfo
		Groups members[string]
	}{}, nil
}

type mfaElement struct{ UserName, SerialNumber, EnableDate string }

func listMFADevices(c *service.Call) (any, error) {
	if err := c.CheckForm("UserName", "Marker", "MaxItems"); err != nil {
		return nil, err
	}
	user, err := ownUser(c)
	if err != nil {
		return nil, err
	}
	info, err := c.IAM.Get(user)
	if err != nil {
		return nil, failed(err)
	}
	some, at, err := paged(c, info.MFA)
	if err != nil {
		return nil, err
	}
	return &struct {
		pageInfo
		MFADevices members[mfaElement]
	}{at, collect(some, func(serial string) mfaElement { return mfaElement{info.Name, serial, timeText(info.Created)} })}, nil
}

func createAccountAlias(c *service.Call) (any, error) {
	if err := c.CheckForm("AccountAlias"); err != nil {
		return nil, err
	}
	alias, err := requiredMember(c, "AccountAlias")
	if err != nil {
		return nil, err
	}
	for id, other := range c.IAM.Accounts() {
		if other == alias && id != c.Account() {
			return nil, &service.Error{Code: "EntityAlreadyExists", Message: "The account alias " + alias + " already exists.", Status: 409}
		}
	}
	return done(c.IAM.SetAlias(c.Account(), alias))
}

func listAccountAliases(c *service.Call) (any, error) {
	if err := c.CheckForm("Marker", "MaxItems"); err != nil {
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

func deleteAccountAlias(c *service.Call) (any, error) {
	if err := c.CheckForm("AccountAlias"); err != nil {
		return nil, err
	}
	alias, err := requiredMember(c, "AccountAlias")
	if err != nil {
		return nil, err
	}
	if c.IAM.Accounts()[c.Account()] != alias {
		return nil, service.NotFoundf("NoSuchEntity", "The account alias with name %s cannot be found.", alias)
	}
	return done(c.IAM.SetAlias(c.Account(), ""))
}
