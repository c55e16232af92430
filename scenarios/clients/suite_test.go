package clients_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestClients(t *testing.T) { suite.Run(t, "Real clients, right and wrong credentials", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"the AI SDK's Bedrock provider shows the same refusals with (right|foreign token|no credentials)$",
	"wrong API key as AWS does to boto3", "process of its own STS with (right|foreign token)",
	"wrong credentials as AWS does to the AWS SDK for JavaScript v3", "every service of the mock",
	"STS answers .* to boto3, with right and wrong credentials",
}
