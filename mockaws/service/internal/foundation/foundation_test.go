package foundation

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func inJSON(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnswer(t *testing.T) {
	for _, row := range []struct {
		prompt string
		most   int
		want   Answer
	}{
		{"one  two", 0, Answer{"one  two", "echo: one two", "end_turn", 2, 3}},
		{"one two", 3, Answer{"one two", "echo: one two", "end_turn", 2, 3}},
		{"one two", 2, Answer{"one two", "echo: one", "max_tokens", 2, 2}},
		{"", 1, Answer{"", "echo:", "end_turn", 0, 1}},
	} {
		a := NewAnswer(row.prompt, row.most)
		if *a != row.want || strings.Join(a.Pieces(), "") != a.Text || len(a.Pieces()) != a.Out ||
			a.Usage() != (Usage{a.In, a.Out, a.In + a.Out}) {
			t.Errorf("%q: %+v, %q, %+v", row.prompt, a, a.Pieces(), a.Usage())
		}
	}
}

// TestAnthropicMessage has the members of Anthropic's Messages API, whole and streamed.
// https://platform.claude.com/docs/en/api/messages, https://platform.claude.com/docs/en/build-with-claude/streaming
func TestAnthropicMessage(t *testing.T) {
	a := NewAnswer("one", 0)
	whole, _ := inJSON(t, AnthropicMessage(a)).(map[string]any)
	id, _ := whole["id"].(string)
	if !strings.HasPrefix(id, "msg_bdrk_") || len(id) < len("msg_bdrk_")+8 {
		t.Errorf("id %q", id)
	}
	want := map[string]any{
		"id": id, "type": "message", "role": "assistant", "model": "claude", "stop_reason": "end_turn",
		"stop_sequence": nil,
		"content":       []any{map[string]any{"type": "text", "text": "echo: one"}},
		"usage":         map[string]any{"input_tokens": 1.0, "output_tokens": 2.0},
	}
	if !reflect.DeepEqual(whole, want) {
		t.Errorf("got %v, want %v", whole, want)
	}
	want["content"], want["stop_reason"] = []any{}, nil
	want["usage"] = map[string]any{"input_tokens": 1.0, "output_tokens": 1.0}
	text := func(word string) any {
		return map[string]any{"type": "content_block_delta", "index": 0.0,
			"delta": map[string]any{"type": "text_delta", "text": word}}
	}
	if got, want := inJSON(t, AnthropicChunks(a)), []any{
		map[string]any{"type": "message_start", "message": want},
		map[string]any{"type": "content_block_start", "index": 0.0, "content_block": map[string]any{"type": "text",
			"text": ""}},
		text("echo: "), text("one"),
		map[string]any{"type": "content_block_stop", "index": 0.0},
		map[string]any{"type": "message_delta", "delta": map[string]any{"stop_reason": "end_turn",
			"stop_sequence": nil},
			"usage": map[string]any{"output_tokens": 2.0}},
		map[string]any{"type": "message_stop"},
	}; !reflect.DeepEqual(got, any(want)) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLastUserText(t *testing.T) {
	for text, want := range map[string]string{
		`null`: "", `[]`: "", `{}`: "", `["x"]`: "", `[{"content": 1}]`: "",
		`[{"content": "first"}, {"content": "last"}]`:                                       "last",
		`[{"content": [{"text": "a"}, {"image": 1}, {"text": ""}, {"text": "b"}, "c", 1]}]`: "a b",
	} {
		var messages any
		if err := json.Unmarshal([]byte(text), &messages); err != nil {
			t.Fatal(err)
		}
		if got := LastUserText(messages); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestCheckModel: "Length Constraints: Minimum length of 1. Maximum length of 2048."
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
func TestCheckModel(t *testing.T) {
	of := func(length int) string { return "amazon." + strings.Repeat("x", length-len("amazon.")) }
	for id, good := range map[string]bool{
		"anthropic.claude-3-haiku-20240307-v1:0": true, "us.anthropic.claude-3-haiku-20240307-v1:0": true,
		"arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0":                      true,
		"arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0":      true,
		"arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:application-inference-profile/abc123": true,
		of(2048): true, of(2049): false, "": false, "claude": false, "a b.c": false,
		"arn:aws:s3:us-east-1:111122223333:model/a": false, "arn:aws:bedrock:us-east-1:1:model/a": false,
	} {
		for range 2 { // the second time it is remembered
			if err := CheckModel(id); (err == nil) != good {
				t.Errorf("%.80q: %v", id, err)
			}
		}
	}
}
