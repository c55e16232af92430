package protocol

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
	v "github.com/hostproof/hostproof/mockaws/verdict"
)

// codes are what AWS's framework says of a reason, in the names of the JSON protocols
// (dacut/scratchstack-aws-signature, "AWS Auth Error Ordering", and the common errors:
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html).
var codes = map[v.Reason]string{
	v.MalformedRequest: "", v.BothMechanisms: "InvalidSignatureException",
	v.MissingAuthentication: "MissingAuthenticationTokenException",
	v.UnsupportedScheme:     "IncompleteSignatureException", v.MalformedAuthorization: "IncompleteSignatureException",
	v.MissingParameters: "IncompleteSignatureException", v.MissingQueryParameters: "IncompleteSignatureException",
	v.MalformedQuery: "MalformedQueryString", v.HostNotSigned: "InvalidSignatureException",
	v.MalformedDate: "IncompleteSignatureException", v.SignatureExpired: "InvalidSignatureException",
	v.SignatureNotYetCurrent: "InvalidSignatureException", v.MalformedCredential: "IncompleteSignatureException",
	v.WrongScope: "InvalidSignatureException", v.TokenMalformed: "UnrecognizedClientException",
	v.TokenForOtherKey: "UnrecognizedClientException", v.TokenExpired: "ExpiredTokenException",
	v.TokenMissing: "UnrecognizedClientException", v.KeyUnknown: "UnrecognizedClientException",
	v.KeyInactive: "UnrecognizedClientException", v.KeyDeleted: "UnrecognizedClientException",
	v.SignatureMismatch: "InvalidSignatureException", v.PayloadHashMismatch: "InvalidSignatureException",
	v.ChunkSignatureMismatch: "InvalidSignatureException", v.ChunkMalformed: "SerializationException",
	v.BearerMalformed: "IncompleteSignatureException", v.BearerInvalid: "IncompleteSignatureException",
	v.Denied: "AccessDeniedException", v.UnknownOperation: "UnknownOperationException",
}

// inQuery are the names and statuses of the Query protocol.
var inQuery = map[string]struct {
	code   string
	status int
}{
	"": {"", 400}, "InvalidSignatureException": {"SignatureDoesNotMatch", 403},
	"MissingAuthenticationTokenException": {"MissingAuthenticationToken", 403},
	"IncompleteSignatureException":        {"IncompleteSignature", 400},
	"MalformedQueryString":                {"MalformedQueryString", 400},
	"UnrecognizedClientException":         {"InvalidClientTokenId", 403},
	"ExpiredTokenException":               {"ExpiredToken", 403}, "AccessDeniedException": {"AccessDenied", 403},
	"SerializationException": {"MalformedInput", 400}, "UnknownOperationException": {"InvalidAction", 400},
}

// messages are AWS's words, of the reasons that have the same in all protocols.
var messages = map[v.Reason]string{
	v.TokenMalformed:         "The security token included in the request is invalid",
	v.TokenForOtherKey:       "The security token included in the request is invalid",
	v.TokenExpired:           "The security token included in the request is expired",
	v.TokenMissing:           "The security token included in the request is invalid.",
	v.KeyUnknown:             "The security token included in the request is invalid.",
	v.KeyInactive:            "The security token included in the request is invalid.",
	v.KeyDeleted:             "The security token included in the request is invalid.",
	v.SignatureMismatch:      "The request signature we calculated does not match the signature you provided.",
	v.PayloadHashMismatch:    "The request signature we calculated does not match the signature you provided.",
	v.ChunkSignatureMismatch: "The request signature we calculated does not match the signature you provided.",
	v.SignatureExpired:       "Signature expired: ", v.SignatureNotYetCurrent: "Signature not yet current: ",
	v.MalformedQuery: "Illegal hex character in escape % pattern: {sequence}", v.ChunkMalformed: "{problem}",
}

