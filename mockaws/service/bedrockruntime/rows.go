package bedrockruntime

import (
	"github.com/hostproof/hostproof/mockaws/protocol"
)

// docErrors is the documentation of Bedrock Runtime's own failures.
const docErrors = "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"

// throttled is how Bedrock Runtime refuses those who call too often.
var throttled = protocol.Row{Status: 429, Code: "ThrottlingException",
	Message: "Too many requests, please wait before trying again.", Confidence: protocol.Verified, Source: docErrors}

// failing are its failures, by status.
var failing = map[int]protocol.Row{
	500: {Code: "InternalServerException",
		Message: "The system encountered an unexpected error during processing. Try " +
			"your request again.", Confidence: protocol.Likely, Source: docErrors},
	503: {Code: "ServiceUnavailableException", Message: "Bedrock is unable to process your request.",
		Confidence: protocol.Likely, Source: docErrors},
	408: {Code: "ModelTimeoutException", Message: "The request took too long to process.", Confidence: protocol.Likely,
		Source: docErrors},
	424: {Code: "ModelErrorException", Message: "The request failed due to an error while processing the model.",
		Confidence: protocol.Likely, Source: docErrors},
}
