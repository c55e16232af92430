package iam

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

var simulateRows = []service.Operation{
	row("SimulatePrincipalPolicy", sourceARN, nil, simulate),
	row("SimulateCustomPolicy", nil, nil, simulateCustom),
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

// hypothetical is what both simulations are asked.
type hypothetical struct {
	ActionNames    []string
	ResourceArns   []string
	ContextEntries contextEntries
	paging
}

type simulateInput struct {
	PolicySourceArn required
	hypothetical
}

// simulate asks the judge, with the policies as they are; what a call adds to them
// is not implemented.
func simulate(c *service.Call, in *simulateInput) (*evaluationPage, error) {
	return in.pairs(func() (simulator, error) {
		principal := string(in.PolicySourceArn)
		if accountOf(principal) != c.Account() {
			return nil, service.NotFoundf("NoSuchEntity", "The principal %s cannot be found.", principal)
		}
		return func(call iam.Call) (*iam.Simulation, error) {
			s, err := c.IAM.Simulate(principal, call)
			return s, failed(err)
		}, nil
	})
}

type simulateCustomInput struct {
	PolicyInputList                    []string
	PermissionsBoundaryPolicyInputList []string
	hypothetical
}

// simulateCustom asks the judge with the policies that the call has. A caller, a policy
// of a resource and service control policies are not implemented.
func simulateCustom(c *service.Call, in *simulateCustomInput) (*evaluationPage, error) {
	return in.pairs(func() (simulator, error) {
		boundary := ""
		switch limits := in.PermissionsBoundaryPolicyInputList; {
		case len(in.PolicyInputList) == 0:
			return nil, broken("null", "policyInputList", "Member must not be null")
		case len(limits) > 1:
			return nil, service.Errorf("InvalidInput", "Only one permissions boundary can be simulated.")
		case len(limits) == 1:
			boundary = limits[0]
		}
		ask, err := c.IAM.SimulateCustom(in.PolicyInputList, boundary)
		if err != nil {
			// Which words AWS has for it is not public; InvalidInput is the reference's.
			return nil, &service.Error{Code: "InvalidInput", Message: "The policy is not valid.", Detail: err.Error()}
		}
		return func(call iam.Call) (*iam.Simulation, error) { return ask(call), nil }, nil
	})
}

// simulator decides about one action on one resource.
type simulator func(iam.Call) (*iam.Simulation, error)

// pairs asks about each action on each resource, once the call is checked; prepare makes
// whatever is asked, with the checks of its own.
func (h *hypothetical) pairs(prepare func() (simulator, error)) (*evaluationPage, error) {
	resources := h.ResourceArns
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	switch {
	case len(h.ActionNames) == 0:
		return nil, broken("null", "actionNames", "Member must not be null")
	case len(h.ActionNames)*len(resources) > maxSimulated:
		return nil, service.Errorf("InvalidInput", "Too many actions and resources in one simulation.")
	}
	ask, err := prepare()
	if err != nil {
		return nil, err
	}
	var all []evaluation
	for _, action := range h.ActionNames {
		if !strings.Contains(action, ":") {
			return nil, service.Errorf("InvalidInput", "Invalid input for action: %s", action)
		}
		for _, resource := range resources {
			s, err := ask(iam.Call{Action: action, Resource: resource, Context: h.ContextEntries})
			if err != nil {
				return nil, err
			}
			all = append(all, evaluationOf(action, resource, s))
		}
	}
	some, info, err := paged(h.paging, all)
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
