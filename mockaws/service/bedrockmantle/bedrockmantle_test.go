package bedrockmantle_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

const inference = `{"model":"anthropic.claude-haiku-4-5","max_tokens":64,"messages":[{"role":"user","content":"ping"}]}`

// mantleSend posts a body to the Mantle endpoint, signed for a service. No SDK of
// AWS has a client for it.
func mantleSend(ctx context.Context, c aws.Config, service, path, body string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, *c.BaseEndpoint+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	creds, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	if err := mocktest.Sign(ctx, creds, req, body, service, c.Region); err != nil {
		return nil, err
	}
	if c.HTTPClient != nil {
		return c.HTTPClient.Do(req)
	}
	return http.DefaultClient.Do(req)
}

// mantleCall makes an inference and reads an error as its interface writes it:
// OpenAI's has a code, Anthropic's a type alone.
func mantleCall(path string) func(context.Context, aws.Config) error {
	return func(ctx context.Context, c aws.Config) error {
		resp, err := mantleSend(ctx, c, "bedrock-mantle", path, inference)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		var failed struct {
			Error struct{ Code, Type, Message string }
		}
		if err := json.NewDecoder(resp.Body).Decode(&failed); err != nil {
			return err
		}
		e := failed.Error
		if e.Code == "" {
			e.Code = e.Type
		}
		return &smithy.GenericAPIError{Code: e.Code, Message: e.Message}
	}
}

func TestBedrockMantle(t *testing.T) {
	w := mocktest.New(t)
	for _, row := range []struct {
		name, service, path, body string
		status                    int
		has                       string // in the answer
	}{
		{"chat", "bedrock-mantle", "/v1/chat/completions", inference, 200, `"content":"echo: ping"`},
		{"chat of OpenAI's models", "bedrock-mantle", "/openai/v1/chat/completions", inference, 200,
			`"finish_reason":"stop"`},
		{"messages", "bedrock-mantle", "/anthropic/v1/messages", inference, 200, `{"text":"echo: ping","type":"text"}`},
		{"signed for bedrock", "bedrock", "/v1/chat/completions", inference, 200, "echo: ping"},
		{"chat, streamed", "bedrock-mantle", "/v1/chat/completions", strings.Replace(inference, "{", `{"stream":true,`,
			1), 200, "data: [DONE]\n\n"},
		{"messages, streamed", "bedrock-mantle", "/anthropic/v1/messages", strings.Replace(inference, "{",
			`{"stream":true,`, 1), 200, "event: message_stop\n"},
		{"signed for another service", "bedrock-runtime", "/v1/chat/completions", inference, 401,
			`{"error":{"code":"invalid_api_key","message":"Credential should be scoped to correct service: 'bedrock-mantle'. ","param":null,"type":"permission_denied_error"}}`},
		{"no model", "bedrock-mantle", "/v1/chat/completions", `{}`, 400, `"type":"invalid_request_error"`},
		{"no JSON", "bedrock-mantle", "/anthropic/v1/messages", `{`, 400, `"type":"invalid_request_error"`},
		{"not there", "bedrock-mantle", "/v1/responses", inference, 501, "CreateResponse"},
	} {
		resp, err := mantleSend(t.Context(), w.Good(), row.service, row.path, row.body)
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != row.status || !bytes.Contains(body, []byte(row.has)) {
			t.Errorf("%s: %v, %d %s\nwant %d and %s", row.name, err, resp.StatusCode, body, row.status, row.has)
		}
	}
}

// An inference is allowed on the account's default project.
func TestBedrockMantleIsAuthorizedOnAProject(t *testing.T) {
	w := mocktest.New(t)
	for allowed, says := range map[string]string{
		"bedrock-mantle:CreateInference": "",
		"bedrock:*": "User: arn:aws:iam::111122223333:user/only-bedrock is not authorized to perform: " +
			"bedrock-mantle:CreateInference on resource: " +
			"arn:aws:bedrock-mantle:us-east-1:111122223333:project/default because no identity-based policy allows " +
			"the bedrock-mantle:CreateInference action",
	} {
		name := "only-mantle"
		if says != "" {
			name = "only-bedrock"
		}
		err := mantleCall("/v1/chat/completions")(t.Context(),
			w.UserWith(t, iam.UserSeed{Name: name, Allow: []string{allowed}}))
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: got %v, want %q", allowed, err, says)
		}
		if e := w.Last(t); e.Call != "bedrock-mantle:CreateChatCompletion" ||
			e.Action != "bedrock-mantle:CreateInference" {
			t.Errorf("exchange: %s, action %s", &e, e.Action)
		}
	}
}

// A Bedrock API key needs an action of Mantle's own.
func TestBedrockMantleTakesAPIKeys(t *testing.T) {
	w := mocktest.New(t)
	applied, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: "444455556666",
		Users: []iam.UserSeed{
			{Name: "may", Allow: []string{"bedrock-mantle:CallWithBearerToken", "bedrock-mantle:CreateInference"}},
			{Name: "may-not", Allow: []string{"bedrock:CallWithBearerToken", "bedrock-mantle:CreateInference"}},
		},
		BedrockAPIKeys: []iam.BedrockKeySeed{{User: "may"}, {User: "may-not"}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		bearer string
		status int
		has    string
	}{
		{applied.BedrockAPIKeys[0].Secret, 200, "echo: ping"},
		{applied.BedrockAPIKeys[1].Secret, 403,
			"is not authorized to perform: bedrock-mantle:CallWithBearerToken on resource: *"},
		{"uses-iam-role", 401,
			`{"error":{"code":"invalid_api_key","message":"Invalid bearer token","param":null,"type":"permission_denied_error"}}`},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/v1/chat/completions",
			strings.NewReader(inference))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+row.bearer)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != row.status || !bytes.Contains(body, []byte(row.has)) {
			t.Errorf("%v, %d %s\nwant %d and %s", err, resp.StatusCode, body, row.status, row.has)
		}
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "Bedrock Mantle", "openai", mantleCall("/v1/chat/completions"))
}

func TestRefusalsOfMessages(t *testing.T) {
	mocktest.Refusals(t, "Bedrock Mantle Messages", "anthropic", mantleCall("/anthropic/v1/messages"))
}
