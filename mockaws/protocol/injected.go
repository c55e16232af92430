package protocol

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const srcCommonErrors = "https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"

// throttles are how services refuse those who call too often that have no row of their
// own for it (Dialect.Throttled).
var throttles = map[Name]Row{
	EC2: {Status: 503, Code: "RequestLimitExceeded", Message: "Request limit exceeded.", Confidence: Likely,
		Source: srcEC2},
	Query:   {Status: 400, Code: "Throttling", Message: "Rate exceeded", Confidence: Likely, Source: srcCommonErrors},
	RESTXML: {Status: 400, Code: "Throttling", Message: "Rate exceeded", Confidence: Likely, Source: srcCommonErrors},
	RESTJSON: {Status: 429, Code: "TooManyRequestsException", Message: "Too Many Requests", Confidence: Likely,
		Source: srcCommonErrors},
	JSON10: {Status: 400, Code: "ThrottlingException", Message: "Rate exceeded", Confidence: Likely,
		Source: srcCommonErrors},
	JSON11: {Status: 400, Code: "ThrottlingException", Message: "Rate exceeded", Confidence: Likely,
		Source: srcCommonErrors},
	CBOR: {Status: 400, Code: "ThrottlingException", Message: "Rate exceeded", Confidence: Likely,
		Source: srcCommonErrors},
}

// failing are the failures, by status, of services that have no row of their own for
// that status (Dialect.Failing). A status not listed is answered as a proxy would, without
// an AWS error code.
var failing = map[Name]map[int]Row{
	Query: queryFailing, RESTXML: queryFailing, EC2: {
		500: {Code: "InternalError", Message: "An internal error has occurred.", Confidence: Likely, Source: srcEC2},
		503: {Code: "Unavailable", Message: "The server is overloaded and can't handle the request.",
			Confidence: Likely, Source: srcEC2},
	},
	RESTJSON: jsonFailing, JSON10: jsonFailing, JSON11: jsonFailing, CBOR: jsonFailing,
}

var queryFailing = map[int]Row{
	500: {Code: "InternalFailure",
		Message:    "The request processing has failed because of an unknown error, exception, or failure.",
		Confidence: Verified, Source: srcCommonErrors},
	503: {Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server.",
		Confidence: Verified, Source: srcCommonErrors},
}

var jsonFailing = map[int]Row{
	500: {Code: "InternalServerException", Message: "The service has encountered an internal error.",
		Confidence: Likely, Source: srcCommonErrors},
	503: {Code: "ServiceUnavailableException",
		Message: "The request has failed due to a temporary failure of the server.", Confidence: Likely,
		Source: srcCommonErrors},
}

// EncodeFault is the answer of a service that throttles or fails on purpose.
func (d *Dialect) EncodeFault(f *fault.Fault, c *Context) *Response {
	row := d.faultRow(f)
	refusal := verdict.Because(verdict.StageFault, verdict.Injection{Fault: string(f.Kind)}, "")
	return d.encode(row.Code, row.Message, &row, refusal, c)
}

func (d *Dialect) faultRow(f *fault.Fault) Row {
	if f.Kind == fault.KindThrottle {
		if d.Throttled != nil {
			return *d.Throttled
		}
		return throttles[d.Protocol]
	}
	status := cmp.Or(f.Status, http.StatusInternalServerError) // faults without an answer need none
	row, ok := d.Failing[status]
	if !ok {
		row, ok = failing[d.Protocol][status]
	}
	row.Status = status
	switch {
	case f.Code != "":
		row.Code, row.Message, row.Confidence, row.Source = f.Code, "A failure that was planned.", Unverified,
			"the code as the fault has it"
	case !ok:
		row.Code, row.Message, row.Bare = strconv.Itoa(status), http.StatusText(status), true
		row.Confidence, row.Source = Unverified, "no code of AWS: as something in between would answer"
	}
	return row
}
