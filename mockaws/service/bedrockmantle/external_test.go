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

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// externalSend posts an inference as the page on making requests shows it, signed by
// AWS's own signer.
func externalSend(ctx context.Context, c aws.Config, workspace string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, *c.BaseEndpoint+"/v1/messages",
		strings.NewReader(inference))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Anthropic-Version", "2023-06-01")
	if workspace != "" {
		req.Header.Set("Anthropic-Workspace-Id", workspace)
	}
	creds, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	if err := mocktest.Sign(ctx, creds, req, inference, "aws-external-anthropic", c.Region); err != nil {
		return nil, err
	}
	if c.HTTPClient != nil {
		return c.HTTPClient.Do(req)
	}
	return http.DefaultClient.Do(req)
}

func externalCall(ctx context.Context, c aws.Config) error {
	resp, err := externalSend(ctx, c, "wrkspc_01AbCdEf")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var failed struct {
		Error struct{ Type, Message string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&failed); err != nil {
		return err
	}
	return &smithy.GenericAPIError{Code: failed.Error.Type, Message: failed.Error.Message}
}

// TestClaudePlatform: action and resource are those of the page on IAM actions.
func TestClaudePlatform(t *testing.T) {
	w := mocktest.New(t)
	const arn = "arn:aws:aws-external-anthropic:us-east-1:111122223333:workspace/wrkspc_01AbCdEf"
	for name, row := range map[string]struct {
		user      iam.UserSeed
		workspace string
		status    int
		has       string
	}{
		"allowed": {iam.UserSeed{Name: "may", Allow: []string{"aws-external-anthropic:CreateInference"}},
			"wrkspc_01AbCdEf", 200, `"text":"echo: ping"`},
		"Bedrock's permissions": {iam.UserSeed{Name: "bedrock", Allow: []string{"bedrock:*", "bedrock-mantle:*"}},
			"wrkspc_01AbCdEf", 403, "aws-external-anthropic:CreateInference on resource: " + arn},
		"no workspace": {iam.UserSeed{Name: "lost", Allow: []string{"*"}}, "", 400, "anthropic-workspace-id"},
	} {
		resp, err := externalSend(t.Context(), w.UserWith(t, row.user), row.workspace)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != row.status || !bytes.Contains(body, []byte(row.has)) {
			t.Errorf("%s: %v, %d %s", name, err, resp.StatusCode, body)
		}
		e := w.Last(t)
		if row.status == 403 && (e.Confidence != "U" || e.Resource != arn) {
			t.Errorf("%s: %s %s", name, e.Confidence, e.Resource)
		}
	}
}

func TestRefusalsOfClaudePlatform(t *testing.T) {
	mocktest.Refusals(t, "Claude Platform", "anthropic", externalCall)
}
