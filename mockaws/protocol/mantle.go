package protocol

import (
	"net/http"
	"strings"
)

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
