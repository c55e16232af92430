package bedrockruntime

import (
	"crypto/sha256"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/internal/foundation"
)

// A model's own request and answer differ by its provider; see "Inference
// request parameters and response fields for foundation models",
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html.
type modelFamily struct {
	provider string
	prompt   func(map[string]any) (text string, maxTokens int)
	whole    func(*foundation.Answer) any
	chunks   func(*foundation.Answer) []any
}

var modelFamilies = []modelFamily{
	{"anthropic", anthropicPrompt, foundation.AnthropicMessage, foundation.AnthropicChunks},
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

func invokeModel(c *service.Call) (*protocol.Blob, error) {
	family, a, err := modelAnswer(c)
	if err != nil {
		return nil, err
	}
	return &protocol.Blob{ContentType: "application/json", Header: tokenHeaders(a),
		Data: service.MustJSON(family.whole(a))}, nil
}

func invokeModelStream(c *service.Call) (*protocol.EventStream, error) {
	family, a, err := modelAnswer(c)
	if err != nil {
		return nil, err
	}
	header := tokenHeaders(a)
	header["X-Amzn-Bedrock-Content-Type"] = "application/json"
	return &protocol.EventStream{Header: header, Events: func(yield func(protocol.Event) bool) {
		for _, chunk := range family.chunks(a) {
			// []byte marshals as base64, which is how a chunk carries its bytes.
			if !yield(protocol.Event{Type: "chunk", Value: map[string]any{"bytes": service.MustJSON(chunk)}}) {
				return
			}
		}
	}}, nil
}

func modelAnswer(c *service.Call) (*modelFamily, *foundation.Answer, error) {
	id := c.Input.Labels["modelId"]
	if err := foundation.CheckModel(id); err != nil {
		return nil, nil, err
	}
	family := familyOf(id)
	if family == nil {
		return nil, nil, service.Errorf("ValidationException", "The provided model identifier is invalid.")
	}
	var body map[string]any
	if err := json.Unmarshal(c.Input.Body, &body); err != nil {
		return nil, nil, service.Errorf("ValidationException",
			"Malformed input request, please reformat your input and try again.")
	}
	prompt, limit := family.prompt(body)
	return family, foundation.NewAnswer(prompt, limit), nil
}

func tokenHeaders(a *foundation.Answer) map[string]string {
	return map[string]string{
		"X-Amzn-Bedrock-Input-Token-Count":  strconv.Itoa(a.In),
		"X-Amzn-Bedrock-Output-Token-Count": strconv.Itoa(a.Out),
		"X-Amzn-Bedrock-Invocation-Latency": "1",
	}
}

func anthropicPrompt(body map[string]any) (string, int) {
	return foundation.LastUserText(body["messages"]), number(body["max_tokens"])
}

func titanPrompt(body map[string]any) (string, int) {
	text, _ := body["inputText"].(string)
	config, _ := body["textGenerationConfig"].(map[string]any)
	return text, number(config["maxTokenCount"])
}

// titanWhole answers for Titan's text and embedding models alike; a client
// reads the members that its model has.
func titanWhole(a *foundation.Answer) any {
	reason := "FINISH"
	if a.Stop == "max_tokens" {
		reason = "LENGTH"
	}
	return map[string]any{
		"inputTextTokenCount": a.In,
		"results": []any{map[string]any{"tokenCount": a.Out, "outputText": a.Text,
			"completionReason": reason}},
		"embedding": embedding(a.Prompt),
	}
}

func novaPrompt(body map[string]any) (string, int) {
	config, _ := body["inferenceConfig"].(map[string]any)
	return foundation.LastUserText(body["messages"]), max(number(config["maxTokens"]), number(config["max_new_tokens"]))
}

func novaWhole(a *foundation.Answer) any {
	out := converseOutput{StopReason: a.Stop, Usage: a.Usage()}
	out.Output.Message = message{Role: "assistant", Content: []contentBlock{{Text: a.Text}}}
	return out
}

func novaChunks(a *foundation.Answer) []any {
	chunks := []any{map[string]any{"messageStart": map[string]any{"role": "assistant"}}}
	for _, word := range a.Pieces() {
		chunks = append(chunks, map[string]any{"contentBlockDelta": map[string]any{"delta": contentBlock{Text: word},
			"contentBlockIndex": 0}})
	}
	return append(chunks,
		map[string]any{"contentBlockStop": map[string]any{"contentBlockIndex": 0}},
		map[string]any{"messageStop": map[string]any{"stopReason": a.Stop}},
		map[string]any{"metadata": map[string]any{"usage": a.Usage(), "metrics": map[string]any{}}},
	)
}

func llamaWhole(a *foundation.Answer) any {
	reason := "stop"
	if a.Stop == "max_tokens" {
		reason = "length"
	}
	return map[string]any{"generation": a.Text, "prompt_token_count": a.In, "generation_token_count": a.Out,
		"stop_reason": reason}
}

func mistralWhole(a *foundation.Answer) any {
	return map[string]any{"outputs": []any{map[string]any{"text": a.Text, "stop_reason": "stop"}}}
}

func cohereWhole(a *foundation.Answer) any {
	return map[string]any{"text": a.Text, "generation_id": service.Fingerprint(a.Prompt), "finish_reason": "COMPLETE"}
}

// wholeChunk streams a model's whole answer as one chunk.
func wholeChunk(whole func(*foundation.Answer) any) func(*foundation.Answer) []any {
	return func(a *foundation.Answer) []any { return []any{whole(a)} }
}

func promptField(prompt, limit string) func(map[string]any) (string, int) {
	return func(body map[string]any) (string, int) {
		text, _ := body[prompt].(string)
		if text == "" {
			text = foundation.LastUserText(body["messages"])
		}
		return text, number(body[limit])
	}
}

// number reads a JSON number; anything else is 0.
func number(v any) int {
	f, _ := v.(float64)
	return int(f)
}

// embedding is a vector of 8 numbers in [-1, 1) computed from a text.
func embedding(text string) []float64 {
	sum := sha256.Sum256([]byte(text))
	out := make([]float64, 8)
	for i := range out {
		out[i] = float64(int8(sum[i])) / 128
	}
	return out
}
