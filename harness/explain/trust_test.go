package explain

import (
	"fmt"
	"strings"
	"testing"
)

const refusedIdentity = "Error: Could not assume role with OIDC: " +
	"Not authorized to perform sts:AssumeRoleWithWebIdentity\n"

// trustPolicy is a role's trust policy with one condition on the subject.
func trustPolicy(operator, subject string) string {
	return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated":
"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action":
"sts:AssumeRoleWithWebIdentity", "Condition": {%q: {"token.actions.githubusercontent.com:sub": %q}}}]}`,
		operator, subject)
}

// TestTrustPolicies: a trust policy in the text is compared with what the text tells of
// the token. IAM's operators and GitHub's subjects are documented
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
// https://docs.github.com/en/actions/reference/security/oidc).
func TestTrustPolicies(t *testing.T) {
	const nothing = "The token was read, and the role's trust policy does not let it in"
	onDev := "\nsub: repo:o/r:ref:refs/heads/dev"
	inDev := "jobs:\n  deploy:\n    environment: dev\n"
	for _, row := range []struct{ name, text, says string }{
		{"wildcards where there are none", trustPolicy("StringEquals", "repo:o/*"), "compares sub by StringEquals"},
		{"the same, case aside", trustPolicy("StringEqualsIgnoreCase", "repo:o/?"), "by StringEqualsIgnoreCase"},
		{"wildcards where there are some", trustPolicy("StringLike", "repo:o/*"), nothing},
		{"a statement that is in no list", strings.NewReplacer("[", "", "]", "").Replace(
			trustPolicy("StringEquals", "repo:o/*")), "compares sub by StringEquals"},
		{"among several values", trustPolicy("ForAnyValue:StringLike", "repo:o/r:*"), nothing},
		{"a repository and no more", trustPolicy("StringLike", "repo:o/r"), `wants sub to be "repo:o/r"`},
		{"a branch", trustPolicy("StringEquals", "repo:o/r:ref:refs/heads/main"), nothing},
		{"another branch", trustPolicy("StringEquals", "repo:o/r:ref:refs/heads/main") + onDev,
			`The token's sub is "repo:o/r:ref:refs/heads/dev"`},
		{"its own branch", trustPolicy("StringLike", "repo:o/r:ref:refs/heads/*") + onDev,
			nothing},
		{"another case", trustPolicy("StringLike", "repo:O/r:*") + "\n\"sub\": \"repo:o/r:pull_request\"",
			"upper and lower case too"},
		{"an environment that it does not name", inDev + trustPolicy("StringLike", "repo:o/r:ref:refs/heads/*"),
			"The job runs in the environment dev"},
		{"an environment that it names", inDev + trustPolicy("StringEquals", "repo:o/r:environment:dev"), nothing},
		{"an environment, and anything", inDev + trustPolicy("StringLike", "repo:o/*"), nothing},
		{"what it denies", strings.ReplaceAll(trustPolicy("StringEquals", "repo:o/*"), "Allow", "Deny"), nothing},
		{"another action", strings.ReplaceAll(trustPolicy("StringEquals", "repo:o/*"), "sts:AssumeRoleWith", "sts:Tag"),
			nothing},
		{"cut off", trustPolicy("StringEquals", "repo:o/*")[:200], nothing},
		{"no policy", `{"Condition": {"a": {`, nothing},
	} {
		t.Run(row.name, func(t *testing.T) {
			found := meaningsOf(refusedIdentity + row.text)
			if len(found) == 0 || found[0].Kind != "web-identity" {
				t.Fatalf("found %+v", found)
			}
			if said := found[0].What + found[0].Why; !strings.Contains(said, row.says) {
				t.Errorf("says %q, want %q", said, row.says)
			}
		})
	}
}
