package all_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const id = "6ca66a39-87b0-4d36-aab9-4bff707642a2"

func dialectsByService() map[string]*protocol.Dialect {
	out := map[string]*protocol.Dialect{}
	for _, s := range builtin() {
		out[s.ID] = &s.Dialect
	}
	return out
}

// TestBytes has whole answers as they were recorded from AWS, and lengths where
// only those are known.
func TestBytes(t *testing.T) {
	dialects := dialectsByService()
	at := func(minute, second int) time.Time { return time.Date(2025, 1, 30, 20, minute, second, 0, time.UTC) }
	skew := verdict.OldSignature{Skew: verdict.Skew{Date: at(38, 27), Bound: at(41, 31), Now: at(46, 31), Minutes: 5}}
	for _, row := range []struct {
		name    string
		service string
		reason  verdict.Reason
		cause   verdict.Cause // nil says nothing beyond the reason
		status  int
		header  map[string]string
		body    string // "" = only the length
		length  int
	}{
		{"Bedrock, foreign token", "Bedrock Runtime", verdict.TokenForOtherKey, nil, 403,
			map[string]string{"x-amzn-ErrorType": "UnrecognizedClientException:http://internal.amazon.com/coral/com.amazon.coral.service/", "Content-Type": "application/json"},
			`{"message":"The security token included in the request is invalid"}`, 67},
		{"Bedrock, unknown key", "Bedrock Runtime", verdict.KeyUnknown, nil, 403, nil,
			`{"message":"The security token included in the request is invalid."}`, 68},
		{"Bedrock, expired token", "Bedrock Runtime", verdict.TokenExpired, nil, 403, nil,
			`{"message":"The security token included in the request is expired"}`, 67},
		{"Bedrock, wrong signature without appendix", "Bedrock Runtime", verdict.SignatureMismatch, nil, 403, nil, "",
			192},
		{"Bedrock, no authorization", "Bedrock Runtime", verdict.MissingAuthentication, nil, 403,
			map[string]string{"x-amzn-ErrorType": "AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/"},
			`{"Message":"Authorization header is missing"}`, 45},
		{"Bedrock, bearer of another form", "Bedrock Runtime", verdict.BearerMalformed, nil, 403, nil,
			`{"Message":"Invalid API Key format: Must start with pre-defined prefix"}`, 72},
		{"Bedrock, wrong bearer", "Bedrock Runtime", verdict.BearerInvalid, nil, 403, nil,
			`{"Message":"Authentication failed: Please make sure your API Key is valid."}`, 76},
		{"Bedrock, expired bearer", "Bedrock Runtime", verdict.BearerExpired, nil, 403, nil,
			`{"Message":"Bearer Token has expired"}`, 38},
		{"Bedrock, unknown operation", "Bedrock Runtime", verdict.UnknownOperation, nil, 200, nil,
			`{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}`, 90},
		{"Bedrock, too old", "Bedrock Runtime", verdict.SignatureExpired, skew, 403, nil,
			`{"message":"Signature expired: 20250130T203827Z is now earlier than 20250130T204131Z (20250130T204631Z - 5 min.)"}`, 0},
		{"Bedrock, region", "Bedrock Runtime", verdict.WrongScope, verdict.ForeignScope{
			Region: &verdict.Part{Sent: "eu-west-1", Expected: "us-east-1"}}, 403, nil,
			`{"message":"Credential should be scoped to a valid region. "}`, 0},
		{"Bedrock, service", "Bedrock Runtime", verdict.WrongScope, verdict.ForeignScope{
			Service: &verdict.Part{Sent: "bedrock-runtime", Expected: "bedrock"}}, 403, nil,
			`{"message":"Credential should be scoped to correct service: 'bedrock'. "}`, 0},
		{"Bedrock, denied", "Bedrock Runtime", verdict.Denied, verdict.Denial{
			Principal: "arn:aws:iam::111122223333:user/x", Action: "bedrock:InvokeModel",
			Resource: "arn:aws:bedrock:us-east-1::foundation-model/m",
			Because:  "because no identity-based policy allows the bedrock:InvokeModel action"}, 403, nil,
			`{"Message":"User: arn:aws:iam::111122223333:user/x is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/m because no identity-based policy allows the bedrock:InvokeModel action"}`, 0},
		{"Lambda, wrong signature", "Lambda", verdict.SignatureMismatch, nil, 403,
			map[string]string{"x-amzn-ErrorType": "InvalidSignatureException"}, "", 192},
		{"DynamoDB, unknown key", "DynamoDB", verdict.KeyUnknown, nil, 400, map[string]string{"Server": "Server",
			"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": "3880715766"},
			`{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."}`, 132},
		{"DynamoDB, foreign token", "DynamoDB", verdict.TokenForOtherKey, nil, 400, nil, "", 131},
		{"DynamoDB, expired token", "DynamoDB", verdict.TokenExpired, nil, 400, nil, "", 125},
		{"DynamoDB, no authorization", "DynamoDB", verdict.MissingAuthentication, nil, 400, nil, "", 125},
		{"DynamoDB, wrong signature", "DynamoDB", verdict.SignatureMismatch, nil, 400, nil, "", 254},
		{"DynamoDB, unknown operation", "DynamoDB", verdict.UnknownOperation, nil, 400,
			map[string]string{"x-amz-crc32": "1368724161"},
			`{"__type":"com.amazon.coral.service#UnknownOperationException"}`, 0},
		{"Logs, unknown key", "CloudWatch Logs", verdict.KeyUnknown, nil, 400,
			map[string]string{"Content-Type": "application/x-amz-json-1.1"},
			`{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid."}`, 107},
		{"SQS, unknown key", "SQS", verdict.KeyUnknown, nil, 403,
			map[string]string{"x-amzn-query-error": "InvalidClientTokenId;Sender"}, "", 132},
		{"IAM, foreign token", "IAM", verdict.TokenForOtherKey, nil, 403, map[string]string{"Content-Type": "text/xml"}, `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidClientTokenId</Code>
    <Message>The security token included in the request is invalid</Message>
  </Error>
  <RequestId>6ca66a39-87b0-4d36-aab9-4bff707642a2</RequestId>
</ErrorResponse>
`, 305},
		{"IAM, unknown key", "IAM", verdict.KeyUnknown, nil, 403, nil, "", 306},
		{"S3, unknown key", "S3", verdict.KeyUnknown, nil, 403, map[string]string{"Content-Type": "application/xml",
			"Server": "AmazonS3", "x-amz-id-2": "host-id"},
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InvalidAccessKeyId</Code><Message>The AWS " +
				"Access Key Id you provided does not exist in our " +
				"records.</Message><AWSAccessKeyId>AKIAX</AWSAccessKeyId><RequestId>" + id +
				"</RequestId><HostId>host-id</HostId></Error>", 0},
		{"climbing path", "Lambda", verdict.MalformedRequest, nil, 400, map[string]string{"Content-Type": ""}, "", 0},
		{"S3, header without a space", "S3", verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: verdict.Variant{Problem: "no-space"}, Header: "x"}, 400, nil,
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InvalidArgument</Code><Message>Authorization " +
				"header is invalid -- one and only one ' ' (space) " +
				"required.</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>x</ArgumentValue><RequestId>" + id + "</RequestId><HostId>host-id</HostId></Error>", 0},
		{"S3, SigV2", "S3", verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: verdict.Variant{Problem: "sigv2"}, Header: "AWS x:y"}, 400, nil, "", 0},
		{"S3, foreign token", "S3", verdict.TokenForOtherKey, nil, 400, nil, "", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := &protocol.Context{RequestID: id, ExtendedID: "host-id", Method: "POST",
				Refused: &protocol.RefusedS3{KeyID: "AKIAX", Token: "T"}}
			refusal := verdict.Bare(verdict.StageAuthenticate, row.reason, "")
			if row.cause != nil {
				refusal = verdict.Because(verdict.StageAuthenticate, row.cause, "")
			}
			r := dialects[row.service].EncodeError(refusal, c)
			if r.Status != row.status {
				t.Errorf("status %d, want %d", r.Status, row.status)
			}
			if row.body != "" && string(r.Body) != row.body {
				t.Errorf("body\n%s\nwant\n%s", r.Body, row.body)
			}
			if row.length != 0 && len(r.Body) != row.length {
				t.Errorf("%d bytes, want %d: %s", len(r.Body), row.length, r.Body)
			}
			for name, want := range row.header {
				if r.Header[name] != want {
					t.Errorf("%s: %q, want %q", name, r.Header[name], want)
				}
			}
		})
	}
}

