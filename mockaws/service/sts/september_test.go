package sts_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	iamsdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/go-jose/go-jose/v4"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestTokenSizes: one limit of 4,096 bytes, its use in percent, and a size that a caller
// can ask for (https://aws.amazon.com/about-aws/whats-new/2026/09/aws-sts/).
func TestTokenSizes(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	client := sts.NewFromConfig(person)
	out, err := client.AssumeRole(t.Context(), assume(deployARN, func(in *sts.AssumeRoleInput) {
		in.MinimumSessionTokenSize = aws.Int32(4096)
	}))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(*out.Credentials.SessionToken); n != 4096 || *out.SessionTokenSize != 4096 ||
		*out.SessionTokenUtilization != 100 {
		t.Errorf("%d bytes, said %d, %d%%", n, *out.SessionTokenSize, *out.SessionTokenUtilization)
	}
	policy := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}` +
		strings.Repeat(" ", 1500)
	policy = strings.Replace(policy, "}}", "}"+strings.Repeat(" ", 1500)+"}", 1)[:2000]
	out, err = client.AssumeRole(t.Context(), assume(deployARN, func(in *sts.AssumeRoleInput) {
		in.Policy = aws.String(strings.TrimSpace(policy))
	}))
	if err != nil {
		t.Fatal(err)
	}
	//lint:ignore SA1019 it is on the wire all the same
	if packed := *out.PackedPolicySize; packed != *out.SessionTokenUtilization {
		t.Errorf("PackedPolicySize %d, SessionTokenUtilization %d", packed, *out.SessionTokenUtilization)
	}
	session, err := client.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{
		MinimumSessionTokenSize: aws.Int32(2000)})
	if err != nil || len(*session.Credentials.SessionToken) != 2000 || *session.SessionTokenSize != 2000 ||
		*session.SessionTokenUtilization != 49 {
		t.Errorf("%v, %v", session, err)
	}
	federated, err := client.GetFederationToken(t.Context(), &sts.GetFederationTokenInput{Name: aws.String("Bob")})
	//lint:ignore SA1019 it is on the wire all the same
	if err != nil || federated.PackedPolicySize == nil || *federated.SessionTokenSize != 996 {
		t.Errorf("%v, %v", federated, err)
	}
}

// query calls STS as an SDK that is newer than the one here.
func query(t *testing.T, w *mocktest.World, cfg aws.Config, form url.Values) (int, string) {
	t.Helper()
	form.Set("Version", "2011-06-15")
	body := form.Encode()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "sts.eu-west-1.amazonaws.com"
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	credentials, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := mocktest.Sign(t.Context(), credentials, req, body, "sts", "eu-west-1"); err != nil {
		t.Fatal(err)
	}
	status, text, _ := mocktest.Answer(t, req)
	return status, text
}

type scopedAnswer struct {
	Result struct {
		Credentials struct {
			AccessKeyId, SecretAccessKey,
			SessionToken, Expiration string
		}
		SessionInfo                                                    struct{ ScopedSessionId, Arn string }
		SessionTokenUtilization, SessionTokenSize, ScopedPoliciesCount int
		SourceIdentity                                                 string
	} `xml:"GetScopedCredentialsResult"`
}

// TestScopedCredentials: the same principal with fewer permissions, three policies deep at
// most (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html).
func TestScopedCredentials(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	role, err := sts.NewFromConfig(person).AssumeRole(t.Context(), assume(deployARN, func(in *sts.AssumeRoleInput) {
		in.SourceIdentity = aws.String("Alice")
	}))
	if err != nil {
		t.Fatal(err)
	}
	allow := func(action string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":` + action + `,"Resource":"*"}}`
	}
	ask := func(cfg aws.Config, with ...string) (int, string, scopedAnswer) {
		form := url.Values{"Action": {"GetScopedCredentials"}}
		for i := 0; i < len(with); i += 2 {
			form.Set(with[i], with[i+1])
		}
		status, text := query(t, w, cfg, form)
		var out scopedAnswer
		_ = xml.Unmarshal([]byte(text), &out)
		return status, text, out
	}
	as := func(out scopedAnswer) aws.Config {
		c := out.Result.Credentials
		return w.Config(c.AccessKeyId, c.SecretAccessKey, c.SessionToken)
	}
	session := w.Config(*role.Credentials.AccessKeyId, *role.Credentials.SecretAccessKey,
		*role.Credentials.SessionToken)
	status, text, first := ask(session, "Policy", allow(`["sts:*","iam:ListUsers"]`), "DurationSeconds", "60")
	if status != 200 || first.Result.ScopedPoliciesCount != 1 || first.Result.SourceIdentity != "Alice" ||
		first.Result.SessionInfo.Arn != *role.AssumedRoleUser.Arn ||
		first.Result.SessionTokenSize != len(first.Result.Credentials.SessionToken) {
		t.Fatalf("%d %s", status, text)
	}
	if end, err := time.Parse(time.RFC3339, first.Result.Credentials.Expiration); err != nil ||
		time.Until(end) > time.Minute {
		t.Errorf("it ends at %s", first.Result.Credentials.Expiration)
	}
	me, err := sts.NewFromConfig(as(first)).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *me.Arn != *role.AssumedRoleUser.Arn {
		t.Errorf("%v, %v", me, err)
	}
	if _, err := iamsdk.NewFromConfig(as(first)).ListUsers(t.Context(), &iamsdk.ListUsersInput{}); err != nil {
		t.Error(err)
	}
	_, _, second := ask(as(first), "Policy", allow(`"sts:*"`))
	_, err = iamsdk.NewFromConfig(as(second)).ListUsers(t.Context(), &iamsdk.ListUsersInput{})
	mocktest.WantError(t, err, "AccessDenied", "")
	_, _, third := ask(as(second), "Policy", allow(`"*"`))
	if third.Result.ScopedPoliciesCount != 3 {
		t.Errorf("%+v", third)
	}
	_, err = iamsdk.NewFromConfig(as(third)).ListUsers(t.Context(), &iamsdk.ListUsersInput{})
	mocktest.WantError(t, err, "AccessDenied", "") // a wider policy gives nothing back
	for _, row := range []struct {
		name   string
		cfg    aws.Config
		with   []string
		status int
		code   string
	}{
		{"a fourth policy", as(third), []string{"Policy", allow(`"*"`)}, 403, "AccessDenied"},
		{"a fourth time without policy", as(third), []string{"DurationSeconds", "5"}, 200, ""},
		{"neither policy nor duration", session, nil, 400, "ValidationError"},
		{"no JSON", session, []string{"Policy", "{"}, 400, "MalformedPolicyDocument"},
		{"longer than the session", session, []string{"DurationSeconds", "7200"}, 400, "InsufficientSessionLifetime"},
		{"no second", session, []string{"DurationSeconds", "0"}, 400, "ValidationError"},
		{"a user's key", person, []string{"DurationSeconds", "60"}, 400, "InvalidSubjectCredentials"},
	} {
		if status, text, _ := ask(row.cfg, row.with...); status != row.status || !strings.Contains(text, row.code) {
			t.Errorf("%s: %d %s", row.name, status, text)
		}
	}
}

