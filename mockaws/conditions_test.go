package mockaws_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestGlobalConditionKeys: the keys that every request fills reach the policies of
// who calls
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
// A policy with a condition key that is never filled allows nothing.
func TestGlobalConditionKeys(t *testing.T) {
	for _, row := range []struct {
		name, condition string
		allowed         bool
	}{
		{"the region", `{"StringEquals": {"aws:RequestedRegion": "us-east-1"}}`, true},
		{"another region", `{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`, false},
		{"the client", `{"StringLike": {"aws:UserAgent": "aws-sdk-go-v2/*"}}`, true},
		{"another client", `{"StringLike": {"aws:UserAgent": "curl/*"}}`, false},
		{"the address", `{"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}`, true},
		{"another address", `{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}`, false},
		{"without TLS", `{"Bool": {"aws:SecureTransport": "false"}}`, true},
		{"with TLS", `{"Bool": {"aws:SecureTransport": "true"}}`, false},
		{"the time", `{"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}`, true},
		{"a time that is over", `{"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}`, false},
		{"the time in seconds", `{"NumericGreaterThan": {"aws:EpochTime": "1577836800"}}`, true},
		{"the user", `{"StringEquals": {"aws:username": "locked"}}`, true},
		{"the account", `{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`, true},
		{"another account", `{"StringEquals": {"aws:PrincipalAccount": "999988887777"}}`, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := mocktest.New(t)
			document := fmt.Sprintf(
				`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*", "Condition": %s}]}`,
				row.condition,
			)
			applied, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
				Users: []iam.UserSeed{
					{Name: "locked", Keys: []iam.KeySeed{{}}, Policies: []iam.PolicySeed{{Document: document}}},
				}}}}})
			if err != nil {
				t.Fatal(err)
			}
			config := w.Config(applied.Keys[0].KeyID, applied.Keys[0].Secret, "")
			_, err = sqs.NewFromConfig(config).
				CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
			if (err == nil) != row.allowed {
				t.Errorf("got %v, want it allowed: %v", err, row.allowed)
			}
			if e := w.Last(t); e.Verdict.Accepted != row.allowed ||
				e.Verdict.Principal != "arn:aws:iam::111122223333:user/locked" {
				t.Errorf("exchange: %s", &e)
			}
		})
	}
}