// TestEveryRowIsSourced keeps guesses from passing as facts: each row of each service
// names a public source and a mark of confidence.
func TestEveryRowIsSourced(t *testing.T) {
	checked := 0
	check := func(name string, r *protocol.Row) {
		checked++
		if r.Source == "" || r.Confidence != protocol.Verified && r.Confidence != protocol.Likely &&
			r.Confidence != protocol.Unverified {
			t.Errorf("%s: source %q, confidence %q", name, r.Source, r.Confidence)
		}
		if r.Status == 0 || r.Code == "" && !r.Bare && r.Reason != verdict.UnknownOperation {
			t.Errorf("%s: status %d, code %q", name, r.Status, r.Code)
		}
	}
	for _, s := range builtin() {
		for _, d := range dialectsOf(s) {
			name := s.ID + " over " + string(d.Protocol) + ": "
			for reason, row := range d.Errors {
				check(name+string(reason), row)
				for variant, special := range row.When {
					special.Reason = reason
					check(fmt.Sprint(name, reason, variant), &special)
				}
			}
			for failure, row := range d.Failures {
				check(name+failure, &row)
				if row.Status < 300 || row.Message == "" && row.Compose == nil {
					t.Errorf("%s%s: %d %q", name, failure, row.Status, row.Message)
				}
			}
			for status, row := range d.Failing {
				row.Status = status
				check(name+"failing", &row)
			}
			if d.Throttled != nil {
				check(name+"throttled", d.Throttled)
			}
		}
	}
	if checked < 500 {
		t.Errorf("%d rows were checked: where are the others?", checked)
	}
}