// TestRowsOfTheFramework holds each protocol's rows to status, code and message of each
// reason. JSON services answer 400 to everything, REST-JSON ones 403.
func TestRowsOfTheFramework(t *testing.T) {
	for _, dialect := range []struct {
		name string
		rows []Row
		want func(reason v.Reason, code string) (int, string)
	}{
		{"REST-JSON", RESTJSONRows, func(r v.Reason, code string) (int, string) {
			switch r {
			case v.UnknownOperation:
				return 404, code
			case v.MalformedRequest, v.ChunkMalformed:
				return 400, code
			}
			return 403, code
		}},
		{"JSON", JSONRows, func(_ v.Reason, code string) (int, string) { return 400, code }},
		{"Query", QueryRows, func(_ v.Reason, code string) (int, string) {
			return inQuery[code].status,
				inQuery[code].code
		}},
		{"a Query service in JSON or CBOR", CompatibleRows, func(r v.Reason, code string) (int, string) {
			if r == v.UnknownOperation {
				return 400, code
			}
			return 403, code
		}},
	} {
		seen := map[v.Reason]bool{}
		for _, row := range dialect.rows {
			code, known := codes[row.Reason]
			if status, code := dialect.want(row.Reason, code); !known || row.Status != status || row.Code != code {
				t.Errorf("%s: %s is %d %s, want %d %s", dialect.name, row.Reason, row.Status, row.Code, status, code)
			}
			if seen[row.Reason] || row.Source == "" || !strings.Contains("VLU", string(row.Confidence)) ||
				row.Confidence == "" {
				t.Errorf("%s: %s stands twice, or has no source: %+v", dialect.name, row.Reason, row)
			}
			seen[row.Reason] = true
			if !strings.HasPrefix(row.Message, messages[row.Reason]) {
				t.Errorf("%s: %s says %q, want %q", dialect.name, row.Reason, row.Message, messages[row.Reason])
			}
			if row.Bare != (row.Reason == v.MalformedRequest) {
				t.Errorf("%s: %s is without a body: %v", dialect.name, row.Reason, row.Bare)
			}
			old := inQuery[row.Code].code
			if want := map[bool]string{true: old + ";Sender"}[dialect.name == "a Query service in JSON or CBOR" &&
				old != "" &&
				old != row.Code && old != "MalformedInput" && old != "InvalidAction"]; row.QueryError != want {
				t.Errorf("%s: %s has x-amzn-query-error %q, want %q", dialect.name, row.Reason, row.QueryError, want)
			}
		}
		if len(seen) != len(codes) {
			t.Errorf("%s: %d reasons, want %d", dialect.name, len(seen), len(codes))
		}
	}
	for _, row := range RESTJSONRows {
		if row.Reason == v.Denied && row.MessageKey != "Message" {
			t.Error("the authorizer writes \"Message\"")
		}
	}
}

// TestRowsOfEC2: AuthFailure, RequestExpired and UnauthorizedOperation, as
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html has them.
func TestRowsOfEC2(t *testing.T) {
	for i, row := range EC2Rows {
		status, code := row.Status, row.Code
		wantStatus, wantCode := 401, "AuthFailure"
		if inQuery[codes[row.Reason]].status == 400 {
			wantStatus, wantCode = 400, inQuery[codes[row.Reason]].code
		}
		switch row.Reason {
		case v.Denied:
			wantStatus, wantCode = 403, "UnauthorizedOperation"
		case v.TokenExpired, v.SignatureExpired:
			wantStatus, wantCode = 400, "RequestExpired"
		}
		if status != wantStatus || code != wantCode || row.Reason != QueryRows[i].Reason {
			t.Errorf("%s is %d %s, want %d %s", row.Reason, status, code, wantStatus, wantCode)
		}
		if code == "AuthFailure" && row.Message != "AWS was not able to validate the provided access credentials" ||
			code == "RequestExpired" && row.Message != "Request has expired." {
			t.Errorf("%s says %q", row.Reason, row.Message)
		}
	}
}

// TestDocumentsOfErrors are whole documents, as AWS writes them: the Query one of
// aws/aws-cli#8918, the others of their protocols' specifications
// (https://smithy.io/2.0/aws/protocols/index.html).
func TestDocumentsOfErrors(t *testing.T) {
	refusal := verdictOf(v.UnknownKey{})
	const text = "The security token included in the request is invalid."
	for _, row := range []struct {
		name    string
		dialect Dialect
		status  int
		body    string
		header  map[string]string
	}{
		{"Query", Dialect{Protocol: Query, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
			Errors: Tabulate(QueryRows)},
			403, "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    " +
				"<Type>Sender</Type>\n" +
				"    <Code>InvalidClientTokenId</Code>\n    <Message>" + text + "</Message>\n  </Error>\n" +
				"  <RequestId>id</RequestId>\n</ErrorResponse>\n", map[string]string{"Content-Type": "text/xml"}},
		{"JSON 1.1", Dialect{Protocol: JSON11, Errors: Tabulate(JSONRows)}, 400,
			`{"__type":"UnrecognizedClientException","message":"` + text + `"}`,
			map[string]string{"Content-Type": "application/x-amz-json-1.1"}},
		{"JSON 1.0", Dialect{Protocol: JSON10, Namespace: "com.amazon.coral.service#", Errors: Tabulate(JSONRows)}, 400,
			`{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"` + text + `"}`,
			map[string]string{"Content-Type": "application/x-amz-json-1.0"}},
		{"REST-JSON", Dialect{Protocol: RESTJSON, Errors: Tabulate(RESTJSONRows)}, 403, `{"message":"` + text + `"}`,
			map[string]string{"Content-Type": "application/json", "x-amzn-ErrorType": "UnrecognizedClientException"}},
		{"EC2", Dialect{Protocol: EC2, Errors: Tabulate(EC2Rows)}, 401, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
			"<Response><Errors><Error><Code>AuthFailure</Code><Message>AWS was not able to validate the " +
			"provided access " +
			"credentials</Message></Error></Errors><RequestID>id</RequestID></Response>",
			map[string]string{"Content-Type": "text/xml;charset=UTF-8"}},
	} {
		r := row.dialect.EncodeError(refusal, &Context{RequestID: "id", Method: "POST",
			ContentType: contentTypes[row.dialect.Protocol]})
		if r.Status != row.status || string(r.Body) != row.body {
			t.Errorf("%s: got %d %s\nwant %d %s", row.name, r.Status, r.Body, row.status, row.body)
		}
		for name, want := range row.header {
			if got := headerOf(r, name); got != want {
				t.Errorf("%s: %s is %q, want %q", row.name, name, got, want)
			}
		}
		if got := headerOf(r, "x-amzn-RequestId"); got != "id" {
			t.Errorf("%s: request id %q", row.name, got)
		}
		if head := row.dialect.EncodeError(refusal, &Context{RequestID: "id", Method: http.MethodHead}); len(
			head.Body) != 0 ||
			head.Status != row.status {
			t.Errorf("%s: HEAD is answered with %d %s", row.name, head.Status, head.Body)
		}
	}
}

