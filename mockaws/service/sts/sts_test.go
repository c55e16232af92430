package sts_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	iamsdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

const (
	mfaSerial = "arn:aws:iam::111122223333:mfa/app"
	deployARN = "arn:aws:iam::111122223333:role/team/deploy"
	strictARN = "arn:aws:iam::111122223333:role/strict"
)

// trust is a policy document of one statement that lets an account's principals
// do these actions under a condition.
func trust(action, condition string) string {
	doc := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "` + mocktest.Account +
		`"}, "Action": ` + action
	if condition != "" {
		doc += `, "Condition": ` + condition
	}
	return doc + `}]}`
}

// withRoles adds roles to assume, and a user with a device for MFA.
func withRoles(t *testing.T, w *mocktest.World) (withMFA aws.Config, rootKey iam.AppliedKey) {
	t.Helper()
	applied, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{
		ID: mocktest.Account,
		Users: []iam.UserSeed{{Name: "person", Allow: []string{"sts:*"}, Keys: []iam.KeySeed{{}},
			MFADevices: []iam.MFADeviceSeed{{Serial: mfaSerial, Codes: []string{"123456"}}}}},
		Roles: []iam.RoleSeed{
			{Name: "deploy", Path: "/team/", MaxSessionDuration: 7200, Allow: []string{"*"},
				Trust: trust(`["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]`, "")},
			{Name: "strict", Trust: trust(`"sts:AssumeRole"`,
				`{"StringEquals": {"sts:ExternalId": "vendor-42"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}`)},
			{Name: "closed", TrustService: []string{"lambda.amazonaws.com"}},
		},
		RootKeys: []iam.KeySeed{{}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range applied.Keys {
		if k.User == "" {
			rootKey = k
		} else {
			withMFA = w.Config(k.KeyID, k.Secret, "")
		}
	}
	return withMFA, rootKey
}

// as is the SDK's configuration with credentials that STS issued.
func as(w *mocktest.World, c *ststypes.Credentials) aws.Config {
	return w.Config(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func TestAssumeRole(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	ctx := t.Context()
	out, err := sts.NewFromConfig(person).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String(deployARN), RoleSessionName: aws.String("job-1"), DurationSeconds: aws.Int32(7200),
		SourceIdentity:    aws.String("Alice"),
		Tags:              []ststypes.Tag{{Key: aws.String("team"), Value: aws.String("web")}},
		TransitiveTagKeys: []string{"team"},
		Policy: aws.String(
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *out.AssumedRoleUser.Arn, "arn:aws:sts::111122223333:assumed-role/deploy/job-1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	//lint:ignore SA1019 it is on the wire all the same
	if !strings.HasPrefix(*out.AssumedRoleUser.AssumedRoleId, "AROA") ||
		!strings.HasSuffix(*out.AssumedRoleUser.AssumedRoleId, ":job-1") || *out.SourceIdentity != "Alice" ||
		*out.PackedPolicySize == 0 {
		//lint:ignore SA1019 it is on the wire all the same
		t.Errorf("got %s, source identity %s, %d%% packed", *out.AssumedRoleUser.AssumedRoleId, *out.SourceIdentity,
			*out.PackedPolicySize)
	}
	if left := time.Until(*out.Credentials.Expiration); left < 119*time.Minute || left > 121*time.Minute {
		t.Errorf("the session ends in %s, want 2h", left)
	}
	me, err := sts.NewFromConfig(as(w, out.Credentials)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *me.Arn != *out.AssumedRoleUser.Arn || *me.UserId != *out.AssumedRoleUser.AssumedRoleId {
		t.Errorf("the session is %v, %v", me, err)
	}
	_, err = sts.NewFromConfig(as(w, out.Credentials)).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String(deployARN), RoleSessionName: aws.String("chained"), DurationSeconds: aws.Int32(3601)})
	mocktest.WantError(t, err, "ValidationError",
		"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	if e := w.Last(t); e.Status != 400 {
		t.Errorf("exchange: %s", &e)
	}
}

// The SDK's own provider caches what it assumed and assumes again when it ends.
func TestAssumeRoleProvider(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	cfg := person.Copy()
	cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(person), strictARN,
		func(o *stscreds.AssumeRoleOptions) {
			o.ExternalID, o.SerialNumber = aws.String("vendor-42"), aws.String(mfaSerial)
			o.TokenProvider = func() (string, error) { return "123456", nil }
		}))
	me, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || !strings.HasPrefix(*me.Arn, "arn:aws:sts::111122223333:assumed-role/strict/") {
		t.Errorf("got %v, %v", me, err)
	}
}

// assume is an AssumeRole with the least that it needs, changed.
func assume(role string, change func(*sts.AssumeRoleInput)) *sts.AssumeRoleInput {
	in := &sts.AssumeRoleInput{RoleArn: aws.String(role), RoleSessionName: aws.String("job-1")}
	if change != nil {
		change(in)
	}
	return in
}

// TestSTSErrors has the errors of the operations, with status, code and the whole
// message as AWS words it, where it is known.
func TestSTSErrors(t *testing.T) {
	w := mocktest.New(t)
	person, rootKey := withRoles(t, w)
	ctx := t.Context()
	root := w.Config(rootKey.KeyID, rootKey.Secret, "")
	session, err := sts.NewFromConfig(person).AssumeRole(ctx, assume(deployARN, nil))
	if err != nil {
		t.Fatal(err)
	}
	temporary := as(w, session.Credentials)
	denied := func(role string) string {
		return "User: arn:aws:iam::111122223333:user/person is not authorized to perform: sts:AssumeRole " +
			"on resource: " + role
	}
	role := func(cfg aws.Config, arn string, change func(*sts.AssumeRoleInput)) func() error {
		return func() error { _, err := sts.NewFromConfig(cfg).AssumeRole(ctx, assume(arn, change)); return err }
	}
	mfa := func(serial, code *string) func(*sts.AssumeRoleInput) {
		return func(in *sts.AssumeRoleInput) {
			in.SerialNumber, in.TokenCode, in.ExternalId = serial, code, aws.String("vendor-42")
		}
	}
	const (
		badCode   = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
		badSerial = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial " +
			"number is valid and associated with this user."
		halfMFA = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
	)
	one := "1 validation error detected: "
	for _, row := range []struct {
		name          string
		call          func() error
		status        int
		code, message string
	}{
		{"a role that trusts somebody else", role(person, "arn:aws:iam::111122223333:role/closed", nil), 403,
			"AccessDenied", denied("arn:aws:iam::111122223333:role/closed")},
		{"a role that does not exist", role(person, "arn:aws:iam::111122223333:role/none", nil), 403, "AccessDenied",
			denied("arn:aws:iam::111122223333:role/none")},
		{"a role without its path", role(person, "arn:aws:iam::111122223333:role/deploy", nil), 403, "AccessDenied",
			denied("arn:aws:iam::111122223333:role/deploy")},
		{"a role of an account that does not exist", role(person, "arn:aws:iam::444455556666:role/deploy", nil), 403,
			"AccessDenied", denied("arn:aws:iam::444455556666:role/deploy")},
		{"without the external id", role(person, strictARN, func(in *sts.AssumeRoleInput) {
			in.SerialNumber, in.TokenCode = aws.String(mfaSerial), aws.String("123456")
		}), 403, "AccessDenied", denied(strictARN)},
		{"without MFA", role(person, strictARN, mfa(nil, nil)), 403, "AccessDenied", denied(strictARN)},
		{"a wrong MFA code", role(person, strictARN, mfa(aws.String(mfaSerial), aws.String("654321"))), 403,
			"AccessDenied", badCode},
		{"a wrong MFA device", role(person, strictARN, mfa(aws.String("arn:aws:iam::111122223333:mfa/other"),
			aws.String("123456"))), 403, "AccessDenied", badSerial},
		{"a device without a code", role(person, strictARN, mfa(aws.String(mfaSerial), nil)), 403, "AccessDenied",
			halfMFA},
		{"a code without a device", role(person, strictARN, mfa(nil, aws.String("123456"))), 403, "AccessDenied",
			halfMFA},
		{"root", role(root, deployARN, nil), 403, "AccessDenied", "Roles may not be assumed by root accounts."},
		{"longer than the role allows", role(person, deployARN,
			func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(7201) }), 400, "ValidationError",
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this role."},
		{"chained for more than an hour", role(temporary, deployARN,
			func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(3601) }), 400, "ValidationError",
			"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."},
		{"too short", role(person, deployARN, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(899) }),
			400, "ValidationError", one + "Value '899' at 'durationSeconds' failed to satisfy constraint: Member " +
				"must have value greater than or equal to 900"},
		{"no time at all", role(person, deployARN, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(0) }),
			400, "ValidationError", one + "Value '0' at 'durationSeconds' failed to satisfy constraint: Member must " +
				"have value greater than or equal to 900"},
		{"more than any role allows", role(person, deployARN,
			func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(43201) }), 400, "ValidationError",
			one + "Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than " +
				"or equal to 43200"},
		{"a session name with a space", role(person, deployARN,
			func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("job 1") }), 400, "ValidationError",
			one + `Value 'job 1' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`},
		{"an empty session name", role(person, deployARN,
			func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("") }), 400, "ValidationError",
			one + "Value '' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than " +
				"or equal to 2"},
		{"an empty role", role(person, "", nil), 400, "ValidationError",
			`2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+; Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`},
		{"an external id of 1225 characters", role(person, strictARN, func(in *sts.AssumeRoleInput) {
			in.ExternalId = aws.String(strings.Repeat("x", 1225)) // 2 to 1224, its API reference says
		}), 400, "ValidationError", one + "Value '" + strings.Repeat("x", 1225) +
			"' at 'externalId' failed to satisfy constraint: Member must have length less than or equal to 1224"},
		{"an external id of 1224 characters", role(person, strictARN, func(in *sts.AssumeRoleInput) {
			in.ExternalId = aws.String(strings.Repeat("x", 1224))
		}), 403, "AccessDenied", denied(strictARN)},
		{"an external id of one character", role(person, strictARN, func(in *sts.AssumeRoleInput) {
			in.ExternalId = aws.String("x")
		}), 400, "ValidationError", one +
			"Value 'x' at 'externalId' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 2"},
		{"a role of another service than IAM", role(person, "arn:aws:sts::111122223333:role/team/deploy", nil), 400,
			"ValidationError", "Request ARN is invalid"},
		// localstack/localstack tests/aws/services/sts/test_sts.snapshot.json, recorded from AWS
		{"the name of a role", role(person, "nothing-valid-in-here", nil), 400, "ValidationError",
			"nothing-valid-in-here is invalid"},
		{"no partition", role(person, "arn::b:::something/test-role", nil), 400, "ValidationError",
			"arn::b:::something/test-role is invalid"},
		{"no service", role(person, "arn:a::::something/test-role", nil), 400, "ValidationError",
			"arn:a::::something/test-role is invalid"},
		{"not enough colons", role(person, "arn:a:::something/test-role", nil), 400, "ValidationError",
			"arn:a:::something/test-role is invalid"},
		{"no resource", role(person, "arn:a:a::aaaaaaaaaa:", nil), 400, "ValidationError",
			"arn:a:a::aaaaaaaaaa: is invalid"},
		{"a session policy that is no JSON", role(person, deployARN,
			func(in *sts.AssumeRoleInput) { in.Policy = aws.String("not a policy") }), 400, "MalformedPolicyDocument",
			"Syntax errors in policy."},
		{"a session policy with a part of an ARN", role(person, deployARN, func(in *sts.AssumeRoleInput) {
			in.Policy = aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*",` +
				`"Resource":"arn:aws:sqs"}}`)
		}), 400, "MalformedPolicyDocument", ""},
		{"a minimum that is too large", role(person, deployARN, func(in *sts.AssumeRoleInput) {
			in.MinimumSessionTokenSize = aws.Int32(4097)
		}), 400, "ValidationError", one + "Value '4097' at 'minimumSessionTokenSize' failed to satisfy constraint: " +
			"Member must have value less than or equal to 4096"},
		{"a session policy that is no policy", role(person, deployARN,
			func(in *sts.AssumeRoleInput) { in.Policy = aws.String("{}") }), 400, "MalformedPolicyDocument", ""},
		{"too many tags", role(person, deployARN, func(in *sts.AssumeRoleInput) {
			for i := range 40 {
				in.Tags = append(in.Tags, ststypes.Tag{Key: aws.String(strings.Repeat("k", 100) + string(rune('a'+i))),
					Value: aws.String(strings.Repeat("v", 200))})
			}
		}), 400, "PackedPolicyTooLarge", "The session token has 13045 bytes, and the maximum is 4096 bytes."},
		{"tags of one key", role(person, deployARN, func(in *sts.AssumeRoleInput) {
			in.Tags = []ststypes.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("A"),
				Value: aws.String("2")}}
		}), 400, "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."},
		{"GetSessionToken of a session", func() error {
			_, err := sts.NewFromConfig(temporary).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
			return err
		},
			403, "AccessDenied", "Cannot call GetSessionToken with session credentials"},
		{"GetFederationToken of a session", func() error {
			_, err := sts.NewFromConfig(temporary).GetFederationToken(ctx,
				&sts.GetFederationTokenInput{Name: aws.String("Bob")})
			return err
		}, 403, "AccessDenied", "Cannot call GetFederationToken with session credentials"},
		{"a federated user of too long a name", func() error {
			_, err := sts.NewFromConfig(person).GetFederationToken(ctx,
				&sts.GetFederationTokenInput{Name: aws.String(strings.Repeat("b", 33))})
			return err
		}, 400, "ValidationError", one + "Value '" + strings.Repeat("b", 33) +
			"' at 'name' failed to satisfy constraint: Member must have length less than or equal to 32"},
		{"a message that another AWS encoded", func() error {
			_, err := sts.NewFromConfig(w.Good()).DecodeAuthorizationMessage(ctx,
				&sts.DecodeAuthorizationMessageInput{EncodedMessage: aws.String("ZDeb3jT...")})
			return err
		}, 400, "InvalidAuthorizationMessageException", ""},
		{"a message, without permission", func() error {
			_, err := sts.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "nobody"})).DecodeAuthorizationMessage(ctx,
				&sts.DecodeAuthorizationMessageInput{EncodedMessage: aws.String("x")})
			return err
		}, 403, "AccessDenied", "User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: " +
			"sts:DecodeAuthorizationMessage because no identity-based policy allows the " +
			"sts:DecodeAuthorizationMessage action"},
		{"SAML", func() error {
			_, err := sts.NewFromConfig(person).AssumeRoleWithSAML(ctx,
				&sts.AssumeRoleWithSAMLInput{RoleArn: aws.String(deployARN),
					PrincipalArn:  aws.String("arn:aws:iam::111122223333:saml-provider/idp"),
					SAMLAssertion: aws.String("PHNhbWw+")})
			return err
		}, 403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"},
		{"what the mock has not", func() error {
			_, err := sts.NewFromConfig(person).AssumeRoot(ctx,
				&sts.AssumeRootInput{TargetPrincipal: aws.String(mocktest.Account),
					TaskPolicyArn: &ststypes.PolicyDescriptorType{Arn: aws.String(
						"arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials")}})
			return err
		}, 501, "MockNotImplemented", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			mocktest.WantError(t, row.call(), row.code, row.message)
			if e := w.Last(t); e.Status != row.status {
				t.Errorf("status %d, want %d", e.Status, row.status)
			}
		})
	}
}

