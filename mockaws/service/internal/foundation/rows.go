package foundation

import (
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Rows are the answers in which Bedrock and Bedrock Runtime differ from the
// other REST-JSON services, with the rows that were recorded from them.
var Rows = []protocol.Row{
	{Reason: verdict.MissingAuthentication, Status: 403, Code: "AccessDeniedException",
		Message: "Authorization header is missing", MessageKey: "Message", Confidence: protocol.Verified,
		Source: "karthink/gptel#1397"},
	{Reason: verdict.MalformedAuthorization, Status: 403, Code: "IncompleteSignatureException",
		Compose: protocol.MissingEqualSign, Confidence: protocol.Unverified, Source: protocol.SourceChart},
	{Reason: verdict.SignatureExpired, Status: 403, Code: "InvalidSignatureException", Message: protocol.TextExpired,
		Confidence: protocol.Verified, Source: "anthropics/anthropic-sdk-go#122"},
	{Reason: verdict.WrongScope, Status: 403, Code: "InvalidSignatureException",
		Compose:    protocol.Composed(protocol.ScopeSentences),
		Confidence: protocol.Verified, Source: "earendil-works/pi#3487"},
	{Reason: verdict.TokenMalformed, Status: 403, Code: "UnrecognizedClientException",
		Message: protocol.TextTokenInvalid, Confidence: protocol.Verified,
		Source: "anthropics/anthropic-sdk-typescript#537"},
	{Reason: verdict.TokenForOtherKey, Status: 403, Code: "UnrecognizedClientException",
		Message: protocol.TextTokenInvalid, Confidence: protocol.Verified,
		Source: "anthropics/anthropic-sdk-typescript#537"},
	{Reason: verdict.TokenExpired, Status: 403, Code: "ExpiredTokenException", Message: protocol.TextTokenExpired,
		Confidence: protocol.Verified, Source: "anthropics/claude-code#28032"},
	{Reason: verdict.TokenMissing, Status: 403, Code: "UnrecognizedClientException", Message: protocol.TextKeyInvalid,
		Confidence: protocol.Verified, Source: "vercel/ai#2053"},
	{Reason: verdict.KeyUnknown, Status: 403, Code: "UnrecognizedClientException", Message: protocol.TextKeyInvalid,
		Confidence: protocol.Verified, Source: "BerriAI/litellm#37905"},
	{Reason: verdict.SignatureMismatch, Status: 403, Code: "InvalidSignatureException",
		Compose:    protocol.Composed(mismatchWithAppendix),
		Confidence: protocol.Verified, Source: "BerriAI/litellm#14763"},
	{Reason: verdict.BearerMalformed, Status: 403, Code: "AccessDeniedException",
		Message: "Invalid API Key format: Must start with pre-defined prefix", MessageKey: "Message",
		Confidence: protocol.Verified, Source: "BerriAI/litellm#37905"},
	{Reason: verdict.BearerInvalid, Status: 403, Code: "AccessDeniedException",
		Message: "Authentication failed: Please make sure your API Key is valid.", MessageKey: "Message",
		Confidence: protocol.Verified, Source: "anomalyco/opencode#47073"},
	{Reason: verdict.BearerExpired, Status: 403, Code: "AccessDeniedException", Message: "Bearer Token has expired",
		MessageKey: "Message", Confidence: protocol.Verified,
		Source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"},
	{Reason: verdict.Denied, Status: 403, Code: "AccessDeniedException", Compose: protocol.Composed(protocol.Denied),
		MessageKey: "Message",
		Confidence: protocol.Verified, Source: "BerriAI/litellm#39166"},
	// AWS answers a path it does not know with 200, before it looks at the
	// signature: a trap for clients that only look at the status.
	{Reason: verdict.UnknownOperation, Status: 200, Confidence: protocol.Verified,
		Source: "aws-amplify/amplify-flutter#5675"},
}

// mismatchWithAppendix is the mismatch text with the canonical request and the
// string to sign, as Bedrock sends it since 2025 (BerriAI/litellm#14763,
// continuedev/continue#9297).
func mismatchWithAppendix(c verdict.OtherSignature) string {
	if c.CanonicalRequest == "" {
		return protocol.TextMismatch
	}
	return protocol.TextMismatch + "\n\nThe Canonical String for this request should have been\n'" +
		c.CanonicalRequest +
		"'\n\nThe String-to-Sign should have been\n'" + c.StringToSign + "'\n"
}
