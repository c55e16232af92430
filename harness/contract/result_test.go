package contract

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// whoAmI asks STS with what the default chain finds.
func whoAmI(ctx context.Context) error {
	c, err := config.LoadDefaultConfig(ctx, config.WithRetryMaxAttempts(1))
	if err != nil {
		return err
	}
	_, err = sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	return err
}

// wrongSecret signs with a secret that is not the key's.
func wrongSecret(ctx context.Context) error {
	c, err := config.LoadDefaultConfig(ctx, config.WithRetryMaxAttempts(1))
	if err != nil {
		return err
	}
	found, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	c.Credentials = aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider(found.AccessKeyID, "no secret",
		""))
	_, err = sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	return err
}

// ownKey is a user whose key the default chain finds.
var ownKey = []harness.Option{harness.User("developer", harness.Allow("*"),
	harness.KeyAs("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))}

// runs are results that have between them what a result can have.
var runs = []struct {
	name, host string
	opts       []harness.Option
	call       func(context.Context) error
	check      func(*testing.T, map[string]any)
}{
	{"user", "local", ownKey, whoAmI, func(t *testing.T, r map[string]any) {
		const arn = "arn:aws:iam::111122223333:user/developer"
		want := map[string]any{"text": arn, "arn": arn, "kind": "user", "account": "111122223333", "name": "developer"}
		if got := verdictOf(t, r)["principal"]; !reflect.DeepEqual(got, want) {
			t.Errorf("principal %v, want %v", got, want)
		}
	}},
	{"instance role", "ec2", nil, whoAmI, func(t *testing.T, r map[string]any) {
		if p := verdictOf(t, r)["principal"].(map[string]any); p["kind"] != "session" || p["session"] == nil {
			t.Errorf("principal %v, want a session", p)
		}
	}},
	{"no credentials", "amplify-no-role", nil, whoAmI, func(t *testing.T, r map[string]any) {
		if r["ok"] != false || len(r["problems"].([]any)) == 0 || r["headline"] == "" {
			t.Errorf("ok %v, problems %v, headline %v", r["ok"], r["problems"], r["headline"])
		}
	}},
	{"wrong signature", "local", ownKey, wrongSecret, func(t *testing.T, r map[string]any) {
		refusal, _ := verdictOf(t, r)["refusal"].(map[string]any)
		if refusal["reason"] != "signature-mismatch" {
			t.Errorf("refusal %v", refusal)
		}
	}},
	{"fault", "local", append(ownKey, harness.Fault("sts:*", fault.Throttle(1))), whoAmI,
		func(t *testing.T, r map[string]any) {
			call := r["exchanges"].([]any)[0].(map[string]any)
			if struck, _ := call["fault"].(map[string]any); struck["kind"] != "throttle" {
				t.Errorf("fault: %v", struck)
			}
		}},
	{"user's key", "vercel", []harness.Option{harness.User("app", harness.Allow("*"))}, whoAmI,
		func(t *testing.T, r map[string]any) {
			if len(r["environment"].([]any)) < 5 {
				t.Errorf("environment: %v", r["environment"])
			}
		}},
}

func verdictOf(t *testing.T, r map[string]any) map[string]any {
	t.Helper()
	exchanges := r["exchanges"].([]any)
	if len(exchanges) == 0 {
		t.Fatal("there was no call")
	}
	return exchanges[0].(map[string]any)["verdict"].(map[string]any)
}

// TestResultsFitTheSchema: what runs give is what the schema says, without a key that
// it does not name.
func TestResultsFitTheSchema(t *testing.T) {
	schema := compiled(t)
	for _, x := range runs {
		t.Run(x.name, func(t *testing.T) {
			d := harness.StartTest(t, x.host, append(x.opts, harness.WithIsolation(isolation.Endpoint))...)
			r, err := d.Run(t.Context(), harness.Func(x.name, x.call))
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(Of(r))
			if err != nil {
				t.Fatal(err)
			}
			validate(t, schema, text)
			var plain map[string]any
			if err := json.Unmarshal(text, &plain); err != nil {
				t.Fatal(err)
			}
			x.check(t, plain)
		})
	}
}

// TestEmptyResult: the lists of a result that has nothing are there all the same.
func TestEmptyResult(t *testing.T) {
	text, err := json.Marshal(Of(&ledger.Result{}))
	if err != nil {
		t.Fatal(err)
	}
	validate(t, compiled(t), text)
	var plain map[string]any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"problems", "hazards", "traces", "exchanges", "ledger", "environment", "visits"} {
		if got, ok := plain[list].([]any); !ok || len(got) != 0 {
			t.Errorf("%s is %v, want []", list, plain[list])
		}
	}
}

// TestSchemaRefuses: a schema that takes everything holds nothing.
func TestSchemaRefuses(t *testing.T) {
	schema := compiled(t)
	text, err := json.Marshal(Of(&ledger.Result{}))
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]any{"version": 2.0, "ok": "yes", "problems": nil, "exchanges": map[string]any{},
		"ledger": []any{map[string]any{}}, "exitCode": "0"} {
		var plain map[string]any
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatal(err)
		}
		plain[key] = value
		if schema.Validate(plain) == nil {
			t.Errorf("the schema takes %s: %v", key, value)
		}
		delete(plain, key)
		if schema.Validate(plain) == nil {
			t.Errorf("the schema takes a result without %s", key)
		}
	}
}

func TestPrincipals(t *testing.T) {
	for text, want := range map[string]Principal{
		"arn:aws:iam::111122223333:user/team/app": {Kind: "user", Account: "111122223333", Name: "app"},
		"arn:aws:iam::111122223333:role/app-task": {Kind: "role", Account: "111122223333", Name: "app-task"},
		"arn:aws:sts::111122223333:assumed-role/x/i-0a": {Kind: "session", Account: "111122223333", Name: "x",
			Session: "i-0a"},
		"arn:aws:iam::111122223333:root": {Kind: "root", Account: "111122223333"},
		"arn:aws-cn:sts::111122223333:federated-user/bob": {Kind: "federated user", Account: "111122223333",
			Name: "bob"},
		"anonymous": {Kind: "anonymous"},
		"web identity repo:me/app of https://token.example": {Kind: "web identity"},
		"arn:aws:s3:::bucket":                               {Kind: "other"},
		"":                                                  {Kind: "other"},
	} {
		want.Text = text
		if slices.Contains([]string{"user", "role", "session", "root", "federated user", "other"}, want.Kind) &&
			len(text) > 3 {
			want.ARN = text
		}
		if got := principalOf(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
