package harness_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	_ "github.com/hostproof/hostproof/harness/isolation/container" // HOSTPROOF_MOCK=container
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// whoAmI asks STS with the credentials that the SDK finds, or those given.
func whoAmI(opts ...func(*config.LoadOptions) error) harness.Subject {
	return harness.Func("who am I", func(ctx context.Context) error {
		cfg, err := config.LoadDefaultConfig(ctx, append(opts, config.WithRetryMaxAttempts(1))...)
		if err != nil {
			return err
		}
		_, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	})
}

// given are explicit credentials out of the named variables.
func given(id, secret, token string) func(*config.LoadOptions) error {
	return func(o *config.LoadOptions) error {
		o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			return credentials.NewStaticCredentialsProvider(os.Getenv(id), os.Getenv(secret),
				os.Getenv(token)).Retrieve(ctx)
		})
		return nil
	}
}

// changed are given credentials whose secret and token the program changes.
func changed(id, secret, token string, change func(string) string) func(*config.LoadOptions) error {
	return func(o *config.LoadOptions) error {
		o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			s, t := os.Getenv(secret), os.Getenv(token)
			if token == "" {
				s = change(s)
			}
			return credentials.NewStaticCredentialsProvider(os.Getenv(id), s, change(t)).Retrieve(ctx)
		})
		return nil
	}
}

// keysIn lists KMS keys in a region that the program chooses itself, with the
// credentials that the SDK finds, or those given.
func keysIn(region string, opts ...func(*config.LoadOptions) error) harness.Subject {
	return harness.Func("list keys in "+region, func(ctx context.Context) error {
		cfg, err := config.LoadDefaultConfig(ctx, append(opts, config.WithRegion(region))...)
		if err != nil {
			return err
		}
		_, err = kms.NewFromConfig(cfg).ListKeys(ctx, &kms.ListKeysInput{})
		return err
	})
}

