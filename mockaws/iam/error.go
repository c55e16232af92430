package iam

import (
	"fmt"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Error is an operation's own error, as AWS names it.
type Error struct {
	Code, Message string
	Status        int // of HTTP
	// Detail is what is wrong more precisely than AWS says; never sent.
	Detail string
	// NotKnown is set where AWS may have answered otherwise: it says what AWS has and
	// this store has not. The call counts as one that is not implemented then.
	NotKnown string
}

// Error is code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Refusal is the error in the words of a verdict.
func (e *Error) Refusal(stage verdict.Stage) *verdict.Refusal {
	if e.NotKnown != "" {
		return verdict.Because(stage, verdict.Gap{}, e.NotKnown)
	}
	return verdict.Because(stage, verdict.Failure{Code: e.Code, Message: e.Message, Status: e.Status}, e.Detail)
}

func failf(status int, code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Status: status}
}
