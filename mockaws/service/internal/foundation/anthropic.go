package foundation

import (
	"github.com/hostproof/hostproof/mockaws/service"
	"strings"
)

type anthropicUsage struct {
	InputTokens  int `json:"input_tokens"`
	OutputTokens int `json:"output_tokens"`
}

func anthropicMessage(a *Answer, content []any, stop any, out int) map[string]any {
	return map[string]any{
		"id": "msg_bdrk_" + service.Fingerprint(a.Prompt), "type": "message", "role": "assistant", "model": "claude",
		"content": content, "stop_reason": stop, "stop_sequence": nil,
		"usage": anthropicUsage{a.In, out},
	}
}

// AnthropicMessage is the answer in the format of Anthropic's Messages API.
func AnthropicMessage(a *Answer) any {
	return anthropicMessage(a, []any{map[string]any{"type": "text", "text": a.Text}}, a.Stop, a.Out)
}

// AnthropicChunks are the events of the same answer when it is streamed.
func AnthropicChunks(a *Answer) []any {
	chunks := []any{
		map[string]any{"type": "message_start", "message": anthropicMessage(a, []any{}, nil, 1)},
		map[string]any{"type": "content_block_start", "index": 0,
			"content_block": map[string]any{"type": "text", "text": ""}},
	}
	for _, word := range a.Pieces() {
		chunks = append(chunks, map[string]any{"type": "content_block_delta", "index": 0,
			"delta": map[string]any{"type": "text_delta", "text": word}})
	}
	return append(chunks,
		map[string]any{"type": "content_block_stop", "index": 0},
		map[string]any{"type": "message_delta", "delta": map[string]any{"stop_reason": a.Stop, "stop_sequence": nil},
			"usage": map[string]any{"output_tokens": a.Out}},
		map[string]any{"type": "message_stop"},
	)
}

// LastUserText is the text of the last message; its content is a string or a
// list of blocks.
func LastUserText(messages any) string {
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
