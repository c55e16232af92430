package service

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// BedrockMantle are Bedrock's models behind the interfaces of OpenAI, at
// bedrock-mantle.REGION.api.aws
// (https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html).
// Every inference is authorized as bedrock-mantle:CreateInference on a project
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_bedrock-mantle.html);
// the signature may be for bedrock-mantle or for bedrock (BerriAI/litellm#31476).
// Operations are named as in the specification of OpenAI's API.
func BedrockMantle() *Service {
	return &Service{
		ID: "Bedrock Mantle", EndpointPrefix: mantle, SigningName: mantle, OtherSigningName: "bedrock",
		Dialect:    protocol.Dialect{Protocol: protocol.OpenAI, Errors: protocol.Tabulate(protocol.MantleChatRows)},
		SkewWindow: 5 * time.Minute, Bearer: true, EventSource: mantle + ".amazonaws.com",
		Operations: []Operation{
			{Name: "CreateChatCompletion", Method: "POST", Path: "/v1/chat/completions", Action: mantleInference, Resource: defaultProject, Handle: chatCompletion},
			{Name: "CreateChatCompletion", Method: "POST", Path: "/openai/v1/chat/completions", Action: mantleInference, Resource: defaultProject, Handle: chatCompletion},
			{Name: "CreateResponse", Method: "POST", Path: "/v1/responses"},
			{Name: "CreateResponse", Method: "POST", Path: "/openai/v1/responses"},
			{Name: "ListModels", Method: "GET", Path: "/v1/models"},
		},
	}
}

// BedrockMantleMessages are the models behind the interface of Anthropic, at the
// same hostname.
func BedrockMantleMessages() *Service {
	return &Service{
		ID: "Bedrock Mantle Messages", EndpointPrefix: mantle, SigningName: mantle, OtherSigningName: "bedrock",
		Dialect:    protocol.Dialect{Protocol: protocol.Anthropic, Errors: protocol.Tabulate(protocol.MantleMessagesRows)},
		SkewWindow: 5 * time.Minute, Bearer: true, EventSource: mantle + ".amazonaws.com",
		Claims: []string{"/anthropic/v1/"},
		Operations: []Operation{
			{Name: "CreateMessage", Method: "POST", Path: "/anthropic/v1/messages", Action: mantleInference, Resource: defaultProject, Handle: createMessage},
			{Name: "CountMessageTokens", Method: "POST", Path: "/anthropic/v1/messages/count_tokens"},
		},
	}
}

const (
	mantle          = "bedrock-mantle"
	mantleInference = "bedrock-mantle:CreateInference"
)

// defaultProject is what an inference is authorized for that names no project.
func defaultProject(c *Call) string {
	return "arn:aws:bedrock-mantle:" + c.Region + ":" + c.Account() + ":project/default"
}

// mantleInput are the members that both interfaces have in common.
type mantleInput struct {
	Model     string `json:"model"`
	Messages  any    `json:"messages"`
	Stream    bool   `json:"stream"`
	MaxTokens int    `json:"max_tokens"`
}

func mantleAnswer(c *Call, code string) (*mantleInput, *answer, error) {
	in := &mantleInput{}
	if err := json.Unmarshal(c.Input.Body, in); err != nil {
		return nil, nil, invalid(code, "the request body is not the JSON of an inference: %v", err)
	}
	if in.Model == "" {
		return nil, nil, invalid(code, "model: Field required")
	}
	return in, newAnswer(lastUserText(in.Messages), in.MaxTokens), nil
}

func chatCompletion(c *Call) (any, error) {
	in, a, err := mantleAnswer(c, "invalid_request_error")
	if err != nil {
		return nil, err
	}
	if in.Stream {
		return chatChunks(c, in, a), nil
	}
	completion := chat(c, in, "chat.completion")
	completion["choices"] = []any{map[string]any{"index": 0, "finish_reason": finishReason(a),
		"message": map[string]string{"role": "assistant", "content": a.text}}}
	completion["usage"] = map[string]int{"prompt_tokens": a.in, "completion_tokens": a.out, "total_tokens": a.in + a.out}
	return &protocol.Blob{ContentType: "application/json", Data: mustJSON(completion)}, nil
}

func chat(c *Call, in *mantleInput, object string) map[string]any {
	return map[string]any{"id": "chatcmpl-" + c.RequestID, "object": object, "created": c.Now.Unix(), "model": in.Model}
}

func finishReason(a *answer) string {
	if a.stop == "max_tokens" {
		return "length"
	}
	return "stop"
}

// chatChunks are an answer as it is streamed: server-sent events without names,
// the last of which is not JSON.
func chatChunks(c *Call, in *mantleInput, a *answer) *protocol.Blob {
	var b bytes.Buffer
	send := func(delta map[string]string, finish any) {
		chunk := chat(c, in, "chat.completion.chunk")
		chunk["choices"] = []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}
		b.WriteString("data: " + string(mustJSON(chunk)) + "\n\n")
	}
	for _, word := range a.pieces() {
		send(map[string]string{"role": "assistant", "content": word}, nil)
	}
	send(map[string]string{}, finishReason(a))
	b.WriteString("data: [DONE]\n\n")
	return &protocol.Blob{ContentType: "text/event-stream", Data: b.Bytes()}
}

func createMessage(c *Call) (any, error) {
	in, a, err := mantleAnswer(c, "invalid_request_error")
	if err != nil {
		return nil, err
	}
	if !in.Stream {
		return &protocol.Blob{ContentType: "application/json", Data: mustJSON(anthropicWhole(a))}, nil
	}
	var b bytes.Buffer
	for _, chunk := range anthropicChunks(a) {
		name := chunk.(map[string]any)["type"].(string)
		b.WriteString("event: " + name + "\ndata: " + string(mustJSON(chunk)) + "\n\n")
	}
	return &protocol.Blob{ContentType: "text/event-stream", Data: b.Bytes()}, nil
}
