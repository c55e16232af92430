package iam

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

var simulateRows = []service.Operation{
	row("SimulatePrincipalPolicy", sourceARN, nil, simulate),
}

func sourceARN(c *service.Call) string { return c.Input.Form.Get("PolicySourceArn") }

type boundaryDetail struct{ AllowedByPermissionsBoundary bool }

type evaluation struct {
	EvalActionName, EvalResourceName  string
	EvalDecision                      string
	MatchedStatements                 members[string] // not kept: AWS shows positions in documents
	MissingContextValues              members[string]
	PermissionsBoundaryDecisionDetail *boundaryDetail `xml:",omitempty"`
}

type evaluationPage struct {
	pageInfo
	EvaluationResults members[evaluation]
}

// maxSimulated is how many pairs of action and resource one call may ask for: a
// bound of this mock.
const maxSimulated = 10000

type simulateInput struct {
	PolicySourceArn required
	ActionNames     []string
	ResourceArns    []string
	ContextEntries  contextEntries
	paging
}

// simulate asks the judge, with the policies as they are; what a call adds to them
// is not implemented.
func simulate(c *service.Call, in *simulateInput) (*evaluationPage, error) {
	actions, resources := in.ActionNames, in.ResourceArns
	if len(actions) == 0 {
		return nil, broken("null", "actionNames", "Member must not be null")
	}
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	if len(actions)*len(resources) > maxSimulated {
		return nil, service.Errorf("InvalidInput", "Too many actions and resources in one simulation.")
	}
	if accountOf(string(in.PolicySourceArn)) != c.Account() {
		return nil, service.NotFoundf("NoSuchEntity", "The principal %s cannot be found.", string(in.PolicySourceArn))
	}
	var all []evaluation
	for _, action := range actions {
		if !strings.Contains(action, ":") {
			return nil, service.Errorf("InvalidInput", "Invalid input for action: %s", action)
		}
		for _, resource := range resources {
			s, err := c.IAM.Simulate(string(in.PolicySourceArn),
				iam.Call{Action: action, Resource: resource, Context: in.ContextEntries})
			if err != nil {
				return nil, failed(err)
			}
			all = append(all, evaluationOf(action, resource, s))
		}
	}
	some, info, err := paged(in.paging, all)
	if err != nil {
		return nil, err
	}
	return &evaluationPage{info, collect(some, same[evaluation])}, nil
}

func evaluationOf(action, resource string, s *iam.Simulation) evaluation {
	out := evaluation{EvalActionName: action, EvalResourceName: resource, EvalDecision: "implicitDeny"}
	switch {
	case s.Allowed:
		out.EvalDecision = "allowed"
	case s.Explicit:
		out.EvalDecision = "explicitDeny"
	}
	if s.Boundary != nil {
		out.PermissionsBoundaryDecisionDetail = &boundaryDetail{*s.Boundary}
	}
	return out
}

// accountOf returns the account in an ARN, "" if it has none.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}
