package bedrockruntime

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/internal/foundation"
)

// New is Amazon Bedrock Runtime. Its models answer with words
// computed from the prompt: the same prompt, the same answer.
//
// Converse and ConverseStream are authorized as bedrock:InvokeModel and
// bedrock:InvokeModelWithResponseStream
// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html).
func New() *service.Service {
	const invoke, stream = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
	return &service.Service{
		ID: "Bedrock Runtime", EndpointPrefix: "bedrock-runtime", SigningName: "bedrock",
		Dialect: protocol.Dialect{
			Protocol: protocol.RESTJSON, ErrorTypeSuffix: foundation.ErrorTypeSuffix,
			Errors:    protocol.Tabulate(protocol.RESTJSONRows, foundation.Rows),
			Throttled: &throttled, Failing: failing,
		},
		SkewWindow: 5 * time.Minute, Bearer: true, Claims: []string{"/model/"}, Complete: true,
		EventSource: "bedrock.amazonaws.com",
		Operations: []service.Operation{
			{Name: "Converse", Method: "POST", Path: "/model/{modelId}/converse", Action: invoke, Resource: modelARN,
				ReadOnly: true, Handle: service.HandleWith(readConverse, converse)},
			{Name: "ConverseStream", Method: "POST", Path: "/model/{modelId}/converse-stream", Action: stream,
				Resource: modelARN, ReadOnly: true, Handle: service.HandleWith(readConverse, converseStream)},
			{Name: "InvokeModel", Method: "POST", Path: "/model/{modelId}/invoke", Action: invoke, Resource: modelARN,
				ReadOnly: true, Handle: service.Answer(invokeModel)},
			{Name: "InvokeModelWithResponseStream", Method: "POST",
				Path:   "/model/{modelId}/invoke-with-response-stream",
				Action: stream, Resource: modelARN, ReadOnly: true, Handle: service.Answer(invokeModelStream)},
			{Name: "CountTokens", Method: "POST", Path: "/model/{modelId}/count-tokens", Action: "bedrock:CountTokens",
				Resource: modelARN, ReadOnly: true, Handle: service.Answer(countTokens)},
			// Action and data event:
			// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithBidirectionalStream.html
			{Name: "InvokeModelWithBidirectionalStream", Method: "POST",
				Path: "/model/{modelId}/invoke-with-bidirectional-stream", Action: invoke, Resource: modelARN,
				Duplex:    true,
				DataEvent: true, ReadOnly: true, Handle: service.Answer(speak)},
			{Name: "ApplyGuardrail", Method: "POST",
				Path: "/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply"},
			{Name: "InvokeGuardrailChecks", Method: "POST", Path: "/guardrail-checks/invoke"},
			{Name: "StartAsyncInvoke", Method: "POST", Path: "/async-invoke"},
			{Name: "ListAsyncInvokes", Method: "GET", Path: "/async-invoke"},
			{Name: "GetAsyncInvoke", Method: "GET", Path: "/async-invoke/{invocationArn}"},
		},
	}
}

// modelARN is the resource a model call is authorized for.
func modelARN(c *service.Call) string {
	id := c.Input.Labels["modelId"]
	switch {
	case strings.HasPrefix(id, "arn:"):
		return id
	case isInferenceProfile(id):
		return "arn:aws:bedrock:" + c.Region + ":" + c.Account() + ":inference-profile/" + id
	default:
		return "arn:aws:bedrock:" + c.Region + "::foundation-model/" + id
	}
}

// isInferenceProfile tells system-defined profiles by their geography prefix.
func isInferenceProfile(id string) bool {
	switch geo, _, _ := strings.Cut(id, "."); geo {
	case "us", "eu", "apac", "us-gov", "global", "jp", "au", "ca":
		return true
	}
	return false
}

type message struct {
	Role    string         `json:"role"`
	Content []contentBlock `json:"content"`
}

type contentBlock struct {
	Text string `json:"text,omitempty"`
}

type converseInput struct {
	Messages        []message      `json:"messages"`
	System          []contentBlock `json:"system"`
	InferenceConfig struct {
		MaxTokens int `json:"maxTokens"`
	} `json:"inferenceConfig"`
}

type metrics struct {
	LatencyMs int `json:"latencyMs"`
}

type converseOutput struct {
	Metrics metrics `json:"metrics"`
	Output  struct {
		Message message `json:"message"`
	} `json:"output"`
	StopReason string           `json:"stopReason"`
	Usage      foundation.Usage `json:"usage"`
}

func converse(_ *service.Call, in *converseInput) (*converseOutput, error) {
	a, err := in.answer()
	if err != nil {
		return nil, err
	}
	out := &converseOutput{StopReason: a.Stop, Usage: a.Usage(), Metrics: metrics{LatencyMs: 1}}
	out.Output.Message = message{Role: "assistant", Content: []contentBlock{{Text: a.Text}}}
	return out, nil
}

func converseStream(_ *service.Call, in *converseInput) (*protocol.EventStream, error) {
	a, err := in.answer()
	if err != nil {
		return nil, err
	}
	return &protocol.EventStream{Events: func(yield func(protocol.Event) bool) {
		if !yield(protocol.Event{Type: "messageStart", Value: map[string]any{"role": "assistant"}}) {
			return
		}
		for _, word := range a.Pieces() {
			delta := map[string]any{"contentBlockIndex": 0, "delta": contentBlock{Text: word}}
			if !yield(protocol.Event{Type: "contentBlockDelta", Value: delta}) {
				return
			}
		}
		for _, e := range []protocol.Event{
			{Type: "contentBlockStop", Value: map[string]any{"contentBlockIndex": 0}},
			{Type: "messageStop", Value: map[string]any{"stopReason": a.Stop}},
			{Type: "metadata", Value: map[string]any{"usage": a.Usage(), "metrics": metrics{LatencyMs: 1}}},
		} {
			if !yield(e) {
				return
			}
		}
	}}, nil
}

// readConverse reads the members that are known here and leaves out the others.
func readConverse(c *service.Call, in any) error {
	if err := foundation.CheckModel(c.Input.Labels["modelId"]); err != nil {
		return err
	}
	if err := json.Unmarshal(c.Input.Body, in); err != nil {
		return service.Errorf("SerializationException", "the request body is not the JSON of a Converse call: %v", err)
	}
	return nil
}

func (in *converseInput) answer() (*foundation.Answer, error) {
	if len(in.Messages) == 0 || in.Messages[len(in.Messages)-1].Role != "user" {
		return nil, service.Errorf("ValidationException",
			"A conversation must end with a user message. Try again with a conversation that ends with a user message.")
	}
	var prompt []string
	for _, b := range in.Messages[len(in.Messages)-1].Content {
		if b.Text != "" {
			prompt = append(prompt, b.Text)
		}
	}
	return foundation.NewAnswer(strings.Join(prompt, " "), in.InferenceConfig.MaxTokens), nil
}

type tokenCount struct {
	InputTokens int `json:"inputTokens"`
}

func countTokens(c *service.Call) (*tokenCount, error) {
	if err := foundation.CheckModel(c.Input.Labels["modelId"]); err != nil {
		return nil, err
	}
	return &tokenCount{len(strings.Fields(string(c.Input.Body)))}, nil
}
