package service

import (
	"encoding/json"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// A model's own request and answer differ by its provider; see "Inference
// request parameters and response fields for foundation models",
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html.
type modelFamily struct {
	provider string
	prompt   func(map[string]any) (text string, maxTokens int)
	whole    func(*answer) any
	chunks   func(*answer) []any
}

var modelFamilies = []modelFamily{
	{"anthropic", anthropicPrompt, anthropicWhole, anthropicChunks},
	{"amazon.titan", titanPrompt, titanWhole, wholeChunk(titanWhole)},
	{"amazon", novaPrompt, novaWhole, novaChunks},
	{"meta", promptField("prompt", "max_gen_len"), llamaWhole, wholeChunk(llamaWhole)},
	{"mistral", promptField("prompt", "max_tokens"), mistralWhole, wholeChunk(mistralWhole)},
	{"cohere", promptField("message", "max_tokens"), cohereWhole, wholeChunk(cohereWhole)},
}

func familyOf(id string) *modelFamily {
	name := id
	if i := strings.LastIndexByte(id, '/'); i >= 0 {
		name = id[i+1:]
	}
	if isInferenceProfile(name) {
		_, name, _ = strings.Cut(name, ".")
	}
	for i := range modelFamilies {
		if strings.HasPrefix(name, modelFamilies[i].provider) {
			return &modelFamilies[i]
		}
	}
	return nil
}

func invokeModel(c *Call) (any, error) {
	family, a, err := modelAnswer(c)
	if err != nil {
		return nil, err
	}
	return &protocol.Blob{ContentType: "application/json", Header: tokenHeaders(a), Data: mustJSON(family.whole(a))}, nil
}

func invokeModelStream(c *Call) (any, error) {
	family, a, err := modelAnswer(c)
	if err != nil {
		return nil, err
	}
	header := tokenHeaders(a)
	header["X-Amzn-Bedrock-Content-Type"] = "application/json"
	return &protocol.EventStream{Header: header, Events: func(yield func(protocol.Event) bool) {
		for _, chunk := range family.chunks(a) {
			// []byte marshals as base64, which is how a chunk carries its bytes.
			if !yield(protocol.Event{Type: "chunk", Value: map[string]any{"bytes": mustJSON(chunk)}}) {
				return
			}
		}
	}}, nil
}

func modelAnswer(c *Call) (*modelFamily, *answer, error) {
	id := c.Input.Labels["modelId"]
	if err := checkModel(id); err != nil {
		return nil, nil, err
	}
	family := familyOf(id)
	if family == nil {
		return nil, nil, invalid("ValidationException", "The provided model identifier is invalid.")
	}
	var body map[string]any
	if err := json.Unmarshal(c.Input.Body, &body); err != nil {
		return nil, nil, invalid("ValidationException", "Malformed input request, please reformat your input and try again.")
	}
	prompt, limit := family.prompt(body)
	return family, newAnswer(prompt, limit), nil
}

func tokenHeaders(a *answer) map[string]string {
	return map[string]string{
		"X-Amzn-Bedrock-Input-Token-Count":  itoa(a.in),
		"X-Amzn-Bedrock-Output-Token-Count": itoa(a.out),
		"X-Amzn-Bedrock-Invocation-Latency": "1",
	}
}

func anthropicPrompt(body map[string]any) (string, int) {
	return lastUserText(body["messages"]), number(body["max_tokens"])
}

type anthropicUsage struct {
	InputTokens  int `json:"input_tokens"`
	OutputTokens int `json:"output_tokens"`
}

func anthropicMessage(a *answer, content []any, stop any, out int) map[string]any {
	return map[string]any{
		"id": "msg_bdrk_" + fingerprint(a.prompt), "type": "message", "role": "assistant", "model": "claude",
		"content": content, "stop_reason": stop, "stop_sequence": nil,
		"usage": anthropicUsage{a.in, out},
	}
}

func anthropicWhole(a *answer) any {
	return anthropicMessage(a, []any{map[string]any{"type": "text", "text": a.text}}, a.stop, a.out)
}

func anthropicChunks(a *answer) []any {
	chunks := []any{
		map[string]any{"type": "message_start", "message": anthropicMessage(a, []any{}, nil, 1)},
		map[string]any{"type": "content_block_start", "index": 0, "content_block": map[string]any{"type": "text", "text": ""}},
	}
	for _, word := range a.pieces() {
		chunks = append(chunks, map[string]any{"type": "content_block_delta", "index": 0,
			"delta": map[string]any{"type": "text_delta", "text": word}})
	}
	return append(chunks,
		map[string]any{"type": "content_block_stop", "index": 0},
		map[string]any{"type": "message_delta", "delta": map[string]any{"stop_reason": a.stop, "stop_sequence": nil},
			"usage": map[string]any{"output_tokens": a.out}},
		map[string]any{"type": "message_stop"},
	)
}

func titanPrompt(body map[string]any) (string, int) {
	text, _ := body["inputText"].(string)
	config, _ := body["textGenerationConfig"].(map[string]any)
	return text, number(config["maxTokenCount"])
}

// titanWhole answers for Titan's text and embedding models alike; a client
// reads the members that its model has.
func titanWhole(a *answer) any {
	reason := "FINISH"
	if a.stop == "max_tokens" {
		reason = "LENGTH"
	}
	return map[string]any{
		"inputTextTokenCount": a.in,
		"results":             []any{map[string]any{"tokenCount": a.out, "outputText": a.text, "completionReason": reason}},
		"embedding":           embedding(a.prompt),
	}
}

func novaPrompt(body map[string]any) (string, int) {
	config, _ := body["inferenceConfig"].(map[string]any)
	return lastUserText(body["messages"]), max(number(config["maxTokens"]), number(config["max_new_tokens"]))
}

func novaWhole(a *answer) any {
	out := converseOutput{StopReason: a.stop, Usage: a.usage()}
	out.Output.Message = message{Role: "assistant", Content: []contentBlock{{Text: a.text}}}
	return out
}

func novaChunks(a *answer) []any {
	chunks := []any{map[string]any{"messageStart": map[string]any{"role": "assistant"}}}
	for _, word := range a.pieces() {
		chunks = append(chunks, map[string]any{"contentBlockDelta": map[string]any{"delta": contentBlock{Text: word}, "contentBlockIndex": 0}})
	}
	return append(chunks,
		map[string]any{"contentBlockStop": map[string]any{"contentBlockIndex": 0}},
		map[string]any{"messageStop": map[string]any{"stopReason": a.stop}},
		map[string]any{"metadata": map[string]any{"usage": a.usage(), "metrics": map[string]any{}}},
	)
}

func llamaWhole(a *answer) any {
	reason := "stop"
	if a.stop == "max_tokens" {
		reason = "length"
	}
	return map[string]any{"generation": a.text, "prompt_token_count": a.in, "generation_token_count": a.out, "stop_reason": reason}
}

func mistralWhole(a *answer) any {
	return map[string]any{"outputs": []any{map[string]any{"text": a.text, "stop_reason": "stop"}}}
}

func cohereWhole(a *answer) any {
	return map[string]any{"text": a.text, "generation_id": fingerprint(a.prompt), "finish_reason": "COMPLETE"}
}

// wholeChunk streams a model's whole answer as one chunk.
func wholeChunk(whole func(*answer) any) func(*answer) []any {
	return func(a *answer) []any { return []any{whole(a)} }
}

func promptField(prompt, limit string) func(map[string]any) (string, int) {
	return func(body map[string]any) (string, int) {
		text, _ := body[prompt].(string)
		if text == "" {
			text = lastUserText(body["messages"])
		}
		return text, number(body[limit])
	}
}

// lastUserText is the text of the last message; its content is a string or a
// list of blocks.
func lastUserText(messages any) string {
	list, _ := messages.([]any)
	if len(list) == 0 {
		return ""
	}
	last, _ := list[len(list)-1].(map[string]any)
	if text, ok := last["content"].(string); ok {
		return text
	}
	var texts []string
	blocks, _ := last["content"].([]any)
	for _, b := range blocks {
		block, _ := b.(map[string]any)
		if text, ok := block["text"].(string); ok && text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " ")
}
