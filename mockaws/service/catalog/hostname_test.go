package catalog_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/service/catalog"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/service/sts"
)

// TestHostnames takes endpoints as AWS lists them:
// https://docs.aws.amazon.com/general/latest/gr/sts.html,
// https://docs.aws.amazon.com/general/latest/gr/s3.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
func TestHostnames(t *testing.T) {
	c := catalog.New(sts.New(nil, nil), s3.New(s3.NewBuckets()))
	for _, row := range []struct{ host, service, region, bucket string }{
		{"sts.amazonaws.com", "STS", "us-east-1", ""},
		{"sts.eu-central-1.amazonaws.com", "STS", "eu-central-1", ""},
		{"sts-fips.us-west-2.amazonaws.com", "STS", "us-west-2", ""},
		{"sts.eu-central-1.api.aws", "STS", "eu-central-1", ""},
		{"sts.cn-north-1.amazonaws.com.cn", "STS", "cn-north-1", ""},
		{"STS.EU-Central-1.amazonaws.com:443", "STS", "eu-central-1", ""},
		{"s3.eu-west-1.amazonaws.com", "S3", "eu-west-1", ""},
		{"s3.dualstack.eu-west-1.amazonaws.com", "S3", "eu-west-1", ""},
		{"s3-fips.us-east-2.amazonaws.com", "S3", "us-east-2", ""},
		{"s3-eu-west-1.amazonaws.com", "S3", "eu-west-1", ""},
		{"shop.s3.eu-west-1.amazonaws.com", "S3", "eu-west-1", "shop"},
		{"my.shop.s3.dualstack.eu-west-1.amazonaws.com", "S3", "eu-west-1", "my.shop"},
		{"shop.s3-eu-west-1.amazonaws.com", "S3", "eu-west-1", "shop"},
		// smithy-lang/smithy-rs, aws/rust-runtime/aws-config/test-data, e2e_fips_and_dual_stack_sso
		{"portal.sso.us-east-2.amazonaws.com", "SSO", "us-east-2", ""},
		{"portal.sso-fips.us-east-2.api.aws", "SSO", "us-east-2", ""},
	} {
		got, _ := c.Identify(&catalog.Request{Method: "GET", Host: row.host, Path: "/"})
		if got.Service == nil {
			t.Errorf("%s: no service", row.host)
			continue
		}
		if got.Service.ID != row.service || got.Region != row.region || got.Bucket != row.bucket {
			t.Errorf("%s: %s in %s, bucket %q, want %+v", row.host, got.Service.ID, got.Region, got.Bucket, row)
		}
	}
}