var contentTypes = map[Name]string{JSON10: "application/x-amz-json-1.0", JSON11: "application/x-amz-json-1.1"}

// headerOf finds a header of a response however its name is spelled.
func headerOf(r *Response, name string) string {
	for key, values := range r.Header {
		if strings.EqualFold(key, name) {
			return values
		}
	}
	return ""
}

func verdictOf(cause v.Cause) *v.Refusal { return v.Because(v.StageAuthenticate, cause, "") }

// TestElementsOfS3: what S3 adds to an error by its cause, as in the examples of
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and in raw dumps.
func TestElementsOfS3(t *testing.T) {
	now := time.Date(2025, 1, 30, 20, 46, 31, 0, time.UTC)
	skew := v.Skew{RequestTime: "20250130T200000Z", Now: now}
	refused := &RefusedS3{KeyID: "AKIA", Token: "tok", Signature: "sig"}
	for _, row := range []struct {
		cause v.Cause
		want  string
	}{
		{v.UnknownKey{}, "AWSAccessKeyId=AKIA"}, {v.InactiveKey{}, "AWSAccessKeyId=AKIA"},
		{v.DeletedKey{}, "AWSAccessKeyId=AKIA"}, {v.NoToken{}, "AWSAccessKeyId=AKIA"},
		{v.BadToken{}, "Token-0=tok"}, {v.ForeignToken{}, "Token-0=tok"}, {v.OldToken{}, "Token-0=tok"},
		{v.OtherSignature{StringToSign: "AB", CanonicalRequest: "G\n"}, "AWSAccessKeyId=AKIA StringToSign=AB " +
			"SignatureProvided=sig StringToSignBytes=41 42 CanonicalRequest=G\n CanonicalRequestBytes=47 0a"},
		{v.OtherChunkSignature{StringToSign: "A"},
			"AWSAccessKeyId=AKIA StringToSign=A SignatureProvided=sig StringToSignBytes=41"},
		{v.OldSignature{Skew: skew},
			"RequestTime=20250130T200000Z ServerTime=2025-01-30T20:46:31Z MaxAllowedSkewMilliseconds=900000"},
		{v.EarlySignature{Skew: skew},
			"RequestTime=20250130T200000Z ServerTime=2025-01-30T20:46:31Z MaxAllowedSkewMilliseconds=900000"},
		{v.ForeignScope{Region: &v.Part{Sent: "us-east-1", Expected: "eu-west-3"}}, "Region=eu-west-3"},
		{v.ForeignScope{}, ""},
		{v.BadChunk{Length: v.ProblemOther, Expected: 5, Provided: 4}, "NumberBytesExpected=5 NumberBytesProvided=4"},
		{v.SmallChunk{Chunk: 0, Size: 3}, "Chunk=2 BadChunkSize=3"}, // versity/versitygw#1683
		{v.BadChunk{}, ""},
		{v.OtherPayload{Claimed: "a", Computed: "b"}, "ClientComputedContentSHA256=a S3ComputedContentSHA256=b"},
		{v.BadPayloadHash{Value: "x"}, "ArgumentName=x-amz-content-sha256 ArgumentValue=x"},
		{v.UnsignedHeaders{Headers: []string{"a", "b"}}, "HeadersNotSigned=a, b"},
		{v.EarlyPresign{Date: "d", Now: now}, "X-Amz-Date=d ServerTime=2025-01-30T20:46:31Z"},
		{v.Failure{Elements: map[string]string{"BucketName": "b", "Bucket": "a", "Other": "c", "Key": "k"}},
			"Bucket=a BucketName=b Key=k"},
		{v.Denial{}, ""},
	} {
		elements := map[string]string{}
		if f, ok := row.cause.(v.Failure); ok {
			elements = f.Elements
		}
		var got []string
		for _, x := range s3Extra(errorText{Refusal: verdictOf(row.cause), Elements: elements},
			&Context{Refused: refused}) {
			got = append(got, x[0]+"="+x[1])
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%T: got %q, want %q", row.cause, strings.Join(got, " "), row.want)
		}
	}
	// The one error that names an argument repeats the header.
	for _, cause := range []v.Cause{v.ForeignScheme{Header: "Basic x"}, v.SignedTwice{Header: "Basic x"}} {
		for code, want := range map[string]int{"InvalidArgument": 2, "AccessDenied": 0} {
			got := s3Extra(errorText{Code: code, Refusal: verdictOf(cause)}, &Context{})
			if len(got) != want || want > 0 && (got[0][1] != "Authorization" || got[1][1] != "Basic x") {
				t.Errorf("%T, %s: got %v", cause, code, got)
			}
		}
	}
}

