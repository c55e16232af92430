package sts_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestTransitiveTagKeys: what AssumeRole names in TransitiveTagKeys stays through a
// chain of roles and cannot be set anew there; other tags of the session end with
// it (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining).
func TestTransitiveTagKeys(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	tag := func(key, value string) ststypes.Tag { return ststypes.Tag{Key: &key, Value: &value} }
	first, err := sts.NewFromConfig(person).AssumeRole(t.Context(), assume(deployARN, func(in *sts.AssumeRoleInput) {
		in.Tags = []ststypes.Tag{tag("stage", "x"), tag("team", "blue"), tag("cost", "7")}
		in.TransitiveTagKeys = []string{"team", "cost"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		tag   ststypes.Tag
		taken bool
	}{
		{tag("stage", "y"), true},
		{tag("other", "y"), true},
		{tag("team", "red"), false},
		{tag("cost", "8"), false}, // the last of the list
	} {
		_, err := sts.NewFromConfig(as(w, first.Credentials)).
			AssumeRole(t.Context(), assume(deployARN, func(in *sts.AssumeRoleInput) {
				in.Tags = []ststypes.Tag{row.tag}
			}))
		if row.taken && err != nil {
			t.Errorf("%s: %v", *row.tag.Key, err)
		}
		if !row.taken &&
			(err == nil || !strings.Contains(err.Error(),
				"InvalidParameterValue: One of the specified transitive tag keys can't be set")) {
			t.Errorf("%s: got %v", *row.tag.Key, err)
		}
	}
}

// TestFederatedNames: the name of GetFederationToken has 2 to 32 characters
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html).
func TestFederatedNames(t *testing.T) {
	w := mocktest.New(t)
	person, _ := withRoles(t, w)
	for length, taken := range map[int]bool{1: false, 2: true, 32: true, 33: false, 64: false} {
		_, err := sts.NewFromConfig(person).
			GetFederationToken(t.Context(), &sts.GetFederationTokenInput{Name: aws.String(strings.Repeat("b", length))})
		if (err == nil) != taken {
			t.Errorf("%d characters: %v", length, err)
		}
	}
	// All defects of a member are reported at once (mmmorris1975/aws-runas#80).
	name := strings.Repeat("b", 32) + "/"
	_, err := sts.NewFromConfig(person).GetFederationToken(t.Context(), &sts.GetFederationTokenInput{Name: &name})
	mocktest.WantError(t, err, "ValidationError", `2 validation errors detected: Value '`+name+
		`' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*; Value '`+name+
		`' at 'name' failed to satisfy constraint: Member must have length less than or equal to 32`)
}
