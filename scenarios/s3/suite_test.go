package s3_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestS3(t *testing.T) { suite.Run(t, "S3 with real clients, right and wrong credentials") }