// TestPlannedFaults: how each protocol throttles and fails
// (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html).
func TestPlannedFaults(t *testing.T) {
	for _, row := range []struct {
		protocol Name
		fault    fault.Fault
		status   int
		code     string
	}{
		{EC2, fault.Throttle(1), 503, "RequestLimitExceeded"}, {Query, fault.Throttle(1), 400, "Throttling"},
		{RESTXML, fault.Throttle(1), 400, "Throttling"}, {RESTJSON, fault.Throttle(1), 429, "TooManyRequestsException"},
		{JSON10, fault.Throttle(1), 400, "ThrottlingException"}, {JSON11, fault.Throttle(1), 400,
			"ThrottlingException"},
		{CBOR, fault.Throttle(1), 400, "ThrottlingException"},
		{EC2, fault.Status(500, 1), 500, "InternalError"}, {EC2, fault.Status(503, 1), 503, "Unavailable"},
		{Query, fault.Status(500, 1), 500, "InternalFailure"}, {Query, fault.Status(503, 1), 503, "ServiceUnavailable"},
		{RESTXML, fault.Status(500, 1), 500, "InternalFailure"},
		{RESTJSON, fault.Status(500, 1), 500, "InternalServerException"},
		{JSON10, fault.Status(503, 1), 503, "ServiceUnavailableException"},
		{JSON11, fault.Status(500, 1), 500, "InternalServerException"}, {CBOR, fault.Status(500, 1), 500,
			"InternalServerException"},
		{JSON11, fault.Status(502, 1), 502, "502"}, {JSON11, fault.Fault{Kind: fault.KindStatus}, 500,
			"InternalServerException"},
		{JSON11, fault.Fault{Kind: fault.KindStatus, Status: 500, Code: "Mine"}, 500, "Mine"},
	} {
		d := &Dialect{Protocol: row.protocol}
		r := d.EncodeFault(&row.fault, &Context{RequestID: "id"})
		if r.Status != row.status || r.Code != row.code || r.Row == nil || r.Row.Source == "" {
			t.Errorf("%s, %v: got %d %s, want %d %s", row.protocol, row.fault, r.Status, r.Code, row.status, row.code)
		}
		if bare := row.code == "502"; (len(r.Body) == 0) != bare {
			t.Errorf("%s, %v: a body of %d bytes", row.protocol, row.fault, len(r.Body))
		}
	}
	own := Row{Status: 429, Code: "SlowDown"}
	d := &Dialect{Protocol: JSON11, Throttled: &own, Failing: map[int]Row{500: {Code: "Own"}}}
	throttled, failed := fault.Throttle(1), fault.Status(500, 1)
	if r := d.EncodeFault(&throttled, &Context{}); r.Status != 429 || r.Code != "SlowDown" {
		t.Errorf("got %d %s", r.Status, r.Code)
	}
	if r := d.EncodeFault(&failed, &Context{}); r.Status != 500 || r.Code != "Own" {
		t.Errorf("got %d %s", r.Status, r.Code)
	}
}

// TestExtendedIDs: an x-amz-id-2 has 76 characters of base64, as in
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/get-request-ids.html and newer
// dumps.
func TestExtendedIDs(t *testing.T) {
	if id := NewExtendedID(); len(id) != 76 || !strings.HasSuffix(id, "=") {
		t.Errorf("%d characters: %s", len(id), id)
	}
}
