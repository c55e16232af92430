package s3_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestS3SignatureAge: s3:signatureAge is in milliseconds
// (https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html,
// whose example denies what was signed more than ten minutes ago by 600000).
func TestS3SignatureAge(t *testing.T) {
	for _, row := range []struct {
		name   string
		age    time.Duration
		denied bool
	}{
		{"nine minutes", 9 * time.Minute, false},
		{"eleven minutes", 11 * time.Minute, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			v := newVault(t)
			client := v.client(&v.user, "us-east-1")
			if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads,
				Key: aws.String("k")}); err != nil {
				t.Fatal(err)
			}
			policy := `{"Version":"2012-10-17","Statement":[` +
				statement(
					"Deny",
					`"*"`,
					"s3:GetObject",
					"uploads/*",
					`{"NumericGreaterThan":{"s3:signatureAge":"600000"}}`,
				) + `]}`
			if _, err := client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: uploads,
				Policy: &policy}); err != nil {
				t.Fatal(err)
			}
			url, err := s3.NewPresignClient(client).
				PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: uploads, Key: aws.String("k")})
			if err != nil {
				t.Fatal(err)
			}
			v.Clock().Advance(row.age)
			status, answer := follow(t, url, "")
			if denied := status == 403 && strings.Contains(answer, "explicit deny"); denied != row.denied ||
				!denied && status != 200 {
				t.Errorf("got %d %s, want it denied: %v", status, answer, row.denied)
			}
		})
	}
}

// TestS3BucketsNamedLikePaths: a bucket may be called like the first part of
// another service's paths (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
// forbids neither "model" nor "apps"). What is signed for S3 is S3's, in the header
// and in the URL.
func TestS3BucketsNamedLikePaths(t *testing.T) {
	v := newVault(t)
	for _, row := range []struct{ bucket, key string }{
		{"model", "x/converse"},        // of Bedrock Runtime: POST /mocktest.Model/{modelId}/converse
		{"foundation-models", "x"},     // of Bedrock: GET /foundation-models/{modelIdentifier}
		{"apps", "d111/branches/main"}, // of Amplify: GET /apps/{appId}/branches/{branchName}
	} {
		t.Run(row.bucket, func(t *testing.T) {
			if _, err := v.Seed(mockaws.Seed{Buckets: []mockaws.BucketSeed{{Name: row.bucket,
				Account: mocktest.Account}}}); err != nil {
				t.Fatal(err)
			}
			client := s3.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: &v.url, RetryMaxAttempts: 1,
				Credentials: credentials.StaticCredentialsProvider{
					Value: v.user,
				}}, func(o *s3.Options) { o.UsePathStyle = true })
			put := &s3.PutObjectInput{Bucket: &row.bucket, Key: &row.key, Body: strings.NewReader("content")}
			if _, err := client.PutObject(t.Context(), put); err != nil {
				t.Fatal(err)
			}
			get := &s3.GetObjectInput{Bucket: &row.bucket, Key: &row.key}
			if _, err := client.GetObject(t.Context(), get); err != nil {
				t.Errorf("signed in the header: %v", err)
			}
			url, err := s3.NewPresignClient(client).PresignGetObject(t.Context(), get)
			if err != nil {
				t.Fatal(err)
			}
			if status, answer := follow(t, url, ""); status != 200 || answer != "content" {
				t.Errorf("signed in the URL: %d %s", status, answer)
			}
		})
	}
}

// TestS3PathsAboveTheBucket: S3 answers 400 without a body where the dot segments of a path
// leave its root, signed or not (floci-io/floci#1231, floci-io/floci#1320).
func TestS3PathsAboveTheBucket(t *testing.T) {
	v := newVault(t)
	for _, row := range []struct {
		path   string
		signed bool
		status int
	}{
		{"/../bad.txt", true, 400},
		{"/test/../../hello", true, 400}, // versity/versitygw#1365
		{"/../bad.txt", false, 400},
		{"/test/../hello", true, 200},
		{"/..hidden", true, 200},
	} {
		resp, body, e := note{method: "PUT", host: "uploads.s3.us-east-1.amazonaws.com", target: row.path,
			header: []string{"X-Amz-Content-Sha256: " + emptyHash}, unsigned: !row.signed}.send(t, v)
		if resp.StatusCode != row.status || body != "" {
			t.Errorf("%+v: %d %q", row, resp.StatusCode, body)
		}
		if resp.StatusCode == 400 && e.Confidence != "V" {
			t.Errorf("%+v: confidence %s", row, e.Confidence)
		}
	}
}
