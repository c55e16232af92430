package mockaws_test

import (
	"cmp"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestTheJournalSaysWhatArrived: status, size and request id are those of the answer that
// the client has, which carries the id in x-amzn-requestid or, from S3, in x-amz-request-id
// (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html).
func TestTheJournalSaysWhatArrived(t *testing.T) {
	w := mocktest.New(t)
	if _, err := w.Issuers().Declare("https://issuer.example.com", ""); err != nil {
		t.Fatal(err)
	}
	get := func(host, path string) func(aws.Config) {
		return func(c aws.Config) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			_, _ = c.HTTPClient.Do(r)
		}
	}
	for _, row := range []struct {
		name   string
		status int
		call   func(aws.Config)
	}{
		{"Query", 200, func(c aws.Config) {
			_, _ = sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		}},
		{"JSON", 200, func(c aws.Config) {
			_, _ = dynamodb.NewFromConfig(c).ListTables(t.Context(), &dynamodb.ListTablesInput{})
		}},
		{"refused", 400, func(c aws.Config) {
			_, _ = kms.NewFromConfig(c).DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: aws.String("x")})
		}},
		{"S3", 200, func(c aws.Config) {
			_, _ = s3.NewFromConfig(c).ListBuckets(t.Context(), &s3.ListBucketsInput{})
		}},
		{"S3 without a body", 200, func(c aws.Config) {
			_, _ = s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true }).PutObject(t.Context(),
				&s3.PutObjectInput{Bucket: aws.String("uploads"), Key: aws.String("k"), Body: strings.NewReader("v")})
		}},
		{"of no known service", 501, get("nosuch.us-east-1.amazonaws.com", "/")},
		{"OpenID Connect", 200, get("issuer.example.com", "/.well-known/openid-configuration")},
	} {
		arrived, config := &counted{}, w.Good()
		config.HTTPClient = arrived
		start := time.Now()
		row.call(config)
		took, e := time.Since(start), w.Last(t)
		if arrived.last == nil || arrived.last.StatusCode != row.status || e.Status != row.status {
			t.Errorf("%s: journal %d, arrived %+v, want %d", row.name, e.Status, arrived.last, row.status)
			continue
		}
		if e.ResponseSize != arrived.bytes {
			t.Errorf("%s: journal %d bytes, and %d arrived", row.name, e.ResponseSize, arrived.bytes)
		}
		header := arrived.last.Header
		id := cmp.Or(header.Get("X-Amzn-Requestid"), header.Get("X-Amz-Request-Id"))
		if id != e.RequestID && row.name != "OpenID Connect" { // which has none
			t.Errorf("%s: journal %q, and %q arrived", row.name, e.RequestID, id)
		}
		if e.Duration <= 0 || e.Duration > took {
			t.Errorf("%s: journal %s, and the call took %s", row.name, e.Duration, took)
		}
	}
}