// raw sends a request without signing it.
func raw(authorization string) harness.Subject {
	return harness.Func("raw", func(ctx context.Context) error {
		url := os.Getenv("AWS_ENDPOINT_URL") + "/model/anthropic.claude-3-haiku-20240307-v1:0/converse"
		body := strings.NewReader(`{"messages":[{"role":"user","content":[{"text":"x"}]}]}`)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
		if err != nil {
			return err
		}
		if authorization != "" {
			req.Header.Set("Authorization", os.Expand(authorization, os.Getenv))
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	})
}

func TestDiagnosisNamesTheSources(t *testing.T) {
	user := harness.User("app", harness.Allow("*"), harness.KeyAs("MY_ID", "MY_SECRET"),
		harness.BearerAs("AWS_BEARER_TOKEN_BEDROCK"))
	stale := harness.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: "444455556666",
		Roles: []iam.RoleSeed{{Name: "old", TrustService: []string{"lambda.amazonaws.com"}}},
		Sessions: []iam.SessionSeed{{Role: "old", Name: "gone", ID: "ASIAWPSYXIFKAAAAAAAA", Secret: strings.Repeat("s",
			40),
			Token: "IQoJb3JpZ2luX2Vj" + strings.Repeat("t", 400), ExpiresIn: "-1h"}}}}}})
	fresh := harness.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: "444455556666",
		Roles: []iam.RoleSeed{{Name: "copied", TrustService: []string{"lambda.amazonaws.com"}}},
		Sessions: []iam.SessionSeed{{Role: "copied", Name: "now", ID: "ASIAWPSYXIFKBBBBBBBB",
			Secret: strings.Repeat("c", 40),
			Token:  "IQoJb3JpZ2luX2Vj" + strings.Repeat("u", 400), ExpiresIn: "1h"}}}}}})
	for _, row := range []struct {
		name      string
		host      string
		subject   harness.Subject
		opts      []harness.Option
		kind      ledger.Kind
		variables []string // of the finding
		says      []string
	}{
		{"foreign token", "vercel", whoAmI(given("MY_ID", "MY_SECRET", "AWS_SESSION_TOKEN")), nil,
			diagnose.MixedCredentials, []string{"MY_ID", "AWS_SESSION_TOKEN"}, []string{"MY_ID (set by the user)",
				"AWS_SESSION_TOKEN (set by the host)", "without that token the call would have been accepted"}},
		{"garbage token", "local", whoAmI(given("MY_ID", "MY_SECRET", "JUNK")),
			[]harness.Option{harness.Set("JUNK", "no token of AWS at all")},
			diagnose.MixedCredentials, []string{"MY_ID", "JUNK"},
			[]string{"belongs to no credentials that this AWS issued"}},
		{"token left out", "vercel-lambda", whoAmI(given("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "")), nil,
			diagnose.TokenLeftOut, []string{"AWS_ACCESS_KEY_ID"}, []string{"the temporary access key id",
				"AWS_SESSION_TOKEN is set, but the program did not send it"}},
		{"expired", "local", whoAmI(given("OLD_ID", "OLD_SECRET", "OLD_TOKEN")), []harness.Option{stale,
			harness.Set("OLD_ID", "ASIAWPSYXIFKAAAAAAAA"), harness.Set("OLD_SECRET", strings.Repeat("s", 40)),
			harness.Set("OLD_TOKEN", "IQoJb3JpZ2luX2Vj"+strings.Repeat("t", 400))},
			diagnose.ExpiredCredentials, []string{"OLD_TOKEN"}, []string{"have expired", "They ended at "}},
		{"unknown key", "local", whoAmI(given("NO_ID", "MY_SECRET", "")),
			[]harness.Option{harness.Set("NO_ID", "AKIAQQQQQQQQQQQQQQQQ")},
			diagnose.UnknownKey, []string{"NO_ID"}, []string{"unknown to AWS"}},
		{"wrong secret", "local", whoAmI(given("MY_ID", "NO_SECRET", "")),
			[]harness.Option{harness.Set("NO_SECRET", strings.Repeat("x", 40))},
			diagnose.WrongSecret, []string{"MY_ID", "NO_SECRET"}, []string{"does not match",
				"a secret that came from NO_SECRET (set by the user)"}},
		{"secret with a newline", "local", whoAmI(given("MY_ID", "NL_SECRET", "")),
			[]harness.Option{harness.Set("NL_SECRET", "${user.secretAccessKey}\n")},
			diagnose.WrongSecret, []string{"MY_ID", "NL_SECRET"},
			[]string{"the right secret with something around it: a newline after it"}},
		{"quoted secret", "local", whoAmI(given("MY_ID", "QUOTED", "")),
			[]harness.Option{harness.Set("QUOTED", `"${user.secretAccessKey}"`)},
			diagnose.WrongSecret, []string{"QUOTED"},
			[]string{"a quotation mark in front of it and a quotation mark after it"}},
		{"decoded secret", "local", whoAmI(changed("MY_ID", "MY_SECRET", "", strings.ToLower)), nil,
			diagnose.WrongSecret, []string{"MY_SECRET"}, []string{"MY_SECRET (set by the user), in lower case"}},
		{"cut token", "vercel-lambda", whoAmI(changed("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
			func(s string) string { return s[:min(len(s), 255)] })), nil,
			diagnose.MixedCredentials, []string{"AWS_SESSION_TOKEN"}, []string{"The token was changed on its way",
				"AWS_SESSION_TOKEN (set by the host), cut off"}},
		{"swapped", "local", whoAmI(given("MY_SECRET", "MY_ID", "")), nil,
			diagnose.SwappedCredentials, []string{"MY_SECRET"}, []string{"an access key id that is none",
				"MY_SECRET was used as the key id"}},
		{"fell back", "lambda", whoAmI(given("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")),
			[]harness.Option{harness.Set("APP_ACCESS_KEY_ID", "undefined")},
			diagnose.FellBack, []string{"APP_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"},
			[]string{"APP_ACCESS_KEY_ID holds nothing usable"}},
		{"the role although there is a key", "lambda", whoAmI(given("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
			"AWS_SESSION_TOKEN")), nil,
			diagnose.OtherPrincipal, []string{"MY_ID", "AWS_ACCESS_KEY_ID"},
			[]string{"although the project sets MY_ID"}},
		{"a key although there is a role", "lambda", whoAmI(given("MY_ID", "MY_SECRET", "")), nil,
			diagnose.LongTermKey, []string{"MY_ID"}, []string{"where the host offers a role"}},
		{"a copy", "local", whoAmI(given("COPY_ID", "COPY_SECRET", "COPY_TOKEN")), []harness.Option{fresh,
			harness.Set("COPY_ID", "ASIAWPSYXIFKBBBBBBBB"), harness.Set("COPY_SECRET", strings.Repeat("c", 40)),
			harness.Set("COPY_TOKEN", "IQoJb3JpZ2luX2Vj"+strings.Repeat("u", 400))},
			diagnose.NotRefreshed, []string{"COPY_ID", "COPY_TOKEN"}, []string{"Nobody renews a copy"}},
		{"another region", "local", keysIn("eu-west-1", given("MY_ID", "MY_SECRET", "")), nil,
			diagnose.OtherRegion, []string{"AWS_REGION"}, []string{"went to region eu-west-1", "AWS_REGION=us-east-1"}},
		{"another's secret", "local", whoAmI(given("MY_ID", "OTHER_SECRET", "")),
			[]harness.Option{harness.User("other", harness.KeyAs("OTHER_ID", "OTHER_SECRET"))},
			diagnose.WrongSecret, []string{"MY_ID"}, []string{"signed with the secret of another key", "OTHER_SECRET"}},
		{"unsigned", "local", raw(""), nil, diagnose.Unsigned, nil, []string{"without any signature"}},
		{"bad bearer", "local", raw("Bearer ABSKnonsense"), nil, diagnose.BadBearer, nil,
			[]string{"is not a valid Bedrock API key"}},
		{"bearer over keys", "local", raw("Bearer ${AWS_BEARER_TOKEN_BEDROCK}"), nil, diagnose.BearerOverrides,
			[]string{"AWS_BEARER_TOKEN_BEDROCK", "MY_ID"}, []string{"wins over keys"}},
		{"the region of a profile", "local-profile", keysIn("eu-west-1", given("MY_ID", "MY_SECRET", "")),
			[]harness.Option{harness.Unset("AWS_REGION")},
			diagnose.OtherRegion, nil, []string{"went to region eu-west-1", "the file /", "sets region = us-east-1"}},
		{"denied as the platform", "vercel-lambda", keysIn("us-east-1"), nil, diagnose.NotAllowed,
			[]string{"AWS_ACCESS_KEY_ID"},
			[]string{"the platform's own",
				"The project sets MY_ID, which the program did not use: an option that is undefined"}},
		{"as the platform", "vercel-lambda", whoAmI(), nil, diagnose.PlatformPrincipal, []string{"AWS_ACCESS_KEY_ID"},
			[]string{"with credentials that the host set"}},
		{"no call", "vercel", whoAmI(), nil, diagnose.NoCall, nil, []string{"no AWS call of it reached the mock",
			"a client that does not read it has called the real network", "AWS_SESSION_TOKEN (set by the host)",
			"instance metadata"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			opts := append([]harness.Option{user}, row.opts...)
			if row.host != "lambda" { // which sets it itself
				opts = append(opts, harness.Set("AWS_REGION", "us-east-1"))
			}
			r, err := harness.StartTest(t, row.host, opts...).Run(t.Context(), row.subject)
			if err != nil {
				t.Fatal(err)
			}
			finding := find(r, row.kind)
			if finding == nil {
				t.Fatalf("no finding %s:\n%s", row.kind, r)
			}
			for _, v := range row.variables {
				if !strings.Contains(strings.Join(finding.Variables, " "), v) {
					t.Errorf("variables %v, want %s among them", finding.Variables, v)
				}
			}
			for _, text := range row.says {
				if !strings.Contains(finding.Paragraph(), text) {
					t.Errorf("says %q, want %q in it", finding.Paragraph(), text)
				}
			}
			if finding.Change == "" || !strings.HasPrefix(finding.Source, "https://") {
				t.Errorf("change %q, source %q", finding.Change, finding.Source)
			}
			for _, v := range r.Environment {
				if v.Secret() && strings.Contains(r.String(), v.Value) {
					t.Errorf("the report shows %s", v.Name)
				}
			}
		})
	}
}

// TestMissingBucketHasItsName: the finding says which bucket to give the project.
func TestMissingBucketHasItsName(t *testing.T) {
	list := harness.Func("list", func(ctx context.Context) error {
		cfg, err := config.LoadDefaultConfig(ctx, given("MY_ID", "MY_SECRET", ""), config.WithRegion("us-east-1"))
		if err != nil {
			return err
		}
		_, err = s3.NewFromConfig(cfg).ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("uploads")})
		return err
	})
	d := harness.StartTest(t, "local", harness.User("app", harness.Allow("*"), harness.KeyAs("MY_ID", "MY_SECRET")))
	r, err := d.Run(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	finding := find(r, "missing-resource")
	if finding == nil || !strings.Contains(finding.Paragraph(), `no bucket "uploads"`) ||
		!strings.Contains(finding.Change, "--bucket uploads") {
		t.Errorf("the finding does not name the bucket:\n%s", r)
	}
}

