package bedrockmantle

import (
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

const (
	external         = "aws-external-anthropic"
	externalSource   = "https://docs.aws.amazon.com/claude-platform/latest/userguide/making-requests.html"
	workspaceHeader  = "Anthropic-Workspace-Id"
	workspaceMissing = "anthropic-workspace-id: the header names the workspace and is required"
)

// NewExternal is the Claude Platform on AWS, which Anthropic operates behind AWS's
// signatures and policies, at aws-external-anthropic.REGION.api.aws: the paths of
// Anthropic's own interface, on a workspace that a header names
// (https://docs.aws.amazon.com/claude-platform/latest/userguide/iam-actions.html).
// What it answers to wrong credentials is in no public report: its rows are unverified.
func NewExternal() *service.Service {
	return &service.Service{
		ID: "Claude Platform", EndpointPrefix: external, SigningName: external,
		Dialect:    protocol.Dialect{Protocol: protocol.Anthropic, Errors: protocol.Tabulate(externalRows())},
		SkewWindow: 5 * time.Minute, EventSource: external + ".amazonaws.com",
		Operations: []service.Operation{
			onWorkspace("CreateInference", "POST", "/v1/messages", service.Answer(createMessage)),
			onWorkspace("CountTokens", "POST", "/v1/messages/count_tokens", nil),
			onWorkspace("CreateBatchInference", "POST", "/v1/messages/batches", nil),
			onWorkspace("ListBatchInferences", "GET", "/v1/messages/batches", nil),
			onWorkspace("GetBatchInference", "GET", "/v1/messages/batches/{id}", nil),
			onWorkspace("GetBatchInference", "GET", "/v1/messages/batches/{id}/results", nil),
		},
	}
}

// onWorkspace is an operation that is authorized on the workspace of the request.
func onWorkspace(action, method, path string, handle service.Handler) service.Operation {
	return service.Operation{Name: action, Method: method, Path: path, Action: external + ":" + action, Handle: handle,
		Resource: func(c *service.Call) string { return c.ARN(external, "workspace/"+workspace(c)) },
		Find: func(c *service.Call) error {
			if workspace(c) == "" {
				return service.Errorf("invalid_request_error", workspaceMissing)
			}
			return nil
		}}
}

func workspace(c *service.Call) string { return strings.TrimSpace(c.Input.Header.Get(workspaceHeader)) }

// externalRows are those of the other endpoint with Anthropic's interface; none was seen
// here.
func externalRows() []protocol.Row {
	rows := make([]protocol.Row, 0, len(messagesRows))
	for _, r := range messagesRows {
		r.Confidence, r.Source = protocol.Unverified, externalSource
		rows = append(rows, r)
	}
	return rows
}
