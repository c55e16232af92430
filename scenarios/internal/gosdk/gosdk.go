// Package gosdk holds programs under test written with the AWS SDK for Go v2:
// one Bedrock or S3 call each, with a choice of how it gets its credentials.
package gosdk

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/harness"
)

// Strategy is how a program asks for credentials.
type Strategy string

// The strategies.
const (
	// Explicit gives the SDK the project's own key and secret.
	Explicit Strategy = "explicit"
	// Env leaves it to the SDK's default chain.
	Env Strategy = "env"
	// StaticIfPresent gives the key where the variable is set and else leaves it
	// to the chain, as many programs do.
	StaticIfPresent Strategy = "static-if-present-else-chain"
	// MixedByHand copies the token of the environment beside explicit keys, the
	// idiom "sessionToken: process.env.AWS_SESSION_TOKEN".
	MixedByHand Strategy = "explicit-with-env-token"
	// Bearer leaves it to the SDK, which takes AWS_BEARER_TOKEN_BEDROCK.
	Bearer Strategy = "bearer"
)

func keys(token string) config.LoadOptionsFunc {
	return config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(
		os.Getenv("MY_AWS_ACCESS_KEY_ID"), os.Getenv("MY_AWS_SECRET_ACCESS_KEY"), token))
}

func (s Strategy) load(ctx context.Context) (aws.Config, error) {
	opts := []func(*config.LoadOptions) error{config.WithRetryMaxAttempts(1)}
	switch s {
	case Explicit:
		opts = append(opts, keys(""))
	case MixedByHand:
		opts = append(opts, keys(os.Getenv("AWS_SESSION_TOKEN")))
	case StaticIfPresent:
		if os.Getenv("MY_AWS_ACCESS_KEY_ID") != "" {
			opts = append(opts, keys(""))
		}
	case Env, Bearer:
	default:
		return aws.Config{}, fmt.Errorf("unknown strategy %q", s)
	}
	return config.LoadDefaultConfig(ctx, opts...)
}

// Subject is a program with a strategy that does something with a configuration.
func Subject(s Strategy, what string, do func(context.Context, aws.Config) error) harness.Subject {
	return harness.Func(fmt.Sprintf("aws-sdk-go-v2 %s, strategy %s", what, s), func(ctx context.Context) error {
		cfg, err := s.load(ctx)
		if err != nil {
			return err
		}
		return do(ctx, cfg)
	})
}

// Converse calls bedrock:Converse.
func Converse(s Strategy) harness.Subject {
	return Subject(s, "Converse", func(ctx context.Context, cfg aws.Config) error {
		out, err := bedrockruntime.NewFromConfig(cfg).Converse(ctx, &bedrockruntime.ConverseInput{
			ModelId: aws.String("anthropic.claude-3-haiku-20240307-v1:0"),
			Messages: []types.Message{{Role: types.ConversationRoleUser,
				Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: "ping"}}}},
		})
		if err != nil {
			return err
		}
		message, ok := out.Output.(*types.ConverseOutputMemberMessage)
		if !ok || len(message.Value.Content) == 0 {
			return fmt.Errorf("the answer has no message")
		}
		if text, ok := message.Value.Content[0].(*types.ContentBlockMemberText); !ok || text.Value != "echo: ping" {
			return fmt.Errorf("the answer is not one to the prompt: %v", message.Value.Content[0])
		}
		return nil
	})
}

// WhoAmI calls sts:GetCallerIdentity.
func WhoAmI(s Strategy) harness.Subject {
	return Subject(s, "GetCallerIdentity", func(ctx context.Context, cfg aws.Config) error {
		_, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	})
}

// PutAndGet writes an object to S3 and reads it back.
func PutAndGet(s Strategy, bucket string) harness.Subject {
	return Subject(s, "PutObject and GetObject", func(ctx context.Context, cfg aws.Config) error {
		client := s3.NewFromConfig(cfg)
		if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("a/b.txt"),
			Body: strings.NewReader("x")}); err != nil {
			return err
		}
		out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("a/b.txt")})
		if err != nil {
			return err
		}
		return out.Body.Close()
	})
}

// EventNames lists the names of CloudTrail's events, newest first.
func EventNames(s Strategy, into *[]string) harness.Subject {
	return Subject(s, "LookupEvents", func(ctx context.Context, cfg aws.Config) error {
		out, err := cloudtrail.NewFromConfig(cfg).LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
		if err != nil {
			return err
		}
		for _, e := range out.Events {
			*into = append(*into, aws.ToString(e.EventName)+" by "+aws.ToString(e.Username))
		}
		return nil
	})
}