func TestGetSessionToken(t *testing.T) {
	w := mocktest.New(t)
	person, rootKey := withRoles(t, w)
	ctx := t.Context()
	out, err := sts.NewFromConfig(person).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(*out.Credentials.Expiration).Round(time.Minute); left != 12*time.Hour {
		t.Errorf("the session ends in %s, want 12h", left)
	}
	session := as(w, out.Credentials)
	me, err := sts.NewFromConfig(session).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *me.Arn != "arn:aws:iam::111122223333:user/person" {
		t.Errorf("the session is %v, %v", me, err)
	}
	// Without MFA such credentials cannot call IAM; AWS says that the token is
	// invalid, without a final period.
	_, err = iamsdk.NewFromConfig(session).ListUsers(ctx, &iamsdk.ListUsersInput{})
	mocktest.WantError(t, err, "InvalidClientTokenId", "The security token included in the request is invalid")
	if _, err := sts.NewFromConfig(session).AssumeRole(ctx, assume(deployARN, nil)); err != nil {
		t.Errorf("such credentials can assume roles: %v", err)
	}
	_, err = sts.NewFromConfig(session).GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("Bob")})
	mocktest.WantError(t, err, "AccessDenied", "Cannot call GetFederationToken with session credentials")
	root, err := sts.NewFromConfig(w.Config(rootKey.KeyID, rootKey.Secret, "")).GetSessionToken(ctx,
		&sts.GetSessionTokenInput{DurationSeconds: aws.Int32(43200)})
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(*root.Credentials.Expiration).Round(time.Minute); left != time.Hour {
		t.Errorf("root's session ends in %s, want 1h", left)
	}
}

