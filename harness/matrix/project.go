package matrix

import (
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/project"
)

// BuiltinProject is the project that the built-in subjects are deployed with on a
// host, and that reports show in each cell: who calls is the question there, and
// not what a policy allows or whether a name was forgotten. The user has a Bedrock
// API key, too; the host's roles may do all; the region is set where the host
// sets none; there is a bucket; where the host shows a project's variables to
// builds alone, the build bakes them into what is deployed; and a host on which
// credentials come only with a request is met before one.
func BuiltinProject(host *fixtures.Host) project.Project {
	p := project.Project{
		KeyAs: project.DefaultKeyAs, BearerAs: "MY_BEDROCK_API_KEY", Buckets: []string{"uploads"},
		Set:   map[string]string{},
		Baked: hidesVariables(host), AtInit: comesWithRequests(host),
	}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if !sets(host, name) {
			p.Set[name] = "${region}"
		}
	}
	if len(host.Roles) > 0 {
		p.RoleAllow = map[string][]string{"*": {"*"}}
	}
	return p
}

func sets(host *fixtures.Host, name string) bool {
	if _, reserved := host.ReservedName(name); reserved {
		return true // the project may not
	}
	return slices.ContainsFunc(host.Variables, func(v fixtures.Variable) bool { return v.Name == name })
}

// hidesVariables reports whether a project's variables are there at another time
// than this host's.
func hidesVariables(host *fixtures.Host) bool {
	p := host.ProjectVariables
	return p != nil && !slices.Contains(p.At, host.Phase)
}

// comesWithRequests reports whether some of the host's variables are there during
// a request alone.
func comesWithRequests(host *fixtures.Host) bool {
	return slices.ContainsFunc(host.Variables, func(v fixtures.Variable) bool { return v.Present == fixtures.Request })
}
