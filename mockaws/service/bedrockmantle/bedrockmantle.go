package bedrockmantle

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/internal/foundation"
)

// New are Bedrock's models behind the interfaces of OpenAI, at
// bedrock-mantle.REGION.api.aws
// (https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html).
// Every inference is authorized as bedrock-mantle:CreateInference on a project
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_bedrock-mantle.html);
// the signature may be for bedrock-mantle or for bedrock (BerriAI/litellm#31476).
// Operations are named as in the specification of OpenAI's API.
func New() *service.Service {
	return &service.Service{
		ID: "Bedrock Mantle", EndpointPrefix: mantle, SigningName: mantle, OtherSigningName: "bedrock",
		Dialect:    protocol.Dialect{Protocol: protocol.OpenAI, Errors: protocol.Tabulate(chatRows)},
		SkewWindow: 5 * time.Minute, Bearer: true, EventSource: mantle + ".amazonaws.com",
		Operations: []service.Operation{
			{Name: "CreateChatCompletion", Method: "POST", Path: "/v1/chat/completions", Action: mantleInference,
				Resource: defaultProject, Handle: service.Answer(chatCompletion)},
			{Name: "CreateChatCompletion", Method: "POST", Path: "/openai/v1/chat/completions", Action: mantleInference,
				Resource: defaultProject, Handle: service.Answer(chatCompletion)},
			{Name: "CreateResponse", Method: "POST", Path: "/v1/responses"},
			{Name: "CreateResponse", Method: "POST", Path: "/openai/v1/responses"},
			{Name: "ListModels", Method: "GET", Path: "/v1/models"},
		},
	}
}

// NewMessages are the models behind the interface of Anthropic, at the
// same hostname.
func NewMessages() *service.Service {
	return &service.Service{
		ID: "Bedrock Mantle Messages", EndpointPrefix: mantle, SigningName: mantle, OtherSigningName: "bedrock",
		Dialect:    protocol.Dialect{Protocol: protocol.Anthropic, Errors: protocol.Tabulate(messagesRows)},
		SkewWindow: 5 * time.Minute, Bearer: true, EventSource: mantle + ".amazonaws.com",
		Claims: []string{"/anthropic/v1/"},
		Operations: []service.Operation{
			{Name: "CreateMessage", Method: "POST", Path: "/anthropic/v1/messages", Action: mantleInference,
				Resource: defaultProject, Handle: service.Answer(createMessage)},
			{Name: "CountMessageTokens", Method: "POST", Path: "/anthropic/v1/messages/count_tokens"},
		},
	}
}

const (
	mantle          = "bedrock-mantle"
	mantleInference = "bedrock-mantle:CreateInference"
)

// defaultProject is what an inference is authorized for that names no project.
func defaultProject(c *service.Call) string {
	return "arn:aws:bedrock-mantle:" + c.Region + ":" + c.Account() + ":project/default"
}

// mantleInput are the members that both interfaces have in common.
type mantleInput struct {
	Model     string `json:"model"`
	Messages  any    `json:"messages"`
	Stream    bool   `json:"stream"`
	MaxTokens int    `json:"max_tokens"`
}

func mantleAnswer(c *service.Call, code string) (*mantleInput, *foundation.Answer, error) {
	in := &mantleInput{}
	if err := json.Unmarshal(c.Input.Body, in); err != nil {
		return nil, nil, service.Errorf(code, "the request body is not the JSON of an inference: %v", err)
	}
	if in.Model == "" {
		return nil, nil, service.Errorf(code, "model: Field required")
	}
	return in, foundation.NewAnswer(foundation.LastUserText(in.Messages), in.MaxTokens), nil
}

func chatCompletion(c *service.Call) (*protocol.Blob, error) {
	in, a, err := mantleAnswer(c, "invalid_request_error")
	if err != nil {
		return nil, err
	}
	if in.Stream {
		return chatChunks(c, in, a), nil
	}
	completion := chat(c, in, "chat.completion")
	completion["choices"] = []any{map[string]any{"index": 0, "finish_reason": finishReason(a),
		"message": map[string]string{"role": "assistant", "content": a.Text}}}
	completion["usage"] = map[string]int{"prompt_tokens": a.In, "completion_tokens": a.Out, "total_tokens": a.In +
		a.Out}
	return &protocol.Blob{ContentType: "application/json", Data: service.MustJSON(completion)}, nil
}

func chat(c *service.Call, in *mantleInput, object string) map[string]any {
	return map[string]any{"id": "chatcmpl-" + c.RequestID, "object": object, "created": c.Now.Unix(), "model": in.Model}
}

func finishReason(a *foundation.Answer) string {
	if a.Stop == "max_tokens" {
		return "length"
	}
	return "stop"
}

// chatChunks are an answer as it is streamed: server-sent events without names,
// the last of which is not JSON.
func chatChunks(c *service.Call, in *mantleInput, a *foundation.Answer) *protocol.Blob {
	var b bytes.Buffer
	send := func(delta map[string]string, finish any) {
		chunk := chat(c, in, "chat.completion.chunk")
		chunk["choices"] = []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}
		b.WriteString("data: " + string(service.MustJSON(chunk)) + "\n\n")
	}
	for _, word := range a.Pieces() {
		send(map[string]string{"role": "assistant", "content": word}, nil)
	}
	send(map[string]string{}, finishReason(a))
	b.WriteString("data: [DONE]\n\n")
	return &protocol.Blob{ContentType: "text/event-stream", Data: b.Bytes()}
}

func createMessage(c *service.Call) (*protocol.Blob, error) {
	in, a, err := mantleAnswer(c, "invalid_request_error")
	if err != nil {
		return nil, err
	}
	if !in.Stream {
		return &protocol.Blob{ContentType: "application/json", Data: service.MustJSON(foundation.AnthropicMessage(a))},
			nil
	}
	var b bytes.Buffer
	for _, chunk := range foundation.AnthropicChunks(a) {
		name := chunk.(map[string]any)["type"].(string)
		b.WriteString("event: " + name + "\ndata: " + string(service.MustJSON(chunk)) + "\n\n")
	}
	return &protocol.Blob{ContentType: "text/event-stream", Data: b.Bytes()}, nil
}
