package sts_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

const (
	webIssuer = "https://oidc.vercel.com/acme"
	webRole   = "arn:aws:iam::111122223333:role/web"
	provider  = "arn:aws:iam::111122223333:oidc-provider/oidc.vercel.com/acme"
	webAud    = "https://vercel.com/acme"
	webSub    = "owner:acme:project:web:environment:production"
)

// webWorld is a world with a role for what Vercel hosts.
func webWorld(t *testing.T) *mocktest.World {
	t.Helper()
	w := mocktest.New(t)
	_, err := w.Seed(mockaws.Seed{
		Seed: iam.Seed{Accounts: []iam.AccountSeed{{
			ID: mocktest.Account, OIDCProviders: []iam.OIDCProviderSeed{{URL: webIssuer, ClientIDs: []string{webAud}}},
			Roles: []iam.RoleSeed{{Name: "web", MaxSessionDuration: 7200, Allow: []string{"*"}, Trust: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
				"Principal": {"Federated": "` + provider + `"}, "Action": "sts:AssumeRoleWithWebIdentity",
				"Condition": {"StringEquals": {"oidc.vercel.com/acme:sub": "` + webSub + `", "oidc.vercel.com/acme:aud": "` + webAud + `"}}}]}`}},
		}}},
		Issuers: []mockaws.IssuerSeed{{URL: webIssuer, Algorithm: "ES256"}}, // keys of RSA take long to make
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// tokenOf mints one of Vercel's, changed.
func tokenOf(t *testing.T, w *mocktest.World, change func(*mockaws.TokenRequest)) string {
	t.Helper()
	p := oidc.Vercel("acme", "web", oidc.Production)
	r := mockaws.TokenRequest{Issuer: p.Issuer, Claims: p.Claims, Lifetime: p.Lifetime.String()}
	if change != nil {
		change(&r)
	}
	minted, err := w.MintToken(r)
	if err != nil {
		t.Fatal(err)
	}
	return minted.Token
}

func webIdentity(token string) *sts.AssumeRoleWithWebIdentityInput {
	return &sts.AssumeRoleWithWebIdentityInput{RoleArn: aws.String(webRole), RoleSessionName: aws.String("fn"),
		WebIdentityToken: aws.String(token)}
}

func TestAssumeRoleWithWebIdentity(t *testing.T) {
	w := webWorld(t)
	ctx := t.Context()
	in := webIdentity(tokenOf(t, w, nil))
	in.DurationSeconds = aws.Int32(7200)
	out, err := sts.NewFromConfig(w.Anonymous()).AssumeRoleWithWebIdentity(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if *out.Audience != webAud || *out.Provider != provider || *out.SubjectFromWebIdentityToken != webSub ||
		*out.AssumedRoleUser.Arn != "arn:aws:sts::111122223333:assumed-role/web/fn" ||
		!strings.HasSuffix(*out.AssumedRoleUser.AssumedRoleId, ":fn") {
		t.Errorf("got audience %s, provider %s, subject %s, %s", *out.Audience, *out.Provider,
			*out.SubjectFromWebIdentityToken, *out.AssumedRoleUser.Arn)
	}
	if left := time.Until(*out.Credentials.Expiration).Round(time.Minute); left != 2*time.Hour {
		t.Errorf("the session ends in %s, want 2h", left)
	}
	e := w.Last(t)
	if e.Verdict.Principal != "web identity "+webSub+" of "+webIssuer || e.Presented.Scheme != "web-identity" ||
		e.Issued != *out.Credentials.AccessKeyId {
		t.Errorf("exchange: %s, %+v", &e, e.Presented)
	}
	if o := e.Presented.IdentityToken; o == nil || o.Length != len(*in.WebIdentityToken) ||
		o.Fingerprint != mockaws.Fingerprint(*in.WebIdentityToken) {
		t.Errorf("the token is described as %+v", o)
	}
	me, err := sts.NewFromConfig(as(w, out.Credentials)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *me.Arn != *out.AssumedRoleUser.Arn {
		t.Errorf("the session is %v, %v", me, err)
	}
}

// The SDK's own provider reads the token file anew for each exchange.
func TestWebIdentityRoleProvider(t *testing.T) {
	w := webWorld(t)
	file := filepath.Join(t.TempDir(), "token")
	write := func(token string) {
		if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(tokenOf(t, w, nil))
	cfg := w.Anonymous()
	cfg.RetryMaxAttempts = 3
	p := stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(cfg), webRole, stscreds.IdentityTokenFile(file))
	if c, err := p.Retrieve(t.Context()); err != nil || !c.CanExpire || c.SessionToken == "" {
		t.Errorf("got %v, %v", c.AccessKeyID, err)
	}
	// It takes InvalidIdentityToken for an error that passes, and asks again.
	write(tokenOf(t, w, func(r *mockaws.TokenRequest) { r.Defect = oidc.WrongAudience }))
	before := w.Journal().Last()
	_, err := p.Retrieve(t.Context())
	mocktest.WantError(t, err, "InvalidIdentityToken", "Incorrect token audience")
	if n := w.Journal().Last() - before; n != 3 {
		t.Errorf("it asked %d times, want 3", n)
	}
}

const (
	notValidated = "The web identity token that was passed could not be validated by Amazon Web Services. Get a new " +
		"identity token from the identity provider and then retry the request."
	noKey = "Couldn't retrieve verification key from your identity provider,  please reference " +
		"AssumeRoleWithWebIdentity documentation for requirements"
	notTrusted = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
)

func TestWebIdentityIsRefused(t *testing.T) {
	w := webWorld(t)
	defect := func(d oidc.Defect) func(*mockaws.TokenRequest) { return func(r *mockaws.TokenRequest) { r.Defect = d } }
	claims := func(changed map[string]any) func(*mockaws.TokenRequest) {
		return func(r *mockaws.TokenRequest) {
			for k, v := range changed {
				r.Claims[k] = v
			}
		}
	}
	for _, row := range []struct {
		name          string
		token         func(*mockaws.TokenRequest)
		input         func(*sts.AssumeRoleWithWebIdentityInput)
		status        int
		code, message string // a message may end in "..."
		confidence    string // that AWS answers so
	}{
		{"expired", defect(oidc.Expired), nil, 400, "ExpiredTokenException", "Token expired: current date/time ...",
			"V"},
		{"too old", defect(oidc.TooOld), nil, 400, "ExpiredTokenException", "Token too old: 604800", "V"},
		{"not yet valid", defect(oidc.NotYetValid), nil, 400, "InvalidIdentityToken", notValidated, "U"},
		{"another key's signature", defect(oidc.WrongKey), nil, 400, "InvalidIdentityToken", notValidated, "U"},
		{"tampered with", defect(oidc.Tampered), nil, 400, "InvalidIdentityToken", notValidated, "U"},
		{"alg none", defect(oidc.Unsigned), nil, 400, "InvalidIdentityToken", notValidated, "U"},
		{"alg HS256", defect(oidc.Symmetric), nil, 400, "InvalidIdentityToken", notValidated, "U"},
		{"unknown kid", defect(oidc.UnknownKey), nil, 400, "InvalidIdentityToken", noKey, "V"},
		{"opaque", defect(oidc.NotAToken), nil, 400, "InvalidIdentityToken",
			"The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)", "L"},
		{"no sub", defect(oidc.NoSubject), nil, 400, "InvalidIdentityToken", "Missing a required claim: sub", "V"},
		{"no aud", defect(oidc.NoAudience), nil, 400, "InvalidIdentityToken", "Missing a required claim: aud", "V"},
		{"another audience", defect(oidc.WrongAudience), nil, 400, "InvalidIdentityToken", "Incorrect token audience",
			"V"},
		{"another issuer", defect(oidc.WrongIssuer), nil, 400, "InvalidIdentityToken",
			"No OpenIDConnect provider found in your account for https://issuer.example.invalid", "V"},
		{"azp instead of aud", claims(map[string]any{"azp": "someone"}), nil, 400, "InvalidIdentityToken",
			"Incorrect token audience", "V"},
		{"another subject", claims(map[string]any{"sub": "owner:acme:project:other:environment:production"}), nil, 403,
			"AccessDenied", notTrusted, "V"},
		{"another account", nil, func(in *sts.AssumeRoleWithWebIdentityInput) {
			in.RoleArn = aws.String("arn:aws:iam::999988887777:role/platform")
		},
			400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for " + webIssuer, "V"},
		{"a role that does not exist", nil,
			func(in *sts.AssumeRoleWithWebIdentityInput) { in.RoleArn = aws.String(webRole + "-x") }, 403,
			"AccessDenied", notTrusted, "V"},
		{"longer than the role allows", nil,
			func(in *sts.AssumeRoleWithWebIdentityInput) { in.DurationSeconds = aws.Int32(7201) },
			400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
			"V"},
		{"an ARN of a user", nil, func(in *sts.AssumeRoleWithWebIdentityInput) {
			in.RoleArn = aws.String("arn:aws:iam::111122223333:user/app")
		},
			400, "ValidationError", "Request ARN is invalid", "V"},
		{"three characters", nil,
			func(in *sts.AssumeRoleWithWebIdentityInput) { in.WebIdentityToken = aws.String("abc") },
			400, "ValidationError", "1 validation error detected: Value '***' at 'webIdentityToken' failed to " +
				"satisfy constraint: Member must have length greater than or equal to 4", "L"},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := webIdentity(tokenOf(t, w, row.token))
			if row.input != nil {
				row.input(in)
			}
			_, err := sts.NewFromConfig(w.Anonymous()).AssumeRoleWithWebIdentity(t.Context(), in)
			text, open := strings.CutSuffix(row.message, "...")
			if open {
				mocktest.WantError(t, err, row.code, "")
			} else {
				mocktest.WantError(t, err, row.code, row.message)
			}
			e := w.Last(t)
			if e.Status != row.status || e.Confidence != row.confidence || !strings.HasPrefix(e.Message, text) {
				t.Errorf("got %d %s (%q)", e.Status, e.Message, e.Confidence)
			}
			if e.Verdict.Accepted && row.code != "ValidationError" {
				t.Errorf("exchange: %s", &e)
			}
		})
	}
	// Modelled errors are of the SDK's own types.
	_, err := sts.NewFromConfig(w.Anonymous()).AssumeRoleWithWebIdentity(t.Context(),
		webIdentity(tokenOf(t, w, defect(oidc.Expired))))
	var expired *ststypes.ExpiredTokenException
	if !errors.As(err, &expired) {
		t.Errorf("got %v", err)
	}
}

// An issuer that cannot be reached, or whose keys change, is seen at once.
func TestIssuerComesAndGoes(t *testing.T) {
	w := webWorld(t)
	client := sts.NewFromConfig(w.Anonymous())
	declare := func(seed mockaws.IssuerSeed) {
		t.Helper()
		seed.URL = webIssuer
		if _, err := w.DeclareIssuer(seed); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what, token, message string) {
		t.Helper()
		_, err := client.AssumeRoleWithWebIdentity(t.Context(), webIdentity(token))
		if message == "" {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			return
		}
		mocktest.WantError(t, err, "InvalidIdentityToken", message)
	}
	old := tokenOf(t, w, nil)
	check("at first", old, "")
	declare(mockaws.IssuerSeed{Down: true})
	check("while it is down", old, noKey)
	declare(mockaws.IssuerSeed{Rotate: true})
	fresh := tokenOf(t, w, nil)
	check("the new key", fresh, "")
	check("the old key beside it", old, "")
	declare(mockaws.IssuerSeed{Retire: true})
	check("the old key, retired", old, noKey)
	check("the new key alone", fresh, "")
	w.Clock().Advance(2 * time.Hour)
	_, err := client.AssumeRoleWithWebIdentity(t.Context(), webIdentity(fresh))
	mocktest.WantError(t, err, "ExpiredTokenException", "")
}

// The body that AWS was recorded to send has 390 bytes (awslabs/aws-sdk-rust#827).
func TestWebIdentityErrorDocument(t *testing.T) {
	w := webWorld(t)
	var document []byte
	cfg := w.Anonymous()
	cfg.HTTPClient = spying{&document}
	token := tokenOf(t, w, func(r *mockaws.TokenRequest) { r.Defect = oidc.UnknownKey })
	if _, err := sts.NewFromConfig(cfg).AssumeRoleWithWebIdentity(t.Context(), webIdentity(token)); err == nil {
		t.Fatal("accepted")
	}
	want := `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidIdentityToken</Code>
    <Message>` + noKey + `</Message>
  </Error>
  <RequestId>` + w.Last(t).RequestID + `</RequestId>
</ErrorResponse>
`
	if string(document) != want || len(document) != 390 {
		t.Errorf("%d bytes: %s", len(document), document)
	}
}

// Session tags and source identity come from the token's claims.
func TestWebIdentityTags(t *testing.T) {
	w := webWorld(t)
	_, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account, Roles: []iam.RoleSeed{{Name: "tagged", Trust: `{"Version": "2012-10-17",
		"Statement": [{"Effect": "Allow", "Principal": {"Federated": "` + provider + `"}, "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"],
		"Condition": {"StringEquals": {"aws:RequestTag/team": "web"}}}]}`}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	in := webIdentity(tokenOf(t, w, func(r *mockaws.TokenRequest) {
		r.Claims["https://aws.amazon.com/tags"] = map[string]any{
			"principal_tags": map[string]any{"team": []string{"web"}}}
		r.Claims["https://aws.amazon.com/source_identity"] = "alice"
	}))
	in.RoleArn = aws.String("arn:aws:iam::111122223333:role/tagged")
	out, err := sts.NewFromConfig(w.Anonymous()).AssumeRoleWithWebIdentity(t.Context(), in)
	//lint:ignore SA1019 it is on the wire all the same
	if err != nil || *out.SourceIdentity != "alice" || *out.PackedPolicySize == 0 {
		t.Errorf("got %v, %v", out, err)
	}
	without := webIdentity(tokenOf(t, w, nil))
	without.RoleArn = in.RoleArn
	_, err = sts.NewFromConfig(w.Anonymous()).AssumeRoleWithWebIdentity(t.Context(), without)
	mocktest.WantError(t, err, "AccessDenied", notTrusted)
}

// CloudTrail has what a verified token asked for, allowed or not, and nothing of a
// token that did not verify
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html).
func TestTrailOfWebIdentities(t *testing.T) {
	w := webWorld(t)
	client := sts.NewFromConfig(w.Anonymous())
	for _, change := range []func(*mockaws.TokenRequest){
		nil,
		func(r *mockaws.TokenRequest) { r.Claims["sub"] = "another" },
		func(r *mockaws.TokenRequest) { r.Defect = oidc.WrongKey },
	} {
		// what each is answered is another test's matter
		_, _ = client.AssumeRoleWithWebIdentity(t.Context(), webIdentity(tokenOf(t, w, change)))
	}
	out, err := cloudtrail.NewFromConfig(w.Good()).LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Events) != 2 {
		t.Fatalf("got %d events, want 2", len(out.Events))
	}
	denied, allowed := *out.Events[0].CloudTrailEvent, *out.Events[1].CloudTrailEvent
	for _, want := range []string{`"type":"WebIdentityUser"`, `"userName":"` + webSub + `"`, `"identityProvider":"` +
		provider + `"`, `"eventName":"AssumeRoleWithWebIdentity"`} {
		if !strings.Contains(allowed, want) {
			t.Errorf("%s is missing in %s", want, allowed)
		}
	}
	if !strings.Contains(denied, `"errorCode":"AccessDenied"`) || !strings.Contains(denied, notTrusted) {
		t.Errorf("got %s", denied)
	}
}

// An issuer at a hostname of AWS, such as a Cognito user pool's, takes
// nothing from the API there.
func TestIssuerBesideAnAPI(t *testing.T) {
	w := mocktest.New(t)
	const host = "sts.eu-west-1.amazonaws.com"
	if _, err := w.DeclareIssuer(mockaws.IssuerSeed{URL: "https://" + host + "/pool", Algorithm: "ES256"}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/pool/.well-known/openid-configuration":        "oidc:openid-configuration",
		"/pool/.well-known/jwks.json":                   "oidc:jwks.json",
		"/?Action=GetCallerIdentity&Version=2011-06-15": "sts:GetCallerIdentity",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if e := w.Last(t); e.Call != want {
			t.Errorf("%s: %s, want %s", path, &e, want)
		}
	}
}
