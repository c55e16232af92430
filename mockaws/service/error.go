package service

import (
	"fmt"
	"net/http"
	"strconv"

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
	r := verdict.Refuse(stage, verdict.OperationFailed, e.Detail, "code", e.Code, "message", e.Message, "status",
		strconv.Itoa(status))
	for k, v := range e.Elements {
		r.Args[k] = v
	}
	if len(e.Members) > 0 {
		r.Args["members"] = string(MustJSON(e.Members))
	}
	for k, v := range map[string]string{"messageKey": e.MessageKey, "queryError": e.QueryError, "failure": e.Failure} {
		if v != "" {
			r.Args[k] = v
		}
	}
	if e.Framework {
		r.Args["framework"] = "true"
	}
	return r
}

func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// NotFoundf is invalid with the status 404.
func NotFoundf(code, format string, args ...any) *Error {
	e := Errorf(code, format, args...)
	e.Status = http.StatusNotFound
	return e
}
