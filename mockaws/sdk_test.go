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
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	brtypes "github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

const account = "111122223333"

// world is a mock with a user and a platform's session, and an SDK
// configuration that calls it.
type world struct {
	*mockaws.Server
	url      string
	user     iam.AppliedKey
	platform iam.AppliedSession
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := mockaws.New()
	applied, err := s.Seed(mockaws.Seed{
		Seed: iam.Seed{Accounts: []iam.AccountSeed{
			{ID: account, Users: []iam.UserSeed{{Name: "app", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}}}},
			{ID: "999988887777", Roles: []iam.RoleSeed{{Name: "platform", TrustService: []string{"lambda.amazonaws.com"}}},
				Sessions: []iam.SessionSeed{{Role: "platform", Name: "fn"}}},
		}},
		Buckets: []mockaws.BucketSeed{{Name: "uploads", Account: account}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := mockaws.Listen("127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &world{s, l.URL, applied.Keys[0], applied.Sessions[0]}
}

func (w *world) config(keyID, secret, token string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(w.url), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(keyID, secret, token),
	}
}

func (w *world) last(t *testing.T) mockaws.Exchange {
	t.Helper()
	all := w.Journal().Since(0)
	if len(all) == 0 {
		t.Fatal("the journal is empty")
	}
	return all[len(all)-1]
}

const model = "anthropic.claude-3-haiku-20240307-v1:0"

func converseInput(text string) *bedrockruntime.ConverseInput {
	return &bedrockruntime.ConverseInput{ModelId: aws.String(model), Messages: userSays(text)}
}

func userSays(text string) []brtypes.Message {
	return []brtypes.Message{{Role: brtypes.ConversationRoleUser, Content: []brtypes.ContentBlock{&brtypes.ContentBlockMemberText{Value: text}}}}
}

func TestGoSDKIsAccepted(t *testing.T) {
	w := newWorld(t)
	cfg := w.config(w.user.KeyID, w.user.Secret, "")
	ctx := t.Context()
	bedrock := bedrockruntime.NewFromConfig(cfg)

	t.Run("Converse", func(t *testing.T) {
		out, err := bedrock.Converse(ctx, converseInput("hello there"))
		if err != nil {
			t.Fatal(err)
		}
		text := out.Output.(*brtypes.ConverseOutputMemberMessage).Value.Content[0].(*brtypes.ContentBlockMemberText).Value
		if text != "echo: hello there" || *out.Usage.InputTokens != 2 {
			t.Errorf("got %q, %d input tokens", text, *out.Usage.InputTokens)
		}
		if e := w.last(t); !e.Verdict.Accepted || e.Verdict.Principal != w.user.Principal || e.Call != "bedrock:Converse" || e.Action != "bedrock:InvokeModel" {
			t.Errorf("exchange: %s (action %s)", &e, e.Action)
		}
	})
	t.Run("ConverseStream", func(t *testing.T) {
		out, err := bedrock.ConverseStream(ctx, &bedrockruntime.ConverseStreamInput{ModelId: aws.String(model), Messages: userSays("one two")})
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
		out, err := bedrock.InvokeModel(ctx, &bedrockruntime.InvokeModelInput{ModelId: aws.String(model),
			Body: []byte(`{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"ping"}]}`)})
		if err != nil || !bytes.Contains(out.Body, []byte(`"text":"echo: ping"`)) {
			t.Errorf("got %s, %v", out.Body, err)
		}
	})
	t.Run("InvokeModelWithResponseStream", func(t *testing.T) {
		out, err := bedrock.InvokeModelWithResponseStream(ctx, &bedrockruntime.InvokeModelWithResponseStreamInput{ModelId: aws.String(model),
			Body: []byte(`{"max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"ping"}]}]}`)})
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
		if *out.Arn != w.user.Principal || *out.Account != account || !strings.HasPrefix(*out.UserId, "AIDA") {
			t.Errorf("got %s %s %s", *out.Arn, *out.Account, *out.UserId)
		}
	})
	t.Run("S3", func(t *testing.T) {
		client := s3.NewFromConfig(cfg)
		key := aws.String("dir/odd näme +&=:~.txt")
		if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("uploads"), Key: key, Body: strings.NewReader("content"), ContentType: aws.String("text/plain")}); err != nil {
			t.Fatal(err)
		}
		out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("uploads"), Key: key})
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(out.Body); err != nil || string(data) != "content" || *out.ContentType != "text/plain" {
			t.Errorf("got %q %s, %v", data, *out.ContentType, err)
		}
		list, err := client.ListBuckets(ctx, &s3.ListBucketsInput{})
		if err != nil || len(list.Buckets) != 1 || *list.Buckets[0].Name != "uploads" {
			t.Errorf("got %v, %v", list, err)
		}
		objects, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("uploads"), Prefix: aws.String("dir/")})
		if err != nil || len(objects.Contents) != 1 || *objects.Contents[0].Key != *key {
			t.Errorf("got %v, %v", objects, err)
		}
	})
}

