package service

import (
	"fmt"
	"net/http"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Error is an operation's own error, after the caller was accepted.
type Error struct {
	Code, Message string
	Status        int               // 0 = 400
	Elements      map[string]string // further elements of S3's document, such as BucketName
	Members       map[string]any    // further members of a JSON document
	MessageKey    string            // of the message in JSON; "message" by default
	QueryError    string            // value of x-amzn-query-error, "Code;Sender"
	Failure       string            // the row of the dialect's failures that it is made of
	Stage         verdict.Stage     // where the call ended; the handler by default
	Framework     bool              // AWS's framework answers so, before the service sees the call
	Detail        string            // what is wrong more precisely than AWS says, for the journal; never sent
	Cause         error             // what a handler may want to know more precisely; never sent
}

// Error is code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Refusal is the error in the words of a verdict.
func (e *Error) Refusal() *verdict.Refusal {
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	stage := e.Stage
	if stage == "" {
		stage = verdict.StageHandle
	}
	failure := verdict.Failure{
		Code: e.Code, Message: e.Message, Status: status, Row: e.Failure, Framework: e.Framework,
		MessageKey: e.MessageKey, QueryError: e.QueryError, Elements: e.Elements,
		Members: e.Members,
	}
	return verdict.Because(stage, failure, e.Detail)
}

// Errorf is an error with the status 400.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// NotFoundf is Errorf with the status 404.
func NotFoundf(code, format string, args ...any) *Error {
	e := Errorf(code, format, args...)
	e.Status = http.StatusNotFound
	return e
}
