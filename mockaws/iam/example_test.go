package iam_test

import (
	"fmt"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// A long-term key that goes out with the session token of the platform it runs
// on: each is genuine, together they are refused.
func Example() {
	now := func() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) }
	store := iam.New(now, iam.WithSeed(1))
	applied, err := store.Apply(iam.Seed{Accounts: []iam.AccountSeed{
		{ID: "111122223333", Users: []iam.UserSeed{{Name: "app", Keys: []iam.KeySeed{{ID: "AKIAIOSFODNN7EXAMPLE"}},
			Allow: []string{"bedrock:InvokeModel"}}}},
		{ID: "999988887777", Roles: []iam.RoleSeed{{Name: "platform", TrustService: []string{"lambda.amazonaws.com"}}},
			Sessions: []iam.SessionSeed{{Role: "platform", Name: "fn", ID: "ASIAIOSFODNN7EXAMPLE"}}},
	}})
	if err != nil {
		panic(err)
	}
	key, platform := applied.Keys[0], applied.Sessions[0]

	_, refusal := store.Resolve(key.KeyID, platform.Token)
	fmt.Println(refusal.Reason)

	c, _ := store.Resolve(key.KeyID, "")
	fmt.Println(store.Authorize(c, iam.Call{Action: "bedrock:InvokeModel", Resource: "*"}) == nil)
	denied := store.Authorize(c, iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/key"})
	denial, _ := verdict.CauseOf[verdict.Denial](denied)
	fmt.Println(denial.Because)
	// Output:
	// token-for-other-key
	// true
	// because no identity-based policy allows the s3:GetObject action
}
