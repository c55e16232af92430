package protocol

import (
	"strings"
	"testing"

	v "github.com/hostproof/hostproof/mockaws/verdict"
)

// dialects are made of the rows of a protocol alone; the rows of services are tested
// with all services.
var (
	dynamo = Dialect{Protocol: JSON10, DynamoDB: true}
	s3     = Dialect{Protocol: S3}
	lambda = Dialect{Protocol: RESTJSON}
)

func TestScopeSentences(t *testing.T) {
	got := ScopeSentences(v.ForeignScope{
		Region: &v.Part{Sent: "x"}, Service: &v.Part{Sent: "y", Expected: "sts"},
		Terminator: &v.Part{Sent: "z"},
		Date:       &v.ScopeDate{Sent: "20250101", Expected: "20250102", From: "20250102T000000Z"},
	})
	want := "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. " +
		"Credential should be scoped with a valid terminator: 'aws4_request', not 'z'. " +
		"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20250101' != " +
		"'20250102', from '20250102T000000Z'. "
	if got != want {
		t.Errorf("got %q", got)
	}
}

func TestRequestIDs(t *testing.T) {
	if id := dynamo.NewRequestID(); len(id) != 52 || !strings.HasSuffix(id, "VV4KQNSO5AEMVJF66Q9ASUAAJG") {
		t.Errorf("DynamoDB: %s", id)
	}
	if id := s3.NewRequestID(); len(id) != 16 || strings.ToUpper(id) != id {
		t.Errorf("S3: %s", id)
	}
	if id := lambda.NewRequestID(); len(id) != 36 || id[14] != '4' {
		t.Errorf("Lambda: %s", id)
	}
	// Both of S3's ids tell requests apart
	// (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html).
	for name, draw := range map[string]func() string{"S3": s3.NewRequestID, "DynamoDB": dynamo.NewRequestID,
		"Lambda": lambda.NewRequestID, "x-amz-id-2": NewExtendedID} {
		if one, another := draw(), draw(); one == another {
			t.Errorf("%s: two requests have the id %s", name, one)
		}
	}
}

func TestNoSurerThanTheLimit(t *testing.T) {
	for c, want := range map[Confidence]Confidence{Verified: Likely, Likely: Likely, Unverified: Unverified} {
		if got := atMost(c, Likely); got != want {
			t.Errorf("%s: got %s, want %s", c, got, want)
		}
	}
	for _, row := range EC2Rows {
		if row.Confidence == Verified && row.Reason != v.MalformedRequest {
			t.Errorf("%s: taken over from Query as verified", row.Reason)
		}
	}
}
