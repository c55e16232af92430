package cloudtrail_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "CloudTrail", "json-1.1", func(ctx context.Context, c aws.Config) error {
		_, err := cloudtrail.NewFromConfig(c).LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
		return err
	})
}

func TestTrailHasOnlyIdentifiedCallers(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	for _, cfg := range []aws.Config{
		w.Config(w.User.KeyID, w.User.Secret, w.Platform.Token),
		w.Config(w.User.KeyID, w.User.Secret, ""),
		w.Config(w.User.KeyID, "wrong", ""),
	} {
		// what each is answered is another test's matter
		_, _ = bedrockruntime.NewFromConfig(cfg).Converse(ctx, mocktest.ConverseInput("x"))
	}
	good := w.Config(w.User.KeyID, w.User.Secret, "")
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
