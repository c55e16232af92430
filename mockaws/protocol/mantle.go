package protocol

import (
	"net/http"
	"strings"

	v "github.com/hostproof/hostproof/mockaws/verdict"
)

// The public reports that show errors of Bedrock's Mantle endpoint.
const (
	srcMantleKeys  = "BerriAI/litellm#31113"
	srcMantleScope = "BerriAI/litellm#31476"
	srcMantleAllow = "BerriAI/litellm#39362"
)

// MantleChatRows are what Bedrock's Mantle endpoint answers on its paths in
// OpenAI's form. What its framework refuses about a signature is 401 with the
// text of the other services; seen for the scope alone, taken over for the rest.
var MantleChatRows = append(mantleRows("invalid_api_key"),
	Row{Reason: v.MissingAuthentication, Status: 401, Code: "invalid_api_key", Message: "Missing 'authorization' or 'x-api-key' header", Confidence: Verified, Source: srcMantleKeys},
	Row{Reason: v.WrongScope, Status: 401, Code: "invalid_api_key", Compose: scopeSentences, Confidence: Likely, Source: srcMantleScope},
	Row{Reason: v.BearerMalformed, Status: 401, Code: "invalid_api_key", Message: "Invalid bearer token", Confidence: Verified, Source: srcMantleKeys},
	Row{Reason: v.BearerInvalid, Status: 401, Code: "invalid_api_key", Message: "Invalid bearer token", Confidence: Verified, Source: srcMantleKeys},
	Row{Reason: v.BearerExpired, Status: 401, Code: "invalid_api_key", Message: "Invalid bearer token", Confidence: Unverified, Source: srcMantleKeys},
	// 403 in this report; BerriAI/litellm#30657 has 401 with the same code.
	Row{Reason: v.Denied, Status: 403, Code: "access_denied", Compose: denied, Confidence: Likely, Source: srcMantleAllow},
	Row{Reason: v.UnknownOperation, Status: 404, Code: "not_found", Message: "Not Found", Confidence: Unverified, Source: srcMantleKeys},
)

// MantleMessagesRows are what it answers on its path in Anthropic's form.
var MantleMessagesRows = append(mantleRows("authentication_error"),
	Row{Reason: v.WrongScope, Status: 401, Code: "authentication_error", Compose: scopeSentences, Confidence: Likely, Source: srcMantleScope},
	Row{Reason: v.Denied, Status: 403, Code: "permission_error", Compose: denied, Confidence: Likely, Source: "https://platform.claude.com/docs/en/api/errors"},
	Row{Reason: v.UnknownOperation, Status: 404, Code: "not_found_error", Message: "Not Found", Confidence: Unverified, Source: "https://platform.claude.com/docs/en/api/errors"},
)

// mantleRows are the REST-JSON rows with the endpoint's status and code for what
// is wrong with a signature.
func mantleRows(code string) []Row {
	rows := make([]Row, 0, len(RESTJSONRows)+6)
	for _, r := range RESTJSONRows {
		if r.Status == http.StatusForbidden {
			r.Status, r.Code, r.MessageKey = http.StatusUnauthorized, code, ""
		}
		r.Confidence, r.Source = Unverified, srcMantleScope
		rows = append(rows, r)
	}
	return rows
}

// openAIError writes an error in the form of OpenAI's API
// (BerriAI/litellm#31113).
func openAIError(_ *Dialect, e errorText, c *Context) *Response {
	r := &Response{Status: e.Status}
	r.Set("Content-Type", "application/json")
	r.Set("x-amzn-RequestId", c.RequestID)
	r.Body = jsonText(map[string]any{"error": map[string]any{
		"code": e.Code, "message": e.Message, "param": nil, "type": openAIType(e.Status),
	}})
	return r
}

// openAIType is the kind of an error. Verified for 401 and 403; the others are
// OpenAI's own (https://platform.openai.com/docs/guides/error-codes).
func openAIType(status int) string {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "permission_denied_error"
	case status == http.StatusTooManyRequests:
		return "rate_limit_error"
	case status >= http.StatusInternalServerError:
		return "server_error"
	default:
		return "invalid_request_error"
	}
}

// anthropicError writes an error in the form of Anthropic's API
// (https://platform.claude.com/docs/en/api/errors).
func anthropicError(_ *Dialect, e errorText, c *Context) *Response {
	r := &Response{Status: e.Status}
	r.Set("Content-Type", "application/json")
	id := "req_" + strings.ReplaceAll(c.RequestID, "-", "")
	r.Set("request-id", id)
	r.Set("x-amzn-RequestId", c.RequestID)
	r.Body = jsonText(struct {
		Type      string            `json:"type"`
		RequestID string            `json:"request_id"`
		Error     map[string]string `json:"error"`
	}{"error", id, map[string]string{"type": e.Code, "message": e.Message}})
	return r
}
