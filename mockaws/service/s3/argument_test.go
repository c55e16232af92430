package s3_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestArgumentsAreNamedAsTheyAreSent: ArgumentName of an InvalidArgument is the parameter or
// the header of the request, spelt as its syntax in the API reference has it, such as
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html#API_CreateSession_RequestSyntax,
// and ArgumentValue is what it had.
func TestArgumentsAreNamedAsTheyAreSent(t *testing.T) {
	v := newVault(t)
	if _, err := v.Seed(mockaws.Seed{Buckets: []mockaws.BucketSeed{{Name: directory,
		Account: mocktest.Account}}}); err != nil {
		t.Fatal(err)
	}
	client := v.client(&v.user, "us-east-1")
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"),
		Body: strings.NewReader("v")}); err != nil {
		t.Fatal(err)
	}
	upload, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: uploads,
		Key: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}
	part := "&uploadId=" + *upload.UploadId
	for _, row := range []struct {
		note
		name, value string
	}{
		{note{target: "/uploads?list-type=2&max-keys=x"}, "max-keys", "x"},
		{note{target: "/uploads?list-type=2&encoding-type=x"}, "encoding-type", "x"},
		{note{target: "/uploads?list-type=2&continuation-token=x"}, "continuation-token", "x"},
		{note{target: "/uploads?uploads&max-uploads=x"}, "max-uploads", "x"},
		{note{target: "/uploads/k?max-parts=x" + part}, "max-parts", "x"},
		{note{target: "/uploads/k?partNumber=0"}, "partNumber", "0"},
		{note{method: http.MethodPut, target: "/uploads/k?partNumber=10001" + part}, "partNumber", "10001"},
		{note{method: http.MethodPut, target: "/uploads/k", header: []string{"X-Amz-Copy-Source: x"}},
			"x-amz-copy-source", "x"},
		{note{method: http.MethodPut, target: "/uploads/k?partNumber=1" + part,
			header: []string{"X-Amz-Copy-Source: /uploads/k", "X-Amz-Copy-Source-Range: bytes=1-9"}},
			"x-amz-copy-source-range", "bytes=1-9"},
		{note{target: "/?session", host: directory + "." + zone, service: "s3express",
			header: []string{"X-Amz-Create-Session-Mode: x"}}, "x-amz-create-session-mode", "x"},
	} {
		resp, body, _ := row.send(t, v)
		want := "<ArgumentName>" + row.name + "</ArgumentName><ArgumentValue>" + row.value + "</ArgumentValue>"
		invalid := resp.StatusCode == http.StatusBadRequest && strings.Contains(body, "<Code>InvalidArgument</Code>")
		if !invalid || !strings.Contains(body, want) {
			t.Errorf("%s %s %v: %s, want %s", row.method, row.target, row.header, body, want)
		}
	}
}
