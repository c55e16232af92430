package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"
)

// versions are how the program in Go gets its credentials; nil stands for what
// the SDK finds by itself.
var versions = map[string]func() aws.CredentialsProvider{
	asReported: func() aws.CredentialsProvider { return ownKeyWith(os.Getenv("AWS_SESSION_TOKEN")) },
	mended:     func() aws.CredentialsProvider { return ownKeyWith("") },
	itsChain:   func() aws.CredentialsProvider { return nil },
}

func ownKeyWith(token string) aws.CredentialsProvider {
	key, secret := os.Getenv("MY_AWS_ACCESS_KEY_ID"), os.Getenv("MY_AWS_SECRET_ACCESS_KEY")
	return credentials.NewStaticCredentialsProvider(key, secret, token)
}

// RunStandIn is the program in Go that takes the libraries' place: it asks a
// model on Bedrock, in a process of its own, and knows nothing of any mock. It
// reports whether that worked.
func RunStandIn(ctx context.Context, version string, out, errOut io.Writer) bool {
	provider, ok := versions[version]
	if !ok {
		fmt.Fprintf(errOut, "no version %q of the demo's program\n", version)
		return false
	}
	text, err := ask(ctx, provider())
	if err != nil {
		fmt.Fprintln(errOut, inShort(err))
		return false
	}
	fmt.Fprintln(out, text)
	return true
}

func ask(ctx context.Context, provider aws.CredentialsProvider) (string, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithCredentialsProvider(provider), config.WithRetryMaxAttempts(1))
	if err != nil {
		return "", err
	}
	answer, err := bedrockruntime.NewFromConfig(cfg).Converse(ctx, &bedrockruntime.ConverseInput{
		ModelId: aws.String("anthropic.claude-3-haiku-20240307-v1:0"),
		Messages: []types.Message{{
			Role:    types.ConversationRoleUser,
			Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: "ping"}},
		}},
	})
	if err != nil {
		return "", err
	}
	message, ok := answer.Output.(*types.ConverseOutputMemberMessage)
	if !ok || len(message.Value.Content) == 0 {
		return "", errors.New("the model answered nothing")
	}
	text, _ := message.Value.Content[0].(*types.ContentBlockMemberText)
	if text == nil {
		return "", errors.New("the model answered no text")
	}
	return text.Value, nil
}

// inShort is AWS's own error where there is one, without the ids of the request.
func inShort(err error) string {
	var answered smithy.APIError
	if errors.As(err, &answered) {
		return answered.ErrorCode() + ": " + answered.ErrorMessage()
	}
	return err.Error()
}
