package service

import (
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// STS is the AWS Security Token Service. Its global endpoint accepts
// credential scopes of us-east-1 only, a regional one its own region's.
func STS() *Service {
	return &Service{
		ID: "STS", EndpointPrefix: "sts", SigningName: "sts", Version: "2011-06-15", GlobalRegion: "us-east-1",
		Dialect: protocol.Dialect{
			Protocol: protocol.Query, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
			Errors: protocol.Tabulate(protocol.QueryRows),
		},
		SkewWindow: 15 * time.Minute, Complete: true, EventSource: "sts.amazonaws.com",
		Operations: []Operation{
			// No action: it works even where a policy denies it
			// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
			{Name: "GetCallerIdentity", ReadOnly: true, Handle: getCallerIdentity},
			{Name: "AssumeRole"}, {Name: "AssumeRoleWithWebIdentity", Unsigned: true}, {Name: "AssumeRoleWithSAML", Unsigned: true},
			{Name: "AssumeRoot"}, {Name: "DecodeAuthorizationMessage"}, {Name: "GetAccessKeyInfo"}, {Name: "GetFederationToken"},
			{Name: "GetSessionToken"}, {Name: "GetDelegatedAccessToken"}, {Name: "GetWebIdentityToken"},
		},
	}
}

type callerIdentity struct {
	Arn, UserId, Account string
}

func getCallerIdentity(c *Call) (any, error) {
	p := c.Caller.Principal
	return &callerIdentity{Arn: p.ARN, UserId: p.UserID, Account: p.AccountID}, nil
}
