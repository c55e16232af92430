package protocol

import (
	"cmp"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Dialect is how one service speaks its protocol.
type Dialect struct {
	Protocol Name
	Errors   Table
	// Failures are rows of operations' own errors, by a name that their
	// cause gives.
	Failures map[string]Row
	// Throttled is how the service refuses those who call too often, nil for the way
	// of its protocol.
	Throttled *Row
	// Failing are the service's own failures by status, where it fails in another way
	// than its protocol's services do.
	Failing map[int]Row
	// ErrorTypeSuffix follows the code in x-amzn-ErrorType; REST-JSON services
	// with newer front ends send the bare code.
	ErrorTypeSuffix string
	// Namespace is the XML namespace of a Query service's documents, or the
	// prefix of __type in JSON 1.0.
	Namespace string
	// ModelNamespace is the prefix of __type in the errors that a JSON 1.0
	// service models itself.
	ModelNamespace string
	// ErrorHeaders: a service that browsers call repeats code and message of its
	// own errors in headers (aws-amplify/amplify-js#2443).
	ErrorHeaders bool
	// DynamoDB's front end names itself and sends a checksum of the body.
	DynamoDB bool
}

// Context is what a response needs to know of its request.
type Context struct {
	RequestID   string
	ExtendedID  string     // S3's x-amz-id-2
	Operation   string     // "" when unknown
	Method      string     // a response to HEAD has no body
	ContentType string     // of the request: DynamoDB answers in kind
	Accept      string     // STS answers JSON to those who ask for it
	Refused     *RefusedS3 // what S3 prints of a refused request
	// BucketRegion is S3's x-amz-bucket-region, "" where it sends none.
	BucketRegion string
	Header       http.Header // of the request
}

// EncodeError translates a refusal of the service into a response. A Reason
// that the dialect has no row for is answered 501: loud, and never a guess that
// looks like AWS.
func (d *Dialect) EncodeError(refusal *verdict.Refusal, c *Context) *Response {
	if failure, ok := verdict.CauseOf[verdict.Failure](refusal); ok {
		r := d.encode(failure.Code, failure.Message, nil, refusal, c)
		if row, ok := d.Failures[failure.Row]; ok {
			r.Row = &row
		}
		return r
	}
	row := d.Errors[refusal.Reason]
	if row == nil {
		r := notImplemented(refusal, c, readAsJSON[d.Protocol] || asksInJSON(c))
		if d.Protocol == S3 { // in the form whose message S3's clients show
			loud := s3Error(d, errorText{Status: r.Status, Code: r.Code, Message: r.Message, Refusal: refusal}, c)
			loud.Code, loud.Message = r.Code, r.Message
			return loud
		}
		return r
	}
	row = row.special(refusal.Cause)
	return d.encode(row.Code, row.Text(refusal.Cause), row, refusal, c)
}

// errorEncoders dispatches by protocol.
var errorEncoders = map[Name]func(*Dialect, errorText, *Context) *Response{
	RESTJSON:  restJSONError,
	JSON10:    jsonError,
	JSON11:    jsonError,
	Query:     queryError,
	EC2:       ec2Error,
	RESTXML:   queryError,
	S3:        s3Error,
	CBOR:      cborError,
	OpenAI:    openAIError,
	Anthropic: anthropicError,
}

// errorText is an error on its way to the wire.
type errorText struct {
	Status        int
	Code, Message string
	Key           string // of the message in JSON
	QueryError    string
	// Service marks an error that the service itself modelled: Bedrock gives it
	// another suffix.
	Service bool
	// Members are further members of a JSON document.
	Members map[string]any
	// Elements are further elements of S3's document.
	Elements map[string]string
	Refusal  *verdict.Refusal
}

func (d *Dialect) encode(code, message string, row *Row, refusal *verdict.Refusal, c *Context) *Response {
	e := errorText{Code: code, Message: message, Key: "message", Refusal: refusal}
	if row != nil {
		e.Status, e.QueryError = row.Status, row.QueryError
		e.Key = cmp.Or(row.MessageKey, e.Key)
	} else {
		failure, _ := verdict.CauseOf[verdict.Failure](refusal)
		e.operation(&failure)
	}
	r := errorEncoders[d.Protocol](d, e, c)
	if row != nil && row.Bare {
		r.Body = nil
		delete(r.Header, "Content-Type")
		delete(r.Header, "x-amzn-ErrorType")
	}
	r.Code, r.Message, r.Row = code, message, row
	if c.Method == http.MethodHead {
		r.Body = nil
	}
	return r
}

// operation fills in what an operation's own error says of itself. Its status is 400
// unless it says otherwise.
func (e *errorText) operation(f *verdict.Failure) {
	e.Service = !f.Framework
	e.Status = f.Status
	if f.Status < 300 || f.Status > 599 {
		e.Status = http.StatusBadRequest
	}
	e.QueryError, e.Members, e.Elements = f.QueryError, f.Members, f.Elements
	e.Key = cmp.Or(f.MessageKey, e.Key)
}

// readAsJSON are the protocols whose clients read every error as JSON, also that of a
// request without a body.
var readAsJSON = map[Name]bool{RESTJSON: true, JSON10: true, JSON11: true, OpenAI: true, Anthropic: true}

func asksInJSON(c *Context) bool { return strings.Contains(c.ContentType, "json") }

// NotImplemented answers what this mock has not, in a form that no SDK can take
// for success and that a person reads at once.
func NotImplemented(refusal *verdict.Refusal, c *Context) *Response {
	return notImplemented(refusal, c, asksInJSON(c))
}

func notImplemented(refusal *verdict.Refusal, c *Context, asJSON bool) *Response {
	text := "mockaws does not implement this call: " + refusal.Error()
	r := &Response{Status: http.StatusNotImplemented, Code: "MockNotImplemented", Message: text}
	if refusal.Reason == verdict.MalformedRequest {
		r.Status, r.Code, r.Message = http.StatusBadRequest, "MalformedRequest", refusal.Detail
		text = refusal.Detail
	}
	r.Set("x-amzn-RequestId", c.RequestID)
	if asJSON {
		r.Set("Content-Type", "application/json")
		r.Set("x-amzn-ErrorType", r.Code)
		r.Body = jsonObject("__type", r.Code, "message", text)
		return r
	}
	r.Set("Content-Type", "text/xml")
	r.Set("x-amzn-ErrorType", r.Code)
	r.Body = []byte("<ErrorResponse>\n  <Error>\n    <Type>Receiver</Type>\n    <Code>" + r.Code +
		"</Code>\n    <Message>" +
		escape(text) + "</Message>\n  </Error>\n  <RequestId>" + c.RequestID + "</RequestId>\n</ErrorResponse>\n")
	return r
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	// encoding/xml writes quotes and newlines as numeric references, AWS as they are.
	return strings.NewReplacer("&#34;", "&quot;", "&#39;", "'", "&#xA;", "\n", "&#x9;", "\t").Replace(b.String())
}

// CBOR is the dialect as spoken over rpc-v2-cbor.
func (d Dialect) CBOR() Dialect {
	d.Protocol = CBOR
	return d
}
