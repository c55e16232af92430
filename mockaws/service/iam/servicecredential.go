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
	switch string(in.ServiceName) {
	case bedrockService:
	case "codecommit.amazonaws.com", "cassandra.amazonaws.com":
		return nil, c.Unimplemented("the credentials of " + string(in.ServiceName))
	default:
		// the code is AWS's, the text ours
		return nil, service.NotFoundf("NotSupportedService",
			"The service %s does not support service-specific credentials.", string(in.ServiceName))
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
	var all []iam.BearerKeyInfo
	for _, user := range users {
		keys, err := c.IAM.BearerKeys(user)
		if err != nil {
			return nil, failed(err)
		}
		all = append(all, keys...)
	}
	if s := in.ServiceName; s != "" && s != bedrockService {
		all = nil
	}
	some, info, err := paged(in.paging, all)
	if err != nil {
		return nil, err
	}
	return &serviceCredentialPage{info, collect(some,
		func(k iam.BearerKeyInfo) serviceCredential { return serviceCredentialOf(k, c.Now) })}, nil
}
