package peers

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/aws/aws-sdk-go-v2/credentials"
)

// newUser makes a user that may do everything, with a key, which becomes the
// server's: emulators that judge spare their root.
func newUser(ctx context.Context, s *Server) error {
	client := iam.NewFromConfig(aws.Config{
		Region: "us-east-1", BaseEndpoint: &s.URL, Credentials: credentials.NewStaticCredentialsProvider(s.KeyID,
			s.Secret, ""),
	})
	name := aws.String("app")
	if _, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: name}); err != nil {
		return err
	}
	_, err := client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: name, PolicyName: aws.String("all"),
		PolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)})
	if err != nil {
		return err
	}
	made, err := client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: name})
	if err != nil {
		return err
	}
	s.KeyID, s.Secret = *made.AccessKey.AccessKeyId, *made.AccessKey.SecretAccessKey
	return nil
}

// enforceMoto makes moto judge from the next call on
// (https://docs.getmoto.org/en/latest/docs/iam.html).
func enforceMoto(ctx context.Context, s *Server) error {
	if err := newUser(ctx, s); err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/moto-api/reset-auth", strings.NewReader("0"))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("moto does not switch its access control on: %s", resp.Status)
	}
	return nil
}
