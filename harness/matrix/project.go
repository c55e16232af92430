package matrix

import (
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
)

// actions are what the project's user and roles may do: whatever a program
// calls. Who calls is the question here, not what a policy allows.
var actions = []string{"*"}

// atInit are hosts that are about the moment when a program initialises.
var atInit = []string{"amplify-init-race"}

// project is how the project is set up on a host, the same everywhere: a user
// "app" whose key stands under names of its own, a Bedrock API key, the region
// where the host does not set one, and permission for the host's roles.
func project(host *fixtures.Host) []harness.Option {
	opts := []harness.Option{harness.User("app", harness.Allow(actions...),
		harness.KeyAs("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"), harness.BearerAs("MY_BEDROCK_API_KEY")), harness.Baked()}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if !sets(host, name) {
			opts = append(opts, harness.Set(name, "${region}"))
		}
	}
	for _, role := range host.Roles {
		opts = append(opts, harness.RoleAllow(role.Name, actions...))
	}
	if slices.Contains(atInit, host.Name) {
		opts = append(opts, harness.AtInit())
	}
	return append(opts, harness.Bucket("uploads"))
}

func sets(host *fixtures.Host, name string) bool {
	if _, reserved := host.ReservedName(name); reserved {
		return true // the project may not
	}
	return slices.ContainsFunc(host.Variables, func(v fixtures.Variable) bool { return v.Name == name })
}
