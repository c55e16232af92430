package local_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestLocal(t *testing.T) { suite.Run(t, "A laptop", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"the AWS SDK for Go v2 is accepted", "strategy (chain|static-if-present)$",
	"finds nothing where nothing is exported",
	"secret that is not the key's", "give the AWS CLI (the default|the role)", "v3 what credential_process prints",
	"at IAM Identity Center gives the AWS SDK for JavaScript v3 the role", "makes the AWS CLI ask for another",
	"on a laptop is accepted 3.0.70, strategy explicit$",
}
