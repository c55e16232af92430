package mockaws_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	brtypes "github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestGoSDKIsAccepted(t *testing.T) {
	w := mocktest.New(t)
	cfg := w.Config(w.User.KeyID, w.User.Secret, "")
	ctx := t.Context()
	bedrock := bedrockruntime.NewFromConfig(cfg)

	t.Run("Converse", func(t *testing.T) {
		out, err := bedrock.Converse(ctx, mocktest.ConverseInput("hello there"))
		if err != nil {
			t.Fatal(err)
		}
		text := out.Output.(*brtypes.ConverseOutputMemberMessage).Value.Content[0].(*brtypes.ContentBlockMemberText).Value
		if text != "echo: hello there" || *out.Usage.InputTokens != 2 {
			t.Errorf("got %q, %d input tokens", text, *out.Usage.InputTokens)
		}
		if e := w.Last(t); !e.Verdict.Accepted || e.Verdict.Principal != w.User.Principal ||
			e.Call != "bedrock:Converse" || e.Action != "bedrock:InvokeModel" {
			t.Errorf("exchange: %s (action %s)", &e, e.Action)
		}
	})
	t.Run("ConverseStream", func(t *testing.T) {
		out, err := bedrock.ConverseStream(ctx, &bedrockruntime.ConverseStreamInput{ModelId: aws.String(mocktest.Model),
			Messages: mocktest.UserSays("one two")})
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for e := range out.GetStream().Events() {
			if d, ok := e.(*brtypes.ConverseStreamOutputMemberContentBlockDelta); ok {
				text.WriteString(d.Value.Delta.(*brtypes.ContentBlockDeltaMemberText).Value)
			}
		}
		if err := out.GetStream().Err(); err != nil || text.String() != "echo: one two" {
			t.Errorf("got %q, %v", text.String(), err)
		}
	})
	t.Run("InvokeModel", func(t *testing.T) {
		out, err := bedrock.InvokeModel(ctx, &bedrockruntime.InvokeModelInput{ModelId: aws.String(mocktest.Model),
			Body: []byte(
				`{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"ping"}]}`)})
		if err != nil || !bytes.Contains(out.Body, []byte(`"text":"echo: ping"`)) {
			t.Errorf("got %s, %v", out.Body, err)
		}
	})
	t.Run("InvokeModelWithResponseStream", func(t *testing.T) {
		out, err := bedrock.InvokeModelWithResponseStream(ctx,
			&bedrockruntime.InvokeModelWithResponseStreamInput{ModelId: aws.String(mocktest.Model),
				Body: []byte(
					`{"max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"ping"}]}]}`)})
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for e := range out.GetStream().Events() {
			all = append(all, e.(*brtypes.ResponseStreamMemberChunk).Value.Bytes...)
		}
		if !bytes.Contains(all, []byte(`"text":"ping"`)) || !bytes.Contains(all, []byte("message_stop")) {
			t.Errorf("got %s", all)
		}
	})
	t.Run("GetCallerIdentity", func(t *testing.T) {
		out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			t.Fatal(err)
		}
		if *out.Arn != w.User.Principal || *out.Account != mocktest.Account || !strings.HasPrefix(*out.UserId, "AIDA") {
			t.Errorf("got %s %s %s", *out.Arn, *out.Account, *out.UserId)
		}
	})
	t.Run("S3", func(t *testing.T) {
		client := s3.NewFromConfig(cfg)
		key := aws.String("dir/odd näme +&=:~.txt")
		if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("uploads"), Key: key,
			Body: strings.NewReader("content"), ContentType: aws.String("text/plain")}); err != nil {
			t.Fatal(err)
		}
		out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("uploads"), Key: key})
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(out.Body); err != nil || string(data) != "content" ||
			*out.ContentType != "text/plain" {
			t.Errorf("got %q %s, %v", data, *out.ContentType, err)
		}
		list, err := client.ListBuckets(ctx, &s3.ListBucketsInput{})
		if err != nil || len(list.Buckets) != 1 || *list.Buckets[0].Name != "uploads" {
			t.Errorf("got %v, %v", list, err)
		}
		objects, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("uploads"),
			Prefix: aws.String("dir/")})
		if err != nil || len(objects.Contents) != 1 || *objects.Contents[0].Key != *key {
			t.Errorf("got %v, %v", objects, err)
		}
	})
}

