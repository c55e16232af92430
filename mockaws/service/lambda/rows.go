package lambda

import (
	"github.com/hostproof/hostproof/mockaws/protocol"
)

// throttled is how Lambda refuses those who call too often.
var throttled = protocol.Row{Status: 429, Code: "TooManyRequestsException", Message: "Rate Exceeded.",
	MessageKey: "message", Confidence: protocol.Likely, Source: docErrors}

const docErrors = "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors"
