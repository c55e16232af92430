package cognitoidentity

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is Amazon Cognito's identity pools. What a browser calls takes
// no signature: GetId, GetCredentialsForIdentity and GetOpenIdToken. Of a login
// token, issuer, audience and times are checked, but not the signature: the
// mock does not fetch a provider's keys.
func New(issuers *oidc.Issuers) *service.Service {
	s := &identityPools{identities: map[string]*poolIdentity{}, issuers: issuers}
	const prefix = "cognito-identity:"
	return &service.Service{
		ID: "Cognito Identity", EndpointPrefix: "cognito-identity", SigningName: "cognito-identity",
		TargetPrefix: "AWSCognitoIdentityService",
		Dialect: protocol.Dialect{Protocol: protocol.JSON11, ErrorHeaders: true,
			Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "cognito-identity.amazonaws.com", Complete: true,
		Operations: append([]service.Operation{
			{Name: "GetId", Unsigned: true, Handle: service.Handle(s.getID)},
			{Name: "GetCredentialsForIdentity", Unsigned: true, Handle: service.Handle(s.credentials)},
			{Name: "GetOpenIdToken", Unsigned: true, Handle: service.Handle(s.openIDToken)},
			{Name: "UnlinkIdentity", Unsigned: true},
			{Name: "CreateIdentityPool", Action: prefix + "CreateIdentityPool", Handle: service.Handle(s.create)},
			{Name: "DescribeIdentityPool", Action: prefix + "DescribeIdentityPool", Resource: identityPoolARN,
				ReadOnly: true,
				Handle:   onPool(s, (*identityPool).show)},
			{Name: "ListIdentityPools", Action: prefix + "ListIdentityPools", ReadOnly: true,
				Handle: service.Handle(s.list)},
			{Name: "DeleteIdentityPool", Action: prefix + "DeleteIdentityPool", Resource: identityPoolARN,
				Handle: onPool(s, s.remove)},
			{Name: "SetIdentityPoolRoles", Action: prefix + "SetIdentityPoolRoles", Resource: identityPoolARN,
				Handle: service.Handle(s.setRoles)},
			{Name: "GetIdentityPoolRoles", Action: prefix + "GetIdentityPoolRoles", Resource: identityPoolARN,
				ReadOnly: true,
				Handle:   onPool(s, (*identityPool).showRoles)},
		}, service.Unimplemented("DeleteIdentities", "DescribeIdentity", "GetOpenIdTokenForDeveloperIdentity",
			"GetPrincipalTagAttributeMap", "ListIdentities",
			"ListTagsForResource", "LookupDeveloperIdentity", "MergeDeveloperIdentities", "SetPrincipalTagAttributeMap",
			"TagResource",
			"UnlinkDeveloperIdentity", "UntagResource", "UpdateIdentityPool")...),
	}
}

type identityPools struct {
	mu         sync.Mutex
	pools      []*identityPool
	identities map[string]*poolIdentity
	issuers    *oidc.Issuers
}

type identityPool struct {
	id, account, region string
	settings            poolSettings
	roles               map[string]string // "authenticated", "unauthenticated" -> role ARN
}

type poolSettings struct {
	IdentityPoolName               string
	AllowUnauthenticatedIdentities bool
	AllowClassicFlow               bool
	SupportedLoginProviders        map[string]string // host -> client ids, comma-separated
	OpenIdConnectProviderARNs      []string
	CognitoIdentityProviders       []map[string]any
	IdentityPoolTags               map[string]string
}

type poolIdentity struct {
	id     string
	pool   *identityPool
	logins map[string]string // provider -> the token's subject
}

func identityPoolARN(c *service.Call) string {
	return c.ARN("cognito-identity", "identitypool/"+c.Text("IdentityPoolId"))
}

// notAuthorized is what callers of the unsigned operations are refused with.
// The texts are taken from aws-amplify/amplify-js#2443, aws/aws-sdk-js-v3#3113 and
// amazon-archives/amazon-cognito-identity-js#68.
func notAuthorized(format string, args ...any) *service.Error {
	return service.Errorf("NotAuthorizedException", format, args...)
}

func (s *identityPools) find(id string) (*identityPool, error) {
	for _, p := range s.pools {
		if p.id == id {
			return p, nil
		}
	}
	// aws-amplify/amplify-js#14117
	return nil, service.Errorf("ResourceNotFoundException", "IdentityPool '%s' not found.", id)
}

// mine is find for the signed operations, which reach the caller's own pools.
func (s *identityPools) mine(c *service.Call, id string) (*identityPool, error) {
	p, err := s.find(id)
	if err == nil && (p.account != c.Account() || p.region != c.Region) {
		return nil, service.Errorf("ResourceNotFoundException", "IdentityPool '%s' not found.", id)
	}
	return p, err
}

var poolName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\w\s+=,.@-]{1,128}$`) })

func (s *identityPools) create(c *service.Call, in *poolSettings) (*shownPool, error) {
	if !poolName().MatchString(in.IdentityPoolName) {
		return nil, service.Errorf("InvalidParameterException",
			"1 validation error detected: Value at 'identityPoolName' failed to satisfy constraint: Member "+
				"must satisfy regular expression pattern: [\\w\\s+=,.@-]+")
	}
	p := &identityPool{id: c.Region + ":" + protocol.NewUUID(), account: c.Account(), region: c.Region, settings: *in,
		roles: map[string]string{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pools = append(s.pools, p)
	return p.show(), nil
}

type shownPool struct {
	AllowClassicFlow               bool
	AllowUnauthenticatedIdentities bool
	CognitoIdentityProviders       []map[string]any `json:",omitempty"`
	IdentityPoolId                 string
	IdentityPoolName               string
	IdentityPoolTags               map[string]string `json:",omitempty"`
	OpenIdConnectProviderARNs      []string          `json:",omitempty"`
	SupportedLoginProviders        map[string]string `json:",omitempty"`
}

func (p *identityPool) show() *shownPool {
	x := &p.settings
	return &shownPool{
		x.AllowClassicFlow, x.AllowUnauthenticatedIdentities, x.CognitoIdentityProviders, p.id, x.IdentityPoolName,
		x.IdentityPoolTags, x.OpenIdConnectProviderARNs, x.SupportedLoginProviders,
	}
}

// onlyPool is the input of those that need to know the pool only.
type onlyPool struct{ IdentityPoolId string }

// onPool is the handler of an operation on a pool of the caller's; do is called with
// the lock held.
func onPool[Out any](s *identityPools, do func(*identityPool) *Out) service.Handler {
	return service.Handle(func(c *service.Call, in *onlyPool) (*Out, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		p, err := s.mine(c, in.IdentityPoolId)
		if err != nil {
			return nil, err
		}
		return do(p), nil
	})
}

func (s *identityPools) remove(p *identityPool) *service.Nothing {
	s.pools = slices.DeleteFunc(s.pools, func(x *identityPool) bool { return x == p })
	return nil
}

type poolRoles struct {
	IdentityPoolId string
	Roles          map[string]string
}

func (p *identityPool) showRoles() *poolRoles { return &poolRoles{p.id, maps.Clone(p.roles)} }

type listInput struct {
	MaxResults int
	NextToken  string
}

type poolList struct {
	IdentityPools []listedPool
	NextToken     string `json:",omitempty"`
}

type listedPool struct{ IdentityPoolId, IdentityPoolName string }

func (s *identityPools) list(c *service.Call, in *listInput) (*poolList, error) {
	skip, err := strconv.Atoi("0" + in.NextToken)
	if err != nil || in.MaxResults < 1 || in.MaxResults > 60 {
		return nil, service.Errorf("InvalidParameterException",
			"1 validation error detected: MaxResults must be from 1 to 60, and NextToken one that a list returned")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []listedPool{}
	for _, p := range s.pools {
		if p.account == c.Account() && p.region == c.Region {
			found = append(found, listedPool{p.id, p.settings.IdentityPoolName})
		}
	}
	out := &poolList{IdentityPools: service.Page(found, skip, in.MaxResults)}
	if skip+in.MaxResults < len(found) {
		out.NextToken = strconv.Itoa(skip + in.MaxResults)
	}
	return out, nil
}

type setRolesInput struct {
	IdentityPoolId string
	Roles          map[string]string
}

func (s *identityPools) setRoles(c *service.Call, in *setRolesInput) (*service.Nothing, error) {
	for _, kind := range slices.Sorted(maps.Keys(in.Roles)) {
		if kind != "authenticated" && kind != "unauthenticated" {
			return nil, service.Errorf("InvalidParameterException",
				"Roles has the keys authenticated and unauthenticated, not %s", kind)
		}
		if err := c.Authorize("iam:PassRole", in.Roles[kind],
			map[string]string{"iam:PassedToService": "cognito-identity.amazonaws.com"}); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.mine(c, in.IdentityPoolId)
	if err != nil {
		return nil, err
	}
	p.roles = maps.Clone(in.Roles)
	return nil, nil
}

// providers are the names that logins can have.
func (p *identityPool) providers() []string {
	names := slices.Collect(maps.Keys(p.settings.SupportedLoginProviders))
	for _, arn := range p.settings.OpenIdConnectProviderARNs {
		if _, host, ok := strings.Cut(arn, ":oidc-provider/"); ok {
			names = append(names, host)
		}
	}
	for _, x := range p.settings.CognitoIdentityProviders {
		if name, _ := x["ProviderName"].(string); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// subjects checks login tokens and returns whom they stand for.
func (p *identityPool) subjects(logins map[string]string, now time.Time) (map[string]string, error) {
	subjects := map[string]string{}
	known := p.providers()
	for _, provider := range slices.Sorted(maps.Keys(logins)) {
		if !slices.Contains(known, provider) {
			return nil, notAuthorized("Token is not from a supported provider of this identity pool.")
		}
		subject, err := checkLogin(provider, logins[provider], now)
		if err != nil {
			return nil, err
		}
		subjects[provider] = subject
	}
	return subjects, nil
}

// checkLogin reads a provider's token.
func checkLogin(provider, token string, now time.Time) (subject string, err error) {
	var claims struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Audience any    `json:"aud"`
		Expires  int64  `json:"exp"`
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", notAuthorized("Invalid login token. Not a valid OpenId Connect identity token.")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return "", notAuthorized("Invalid login token. Not a valid OpenId Connect identity token.")
	}
	switch {
	case claims.Audience == nil:
		return "", notAuthorized("Invalid login token. Missing a required claim: aud")
	case strings.TrimSuffix(strings.TrimPrefix(claims.Issuer, "https://"), "/") != provider:
		return "", notAuthorized("Invalid login token. Issuer doesn't match providerName")
	case now.Unix() >= claims.Expires:
		return "", notAuthorized("Invalid login token. Token expired: %d >= %d", now.Unix(), claims.Expires)
	}
	return claims.Subject, nil
}

type getIDInput struct {
	IdentityPoolId, AccountId string
	Logins                    map[string]string
}

type identityID struct{ IdentityId string }

func (s *identityPools) getID(c *service.Call, in *getIDInput) (*identityID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.find(in.IdentityPoolId)
	if err != nil {
		return nil, err
	}
	if len(in.Logins) == 0 && !p.settings.AllowUnauthenticatedIdentities {
		return nil, notAuthorized("Unauthenticated access is not supported for this identity pool.")
	}
	subjects, err := p.subjects(in.Logins, c.Now)
	if err != nil {
		return nil, err
	}
	if x := s.known(p, subjects); x != nil {
		return &identityID{x.id}, nil
	}
	x := &poolIdentity{id: p.region + ":" + protocol.NewUUID(), pool: p, logins: subjects}
	s.identities[x.id] = x
	return &identityID{x.id}, nil
}

// known is the identity that has logged in so before.
func (s *identityPools) known(p *identityPool, subjects map[string]string) *poolIdentity {
	for _, x := range s.identities {
		for provider, subject := range subjects {
			if x.pool == p && x.logins[provider] == subject {
				return x
			}
		}
	}
	return nil
}

// enter finds an identity and checks the logins that are presented for it.
func (s *identityPools) enter(c *service.Call, id string, logins map[string]string) (*poolIdentity, error) {
	x := s.identities[id]
	if x == nil {
		return nil, service.Errorf("ResourceNotFoundException", "Identity '%s' not found.", id)
	}
	subjects, err := x.pool.subjects(logins, c.Now)
	switch {
	case err != nil:
		return nil, err
	case len(x.logins) > 0 && len(subjects) == 0:
		return nil, notAuthorized("Access to Identity '%s' is forbidden.", id)
	case len(x.logins) == 0:
		if len(subjects) == 0 && !x.pool.settings.AllowUnauthenticatedIdentities {
			return nil, notAuthorized("Unauthenticated access is not supported for this identity pool.")
		}
		x.logins = subjects // a guest is logged in from now on
		return x, nil
	}
	for provider, subject := range subjects {
		if x.logins[provider] == subject {
			return x, nil
		}
	}
	return nil, notAuthorized("Logins don't match. Please include at least one valid login for this identity or " +
		"identity pool.")
}

const cognitoIssuer = "https://cognito-identity.amazonaws.com"

// claims are the claims of the token with which Cognito assumes the role
// (https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html).
func (x *poolIdentity) claims() map[string]any {
	methods := []string{"unauthenticated"}
	if len(x.logins) > 0 {
		methods = append([]string{"authenticated"}, slices.Sorted(maps.Keys(x.logins))...)
	}
	return map[string]any{"iss": cognitoIssuer, "aud": x.pool.id, "sub": x.id, "amr": methods}
}

// guestPolicy is what the sessions of guests are limited to, whatever the role
// allows: the services of
// https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#access-policies
// and of the managed policy AmazonCognitoUnAuthedIdentitiesSessionPolicy.
// Bedrock, SSM and Secrets Manager are not among them.
var guestPolicy = string(service.MustJSON(map[string]any{
	"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Resource": "*", "Action": []string{
		"appsync:*", "cloudwatch:*", "logs:*", "cognito-identity:*", "cognito-sync:*", "comprehend:*", "dynamodb:*",
		"gamelift:*", "iot:*",
		"firehose:*", "kinesis:*", "lambda:*", "lex:*", "machinelearning:*", "mobileanalytics:*", "mobiletargeting:*",
		"polly:*", "rekognition:*",
		"sdb:*", "ses:*", "sns:*", "sqs:*", "s3:*", "transcribe:*", "translate:*", "personalize:*", "rum:PutRumEvents",
		"sagemaker:InvokeEndpoint",
		"textract:DetectDocumentText", "textract:AnalyzeDocument", "sumerian:View*", "geo:GetMap*",
		"geo:SearchPlaceIndex*",
		"geo:GetPlace",
		"geo:CalculateRoute*", "geo:*Geofence", "geo:*Geofences", "geo:*DevicePosition*",
		"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*",
	}}},
}))

type credentialsInput struct {
	IdentityId string
	Logins     map[string]string
}

type credentialsOutput struct {
	Credentials issuedCredentials
	IdentityId  string
}

type issuedCredentials struct {
	AccessKeyId  string
	Expiration   float64
	SecretKey    string
	SessionToken string
}

// credentials is the enhanced flow: Cognito assumes the pool's role itself.
func (s *identityPools) credentials(c *service.Call, in *credentialsInput) (*credentialsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, err := s.enter(c, in.IdentityId, in.Logins)
	if err != nil {
		return nil, err
	}
	ask := iam.WebIdentityInput{RoleARN: x.pool.roles["authenticated"], Claims: x.claims()}
	ask.Name = "CognitoIdentityCredentials"
	if len(x.logins) == 0 {
		ask.RoleARN, ask.Policy = x.pool.roles["unauthenticated"], guestPolicy
	}
	cred, refusal := c.IAM.AssumeRoleWithWebIdentity(ask)
	if refusal != nil {
		// Also when there is no role, or one that does not trust Cognito
		// (aws-amplify/amplify-swift#3124, amazon-archives/amazon-cognito-auth-js#167).
		return nil, service.Errorf("InvalidIdentityPoolConfigurationException",
			"Invalid identity pool configuration. Check assigned IAM roles for this pool.")
	}
	c.Issued, c.IssuedUntil = cred.KeyID, cred.Expiration
	issued := issuedCredentials{cred.KeyID, service.Epoch(cred.Expiration), cred.Secret, cred.Token}
	return &credentialsOutput{issued, x.id}, nil
}

type openIDTokenInput struct {
	IdentityId string
	Logins     map[string]string
}

type openIDTokenOutput struct{ IdentityId, Token string }

// openIDToken is the basic flow: a token for sts:AssumeRoleWithWebIdentity.
func (s *identityPools) openIDToken(c *service.Call, in *openIDTokenInput) (*openIDTokenOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, err := s.enter(c, in.IdentityId, in.Logins)
	if err != nil {
		return nil, err
	}
	issuer, err := s.issuers.Declare(cognitoIssuer, "")
	if err != nil {
		return nil, err
	}
	token, err := issuer.Mint(oidc.TokenOptions{Claims: x.claims(), Lifetime: 10 * time.Minute})
	if err != nil {
		return nil, err
	}
	return &openIDTokenOutput{x.id, token}, nil
}
