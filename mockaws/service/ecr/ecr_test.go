package ecr_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestAuthorizationToken(t *testing.T) {
	w := mocktest.New(t)
	client := ecr.NewFromConfig(w.Good())
	out, err := client.GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{})
	if err != nil || len(out.AuthorizationData) != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	data := out.AuthorizationData[0]
	decoded, err := base64.StdEncoding.DecodeString(*data.AuthorizationToken)
	if err != nil || !strings.HasPrefix(string(decoded), "AWS:") || len(decoded) < 20 {
		t.Errorf("a token of %d bytes, %v", len(decoded), err)
	}
	if want := "https://111122223333.dkr.ecr.us-east-1.amazonaws.com"; *data.ProxyEndpoint != want {
		t.Errorf("for %s, want %s", *data.ProxyEndpoint, want)
	}
	if left := data.ExpiresAt.Sub(w.Last(t).Time); left.Round(time.Second) != 12*time.Hour {
		t.Errorf("valid for %v", left)
	}
}

func TestRegistriesByID(t *testing.T) {
	client := ecr.NewFromConfig(mocktest.New(t).Good())
	ask := func(ids ...string) (*ecr.GetAuthorizationTokenOutput, error) {
		return client.GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{RegistryIds: ids})
	}
	out, err := ask("999988887777", "111122223333")
	if err != nil || len(out.AuthorizationData) != 2 ||
		*out.AuthorizationData[0].ProxyEndpoint != "https://999988887777.dkr.ecr.us-east-1.amazonaws.com" {
		t.Errorf("%+v, %v", out, err)
	}
	_, err = ask("my-registry")
	mocktest.WantError(t, err, "InvalidParameterException", "")
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "ECR", "json-1.1", func(ctx context.Context, c aws.Config) error {
		_, err := ecr.NewFromConfig(c).GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
		return err
	})
}
