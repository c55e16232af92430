package capture

import (
	"slices"
	"strings"
	"testing"
)

// TestCommentsAreNoSettings: lines that begin with # or ; are comments
// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html names #; the SDKs'
// readers, such as aws-sdk-go-v2's internal/ini, take both).
func TestCommentsAreNoSettings(t *testing.T) {
	sections := (&observer{salter: newSalter()}).ini("; aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n[default]\n" +
		"# region = us-east-1\n; output = json\n;[profile gone]\nregion = eu-west-1\n")
	var names []string
	for _, s := range sections {
		names = append(names, "["+s.Name+"]")
		for _, k := range s.Keys {
			names = append(names, k.Name)
		}
	}
	if !slices.Equal(names, []string{"[default]", "region"}) {
		t.Errorf("read %s", strings.Join(names, " "))
	}
}

// TestInstanceMetadataIsNotAskedWhereItIsOff: a host that turns it off with
// AWS_EC2_METADATA_DISABLED, written in whatever case, is not asked for it
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html).
func TestInstanceMetadataIsNotAskedWhereItIsOff(t *testing.T) {
	for _, name := range []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		t.Setenv(name, "")
	}
	for _, value := range []string{"true", "True"} {
		t.Setenv("AWS_EC2_METADATA_DISABLED", value)
		if found := (&observer{salter: newSalter()}).endpoints(t.Context()); len(found) > 0 {
			t.Errorf("%s: asked %+v", value, found)
		}
	}
}
