package deploy

import (
	"maps"
	"net/http"
	"slices"
	"testing"
)

// TestOwnEndpoints: the names in the variables of SDKs' endpoints lead to the mock, and nothing
// else does.
func TestOwnEndpoints(t *testing.T) {
	l := &layout{hosts: map[string]http.Handler{"issuer.example": http.NotFoundHandler()}}
	l.leadOwnEndpoints([]string{
		"AWS_ENDPOINT_URL=http://My-Gateway.example.internal./path", "AWS_ENDPOINT_URL_S3=https://s3.example:443",
		"AWS_ENDPOINT_URL_SQS=http://sqs.example:4566", "AWS_ENDPOINT_URL_SNS=http://127.0.0.1",
		"AWS_ENDPOINT_URL_KMS=",
		"AWS_ENDPOINT_URL_SSM=http://localhost", "AWS_ENDPOINT_URL_STS=http://a.localhost:80",
		"OTHER=http://other.example",
		"AWS_ENDPOINT_URL_ECR=http://*.example", "AWS_ENDPOINT_URL_EKS=not a url",
		"AWS_ENDPOINT_URLS=http://urls.example",
		"AWS_ENDPOINT_URL_IAM=http://passed.example", "AWS_ENDPOINT_URL_LOGS=http://issuer.example",
	}, http.RedirectHandler("/", http.StatusFound), func(name string) bool { return name == "passed.example" })
	want := []string{"issuer.example", "my-gateway.example.internal", "s3.example"}
	if got := slices.Sorted(maps.Keys(l.hosts)); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
