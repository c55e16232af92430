package iam_test

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/iam"
)

// TestSessionsOfAService: a session that a service makes asks the trust policies on its way;
// one that is not trusted is no error of the seed, and comes without credentials.
func TestSessionsOfAService(t *testing.T) {
	trust := func(principal, actions, condition string) string {
		return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": ` + principal +
			`, "Action": [` + actions + `]` + condition + `}]}`
	}
	const (
		service = `{"Service": "pods.eks.amazonaws.com"}`
		app     = `{"AWS": "arn:aws:iam::111122223333:role/app"}`
		both    = `"sts:AssumeRole", "sts:TagSession"`
		mine    = `, "Condition": {"StringEquals": {"sts:ExternalId": "mine"}}`
	)
	for name, row := range map[string]struct {
		app, target string
		seed        iam.SessionSeed
		refused     string
	}{
		"trusted":      {trust(service, both, ""), "", iam.SessionSeed{Role: "app"}, ""},
		"without tags": {trust(service, `"sts:AssumeRole"`, ""), "", iam.SessionSeed{Role: "app"}, "sts:TagSession"},
		"another service": {trust(`{"Service": "ec2.amazonaws.com"}`, both, ""), "", iam.SessionSeed{Role: "app"},
			"sts:AssumeRole"},
		"another tag": {trust(service, both, `, "Condition": {"StringEquals": {"aws:RequestTag/team": "red"}}`), "",
			iam.SessionSeed{Role: "app"}, "sts:AssumeRole"},
		"through": {trust(service, both, ""), trust(app, both, ""), iam.SessionSeed{Role: "target", Through: "app"},
			""},
		"through one that the service may not": {trust(app, both, ""), trust(app, both, ""),
			iam.SessionSeed{Role: "target", Through: "app"}, "role/app"},
		"to one that does not trust it": {trust(service, both, ""), trust(service, both, ""),
			iam.SessionSeed{Role: "target", Through: "app"}, "role/target"},
		"external id": {trust(service, both, ""), trust(app, both, mine),
			iam.SessionSeed{Role: "target", Through: "app", ExternalID: "mine"}, ""},
		"another external id": {trust(service, both, ""), trust(app, both, mine),
			iam.SessionSeed{Role: "target", Through: "app", ExternalID: "yours"}, "role/target"},
	} {
		t.Run(name, func(t *testing.T) {
			s := iam.New(nil)
			row.seed.Name, row.seed.Service = "pod", "pods.eks.amazonaws.com"
			row.seed.Tags = map[string]string{"team": "blue"}
			roles := []iam.RoleSeed{{Name: "app", Trust: row.app}}
			if row.target != "" {
				roles = append(roles, iam.RoleSeed{Name: "target", Trust: row.target})
			}
			applied, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: "111122223333", Roles: roles,
				Sessions: []iam.SessionSeed{row.seed}}}})
			if err != nil || len(applied.Sessions) != 1 {
				t.Fatalf("%+v, %v", applied, err)
			}
			got := applied.Sessions[0]
			if (row.refused == "") != (got.Refused == "" && got.KeyID != "") || !strings.Contains(got.Refused,
				row.refused) {
				t.Errorf("refused %q, want %q", got.Refused, row.refused)
			}
			if row.refused != "" && (got.KeyID != "" || len(s.Issued()) != 0) {
				t.Error("credentials for a session that is refused")
			}
		})
	}
	_, err := iam.New(nil).Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: "111122223333",
		Roles:    []iam.RoleSeed{{Name: "app", Trust: trust(service, both, "")}},
		Sessions: []iam.SessionSeed{{Role: "app", Name: "pod", Service: "pods.eks.amazonaws.com", Through: "none"}}}}})
	if err == nil || !strings.Contains(err.Error(), `"none" is no role`) {
		t.Errorf("through a role that is not there: %v", err)
	}
}
