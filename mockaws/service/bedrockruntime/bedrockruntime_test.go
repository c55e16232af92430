package bedrockruntime_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "Bedrock Runtime", "bedrock", func(ctx context.Context, c aws.Config) error {
		_, err := bedrockruntime.NewFromConfig(c).Converse(ctx, mocktest.ConverseInput("x"))
		return err
	})
}
