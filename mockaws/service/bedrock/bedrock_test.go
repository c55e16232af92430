package bedrock_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestBedrock(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := bedrock.NewFromConfig(w.Good())
	all, err := client.ListFoundationModels(ctx, &bedrock.ListFoundationModelsInput{})
	if err != nil || len(all.ModelSummaries) < 5 {
		t.Fatalf("listed %v, %v", all, err)
	}
	some, err := client.ListFoundationModels(ctx,
		&bedrock.ListFoundationModelsInput{ByProvider: aws.String("anthropic"),
			ByInferenceType: types.InferenceTypeOnDemand})
	if err != nil || len(some.ModelSummaries) == 0 || len(some.ModelSummaries) >= len(all.ModelSummaries) ||
		*some.ModelSummaries[0].ProviderName != "Anthropic" {
		t.Errorf("listed %v, %v", some, err)
	}
	for _, id := range []string{mocktest.Model, "arn:aws:bedrock:us-east-1::foundation-model/" + mocktest.Model} {
		got, err := client.GetFoundationModel(ctx, &bedrock.GetFoundationModelInput{ModelIdentifier: &id})
		if err != nil || *got.ModelDetails.ModelId != mocktest.Model ||
			got.ModelDetails.ModelLifecycle.Status != types.FoundationModelLifecycleStatusActive {
			t.Errorf("%s: got %v, %v", id, got, err)
		}
	}
	profiles, err := client.ListInferenceProfiles(ctx, &bedrock.ListInferenceProfilesInput{})
	if err != nil || len(profiles.InferenceProfileSummaries) == 0 ||
		*profiles.InferenceProfileSummaries[0].InferenceProfileId != "us."+mocktest.Model {
		t.Fatalf("profiles %v, %v", profiles, err)
	}
	first := profiles.InferenceProfileSummaries[0].InferenceProfileId
	profile, err := client.GetInferenceProfile(ctx,
		&bedrock.GetInferenceProfileInput{InferenceProfileIdentifier: first})
	if err != nil || profile.Type != types.InferenceProfileTypeSystemDefined {
		t.Errorf("profile %v, %v", profile, err)
	}
	_, err = client.GetFoundationModel(ctx,
		&bedrock.GetFoundationModelInput{ModelIdentifier: aws.String("anthropic.none-v1:0")})
	mocktest.WantError(t, err, "ResourceNotFoundException", "")
	if e := w.Last(t); e.Status != 404 {
		t.Errorf("exchange: %s", &e)
	}
	_, err = bedrock.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "nobody"})).ListFoundationModels(ctx,
		&bedrock.ListFoundationModelsInput{})
	mocktest.WantError(t, err, "AccessDeniedException", "User: arn:aws:iam::111122223333:user/nobody is not "+
		"authorized to perform: bedrock:ListFoundationModels because no identity-based policy allows the "+
		"bedrock:ListFoundationModels action")
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "Bedrock", "bedrock", func(ctx context.Context, c aws.Config) error {
		_, err := bedrock.NewFromConfig(c).ListFoundationModels(ctx, &bedrock.ListFoundationModelsInput{})
		return err
	})
}
