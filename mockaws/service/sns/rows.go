package sns

import (
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// rows are the errors in which SNS differs from the other Query services.
var rows = []protocol.Row{
	{Reason: verdict.Denied, Status: 403, Code: "AuthorizationError", Compose: protocol.Composed(protocol.Denied),
		Confidence: protocol.Verified, Source: "ministryofjustice/cloud-platform-environments#21094"},
}
