package explain

import (
	"slices"
	"testing"
)

// TestHostsIn: what a text shows of a host: a variable with a value, a file, a header, an
// issuer, and an address only where it answered.
func TestHostsIn(t *testing.T) {
	for _, row := range []struct {
		text     string
		answered bool
		host     string // "" = none
	}{
		{"GITHUB_REPOSITORY=app", false, "github-actions-oidc"}, {"see GITHUB_REPOSITORY there", false, ""},
		{"  GITHUB_REPOSITORY", false, "github-actions-oidc"}, {"GITHUB_REPOSITORY: app", false, "github-actions-oidc"},
		{"x-vercel-oidc-token", false, "vercel-oidc"}, {"X-Vercel-OIDC-Token", false, "vercel-oidc"},
		{"open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: denied", false, "eks-irsa"},
		{"AWS_REGION=us-east-1 AWS_PROFILE=x", false, ""}, {"AWS_ACCESS_KEY_ID=x", false, ""},
		{"http://169.254.170.23/v1/credentials", false, ""}, {"http://169.254.170.23/v1/credentials", true,
			"eks-pod-identity"},
		{"token.actions.githubusercontent.com", false, "github-actions-oidc"}, {"", false, ""},
	} {
		fits := hostsIn(row.text, row.answered)
		if len(fits) > maxFits || row.host == "" && len(fits) > 0 ||
			row.host != "" && !slices.ContainsFunc(fits, func(f HostFit) bool {
				return f.Host == row.host && f.Title != "" && len(f.Shown) > 0 &&
					f.Command() == "hostproof run --host "+row.host+" -- YOUR COMMAND"
			}) {
			t.Errorf("%q, %t: %+v, want %s", row.text, row.answered, fits, row.host)
		}
	}
}
