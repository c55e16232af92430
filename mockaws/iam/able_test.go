package iam_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
)

func TestAble(t *testing.T) {
	s := iam.New(time.Now, iam.WithSeed(1))
	if _, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{
		ID: "111122223333",
		Users: []iam.UserSeed{
			{Name: "may", Allow: []string{"s3:*"}},
			{Name: "denied", Allow: []string{"s3:*"}, Deny: []string{"s3:GetObject"}},
		},
		Roles: []iam.RoleSeed{
			{Name: "may", TrustService: []string{"ec2.amazonaws.com"}, Allow: []string{"s3:GetObject"}},
			{Name: "other", TrustService: []string{"ec2.amazonaws.com"}, Allow: []string{"s3:PutObject"}},
		},
	}}}); err != nil {
		t.Fatal(err)
	}
	call := iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", ResourceAccount: "111122223333"}
	want := []string{"arn:aws:iam::111122223333:role/may", "arn:aws:iam::111122223333:user/may"}
	if got := s.Able("111122223333", call); !slices.Equal(got, want) {
		t.Errorf("able are %q, want %q", got, want)
	}
	if got := s.Able("999988887777", call); len(got) > 0 {
		t.Errorf("of an account that is not there: %q", got)
	}
}