// TestOutboundFederation: a token about a role that anybody can verify with what its
// issuer publishes
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html).
func TestOutboundFederation(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	role, err := sts.NewFromConfig(person).AssumeRole(t.Context(), assume(deployARN, nil))
	if err != nil {
		t.Fatal(err)
	}
	client := sts.NewFromConfig(w.Config(*role.Credentials.AccessKeyId, *role.Credentials.SecretAccessKey,
		*role.Credentials.SessionToken))
	in := &sts.GetWebIdentityTokenInput{Audience: []string{"https://api.example.com"},
		SigningAlgorithm: aws.String("ES384")}
	_, err = client.GetWebIdentityToken(t.Context(), in)
	mocktest.WantError(t, err, "OutboundWebIdentityFederationDisabledException", "")
	admin := iamsdk.NewFromConfig(w.Good())
	enabled, err := admin.EnableOutboundWebIdentityFederation(t.Context(),
		&iamsdk.EnableOutboundWebIdentityFederationInput{})
	if err != nil || !strings.HasSuffix(*enabled.IssuerIdentifier, ".tokens.sts.global.api.aws") {
		t.Fatalf("%v, %v", enabled, err)
	}
	_, err = admin.EnableOutboundWebIdentityFederation(t.Context(), &iamsdk.EnableOutboundWebIdentityFederationInput{})
	mocktest.WantError(t, err, "FeatureEnabled", "")
	for _, algorithm := range []string{"ES384", "RS256"} {
		in.SigningAlgorithm = aws.String(algorithm)
		out, err := client.GetWebIdentityToken(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(*out.Expiration); left < 4*time.Minute || left > 6*time.Minute {
			t.Errorf("it ends in %s", left)
		}
		claims := verified(t, w.URL, *enabled.IssuerIdentifier, *out.WebIdentityToken,
			jose.SignatureAlgorithm(algorithm))
		about, _ := claims["https://sts.amazonaws.com/"].(map[string]any)
		if claims["sub"] != deployARN || claims["aud"] != "https://api.example.com" ||
			claims["iss"] != *enabled.IssuerIdentifier || about["aws_account"] != mocktest.Account {
			t.Errorf("%v", claims)
		}
	}
	_, err = client.GetWebIdentityToken(t.Context(), &sts.GetWebIdentityTokenInput{Audience: in.Audience,
		SigningAlgorithm: aws.String("HS256")})
	mocktest.WantError(t, err, "ValidationError", "")
	if _, err := admin.DisableOutboundWebIdentityFederation(t.Context(),
		&iamsdk.DisableOutboundWebIdentityFederationInput{}); err != nil {
		t.Fatal(err)
	}
	_, err = client.GetWebIdentityToken(t.Context(), in)
	mocktest.WantError(t, err, "OutboundWebIdentityFederationDisabledException", "")
}

// verified are the claims of a token, whose signature an issuer's published key verifies.
func verified(t *testing.T, mock, issuer, token string, algorithm jose.SignatureAlgorithm) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, mock+"/.well-known/jwks.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = strings.TrimPrefix(issuer, "https://")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var keys jose.JSONWebKeySet
	if err := json.NewDecoder(resp.Body).Decode(&keys); err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		t.Fatal(err)
	}
	found := keys.Key(signed.Signatures[0].Header.KeyID)
	if len(found) != 1 {
		t.Fatalf("%d keys", len(found))
	}
	payload, err := signed.Verify(found[0])
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{}
	if err := json.NewDecoder(bytes.NewReader(payload)).Decode(&claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// TestOutboundTagsNeedPermission: "To allow Tags to be passed, the IAM principal must have
// the sts:TagGetWebIdentityToken permission", in the words of AWS's guide to outbound
// federation
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html).
func TestOutboundTagsNeedPermission(t *testing.T) {
	w := mocktest.New(t)
	if _, err := iamsdk.NewFromConfig(w.Good()).EnableOutboundWebIdentityFederation(t.Context(),
		&iamsdk.EnableOutboundWebIdentityFederationInput{}); err != nil {
		t.Fatal(err)
	}
	cfg := w.UserWith(t, outboundUser)
	form := url.Values{"Action": {"GetWebIdentityToken"}, "Audience.member.1": {"https://api.example.com"},
		"SigningAlgorithm": {"ES384"}}
	if status, text := query(t, w, cfg, form); status != 200 {
		t.Errorf("%d %s", status, text)
	}
	form.Set("Tags.member.1.Key", "team")
	form.Set("Tags.member.1.Value", "web")
	if status, text := query(t, w, cfg, form); status != 403 ||
		!strings.Contains(text, "is not authorized to perform: sts:TagGetWebIdentityToken") {
		t.Errorf("%d %s", status, text)
	}
	if status, text := query(t, w, w.Good(), form); status != 200 {
		t.Errorf("%d %s", status, text)
	}
	form.Set("Audience.member.1", "https://elsewhere.example.com")
	form.Del("Tags.member.1.Key")
	form.Del("Tags.member.1.Value")
	if status, text := query(t, w, cfg, form); status != 403 || !strings.Contains(text, "sts:GetWebIdentityToken") {
		t.Errorf("another audience: %d %s", status, text)
	}
}

// outboundUser may have tokens for one audience, and no tags in them.
var outboundUser = iam.UserSeed{Name: "outbound", Policies: []iam.PolicySeed{{Document: map[string]any{
	"Version": "2012-10-17",
	"Statement": []any{map[string]any{"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*",
		"Condition": map[string]any{
			"ForAllValues:StringEquals": map[string]any{
				"sts:IdentityTokenAudience": []string{"https://api.example.com"},
			},
			"NumericLessThanEquals": map[string]any{"sts:DurationSeconds": "300"},
		}}},
}}}}
