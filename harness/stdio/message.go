package stdio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hostproof/hostproof/harness"
)

// Version is the version of the protocol, as the answer to "hello" has it.
const Version = 1

// The codes of errors. The first four are those of JSON-RPC.
const (
	codeParse    = -32700 // the line is no JSON
	codeRequest  = -32600 // it is no request
	codeMethod   = -32601 // there is no such method
	codeParams   = -32602 // a parameter or a setting is wrong
	codeHarness  = -32000 // hostproof itself failed
	codeUnjudged = -32001 // the program made a call that the mock cannot judge
	codeCanceled = -32002 // the request was cancelled
)

// request is a line of the input.
type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// answer is a line of the output; it has a result or an error.
type answer struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

// Error is what went wrong with a request.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

func wrong(code int, format string, args ...any) *Error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// errorOf is an error of the harness as one of the protocol.
func errorOf(err error) *Error {
	var own *Error
	var setting *harness.SettingError
	var unjudged *harness.UnsupportedError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &setting):
		return &Error{codeParams, setting.Error()}
	case errors.As(err, &unjudged):
		return &Error{codeUnjudged, unjudged.Error()}
	}
	return &Error{codeHarness, err.Error()}
}

// null is the id of a request that cannot be read.
var null = json.RawMessage("null")

// read is the request of a line. A request without an id is no error: it has no
// answer.
func read(line []byte) (request, *Error) {
	var r request
	if !json.Valid(line) {
		return r, wrong(codeParse, "this line is no JSON: %s", excerpt(line))
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return request{}, wrong(codeRequest, "this line is no request, {\"id\": 1, \"method\": \"...\"}: %s",
			excerpt(line))
	}
	if !isID(r.ID) {
		r.ID = nil
		return r, wrong(codeRequest, "an id is a number or a text: %s", excerpt(line))
	}
	if r.Method == "" {
		return r, wrong(codeRequest, "this request names no method: %s", excerpt(line))
	}
	return r, nil
}

// isID says whether a request may have that id; nothing at all is a notification.
func isID(id json.RawMessage) bool {
	return len(id) == 0 || id[0] == '"' || id[0] == '-' || id[0] >= '0' && id[0] <= '9'
}

// excerpt is the beginning of a line for an error.
func excerpt(line []byte) string {
	const most = 60
	if len(line) > most {
		return fmt.Sprintf("%q and %d bytes more", line[:most], len(line)-most)
	}
	return fmt.Sprintf("%q", line)
}

// params reads the parameters of a method. An unknown one is an error.
func params(data json.RawMessage, into any) error {
	if len(data) == 0 || bytes.Equal(data, null) {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return wrong(codeParams, "the parameters are wrong: %v", err)
	}
	return nil
}
