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

type organizationsDetail struct{ AllowedByOrganizations bool }

type positionElement struct{ Line, Column int }

type matchedElement struct {
	SourcePolicyId, SourcePolicyType string
	StartPosition, EndPosition       positionElement
}

// resourceEvaluation is the decision about one resource.
type resourceEvaluation struct {
	EvalResourceName, EvalResourceDecision string
	MatchedStatements                      members[matchedElement]
	MissingContextValues                   members[string]
	PermissionsBoundaryDecisionDetail      *boundaryDetail `xml:",omitempty"`
}

// evaluation is the decision about one action on one resource, or on all. Its elements
// are those that AWS answers, as localstack/localstack recorded them on 2025-04-21
// (tests/aws/services/iam/test_iam.snapshot.json, test_simulate_principle_policy), and as
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html has them.
type evaluation struct {
	EvalActionName, EvalResourceName string
	EvalDecision                     string
	// EvalDecisionDetails is there, and empty, within an account and for a named resource.
	EvalDecisionDetails               *struct{} `xml:",omitempty"`
	MatchedStatements                 members[matchedElement]
	MissingContextValues              members[string]
	OrganizationsDecisionDetail       *organizationsDetail         `xml:",omitempty"`
	PermissionsBoundaryDecisionDetail *boundaryDetail              `xml:",omitempty"`
	ResourceSpecificResults           *members[resourceEvaluation] `xml:",omitempty"`
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
	out := evaluation{EvalActionName: action, EvalResourceName: resource, EvalDecision: decisionOf(s),
		MatchedStatements: collect(s.Matched, matchedOf)}
	if s.Boundary != nil {
		out.PermissionsBoundaryDecisionDetail = &boundaryDetail{*s.Boundary}
	}
	if s.Organization != nil {
		out.OrganizationsDecisionDetail = &organizationsDetail{*s.Organization}
	}
	missing := collect(s.Missing, same[string])
	if resource == "*" {
		out.MissingContextValues = missing
		return out
	}
	// An organization that denies ends AWS's evaluation: then there are no details.
	if s.Organization == nil || *s.Organization {
		out.EvalDecisionDetails = &struct{}{}
	}
	out.ResourceSpecificResults = &members[resourceEvaluation]{Member: []resourceEvaluation{{
		EvalResourceName: resource, EvalResourceDecision: out.EvalDecision, MatchedStatements: out.MatchedStatements,
		MissingContextValues:              missing,
		PermissionsBoundaryDecisionDetail: out.PermissionsBoundaryDecisionDetail,
	}}}
	return out
}

func decisionOf(s *iam.Simulation) string {
	switch {
	case s.Allowed:
		return "allowed"
	case s.Explicit:
		return "explicitDeny"
	}
	return "implicitDeny"
}

func matchedOf(m iam.MatchedStatement) matchedElement {
	return matchedElement{m.PolicyID, m.PolicyType, positionElement(m.Start), positionElement(m.End)}
}

// accountOf returns the account in an ARN, "" if it has none.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}
