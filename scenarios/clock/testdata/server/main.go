// Command server has one client of each service, as long-lived programs have it:
// GET /s3 makes a call of S3's and tells what came of it. With
// MY_AWS_ACCESS_KEY_ID it has keys of its own, which nobody renews; else the
// default chain's.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

func calls(c aws.Config) map[string]func(context.Context) error {
	s3Client, stsClient := s3.NewFromConfig(c), sts.NewFromConfig(c)
	dynamo, bedrock := dynamodb.NewFromConfig(c), bedrockruntime.NewFromConfig(c)
	return map[string]func(context.Context) error{
		"/s3": func(ctx context.Context) error {
			_, err := s3Client.ListBuckets(ctx, &s3.ListBucketsInput{})
			return err
		},
		"/sts": func(ctx context.Context) error {
			_, err := stsClient.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		},
		"/dynamodb": func(ctx context.Context) error {
			_, err := dynamo.ListTables(ctx, &dynamodb.ListTablesInput{})
			return err
		},
		"/bedrock": func(ctx context.Context) error {
			_, err := bedrock.Converse(ctx, &bedrockruntime.ConverseInput{
				ModelId: aws.String("anthropic.claude-3-haiku-20240307-v1:0"),
				Messages: []types.Message{{Role: types.ConversationRoleUser,
					Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: "ping"}}}},
			})
			return err
		},
	}
}

type answer struct {
	OK      bool   `json:"ok"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

func main() {
	var opts []func(*config.LoadOptions) error
	if id := os.Getenv("MY_AWS_ACCESS_KEY_ID"); id != "" {
		opts = append(opts, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(
			id, os.Getenv("MY_AWS_SECRET_ACCESS_KEY"), os.Getenv("MY_AWS_SESSION_TOKEN"))))
	}
	c, err := config.LoadDefaultConfig(context.Background(), opts...)
	if err != nil {
		log.Fatal(err)
	}
	all := calls(c)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(func(w http.ResponseWriter,
		r *http.Request) {
		call := all[r.URL.Path]
		if call == nil {
			http.NotFound(w, r)
			return
		}
		err := call(r.Context())
		a := answer{OK: err == nil}
		if err != nil {
			a.Code, a.Message = "Error", err.Error()
		}
		if api := smithy.APIError(nil); errors.As(err, &api) {
			a.Code, a.Message = api.ErrorCode(), api.ErrorMessage()
		}
		_ = json.NewEncoder(w).Encode(a) // the client went away
	})))
}