// TestBearerOverARole: without keys, a bearer token wins over the host's role.
func TestBearerOverARole(t *testing.T) {
	user := harness.User("app", harness.Allow("*"), harness.BearerAs("AWS_BEARER_TOKEN_BEDROCK"))
	for host, want := range map[string]bool{"lambda": true, "local": false} {
		r, err := harness.StartTest(t, host, user).Run(t.Context(), raw("Bearer ${AWS_BEARER_TOKEN_BEDROCK}"))
		if err != nil {
			t.Fatal(err)
		}
		finding := find(r, diagnose.BearerOverrides)
		switch {
		case (finding != nil) != want:
			t.Errorf("%s: %v\n%s", host, finding, r)
		case want && !strings.Contains(finding.What, "where the host offers a role"):
			t.Error(finding.What)
		}
	}
}

func find(r *harness.Result, kind ledger.Kind) *harness.Finding {
	for i := range r.Diagnosis.Findings {
		if r.Diagnosis.Findings[i].Kind == kind {
			return &r.Diagnosis.Findings[i]
		}
	}
	return nil
}

// TestKeysThatAreOnlyOffered: a program that uses the host's role need not know
// of a key that the harness put there as an example.
func TestKeysThatAreOnlyOffered(t *testing.T) {
	for _, row := range []struct {
		user harness.Option
		want bool
	}{
		{harness.User("app", harness.KeyAs("MY_ID", "MY_SECRET")), true},
		{harness.User("app", harness.KeyAs("MY_ID", "MY_SECRET"), harness.Optional()), false},
	} {
		r, err := harness.StartTest(t, "lambda", row.user).Run(t.Context(), whoAmI())
		if err != nil {
			t.Fatal(err)
		}
		if got := find(r, diagnose.OtherPrincipal) != nil; got != row.want || !r.Accepted() {
			t.Errorf("finding %t, want %t:\n%s", got, row.want, r)
		}
	}
}

