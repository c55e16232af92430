package mockaws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"

	"github.com/hostproof/hostproof/mockaws/iam"
)

func TestBedrock(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	client := bedrock.NewFromConfig(w.good())
	all, err := client.ListFoundationModels(ctx, &bedrock.ListFoundationModelsInput{})
	if err != nil || len(all.ModelSummaries) < 5 {
		t.Fatalf("listed %v, %v", all, err)
	}
	some, err := client.ListFoundationModels(ctx, &bedrock.ListFoundationModelsInput{ByProvider: aws.String("anthropic"), ByInferenceType: types.InferenceTypeOnDemand})
	if err != nil || len(some.ModelSummaries) == 0 || len(some.ModelSummaries) >= len(all.ModelSummaries) || *some.ModelSummaries[0].ProviderName != "Anthropic" {
		t.Errorf("listed %v, %v", some, err)
	}
	for _, id := range []string{model, "arn:aws:bedrock:us-east-1::foundation-model/" + model} {
		got, err := client.GetFoundationModel(ctx, &bedrock.GetFoundationModelInput{ModelIdentifier: &id})
		if err != nil || *got.ModelDetails.ModelId != model || got.ModelDetails.ModelLifecycle.Status != types.FoundationModelLifecycleStatusActive {
			t.Errorf("%s: got %v, %v", id, got, err)
		}
	}
	profiles, err := client.ListInferenceProfiles(ctx, &bedrock.ListInferenceProfilesInput{})
	if err != nil || len(profiles.InferenceProfileSummaries) == 0 || *profiles.InferenceProfileSummaries[0].InferenceProfileId != "us."+model {
		t.Fatalf("profiles %v, %v", profiles, err)
	}
	profile, err := client.GetInferenceProfile(ctx, &bedrock.GetInferenceProfileInput{InferenceProfileIdentifier: profiles.InferenceProfileSummaries[0].InferenceProfileId})
	if err != nil || profile.Type != types.InferenceProfileTypeSystemDefined {
		t.Errorf("profile %v, %v", profile, err)
	}
	_, err = client.GetFoundationModel(ctx, &bedrock.GetFoundationModelInput{ModelIdentifier: aws.String("anthropic.none-v1:0")})
	wantError(t, err, "ResourceNotFoundException", "")
	if e := w.last(t); e.Status != 404 {
		t.Errorf("exchange: %s", &e)
	}
	_, err = bedrock.NewFromConfig(w.userWith(t, iam.UserSeed{Name: "nobody"})).ListFoundationModels(ctx, &bedrock.ListFoundationModelsInput{})
	wantError(t, err, "AccessDeniedException", "User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: bedrock:ListFoundationModels because no identity-based policy allows the bedrock:ListFoundationModels action")
}
