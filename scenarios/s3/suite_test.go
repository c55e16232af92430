package s3_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestS3(t *testing.T) {
	suite.Run(t, "S3 with real clients, right and wrong credentials", plain...)
}

// plain is what a plain run has of the suite.
var plain = []string{
	"boto3, with foreign token$", "JavaScript v3, with right$", "node-s3 in a sandbox",
	"are refused with unknown key", "is not found by the AWS SDK for JavaScript v3",
}