// TestGoSDKIsRefused has, for each service, what each kind of wrong credentials
// is answered: status, code and message as an SDK reads them, and the body's
// length where AWS's is known.
func TestGoSDKIsRefused(t *testing.T) {
	w := mocktest.New(t)
	u, p := w.User, w.Platform
	ours := func(r mockaws.Reason) string { return string(r) }
	const (
		token = "The security token included in the request is invalid"
		key   = token + "."
		wrong = "The request signature we calculated does not match the signature you provided. Check your AWS " +
			"Secret Access Key and signing method. Consult the service documentation for details."
		s3Token = "The provided token is malformed or otherwise invalid."
		s3Key   = "The AWS Access Key Id you provided does not exist in our records."
		s3Wrong = "The request signature we calculated does not match the signature you provided. Check your key and " +
			"signing method."
	)
	credential := map[string]aws.Config{
		"foreign token": w.Config(u.KeyID, u.Secret, p.Token),
		"garbage token": w.Config(u.KeyID, u.Secret, "garbage"),
		"missing token": w.Config(p.KeyID, p.Secret, ""),
		"unknown key":   w.Config("AKIAQQQQQQQQQQQQQQQQ", u.Secret, ""),
		"wrong secret":  w.Config(u.KeyID, u.Secret+"x", ""),
	}
	calls := map[string]func(context.Context, aws.Config) error{
		"bedrock": func(ctx context.Context, c aws.Config) error {
			_, err := bedrockruntime.NewFromConfig(c).Converse(ctx, mocktest.ConverseInput("x"))
			return err
		},
		"sts": func(ctx context.Context, c aws.Config) error {
			_, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		},
		"s3": func(ctx context.Context, c aws.Config) error {
			_, err := s3.NewFromConfig(c).ListBuckets(ctx, &s3.ListBucketsInput{})
			return err
		},
		"cloudtrail": func(ctx context.Context, c aws.Config) error {
			_, err := cloudtrail.NewFromConfig(c).LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
			return err
		},
	}
	for _, row := range []struct {
		service, credentials string
		status               int
		code, message        string
		length               int64 // of the body; 0 = not known
		reason               string
	}{
		{"bedrock", "foreign token", 403, "UnrecognizedClientException", token, 67, ours("token-for-other-key")},
		{"bedrock", "garbage token", 403, "UnrecognizedClientException", token, 67, ours("token-malformed")},
		{"bedrock", "missing token", 403, "UnrecognizedClientException", key, 68, ours("token-missing")},
		{"bedrock", "unknown key", 403, "UnrecognizedClientException", key, 68, ours("key-unknown")},
		{"bedrock", "wrong secret", 403, "InvalidSignatureException", wrong, 0, ours("signature-mismatch")},
		{"sts", "foreign token", 403, "InvalidClientTokenId", token, 0, ours("token-for-other-key")},
		{"sts", "missing token", 403, "InvalidClientTokenId", key, 0, ours("token-missing")},
		{"sts", "unknown key", 403, "InvalidClientTokenId", key, 0, ours("key-unknown")},
		{"sts", "wrong secret", 403, "SignatureDoesNotMatch", wrong, 0, ours("signature-mismatch")},
		{"s3", "foreign token", 400, "InvalidToken", s3Token, 0, ours("token-for-other-key")},
		{"s3", "garbage token", 400, "InvalidToken", s3Token, 0, ours("token-malformed")},
		{"s3", "missing token", 403, "InvalidAccessKeyId", s3Key, 0, ours("token-missing")},
		{"s3", "unknown key", 403, "InvalidAccessKeyId", s3Key, 0, ours("key-unknown")},
		{"s3", "wrong secret", 403, "SignatureDoesNotMatch", s3Wrong, 0, ours("signature-mismatch")},
		{"cloudtrail", "foreign token", 400, "UnrecognizedClientException", token, 0, ours("token-for-other-key")},
		{"cloudtrail", "unknown key", 400, "UnrecognizedClientException", key, 107, ours("key-unknown")},
		{"cloudtrail", "wrong secret", 400, "InvalidSignatureException", wrong, 0, ours("signature-mismatch")},
	} {
		t.Run(row.service+"/"+row.credentials, func(t *testing.T) {
			err := calls[row.service](t.Context(), credential[row.credentials])
			var api smithy.APIError
			if !errors.As(err, &api) {
				t.Fatalf("want an API error, got %v", err)
			}
			message, _, _ := strings.Cut(api.ErrorMessage(), "\n")
			if api.ErrorCode() != row.code || message != row.message {
				t.Errorf("got %s: %s", api.ErrorCode(), message)
			}
			e := w.Last(t)
			if e.Status != row.status || string(e.Verdict.Refusal.Reason) != row.reason {
				t.Errorf("exchange: %s", &e)
			}
			if row.length != 0 && e.ResponseSize != row.length {
				t.Errorf("body of %d bytes, want %d", e.ResponseSize, row.length)
			}
			if row.credentials == "wrong secret" && e.Presented.SecretOf != "" {
				t.Errorf("the secret of %s cannot have made this signature", e.Presented.SecretOf)
			}
			if row.credentials == "foreign token" && (e.Presented.SecretOf != u.KeyID ||
				e.Presented.TokenOwner != p.Principal) {
				t.Errorf("presented: %+v", e.Presented)
			}
		})
	}
}

func TestUnsignedIsRefused(t *testing.T) {
	w := mocktest.New(t)
	resp, err := http.Post(w.URL+"/model/"+mocktest.Model+"/converse", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != 403 || string(body) != `{"Message":"Authorization header is missing"}` {
		t.Errorf("got %d %s", resp.StatusCode, body)
	}
	if e := w.Last(t); e.Verdict.Accepted || e.Verdict.Refusal.Reason != "missing-authentication" {
		t.Errorf("exchange: %s", &e)
	}
}
