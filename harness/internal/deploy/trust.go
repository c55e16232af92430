package deploy

import (
	"encoding/json"
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/oneormore"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// trusts reports whether a trust policy names a service as a principal.
func trusts(policy, service string) bool {
	type statement struct {
		Effect    string
		Principal json.RawMessage // an object, or "*"
	}
	var document struct{ Statement oneormore.List[statement] }
	if json.Unmarshal([]byte(policy), &document) != nil {
		return false
	}
	return slices.ContainsFunc(document.Statement, func(s statement) bool {
		var principal struct{ Service oneormore.List[string] }
		return s.Effect == "Allow" && json.Unmarshal(s.Principal, &principal) == nil &&
			slices.Contains(principal.Service, service)
	})
}

// mockAsks says whether the mock asks the trust policies itself: where the endpoint's service passes
// tags, or could, or goes through a second role.
func mockAsks(e fixtures.Endpoint) bool { return e.Tags != nil || e.Through != "" }

// untrusted is the error of an endpoint whose service the role does not let
// assume it, which a deployment can ask for with RoleTrust; nil if it does.
func (st *site) untrusted(e fixtures.Endpoint) error {
	policy := st.project.Roles[e.Role].Trust
	role, ok := st.host.Role(e.Role)
	if policy == "" || !ok {
		return nil
	}
	services := e.TrustedServices(role)
	if len(services) == 0 || mockAsks(e) ||
		slices.ContainsFunc(services, func(s string) bool { return trusts(policy, s) }) {
		return nil
	}
	name, _ := st.roleOf(&role)
	return &metadata.AssumeRoleError{RoleName: name}
}
