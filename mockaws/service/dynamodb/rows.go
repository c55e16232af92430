package dynamodb

import (
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// rows are the errors in which DynamoDB differs from JSON 1.1 services.
var rows = []protocol.Row{
	{Reason: verdict.MissingAuthentication, Status: 400, Code: "MissingAuthenticationTokenException",
		Message: "Request is missing Authentication Token", Confidence: protocol.Verified,
		Source: protocol.SourceDynalite},
	{Reason: verdict.SignatureExpired, Status: 400, Code: "InvalidSignatureException", Message: protocol.TextExpired,
		Confidence: protocol.Verified, Source: "aws-amplify/amplify-js#3719"},
	{Reason: verdict.WrongScope, Status: 400, Code: "InvalidSignatureException",
		Compose:    protocol.Composed(protocol.ScopeSentences),
		Confidence: protocol.Verified, Source: protocol.SourceDynalite},
	{Reason: verdict.TokenMalformed, Status: 400, Code: "UnrecognizedClientException",
		Message: protocol.TextTokenInvalid, Confidence: protocol.Likely, Source: protocol.SourceDynalite},
	{Reason: verdict.TokenForOtherKey, Status: 400, Code: "UnrecognizedClientException",
		Message: protocol.TextTokenInvalid, Confidence: protocol.Likely, Source: protocol.SourceDynalite},
	{Reason: verdict.KeyUnknown, Status: 400, Code: "UnrecognizedClientException", Message: protocol.TextKeyInvalid,
		Confidence: protocol.Verified, Source: "yegor256/s3auth#244"},
	{Reason: verdict.SignatureMismatch, Status: 400, Code: "InvalidSignatureException", Message: protocol.TextMismatch,
		Confidence: protocol.Verified, Source: "guregu/dynamo#68"},
}

const docErrors = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html"

// throttled is how DynamoDB refuses those who call too often.
var throttled = protocol.Row{Status: 400, Code: "ThrottlingException",
	Message: "Rate of requests exceeds the allowed throughput.", Confidence: protocol.Likely, Source: docErrors}

// failing are its failures, by status.
var failing = map[int]protocol.Row{
	500: {Code: "InternalServerError", Message: "The request processing has failed because of an unknown error, " +
		"exception or failure.", Confidence: protocol.Likely, Source: docErrors},
}
