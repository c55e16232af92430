package iam_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
)

// TestSecretsAreNotPrinted: whatever is printed, logged or marshalled of a credential, its
// secret and token are not in it.
func TestSecretsAreNotPrinted(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	s := iam.New(func() time.Time { return now }, iam.WithSeed(1))
	applied, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: "111122223333",
		Users:    []iam.UserSeed{{Name: "ann", Keys: []iam.KeySeed{{}}}},
		Roles:    []iam.RoleSeed{{Name: "r", TrustService: []string{"lambda.amazonaws.com"}}},
		Sessions: []iam.SessionSeed{{Role: "r", Name: "fn"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]string{"user": applied.Keys[0].KeyID, "session": applied.Sessions[0].KeyID} {
		token := ""
		if name == "session" {
			token = applied.Sessions[0].Token
		}
		c, refusal := s.Resolve(id, token)
		if refusal != nil {
			t.Fatal(refusal)
		}
		if c.Temporary() != (name == "session") {
			t.Errorf("%s: temporary is %t", name, c.Temporary())
		}
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		want := id + " (" + c.Principal.ARN + ")"
		if c.String() != want || fmt.Sprintf("%#v", *c) != "iam.Credential{"+want+"}" || c.LogValue().String() != want {
			t.Errorf("%s: %s, %#v, %s", name, c, *c, c.LogValue())
		}
		all := fmt.Sprintf("%v %+v %#v %s %s", c, *c, *c, b, c.LogValue())
		if strings.Contains(all, c.Secret) || c.Token != "" && strings.Contains(all, c.Token) {
			t.Errorf("%s: a secret is in %s", name, all)
		}
		var fields map[string]any
		if err := json.Unmarshal(b, &fields); err != nil {
			t.Fatal(err)
		}
		if fields["keyId"] != id || fields["issued"] != "2026-05-01T12:00:00Z" || fields["principal"] == nil ||
			(fields["tokenLength"] == nil) != (token == "") || (fields["expiration"] == nil) != (token == "") {
			t.Errorf("%s: %s", name, b)
		}
		if account, ok := s.KeyAccount(id); !ok || account != "111122223333" {
			t.Errorf("%s: its account is %q, %t", name, account, ok)
		}
	}
	nobody := iam.Credential{Principal: iam.Principal{ARN: "arn:x"}}
	if nobody.String() != "no key (arn:x)" {
		t.Error(nobody)
	}
	if account, ok := s.KeyAccount("AKIAIOSFODNN7EXAMPLE"); ok || account != "" {
		t.Errorf("an unknown key is of %q", account)
	}
	done := make(chan struct{}) // reading has left no lock behind
	go func() {
		defer close(done)
		_, _ = s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: "999988887777"}}})
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("the store stays locked")
	}
	key := iam.BearerKey{BearerKeyInfo: iam.BearerKeyInfo{ID: "ACCA1"}, Secret: "ABSKx"}
	seed := iam.BedrockKeySeed{User: "ann", Secret: "ABSKx"}
	if text := fmt.Sprintf("%v %#v %+v %v %#v", key, key, key, seed, seed); strings.Contains(text, "ABSKx") ||
		!strings.Contains(text, "ACCA1 (Bedrock API key of ") {
		t.Error(text)
	}
}

// TestOutbound: an account has one issuer, whose host begins with a UUID of version 4, and
// enabling and disabling are told apart
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html).
func TestOutbound(t *testing.T) {
	s := iam.New(nil, iam.WithSeed(1))
	if _, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: "111122223333"},
		{ID: "999988887777"}}}); err != nil {
		t.Fatal(err)
	}
	wantCode := func(what string, err error, code string) {
		t.Helper()
		if err == nil || !strings.Contains(fmt.Sprintf("%+v %v", err, err), code) {
			t.Errorf("%s: %v, want %s", what, err, code)
		}
	}
	_, _, err := s.OutboundFederation("111122223333")
	wantCode("before", err, "not enabled")
	_, err = s.SetOutboundFederation("111122223333", false)
	wantCode("disabling before", err, "not enabled")
	_, err = s.SetOutboundFederation("000000000000", true)
	wantCode("no account", err, "000000000000")
	_, _, err = s.OutboundFederation("000000000000")
	wantCode("no account", err, "000000000000")
	issuer, err := s.SetOutboundFederation("111122223333", true)
	if err != nil || !regexp.MustCompile(`^https://[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`+
		`\.tokens\.sts\.global\.api\.aws$`).MatchString(issuer) {
		t.Errorf("%s, %v", issuer, err)
	}
	_, err = s.SetOutboundFederation("111122223333", true)
	wantCode("twice", err, "already enabled")
	again, err := s.SetOutboundFederation("111122223333", false)
	if err != nil || again != issuer {
		t.Errorf("disabled: %s, %v", again, err)
	}
	if got, enabled, err := s.OutboundFederation("111122223333"); got != issuer || enabled || err != nil {
		t.Errorf("disabled: %s, %t, %v", got, enabled, err)
	}
	if again, err := s.SetOutboundFederation("111122223333", true); err != nil || again != issuer {
		t.Errorf("enabled again: %s, %v", again, err)
	}
	if got, enabled, err := s.OutboundFederation("111122223333"); got != issuer || !enabled || err != nil {
		t.Errorf("enabled: %s, %t, %v", got, enabled, err)
	}
	if other, err := s.SetOutboundFederation("999988887777", true); err != nil || other == issuer {
		t.Errorf("another account: %s, %v", other, err)
	}
}
