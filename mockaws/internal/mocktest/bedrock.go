package mocktest

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	brtypes "github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
)

// ConverseInput asks Model one thing.
func ConverseInput(text string) *bedrockruntime.ConverseInput {
	return &bedrockruntime.ConverseInput{ModelId: aws.String(Model), Messages: UserSays(text)}
}

// UserSays is a conversation of one message.
func UserSays(text string) []brtypes.Message {
	return []brtypes.Message{{Role: brtypes.ConversationRoleUser,
		Content: []brtypes.ContentBlock{&brtypes.ContentBlockMemberText{Value: text}}}}
}

// ShortTermKey makes a Bedrock API key as @aws/bedrock-token-generator does: a
// presigned POST of bedrock.amazonaws.com, in base64.
func ShortTermKey(t *testing.T, keyID, secret, token, region, expires string, at time.Time) string {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost,
		"https://bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Expires="+expires, nil)
	if err != nil {
		t.Fatal(err)
	}
	const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	signed, _, err := v4.NewSigner().PresignHTTP(t.Context(), aws.Credentials{AccessKeyID: keyID,
		SecretAccessKey: secret, SessionToken: token},
		req, emptyHash, "bedrock", region, at)
	if err != nil {
		t.Fatal(err)
	}
	return "bedrock-api-key-" + base64.StdEncoding.EncodeToString([]byte(strings.TrimPrefix(signed, "https://")+
		"&Version=1"))
}

// ConverseWithBearer calls Converse with a bearer token.
func (w *World) ConverseWithBearer(t *testing.T, bearer string) (int, string) {
	t.Helper()
	body := `{"messages":[{"role":"user","content":[{"text":"ping"}]}]}`
	req, err := http.NewRequest(http.MethodPost, w.URL+"/model/"+Model+"/converse", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "bedrock-runtime.us-east-1.amazonaws.com"
	req.Header.Set("Authorization", "Bearer "+bearer)
	// A bearer token wins over what is left of a signature (BerriAI/litellm#37905).
	req.Header.Set("X-Amz-Date", "20200101T000000Z")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}