func TestClockOfTheSubjectIsWrong(t *testing.T) {
	d := harness.StartTest(t, "local", harness.User("app", harness.KeyAs("MY_ID", "MY_SECRET")),
		harness.Set("AWS_REGION", "us-east-1"))
	if err := d.Mock().Admin.AdvanceClock(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	r, err := d.Run(t.Context(), whoAmI(given("MY_ID", "MY_SECRET", "")))
	if err != nil {
		t.Fatal(err)
	}
	if f := find(r, diagnose.ClockSkew); f == nil || !strings.Contains(f.What, "more than 15 minutes apart") {
		t.Errorf("%s", r)
	}
}

// TestUnsupportedCallFailsTheRun: what the mock cannot judge proves nothing.
func TestUnsupportedCallFailsTheRun(t *testing.T) {
	d := harness.StartTest(t, "local", harness.User("app", harness.Allow("*"), harness.KeyAs("MY_ID", "MY_SECRET")),
		harness.Set("AWS_REGION", "us-east-1"))
	r, err := d.Run(t.Context(), harness.Func("strange", func(ctx context.Context) error {
		cfg, err := config.LoadDefaultConfig(ctx, given("MY_ID", "MY_SECRET", ""), config.WithRetryMaxAttempts(1))
		if err != nil {
			return err
		}
		_, err = bedrockruntime.NewFromConfig(cfg).ListAsyncInvokes(ctx, &bedrockruntime.ListAsyncInvokesInput{})
		return err
	}))
	if r == nil || err == nil || !strings.Contains(err.Error(), "the mock cannot judge") ||
		!strings.Contains(err.Error(), "ListAsyncInvokes") {
		t.Errorf("got %v", err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for _, row := range []struct {
		name string
		host string
		opts []harness.Option
		says string
	}{
		{"unknown host", "versel", nil, "vercel"},
		{"reserved variable", "vercel", []harness.Option{harness.User("app"), harness.Set("LAMBDA_TASK_ROOT", "x")},
			"LAMBDA_TASK_ROOT"},
		{"unknown mock", "local", []harness.Option{harness.WithMock("cloud")}, "want one of"},
		{"unknown isolation", "local", []harness.Option{harness.WithIsolation("jail")}, "jail"},
		{"no user", "vercel-user-keys", nil, "user.accessKeyId"},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := harness.Start(t.Context(), row.host, row.opts...)
			if err == nil {
				d.Close(t.Context())
				t.Fatal("was taken")
			}
			if !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line with %q", err, row.says)
			}
		})
	}
}
