package iam_test

import (
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Published examples of the layout that AccountOfKey reads.
func TestAccountOfKey(t *testing.T) {
	for id, want := range map[string]string{
		"ASIAY34FZKBOKMUTVV7A": "609629065308",
		"ASIAQNZGKIQY56JQ7WML": "029608264753",
		"AKIAIOSFODNN7EXAMPLE": "",
		"AKIA":                 "",
		"ASIAY34FZKBOKMUTVV1A": "",
	} {
		got, ok := iam.AccountOfKey(id)
		if got != want || ok != (want != "") {
			t.Errorf("AccountOfKey(%q) = %q, %v; want %q", id, got, ok, want)
		}
	}
}

func TestPairing(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	s := iam.New(func() time.Time { return now }, iam.WithSeed(1))
	applied, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{
		{ID: "111122223333", Users: []iam.UserSeed{{Name: "app", Allow: []string{"bedrock:InvokeModel"},
			Keys: []iam.KeySeed{{}}}}},
		{ID: "999988887777", Roles: []iam.RoleSeed{{Name: "platform", TrustService: []string{"lambda.amazonaws.com"}}},
			Sessions: []iam.SessionSeed{{Role: "platform", Name: "fn"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	key, other := applied.Keys[0], applied.Sessions[0]
	if len(other.Token) != 996 {
		t.Errorf("token has %d characters", len(other.Token))
	}
	if _, r := s.Resolve(key.KeyID, other.Token); r == nil || r.Reason != verdict.TokenForOtherKey {
		t.Errorf("key with a foreign token: %v", r)
	}
	if _, r := s.Resolve(other.KeyID, ""); r == nil || r.Reason != verdict.TokenMissing {
		t.Errorf("temporary key without token: %v", r)
	}
	c, r := s.Resolve(key.KeyID, "")
	if r != nil {
		t.Fatal(r)
	}
	if r := s.Authorize(c, iam.Call{Action: "bedrock:InvokeModel",
		Resource: "arn:aws:bedrock:us-east-1::foundation-model/x"}); r != nil {
		t.Error(r)
	}
	r = s.Authorize(c, iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"})
	if r == nil || denial(r).Because != "because no identity-based policy allows the s3:GetObject action" {
		t.Errorf("denial: %v", r)
	}
}
