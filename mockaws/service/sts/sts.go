package sts

import (
	"cmp"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is the AWS Security Token Service. Its global endpoint accepts
// credential scopes of us-east-1 only, a regional one its own region's.
//
// Operations without an Action authorize themselves: a role's trust policy
// decides together with the caller's own policies, and GetCallerIdentity and
// GetSessionToken are allowed for everyone.
func New(issuers *oidc.Issuers, verifier *oidc.Verifier) *service.Service {
	return &service.Service{
		ID: "STS", EndpointPrefix: "sts", SigningName: "sts", Version: "2011-06-15", GlobalRegion: "us-east-1",
		Dialect: protocol.Dialect{
			Protocol: protocol.Query, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
			Errors: protocol.Tabulate(protocol.QueryRows),
		},
		SkewWindow: 15 * time.Minute, Complete: true, EventSource: "sts.amazonaws.com",
		Operations: append([]service.Operation{
			// No action: it works even where a policy denies it
			// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
			{Name: "GetCallerIdentity", ReadOnly: true, Handle: service.Answer(getCallerIdentity)},
			{Name: "AssumeRole", ReadOnly: true, Handle: marked(service.HandleForm(assumeRole))},
			{Name: "GetSessionToken", ReadOnly: true, Handle: marked(service.HandleForm(getSessionToken))},
			{Name: "GetFederationToken", ReadOnly: true, Handle: marked(service.HandleForm(getFederationToken))},
			{Name: "GetAccessKeyInfo", Action: "sts:GetAccessKeyInfo", Resource: service.NoResource, ReadOnly: true,
				Handle: marked(service.HandleForm(getAccessKeyInfo))},
			{Name: "DecodeAuthorizationMessage", Action: "sts:DecodeAuthorizationMessage", Resource: service.NoResource,
				ReadOnly: true, Handle: marked(service.HandleForm(decodeAuthorizationMessage))},
			{Name: "GetScopedCredentials", Action: "sts:GetScopedCredentials", Resource: callerARN, ReadOnly: true,
				Handle: marked(service.HandleForm(getScopedCredentials))},
			{Name: "GetWebIdentityToken", Action: "sts:GetWebIdentityToken", Resource: selfARN, ReadOnly: true,
				Conditions: webIdentityConditions, Handle: marked(service.HandleForm(getWebIdentityToken(issuers)))},
			{Name: "AssumeRoleWithWebIdentity", Unsigned: true, ReadOnly: true,
				Handle: marked(assumeRoleWithWebIdentity(verifier))},
			{Name: "AssumeRoleWithSAML", Unsigned: true, ReadOnly: true,
				Handle: marked(service.Answer(assumeRoleWithSAML))},
		}, service.Unimplemented("AssumeRoot", "GetDelegatedAccessToken")...),
	}
}

type callerIdentity struct {
	Arn, UserId, Account string
}

func getCallerIdentity(c *service.Call) (*callerIdentity, error) {
	p := c.Caller.Principal
	return &callerIdentity{Arn: p.ARN, UserId: p.UserID, Account: p.AccountID}, nil
}

// issuedCredentials is what all operations that issue sessions answer.
type issuedCredentials struct {
	AccessKeyId, SecretAccessKey, SessionToken, Expiration string
}

// issue notes which credentials the call hands out.
func issue(c *service.Call, cred *iam.Credential) issuedCredentials {
	c.Issued, c.IssuedUntil = cred.KeyID, cred.Expiration
	return issuedCredentials{cred.KeyID, cred.Secret, cred.Token, cred.Expiration.UTC().Format(time.RFC3339)}
}

type assumedRoleUser struct {
	AssumedRoleId, Arn string
}

// tokenSize is what STS says of a token's size since September 2026
// (https://aws.amazon.com/about-aws/whats-new/2026/09/aws-sts/).
type tokenSize struct {
	SessionTokenUtilization int // of the largest token, in percent
	SessionTokenSize        int // in bytes
}

func sizeOf(c *iam.Credential) tokenSize { return tokenSize{c.TokenUtilization, len(c.Token)} }

// packedSize is PackedPolicySize, which is deprecated and has the same value as
// SessionTokenUtilization. Without policies and tags a role's session has none
// (localstack/localstack tests/aws/services/sts/test_sts.snapshot.json, recorded from
// AWS); 0 is left out.
func packedSize(c *iam.Credential) int {
	if !c.Packed {
		return 0
	}
	return c.TokenUtilization
}

type assumedRole struct {
	SourceIdentity   string `xml:",omitempty"`
	AssumedRoleUser  assumedRoleUser
	Credentials      issuedCredentials
	PackedPolicySize int `xml:",omitempty"`
	tokenSize
}

type assumeRoleInput struct {
	RoleArn, RoleSessionName, DurationSeconds, Policy   string
	SourceIdentity, ExternalId, SerialNumber, TokenCode string
	MinimumSessionTokenSize                             string
	PolicyArns, Tags, TransitiveTagKeys                 service.Ignored // read by sessionInput
}

func assumeRole(c *service.Call, in *assumeRoleInput) (*assumedRole, error) {
	ask := iam.AssumeRoleInput{RoleARN: in.RoleArn, ExternalID: in.ExternalId, MFAInput: mfaInput(c)}
	if err := cmp.Or(checkMembers(c, roleARN, externalID, serialNumber, tokenCode, roleSessionName),
		checkRole(c)); err != nil {
		return nil, err
	}
	var err error
	if ask.SessionInput, err = sessionInput(c, "RoleSessionName"); err != nil {
		return nil, err
	}
	cred, refusal := c.IAM.AssumeRole(c.Caller, ask)
	if refusal != nil {
		return nil, refusal
	}
	return &assumedRole{
		SourceIdentity: cred.SourceIdentity, AssumedRoleUser: assumedRoleUser{cred.Principal.UserID,
			cred.Principal.ARN},
		Credentials: issue(c, cred), PackedPolicySize: packedSize(cred), tokenSize: sizeOf(cred),
	}, nil
}

type sessionToken struct {
	Credentials issuedCredentials
	tokenSize
}

type getSessionTokenInput struct {
	DurationSeconds, SerialNumber, TokenCode string
	MinimumSessionTokenSize                  string
}

func getSessionToken(c *service.Call, _ *getSessionTokenInput) (*sessionToken, error) {
	if err := checkMembers(c, serialNumber, tokenCode); err != nil {
		return nil, err
	}
	seconds, err := durationSeconds(c)
	if err != nil {
		return nil, err
	}
	least, err := minimumTokenSize(c)
	if err != nil {
		return nil, err
	}
	cred, refusal := c.IAM.GetSessionToken(c.Caller, iam.SessionTokenInput{DurationSeconds: seconds,
		MinimumTokenSize: least, MFAInput: mfaInput(c)})
	if refusal != nil {
		return nil, refusal
	}
	return &sessionToken{issue(c, cred), sizeOf(cred)}, nil
}

type federatedUser struct {
	FederatedUserId, Arn string
}

type federationToken struct {
	Credentials      issuedCredentials
	FederatedUser    federatedUser
	PackedPolicySize int
	tokenSize
}

type getFederationTokenInput struct {
	Name, DurationSeconds, Policy string
	MinimumSessionTokenSize       string
	PolicyArns, Tags              service.Ignored // read by sessionInput
}

func getFederationToken(c *service.Call, _ *getFederationTokenInput) (*federationToken, error) {
	if err := checkMembers(c, federatedName); err != nil {
		return nil, err
	}
	session, err := sessionInput(c, "Name")
	if err != nil {
		return nil, err
	}
	cred, refusal := c.IAM.GetFederationToken(c.Caller, session)
	if refusal != nil {
		return nil, refusal
	}
	return &federationToken{issue(c, cred), federatedUser{cred.Principal.UserID, cred.Principal.ARN},
		cred.TokenUtilization, sizeOf(cred)}, nil
}

type accessKeyInfo struct{ Account string }

type getAccessKeyInfoInput struct {
	AccessKeyId string
}

// getAccessKeyInfo reads the account out of the key id: it need not exist
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html).
func getAccessKeyInfo(c *service.Call, in *getAccessKeyInfoInput) (*accessKeyInfo, error) {
	if err := checkMembers(c, accessKeyID); err != nil {
		return nil, err
	}
	if account, ok := c.IAM.KeyAccount(in.AccessKeyId); ok {
		return &accessKeyInfo{account}, nil
	}
	if account, ok := iam.AccountOfKey(in.AccessKeyId); ok {
		return &accessKeyInfo{account}, nil
	}
	// Code and text are a guess: no recorded answer is known.
	return nil, service.Errorf("ValidationError", "Access key id is invalid")
}

type decodeAuthorizationMessageInput struct {
	EncodedMessage string
}

// decodeAuthorizationMessage: only some services of AWS answer a denial with an
// encoded message, EC2 the best known, and none of this mock's does. So whatever
// is sent was encoded by somebody else, which AWS answers like this
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html).
func decodeAuthorizationMessage(c *service.Call, _ *decodeAuthorizationMessageInput) (*service.Nothing, error) {
	if err := checkMembers(c, encodedMessage); err != nil {
		return nil, err
	}
	return nil, service.Errorf("InvalidAuthorizationMessageException", "Message is not valid")
}