func TestGetFederationToken(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	out, err := sts.NewFromConfig(person).GetFederationToken(t.Context(),
		&sts.GetFederationTokenInput{Name: aws.String("Bob"), DurationSeconds: aws.Int32(900),
			Policy: aws.String(
				`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	if *out.FederatedUser.Arn != "arn:aws:sts::111122223333:federated-user/Bob" ||
		*out.FederatedUser.FederatedUserId != "111122223333:Bob" {
		t.Errorf("got %s, %s", *out.FederatedUser.Arn, *out.FederatedUser.FederatedUserId)
	}
	me, err := sts.NewFromConfig(as(w, out.Credentials)).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *me.Arn != *out.FederatedUser.Arn || *me.UserId != "111122223333:Bob" {
		t.Errorf("the session is %v, %v", me, err)
	}
}

// An account is read out of the key id; whether the key exists does not matter.
func TestGetAccessKeyInfo(t *testing.T) {
	w := mocktest.New(t)
	client := sts.NewFromConfig(w.Good())
	for id, want := range map[string]string{w.User.KeyID: mocktest.Account, w.Platform.KeyID: "999988887777",
		"ASIAY34FZKBOKMUTVV7A": "609629065308", "ASIAQNZGKIQY56JQ7WML": "029608264753"} {
		out, err := client.GetAccessKeyInfo(t.Context(), &sts.GetAccessKeyInfoInput{AccessKeyId: aws.String(id)})
		if err != nil || *out.Account != want {
			t.Errorf("%s: got %v, %v", id, out, err)
		}
	}
	_, err := client.GetAccessKeyInfo(t.Context(),
		&sts.GetAccessKeyInfoInput{AccessKeyId: aws.String("AKIAIOSFODNN7EXAMPLE")})
	mocktest.WantError(t, err, "ValidationError", "") // of before 2019: it holds no account
}

// The global endpoint takes signatures of us-east-1 only, a regional one its own.
func TestSTSEndpoints(t *testing.T) {
	w := mocktest.New(t)
	for _, row := range []struct {
		host, region string
		accepted     bool
	}{
		{"sts.amazonaws.com", "us-east-1", true},
		{"sts.amazonaws.com", "eu-west-1", false},
		{"sts.eu-west-1.amazonaws.com", "eu-west-1", true},
		{"sts.eu-west-1.amazonaws.com", "us-east-1", false},
		{"sts.eu-central-1.api.aws", "eu-central-1", true}, // dual stack
	} {
		cfg := w.Good()
		cfg.Region, cfg.BaseEndpoint = row.region, aws.String("http://"+row.host)
		cfg.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network,
			_ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(w.URL, "http://"))
		}}}
		_, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if row.accepted {
			if err != nil {
				t.Errorf("%s signed for %s: %v", row.host, row.region, err)
			}
			continue
		}
		mocktest.WantError(t, err, "SignatureDoesNotMatch", "Credential should be scoped to a valid region. ")
	}
}

// The document, byte for byte
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
func TestAssumeRoleDocument(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	var document []byte
	person.HTTPClient = spying{&document}
	out, err := sts.NewFromConfig(person).AssumeRole(t.Context(), assume(deployARN, nil))
	if err != nil {
		t.Fatal(err)
	}
	e := w.Last(t)
	want := `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>` + *out.AssumedRoleUser.AssumedRoleId + `</AssumedRoleId>
      <Arn>arn:aws:sts::111122223333:assumed-role/deploy/job-1</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>` + *out.Credentials.AccessKeyId + `</AccessKeyId>
      <SecretAccessKey>` + *out.Credentials.SecretAccessKey + `</SecretAccessKey>
      <SessionToken>` + *out.Credentials.SessionToken + `</SessionToken>
      <Expiration>` + out.Credentials.Expiration.Format(time.RFC3339) + `</Expiration>
    </Credentials>
    <SessionTokenUtilization>25</SessionTokenUtilization>
    <SessionTokenSize>996</SessionTokenSize>
  </AssumeRoleResult>
  <ResponseMetadata>
    <RequestId>` + e.RequestID + `</RequestId>
  </ResponseMetadata>
</AssumeRoleResponse>
`
	if string(document) != want {
		t.Errorf("got  %s\nwant %s", document, want)
	}
	if e.Issued != *out.Credentials.AccessKeyId {
		t.Errorf("the exchange says that %q was issued", e.Issued)
	}
}

// spying is an HTTP client that keeps the last body it was answered.
type spying struct{ body *[]byte }

func (s spying) Do(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if *s.body, err = io.ReadAll(resp.Body); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(*s.body))
	return resp, nil
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "STS", "query", func(ctx context.Context, c aws.Config) error {
		_, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	})
}
