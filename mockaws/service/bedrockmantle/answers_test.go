package bedrockmantle_test

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestWholeAnswers: every member of an answer, as the references have them
// (https://platform.openai.com/docs/api-reference/chat/object,
// https://platform.openai.com/docs/api-reference/chat-streaming,
// https://docs.anthropic.com/en/api/messages,
// https://docs.anthropic.com/en/docs/build-with-claude/streaming).
func TestWholeAnswers(t *testing.T) {
	w := mocktest.New(t)
	streamed := strings.Replace(inference, "{", `{"stream":true,`, 1)
	cut := strings.Replace(inference, `"max_tokens":64`, `"max_tokens":1`, 1)
	const (
		chat    = "/v1/chat/completions"
		message = "/anthropic/v1/messages"
		made    = `"created":N,`
		chunk   = `"created":N,"id":"chatcmpl-ID","model":"anthropic.claude-haiku-4-5","object":"chat.completion.chunk"}`
	)
	for _, row := range []struct{ name, path, body, kind, want string }{
		{"chat", chat, inference, "application/json",
			`{"choices":[{"finish_reason":"stop","index":0,"message":{"content":"echo: ping","role":"assistant"}}],` +
				made +
				`"id":"chatcmpl-ID","model":"anthropic.claude-haiku-4-5","object":"chat.completion",` +
				`"usage":{"completion_tokens":2,"prompt_tokens":1,"total_tokens":3}}`},
		{"chat, cut", chat, cut, "application/json",
			`{"choices":[{"finish_reason":"length","index":0,"message":{"content":"echo:","role":"assistant"}}],` +
				made +
				`"id":"chatcmpl-ID","model":"anthropic.claude-haiku-4-5","object":"chat.completion",` +
				`"usage":{"completion_tokens":1,"prompt_tokens":1,"total_tokens":2}}`},
		{"chat, streamed", chat, streamed, "text/event-stream",
			`data: {"choices":[{"delta":{"content":"echo: ","role":"assistant"},"finish_reason":null,"index":0}],` +
				chunk +
				"\n\n" +
				`data: {"choices":[{"delta":{"content":"ping","role":"assistant"},"finish_reason":null,"index":0}],` +
				chunk + "\n\n" + `data: {"choices":[{"delta":{},"finish_reason":"stop","index":0}],` + chunk +
				"\n\ndata: [DONE]\n\n"},
		{"message", message, inference, "application/json",
			`{"content":[{"text":"echo: ping","type":"text"}],"id":"msg_bdrk_ID","model":"claude","role":"assistant",` +
				`"stop_reason":"end_turn","stop_sequence":null,"type":"message","usage":{"input_tokens":1,"output_tokens":2}}`},
		{"message, streamed", message, streamed, "text/event-stream",
			"event: message_start\n" + `data: {"message":{"content":[],"id":"msg_bdrk_ID","model":"claude",` +
				`"role":"assistant","stop_reason":null,"stop_sequence":null,"type":"message",` +
				`"usage":{"input_tokens":1,"output_tokens":1}},"type":"message_start"}` + "\n\n" +
				"event: content_block_start\n" + `data: {"content_block":{"text":"","type":"text"},"index":0,` +
				`"type":"content_block_start"}` + "\n\n" +
				"event: content_block_delta\n" + `data: {"delta":{"text":"echo: ","type":"text_delta"},"index":0,` +
				`"type":"content_block_delta"}` + "\n\n" +
				"event: content_block_delta\n" + `data: {"delta":{"text":"ping","type":"text_delta"},"index":0,` +
				`"type":"content_block_delta"}` + "\n\n" +
				"event: content_block_stop\n" + `data: {"index":0,"type":"content_block_stop"}` + "\n\n" +
				"event: message_delta\n" + `data: {"delta":{"stop_reason":"end_turn","stop_sequence":null},` +
				`"type":"message_delta","usage":{"output_tokens":2}}` + "\n\n" +
				"event: message_stop\n" + `data: {"type":"message_stop"}` + "\n\n"},
		{"no model of a message", message, `{"messages":[]}`, "", "model: Field required"},
		{"not there, at OpenAI's path", "/openai/v1/responses", inference, "", "CreateResponse"},
		{"not there, of messages", message + "/count_tokens", inference, "", "CountMessageTokens"},
	} {
		resp, err := mantleSend(t.Context(), w.Good(), "bedrock-mantle", row.path, row.body)
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		got := regexp.MustCompile(`"created":\d+`).ReplaceAllString(string(body), `"created":N`)
		got = regexp.MustCompile(`(chatcmpl-|msg_bdrk_)[0-9a-zA-Z-]+`).ReplaceAllString(got, "${1}ID")
		switch {
		case err != nil:
			t.Errorf("%s: %v", row.name, err)
		case row.kind == "" && (resp.StatusCode == 200 || !strings.Contains(got, row.want)):
			t.Errorf("%s: %d %s", row.name, resp.StatusCode, got)
		case row.kind != "" && (got != row.want || resp.Header.Get("Content-Type") != row.kind ||
			resp.StatusCode != 200):
			t.Errorf("%s: %d %s\n%s\nwant\n%s", row.name, resp.StatusCode, resp.Header.Get("Content-Type"), got,
				row.want)
		}
	}
}