// TestPlaceholdersAreFilled: every {name} of a message is a field of the reason's cause.
func TestPlaceholdersAreFilled(t *testing.T) {
	unfilled := regexp.MustCompile(`\{[a-zA-Z]+\}`)
	check := func(d *protocol.Dialect, reason verdict.Reason, row *protocol.Row) {
		text := row.Text(verdict.Bare(verdict.StageAuthenticate, reason, "").Cause)
		if left := unfilled.FindString(text); left != "" {
			t.Errorf("%s, %s: the cause has no field for %s in %q", d.Protocol, reason, left, row.Message)
		}
	}
	for _, s := range builtin() {
		for _, d := range dialectsOf(s) {
			for reason, row := range d.Errors {
				check(&d, reason, row)
				for _, special := range row.When {
					check(&d, reason, &special)
				}
			}
		}
	}
}

// TestReasonsHaveRows: whatever the judge can find, each service can say.
func TestReasonsHaveRows(t *testing.T) {
	dialects := dialectsByService()
	for name, d := range dialects {
		for _, reason := range []verdict.Reason{
			verdict.BothMechanisms, verdict.MissingAuthentication, verdict.UnsupportedScheme,
			verdict.MalformedAuthorization, verdict.MissingParameters,
			verdict.MissingQueryParameters, verdict.MalformedQuery, verdict.HostNotSigned, verdict.MalformedDate,
			verdict.SignatureExpired, verdict.SignatureNotYetCurrent,
			verdict.MalformedCredential, verdict.WrongScope, verdict.TokenMalformed, verdict.TokenForOtherKey,
			verdict.TokenExpired, verdict.TokenMissing, verdict.KeyUnknown,
			verdict.KeyInactive, verdict.KeyDeleted, verdict.SignatureMismatch, verdict.MalformedRequest,
			verdict.PayloadHashMismatch, verdict.ChunkSignatureMismatch, verdict.ChunkMalformed, verdict.Denied,
		} {
			if d.Errors[reason] == nil {
				t.Errorf("%s has no row for %s", name, reason)
			}
		}
	}
	for _, reason := range []verdict.Reason{verdict.ChunkTooSmall, verdict.TrailerMalformed, verdict.ChecksumMismatch,
		verdict.PayloadHashMissing, verdict.PayloadHashMalformed, verdict.HeadersNotSigned, verdict.PresignExpired,
		verdict.PresignNotYetValid, verdict.PresignExpiresInvalid} {
		if dialects["S3"].Errors[reason] == nil {
			t.Errorf("s3 has no row for %s", reason)
		}
	}
}
