package bedrockmantle

import (
	"net/http"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The public reports that show errors of Bedrock's Mantle endpoint.
const (
	sourceKeys  = "BerriAI/litellm#31113"
	sourceScope = "BerriAI/litellm#31476"
	sourceAllow = "BerriAI/litellm#39362"
)

// chatRows are what Bedrock's Mantle endpoint answers on its paths in
// OpenAI's form. What its framework refuses about a signature is 401 with the
// text of the other services; seen for the scope alone, taken over for the rest.
var chatRows = append(signatureRows("invalid_api_key"),
	protocol.Row{Reason: verdict.MissingAuthentication, Status: 401, Code: "invalid_api_key",
		Message: "Missing 'authorization' or 'x-api-key' header", Confidence: protocol.Verified, Source: sourceKeys},
	protocol.Row{Reason: verdict.WrongScope, Status: 401, Code: "invalid_api_key",
		Compose:    protocol.Composed(protocol.ScopeSentences),
		Confidence: protocol.Likely, Source: sourceScope},
	protocol.Row{Reason: verdict.BearerMalformed, Status: 401, Code: "invalid_api_key", Message: "Invalid bearer token",
		Confidence: protocol.Verified, Source: sourceKeys},
	protocol.Row{Reason: verdict.BearerInvalid, Status: 401, Code: "invalid_api_key", Message: "Invalid bearer token",
		Confidence: protocol.Verified, Source: sourceKeys},
	protocol.Row{Reason: verdict.BearerExpired, Status: 401, Code: "invalid_api_key", Message: "Invalid bearer token",
		Confidence: protocol.Unverified, Source: sourceKeys},
	// 403 in this report; BerriAI/litellm#30657 has 401 with the same code.
	protocol.Row{Reason: verdict.Denied, Status: 403, Code: "access_denied",
		Compose:    protocol.Composed(protocol.Denied),
		Confidence: protocol.Likely, Source: sourceAllow},
	protocol.Row{Reason: verdict.UnknownOperation, Status: 404, Code: "not_found", Message: "Not Found",
		Confidence: protocol.Unverified, Source: sourceKeys},
)

// messagesRows are what it answers on its path in Anthropic's form.
var messagesRows = append(signatureRows("authentication_error"),
	protocol.Row{Reason: verdict.WrongScope, Status: 401, Code: "authentication_error",
		Compose:    protocol.Composed(protocol.ScopeSentences),
		Confidence: protocol.Likely, Source: sourceScope},
	protocol.Row{Reason: verdict.Denied, Status: 403, Code: "permission_error",
		Compose:    protocol.Composed(protocol.Denied),
		Confidence: protocol.Likely, Source: "https://platform.claude.com/docs/en/api/errors"},
	protocol.Row{Reason: verdict.UnknownOperation, Status: 404, Code: "not_found_error", Message: "Not Found",
		Confidence: protocol.Unverified, Source: "https://platform.claude.com/docs/en/api/errors"},
)

// signatureRows are the REST-JSON rows with the endpoint's status and code for what
// is wrong with a signature.
func signatureRows(code string) []protocol.Row {
	rows := make([]protocol.Row, 0, len(protocol.RESTJSONRows)+6)
	for _, r := range protocol.RESTJSONRows {
		if r.Status == http.StatusForbidden {
			r.Status, r.Code, r.MessageKey = http.StatusUnauthorized, code, ""
		}
		r.Confidence, r.Source = protocol.Unverified, sourceScope
		rows = append(rows, r)
	}
	return rows
}
