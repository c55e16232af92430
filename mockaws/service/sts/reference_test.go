package sts_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference makes the calls of AWS's reference, at the bounds that it names.
func TestReference(t *testing.T) {
	w := mocktest.New(t)
	const trust = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "` +
		mocktest.Account +
		`"}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]`
	if _, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
		Roles: []iam.RoleSeed{
			{Name: "open", Trust: trust + "}}"}, {Name: "long", MaxSessionDuration: 43200, Trust: trust + "}}"},
			{Name: "external", Trust: trust + `, "Condition": {"StringEquals": {"sts:ExternalId": "right"}}}}`},
		}}}}}); err != nil {
		t.Fatal(err)
	}
	w.Script(t, mocktest.Wire{Host: "sts.us-east-1.amazonaws.com", Scope: "sts", Version: "2011-06-15"},
		"testdata/reference.txt")
}