// TestGoSDKIsRefused has, for each service, what each kind of wrong credentials
// is answered: status, code and message as an SDK reads them, and the body's
// length where AWS's is known.
func TestGoSDKIsRefused(t *testing.T) {
	w := newWorld(t)
	u, p := w.user, w.platform
	ours := func(r mockaws.Reason) string { return string(r) }
	const (
		token   = "The security token included in the request is invalid"
		key     = token + "."
		wrong   = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
		s3Token = "The provided token is malformed or otherwise invalid."
		s3Key   = "The AWS Access Key Id you provided does not exist in our records."
		s3Wrong = "The request signature we calculated does not match the signature you provided. Check your key and signing method."
	)
	credential := map[string]aws.Config{
		"foreign token": w.config(u.KeyID, u.Secret, p.Token),
		"garbage token": w.config(u.KeyID, u.Secret, "garbage"),
		"missing token": w.config(p.KeyID, p.Secret, ""),
		"unknown key":   w.config("AKIAQQQQQQQQQQQQQQQQ", u.Secret, ""),
		"wrong secret":  w.config(u.KeyID, u.Secret+"x", ""),
	}
	calls := map[string]func(context.Context, aws.Config) error{
		"bedrock": func(ctx context.Context, c aws.Config) error {
			_, err := bedrockruntime.NewFromConfig(c).Converse(ctx, converseInput("x"))
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
			e := w.last(t)
			if e.Status != row.status || string(e.Verdict.Refusal.Reason) != row.reason {
				t.Errorf("exchange: %s", &e)
			}
			if row.length != 0 && e.ResponseSize != row.length {
				t.Errorf("body of %d bytes, want %d", e.ResponseSize, row.length)
			}
			if row.credentials == "wrong secret" && e.Presented.SecretOf != "" {
				t.Errorf("the secret of %s cannot have made this signature", e.Presented.SecretOf)
			}
			if row.credentials == "foreign token" && (e.Presented.SecretOf != u.KeyID || e.Presented.TokenOwner != p.Principal) {
				t.Errorf("presented: %+v", e.Presented)
			}
		})
	}
}

func TestTrailHasOnlyIdentifiedCallers(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, cfg := range []aws.Config{
		w.config(w.user.KeyID, w.user.Secret, w.platform.Token),
		w.config(w.user.KeyID, w.user.Secret, ""),
		w.config(w.user.KeyID, "wrong", ""),
	} {
		_, _ = bedrockruntime.NewFromConfig(cfg).Converse(ctx, converseInput("x")) // what each is answered is another test's matter
	}
	good := w.config(w.user.KeyID, w.user.Secret, "")
	out, err := cloudtrail.NewFromConfig(good).LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Events) != 1 || *out.Events[0].EventName != "Converse" || *out.Events[0].Username != "app" {
		t.Errorf("got %d events, want the one accepted call", len(out.Events))
	}
	if n := len(w.Journal().Since(0)); n != 4 {
		t.Errorf("the journal has %d exchanges, want all 4", n)
	}
}

func TestUnsignedIsRefused(t *testing.T) {
	w := newWorld(t)
	resp, err := http.Post(w.url+"/model/"+model+"/converse", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != 403 || string(body) != `{"Message":"Authorization header is missing"}` {
		t.Errorf("got %d %s", resp.StatusCode, body)
	}
	if e := w.last(t); e.Verdict.Accepted || e.Verdict.Refusal.Reason != "missing-authentication" {
		t.Errorf("exchange: %s", &e)
	}
}
