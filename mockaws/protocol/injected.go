package protocol

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	srcCommonErrors = "https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"
	srcBedrock      = "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"
	srcDynamoErrors = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html"
	srcLambdaErrors = "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors"
)

// throttles are how AWS refuses those who call too often: by the service's ID,
// else by its protocol.
var throttles = map[string]Row{
	"Bedrock Runtime": {Status: 429, Code: "ThrottlingException", Message: "Too many requests, please wait before trying again.", Confidence: Verified, Source: srcBedrock},
	"Lambda":          {Status: 429, Code: "TooManyRequestsException", Message: "Rate Exceeded.", MessageKey: "message", Confidence: Likely, Source: srcLambdaErrors},
	"DynamoDB":        {Status: 400, Code: "ThrottlingException", Message: "Rate of requests exceeds the allowed throughput.", Confidence: Likely, Source: srcDynamoErrors},
	string(S3):        {Status: 503, Code: "SlowDown", Message: "Please reduce your request rate.", Confidence: Verified, Source: srcS3Errors},
	string(EC2):       {Status: 503, Code: "RequestLimitExceeded", Message: "Request limit exceeded.", Confidence: Likely, Source: srcEC2},
	string(Query):     {Status: 400, Code: "Throttling", Message: "Rate exceeded", Confidence: Likely, Source: srcCommonErrors},
	string(RESTXML):   {Status: 400, Code: "Throttling", Message: "Rate exceeded", Confidence: Likely, Source: srcCommonErrors},
	string(RESTJSON):  {Status: 429, Code: "TooManyRequestsException", Message: "Too Many Requests", Confidence: Likely, Source: srcCommonErrors},
	string(JSON10):    {Status: 400, Code: "ThrottlingException", Message: "Rate exceeded", Confidence: Likely, Source: srcCommonErrors},
	string(JSON11):    {Status: 400, Code: "ThrottlingException", Message: "Rate exceeded", Confidence: Likely, Source: srcCommonErrors},
	string(CBOR):      {Status: 400, Code: "ThrottlingException", Message: "Rate exceeded", Confidence: Likely, Source: srcCommonErrors},
}

// failing are AWS's own failures, by the service's ID or its protocol, and the
// status. Statuses that are not here are those of something in between, which
// sends no code of AWS.
var failing = map[string]map[int]Row{
	"Bedrock Runtime": {
		500: {Code: "InternalServerException", Message: "The system encountered an unexpected error during processing. Try your request again.", Confidence: Likely, Source: srcBedrock},
		503: {Code: "ServiceUnavailableException", Message: "Bedrock is unable to process your request.", Confidence: Likely, Source: srcBedrock},
		408: {Code: "ModelTimeoutException", Message: "The request took too long to process.", Confidence: Likely, Source: srcBedrock},
		424: {Code: "ModelErrorException", Message: "The request failed due to an error while processing the model.", Confidence: Likely, Source: srcBedrock},
	},
	"DynamoDB": {500: {Code: "InternalServerError", Message: "The request processing has failed because of an unknown error, exception or failure.", Confidence: Likely, Source: srcDynamoErrors}},
	string(S3): {
		400: {Code: "RequestTimeout", Message: "Your socket connection to the server was not read from or written to within the timeout period.", Confidence: Verified, Source: srcS3Errors},
		500: {Code: "InternalError", Message: "We encountered an internal error. Please try again.", Confidence: Verified, Source: srcS3Errors},
		503: {Code: "ServiceUnavailable", Message: "Service is unable to handle request.", Confidence: Verified, Source: srcS3Errors},
	},
	string(Query): queryFailing, string(RESTXML): queryFailing, string(EC2): {
		500: {Code: "InternalError", Message: "An internal error has occurred.", Confidence: Likely, Source: srcEC2},
		503: {Code: "Unavailable", Message: "The server is overloaded and can't handle the request.", Confidence: Likely, Source: srcEC2},
	},
	string(RESTJSON): jsonFailing, string(JSON10): jsonFailing, string(JSON11): jsonFailing, string(CBOR): jsonFailing,
}

var queryFailing = map[int]Row{
	500: {Code: "InternalFailure", Message: "The request processing has failed because of an unknown error, exception, or failure.", Confidence: Verified, Source: srcCommonErrors},
	503: {Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server.", Confidence: Verified, Source: srcCommonErrors},
}

var jsonFailing = map[int]Row{
	500: {Code: "InternalServerException", Message: "The service has encountered an internal error.", Confidence: Likely, Source: srcCommonErrors},
	503: {Code: "ServiceUnavailableException", Message: "The request has failed due to a temporary failure of the server.", Confidence: Likely, Source: srcCommonErrors},
}

// EncodeFault is the answer of a service that throttles or fails on purpose.
func (d *Dialect) EncodeFault(serviceID string, f *fault.Fault, c *Context) *Response {
	row := d.faultRow(serviceID, f)
	refusal := verdict.Refuse(verdict.StageFault, verdict.Injected, "")
	return d.encode(row.Code, row.Message, &row, refusal, c)
}

func (d *Dialect) faultRow(serviceID string, f *fault.Fault) Row {
	if f.Kind == fault.KindThrottle {
		if row, ok := throttles[serviceID]; ok {
			return row
		}
		return throttles[string(d.Protocol)]
	}
	status := cmp.Or(f.Status, http.StatusInternalServerError) // faults without an answer need none
	row, ok := failing[serviceID][status]
	if !ok {
		row, ok = failing[string(d.Protocol)][status]
	}
	row.Status = status
	switch {
	case f.Code != "":
		row.Code, row.Message, row.Confidence, row.Source = f.Code, "A failure that was planned.", Unverified, "the code as the fault has it"
	case !ok:
		row.Code, row.Message, row.Bare = strconv.Itoa(status), http.StatusText(status), true
		row.Confidence, row.Source = Unverified, "no code of AWS: as something in between would answer"
	}
	return row
}
