package iam

import (
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

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

// serviceCredentialOf shows a key that is over as Expired, a status that cannot be set
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

type serviceCredentialResult struct{ ServiceSpecificCredential serviceCredential }

type createServiceCredentialInput struct {
	UserName          namedUser
	ServiceName       required
	CredentialAgeDays string
}

func createServiceCredential(c *service.Call, in *createServiceCredentialInput) (*serviceCredentialResult, error) {
	if _, err := c.IAM.Get(in.UserName.Entity); err != nil { // before the service, as AWS does
		return nil, failed(err)
	}
	if err := checkCredentialService(c, string(in.ServiceName)); err != nil {
		return nil, err
	}
	days, err := wholeNumber(in.CredentialAgeDays, "CredentialAgeDays", 1, 36600)
	if err != nil {
		return nil, err
	}
	var lifetime time.Duration
	if days != nil {
		lifetime = time.Duration(*days) * 24 * time.Hour
	}
	k, err := c.IAM.CreateBearerKey(in.UserName.Entity, lifetime)
	if err != nil {
		return nil, failed(err)
	}
	out := serviceCredentialOf(k.BearerKeyInfo, c.Now)
	out.ServiceCredentialSecret = k.Secret
	return &serviceCredentialResult{out}, nil
}

// checkCredentialService refuses a service without service-specific credentials
// (localstack/localstack tests/aws/services/iam/test_iam.snapshot.json, recorded from
// AWS).
func checkCredentialService(c *service.Call, name string) error {
	switch name {
	case bedrockService:
		return nil
	case "codecommit.amazonaws.com", "cassandra.amazonaws.com":
		return c.Unimplemented("the credentials of " + name)
	}
	return service.NotFoundf("NoSuchEntity", "No such service %s is supported for Service Specific Credentials", name)
}

type updateServiceCredentialInput struct {
	ServiceSpecificCredentialId required
	Status                      keyStatus
	UserName                    ownUser
}

func updateServiceCredential(c *service.Call, in *updateServiceCredentialInput) (*service.Nothing, error) {
	id, status := string(in.ServiceSpecificCredentialId), iam.KeyStatus(in.Status)
	return done(c.IAM.UpdateBearerKey(in.UserName.Entity, id, status))
}

type deleteServiceCredentialInput struct {
	ServiceSpecificCredentialId required
	UserName                    ownUser
}

func deleteServiceCredential(c *service.Call, in *deleteServiceCredentialInput) (*service.Nothing, error) {
	return done(c.IAM.DeleteBearerKey(in.UserName.Entity, string(in.ServiceSpecificCredentialId)))
}

type serviceCredentialPage struct {
	pageInfo
	ServiceSpecificCredentials members[serviceCredential]
}

type listServiceCredentialsInput struct {
	UserName    string
	ServiceName string
	AllUsers    bool
	paging
}

func listServiceCredentials(c *service.Call, in *listServiceCredentialsInput) (*serviceCredentialPage, error) {
	var users []iam.Entity
	if in.AllUsers {
		for _, info := range c.IAM.List(c.Account(), iam.KindUser, "") {
			users = append(users, info.Entity)
		}
	} else {
		var user ownUser
		if err := user.ReadForm(c, "UserName"); err != nil {
			return nil, err
		}
		users = append(users, user.Entity)
	}
	if in.ServiceName != "" {
		if err := checkCredentialService(c, in.ServiceName); err != nil {
			return nil, err
		}
	}
	var all []iam.BearerKeyInfo
	for _, user := range users {
		keys, err := c.IAM.BearerKeys(user)
		if err != nil {
			return nil, failed(err)
		}
		all = append(all, keys...)
	}
	some, info, err := paged(in.paging, all)
	if err != nil {
		return nil, err
	}
	return &serviceCredentialPage{info, collect(some,
		func(k iam.BearerKeyInfo) serviceCredential { return serviceCredentialOf(k, c.Now) })}, nil
}
