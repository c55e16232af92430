package cognitoidentity_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

const loginProvider = "login.example.com"

// newPool makes an identity pool whose two roles may do everything.
func newPool(t *testing.T, w *mocktest.World, guests bool) (client *cognitoidentity.Client, id *string) {
	t.Helper()
	client = cognitoidentity.NewFromConfig(w.Good())
	created, err := client.CreateIdentityPool(t.Context(),
		&cognitoidentity.CreateIdentityPoolInput{IdentityPoolName: aws.String("app"),
			AllowUnauthenticatedIdentities: guests,
			OpenIdConnectProviderARNs: []string{"arn:aws:iam::" + mocktest.Account + ":oidc-provider/" +
				loginProvider}})
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]string{}
	var seeds []iam.RoleSeed
	for _, kind := range []string{"authenticated", "unauthenticated"} {
		roles[kind] = *mocktest.RoleARN(kind)
		seeds = append(seeds, iam.RoleSeed{Name: kind, Allow: []string{"*"}, Trust: fmt.Sprintf(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
			"Principal": {"Federated": "cognito-identity.amazonaws.com"},
		"Action": "sts:AssumeRoleWithWebIdentity",
			"Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": %q}, "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": %q}}}}`, *created.IdentityPoolId, kind)})
	}
	if _, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
		Roles: seeds}}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.SetIdentityPoolRoles(t.Context(),
		&cognitoidentity.SetIdentityPoolRolesInput{IdentityPoolId: created.IdentityPoolId, Roles: roles}); err != nil {
		t.Fatal(err)
	}
	return client, created.IdentityPoolId
}

// login is a token of the login provider; its signature is not looked at.
func login(issuer, subject string, expires time.Time, audience any) map[string]string {
	claims, _ := json.Marshal(map[string]any{"iss": "https://" + issuer, "sub": subject, "aud": audience,
		"exp": expires.Unix()})
	if audience == nil {
		claims, _ = json.Marshal(map[string]any{"iss": "https://" + issuer, "sub": subject, "exp": expires.Unix()})
	}
	return map[string]string{loginProvider: "e30." + base64.RawURLEncoding.EncodeToString(claims) + ".c2ln"}
}

func TestCognitoIdentity(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	_, pool := newPool(t, w, true)
	browser := w.Config("", "", "")
	browser.Credentials = aws.AnonymousCredentials{}
	client := cognitoidentity.NewFromConfig(browser)

	guest, err := client.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: pool})
	if err != nil || !strings.HasPrefix(*guest.IdentityId, "us-east-1:") {
		t.Fatalf("guest %v, %v", guest, err)
	}
	if e := w.Last(t); !e.Verdict.Accepted || e.Verdict.Principal != "anonymous" {
		t.Errorf("exchange: %s", &e)
	}
	issued, err := client.GetCredentialsForIdentity(ctx,
		&cognitoidentity.GetCredentialsForIdentityInput{IdentityId: guest.IdentityId})
	if err != nil {
		t.Fatal(err)
	}
	cfg := w.Config(*issued.Credentials.AccessKeyId, *issued.Credentials.SecretKey, *issued.Credentials.SessionToken)
	if _, err := s3.NewFromConfig(cfg).ListBuckets(ctx, &s3.ListBucketsInput{}); err != nil {
		t.Errorf("S3 as a guest: %v", err)
	}
	// The role allows everything, but a guest's session does not have Bedrock.
	_, err = bedrockruntime.NewFromConfig(cfg).Converse(ctx, mocktest.ConverseInput("x"))
	if err == nil || !strings.Contains(err.Error(), "assumed-role/unauthenticated/CognitoIdentityCredentials is not "+
		"authorized to perform: bedrock:InvokeModel on resource: ") ||
		!strings.Contains(err.Error(), "because no session policy allows the bedrock:InvokeModel action") {
		t.Errorf("Bedrock as a guest: %v", err)
	}

	logins := login(loginProvider, "alice", time.Now().Add(time.Hour), "app")
	alice, err := client.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: pool, Logins: logins})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := client.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: pool, Logins: logins}); err != nil ||
		*again.IdentityId != *alice.IdentityId {
		t.Errorf("the same login got another identity: %v, %v", again, err)
	}
	issued, err = client.GetCredentialsForIdentity(ctx,
		&cognitoidentity.GetCredentialsForIdentityInput{IdentityId: alice.IdentityId, Logins: logins})
	if err != nil {
		t.Fatal(err)
	}
	cfg = w.Config(*issued.Credentials.AccessKeyId, *issued.Credentials.SecretKey, *issued.Credentials.SessionToken)
	if _, err := bedrockruntime.NewFromConfig(cfg).Converse(ctx, mocktest.ConverseInput("x")); err != nil {
		t.Errorf("Bedrock as a user: %v", err)
	}
	token, err := client.GetOpenIdToken(ctx, &cognitoidentity.GetOpenIdTokenInput{IdentityId: alice.IdentityId,
		Logins: logins})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(*token.Token, ".")[1])
	if err != nil || !strings.Contains(string(payload), `"aud":"`+*pool+`"`) || !strings.Contains(string(payload),
		`"amr":["authenticated","login.example.com"]`) {
		t.Errorf("token %s, %v", payload, err)
	}

	_, err = client.DescribeIdentityPool(ctx, &cognitoidentity.DescribeIdentityPoolInput{IdentityPoolId: pool})
	mocktest.WantError(t, err, "MissingAuthenticationTokenException", "Missing Authentication Token")
	described, err := cognitoidentity.NewFromConfig(w.Good()).DescribeIdentityPool(ctx,
		&cognitoidentity.DescribeIdentityPoolInput{IdentityPoolId: pool})
	if err != nil || *described.IdentityPoolName != "app" || !described.AllowUnauthenticatedIdentities {
		t.Errorf("described %v, %v", described, err)
	}
}

func TestCognitoIdentityRefusals(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	signed, pool := newPool(t, w, false)
	browser := w.Config("", "", "")
	browser.Credentials = aws.AnonymousCredentials{}
	client := cognitoidentity.NewFromConfig(browser)
	id := func(logins map[string]string) error {
		_, err := client.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: pool, Logins: logins})
		return err
	}
	credentials := func(identity *string, logins map[string]string) error {
		_, err := client.GetCredentialsForIdentity(ctx,
			&cognitoidentity.GetCredentialsForIdentityInput{IdentityId: identity, Logins: logins})
		return err
	}
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	alice, bob := login(loginProvider, "alice", soon, "app"), login(loginProvider, "bob", soon, "app")
	known, err := client.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: pool, Logins: alice})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		err     error
		message string
	}{
		{id(nil), "Unauthenticated access is not supported for this identity pool."},
		{id(map[string]string{"accounts.google.com": alice[loginProvider]}),
			"Token is not from a supported provider of this identity pool."},
		{id(map[string]string{loginProvider: "nonsense"}),
			"Invalid login token. Not a valid OpenId Connect identity token."},
		{id(login("other.example.com", "alice", soon, "app")),
			"Invalid login token. Issuer doesn't match providerName"},
		{id(login(loginProvider, "alice", soon, nil)), "Invalid login token. Missing a required claim: aud"},
		{id(login(loginProvider, "alice", past, "app")), ""}, // Token expired: now >= then
		{credentials(known.IdentityId, nil), "Access to Identity '" + *known.IdentityId + "' is forbidden."},
		{credentials(known.IdentityId, bob),
			"Logins don't match. Please include at least one valid login for this identity or identity pool."},
	} {
		mocktest.WantError(t, row.err, "NotAuthorizedException", row.message)
	}
	if e := w.Last(t); e.Status != 400 || e.ResponseSize != 143 { // as AWS's (aws-amplify/amplify-js#2443)
		t.Errorf("a body of %d bytes, status %d", e.ResponseSize, e.Status)
	}
	_, err = client.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: aws.String("us-east-1:0")})
	mocktest.WantError(t, err, "ResourceNotFoundException", "IdentityPool 'us-east-1:0' not found.")
	// A role that does not trust Cognito.
	w.WithRoles(t, "lambda")
	if _, err := signed.SetIdentityPoolRoles(ctx, &cognitoidentity.SetIdentityPoolRolesInput{IdentityPoolId: pool,
		Roles: map[string]string{"authenticated": *mocktest.RoleARN("for-lambda")}}); err != nil {
		t.Fatal(err)
	}
	mocktest.WantError(t, credentials(known.IdentityId, alice), "InvalidIdentityPoolConfigurationException",
		"Invalid identity pool configuration. Check assigned IAM roles for this pool.")
	if e := w.Last(t); e.ResponseSize != 143 { // as AWS's (aws-amplify/amplify-swift#3124)
		t.Errorf("a body of %d bytes", e.ResponseSize)
	}
}

// Browsers read code and message from headers.
func TestCognitoIdentityErrorHeaders(t *testing.T) {
	w := mocktest.New(t)
	_, pool := newPool(t, w, false)
	req, _ := http.NewRequest(http.MethodPost, w.URL, strings.NewReader(`{"IdentityPoolId":"`+*pool+`"}`))
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityService.GetId")
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	const message = "Unauthenticated access is not supported for this identity pool."
	if string(body) != `{"__type":"NotAuthorizedException","message":"`+message+`"}` ||
		resp.Header.Get("x-amzn-ErrorType") != "NotAuthorizedException:" ||
		resp.Header.Get("x-amzn-ErrorMessage") != message {
		t.Errorf("got %s %v", body, resp.Header)
	}
}

// The basic flow of Cognito identity pools ends at STS.
func TestCognitoTokenAtSTS(t *testing.T) {
	w := mocktest.New(t)
	client, pool := newPool(t, w, true)
	_, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account, Roles: []iam.RoleSeed{{Name: "guest", Trust: `{"Version": "2012-10-17",
		"Statement": [{"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
		"Action": "sts:AssumeRoleWithWebIdentity",
		"Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "` + *pool + `"}, "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}}}]}`}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	id, err := client.GetId(t.Context(), &cognitoidentity.GetIdInput{IdentityPoolId: pool})
	if err != nil {
		t.Fatal(err)
	}
	token, err := client.GetOpenIdToken(t.Context(), &cognitoidentity.GetOpenIdTokenInput{IdentityId: id.IdentityId})
	if err != nil {
		t.Fatal(err)
	}
	in := &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: mocktest.RoleARN("guest"), RoleSessionName: aws.String("fn"), WebIdentityToken: token.Token,
	}
	out, err := sts.NewFromConfig(w.Anonymous()).AssumeRoleWithWebIdentity(t.Context(), in)
	if err != nil || *out.SubjectFromWebIdentityToken != *id.IdentityId ||
		*out.Provider != "cognito-identity.amazonaws.com" {
		t.Errorf("got %v, %v", out, err)
	}
	in.WebIdentityToken = aws.String((*token.Token)[:len(*token.Token)-4] + "AAAA")
	_, err = sts.NewFromConfig(w.Anonymous()).AssumeRoleWithWebIdentity(t.Context(), in)
	mocktest.WantError(t, err, "InvalidIdentityToken",
		"The web identity token that was passed could not be validated by Amazon Web Services. "+
			"Get a new identity token from the identity provider and then retry the request.")
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "Cognito Identity", "json-1.1", func(ctx context.Context, c aws.Config) error {
		_, err := cognitoidentity.NewFromConfig(c).ListIdentityPools(ctx,
			&cognitoidentity.ListIdentityPoolsInput{MaxResults: aws.Int32(1)})
		return err
	})
}
