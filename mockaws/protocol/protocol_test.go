package protocol

import (
	"strings"
	"testing"

	v "github.com/hostproof/hostproof/mockaws/verdict"
)

var (
	bedrock = Dialect{Protocol: RESTJSON, ErrorTypeSuffix: ":http://internal.amazon.com/coral/com.amazon.coral.service/", Errors: Tabulate(RESTJSONRows, BedrockRows)}
	lambda  = Dialect{Protocol: RESTJSON, Errors: Tabulate(RESTJSONRows)}
	dynamo  = Dialect{Protocol: JSON10, Namespace: "com.amazon.coral.service#", DynamoDB: true, Errors: Tabulate(JSONRows, DynamoDBRows)}
	logs    = Dialect{Protocol: JSON11, Errors: Tabulate(JSONRows)}
	sqs     = Dialect{Protocol: JSON10, Namespace: "com.amazon.coral.service#", Errors: Tabulate(SQSRows)}
	iamAPI  = Dialect{Protocol: Query, Namespace: "https://iam.amazonaws.com/doc/2010-05-08/", Errors: Tabulate(QueryRows)}
	s3      = Dialect{Protocol: S3, Errors: Tabulate(S3Rows)}
)

const id = "6ca66a39-87b0-4d36-aab9-4bff707642a2"

// TestBytes has whole answers as they were recorded from AWS, and lengths where
// only those are known.
func TestBytes(t *testing.T) {
	skew := []string{"date", "20250130T203827Z", "bound", "20250130T204131Z", "now", "20250130T204631Z", "minutes", "5"}
	for _, row := range []struct {
		name    string
		dialect *Dialect
		reason  v.Reason
		args    []string
		status  int
		header  map[string]string
		body    string // "" = only the length
		length  int
	}{
		{"Bedrock, foreign token", &bedrock, v.TokenForOtherKey, nil, 403, map[string]string{"x-amzn-ErrorType": "UnrecognizedClientException:http://internal.amazon.com/coral/com.amazon.coral.service/", "Content-Type": "application/json"},
			`{"message":"The security token included in the request is invalid"}`, 67},
		{"Bedrock, unknown key", &bedrock, v.KeyUnknown, nil, 403, nil, `{"message":"The security token included in the request is invalid."}`, 68},
		{"Bedrock, expired token", &bedrock, v.TokenExpired, nil, 403, nil, `{"message":"The security token included in the request is expired"}`, 67},
		{"Bedrock, wrong signature without appendix", &bedrock, v.SignatureMismatch, nil, 403, nil, "", 192},
		{"Bedrock, no authorization", &bedrock, v.MissingAuthentication, nil, 403, map[string]string{"x-amzn-ErrorType": "AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/"},
			`{"Message":"Authorization header is missing"}`, 45},
		{"Bedrock, bearer of another form", &bedrock, v.BearerMalformed, nil, 403, nil, `{"Message":"Invalid API Key format: Must start with pre-defined prefix"}`, 72},
		{"Bedrock, wrong bearer", &bedrock, v.BearerInvalid, nil, 403, nil, `{"Message":"Authentication failed: Please make sure your API Key is valid."}`, 76},
		{"Bedrock, expired bearer", &bedrock, v.BearerExpired, nil, 403, nil, `{"Message":"Bearer Token has expired"}`, 38},
		{"Bedrock, unknown operation", &bedrock, v.UnknownOperation, nil, 200, nil, `{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}`, 90},
		{"Bedrock, too old", &bedrock, v.SignatureExpired, skew, 403, nil,
			`{"message":"Signature expired: 20250130T203827Z is now earlier than 20250130T204131Z (20250130T204631Z - 5 min.)"}`, 0},
		{"Bedrock, region", &bedrock, v.WrongScope, []string{"region", "eu-west-1", "expectedRegion", "us-east-1"}, 403, nil, `{"message":"Credential should be scoped to a valid region. "}`, 0},
		{"Bedrock, service", &bedrock, v.WrongScope, []string{"service", "bedrock-runtime", "expectedService", "bedrock"}, 403, nil, `{"message":"Credential should be scoped to correct service: 'bedrock'. "}`, 0},
		{"Bedrock, denied", &bedrock, v.Denied, []string{"principal", "arn:aws:iam::111122223333:user/x", "action", "bedrock:InvokeModel", "resource", "arn:aws:bedrock:us-east-1::foundation-model/m", "because", "because no identity-based policy allows the bedrock:InvokeModel action"}, 403, nil,
			`{"Message":"User: arn:aws:iam::111122223333:user/x is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/m because no identity-based policy allows the bedrock:InvokeModel action"}`, 0},
		{"Lambda, wrong signature", &lambda, v.SignatureMismatch, nil, 403, map[string]string{"x-amzn-ErrorType": "InvalidSignatureException"}, "", 192},
		{"DynamoDB, unknown key", &dynamo, v.KeyUnknown, nil, 400, map[string]string{"Server": "Server", "Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": "3880715766"},
			`{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."}`, 132},
		{"DynamoDB, foreign token", &dynamo, v.TokenForOtherKey, nil, 400, nil, "", 131},
		{"DynamoDB, expired token", &dynamo, v.TokenExpired, nil, 400, nil, "", 125},
		{"DynamoDB, no authorization", &dynamo, v.MissingAuthentication, nil, 400, nil, "", 125},
		{"DynamoDB, wrong signature", &dynamo, v.SignatureMismatch, nil, 400, nil, "", 254},
		{"DynamoDB, unknown operation", &dynamo, v.UnknownOperation, nil, 400, map[string]string{"x-amz-crc32": "1368724161"}, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`, 0},
		{"Logs, unknown key", &logs, v.KeyUnknown, nil, 400, map[string]string{"Content-Type": "application/x-amz-json-1.1"},
			`{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid."}`, 107},
		{"SQS, unknown key", &sqs, v.KeyUnknown, nil, 403, map[string]string{"x-amzn-query-error": "InvalidClientTokenId;Sender"}, "", 132},
		{"IAM, foreign token", &iamAPI, v.TokenForOtherKey, nil, 403, map[string]string{"Content-Type": "text/xml"}, `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidClientTokenId</Code>
    <Message>The security token included in the request is invalid</Message>
  </Error>
  <RequestId>6ca66a39-87b0-4d36-aab9-4bff707642a2</RequestId>
</ErrorResponse>
`, 305},
		{"IAM, unknown key", &iamAPI, v.KeyUnknown, nil, 403, nil, "", 306},
		{"S3, unknown key", &s3, v.KeyUnknown, nil, 403, map[string]string{"Content-Type": "application/xml", "Server": "AmazonS3", "x-amz-id-2": "host-id"},
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message><AWSAccessKeyId>AKIAX</AWSAccessKeyId><RequestId>" + id + "</RequestId><HostId>host-id</HostId></Error>", 0},
		{"climbing path", &lambda, v.MalformedRequest, nil, 400, map[string]string{"Content-Type": ""}, "", 0},
		{"S3, header without a space", &s3, v.UnsupportedScheme, []string{"problem", "no-space", "header", "x"}, 400, nil,
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InvalidArgument</Code><Message>Authorization header is invalid -- one and only one ' ' (space) required.</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>x</ArgumentValue><RequestId>" + id + "</RequestId><HostId>host-id</HostId></Error>", 0},
		{"S3, SigV2", &s3, v.UnsupportedScheme, []string{"problem", "sigv2", "header", "AWS x:y"}, 400, nil, "", 0},
		{"S3, foreign token", &s3, v.TokenForOtherKey, nil, 400, nil, "", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := &Context{RequestID: id, ExtendedID: "host-id", Method: "POST", Refused: &RefusedS3{KeyID: "AKIAX", Token: "T"}}
			r := row.dialect.EncodeError(v.Refuse(v.StageAuthenticate, row.reason, "", row.args...), c)
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

// TestEveryRowIsSourced keeps guesses from passing as facts: each row names a
// public source and a mark of confidence.
func TestEveryRowIsSourced(t *testing.T) {
	for name, rows := range map[string][]Row{
		"rest-json": RESTJSONRows, "bedrock": BedrockRows, "json": JSONRows, "dynamodb": DynamoDBRows, "sqs": SQSRows, "query": QueryRows, "s3": S3Rows,
		"openai": MantleChatRows, "anthropic": MantleMessagesRows,
	} {
		for _, r := range rows {
			if r.Source == "" || r.Confidence != Verified && r.Confidence != Likely && r.Confidence != Unverified {
				t.Errorf("%s: %s: source %q, confidence %q", name, r.Reason, r.Source, r.Confidence)
			}
			if r.Status == 0 || r.Code == "" && !r.Bare && r.Reason != v.UnknownOperation {
				t.Errorf("%s: %s: status %d, code %q", name, r.Reason, r.Status, r.Code)
			}
		}
	}
}

// TestReasonsHaveRows: whatever the judge can find, each protocol can say.
func TestReasonsHaveRows(t *testing.T) {
	for name, d := range map[string]*Dialect{"bedrock": &bedrock, "lambda": &lambda, "dynamodb": &dynamo, "logs": &logs, "sqs": &sqs, "iam": &iamAPI, "s3": &s3} {
		for _, reason := range []v.Reason{
			v.BothMechanisms, v.MissingAuthentication, v.UnsupportedScheme, v.MalformedAuthorization, v.MissingParameters,
			v.MissingQueryParameters, v.MalformedQuery, v.HostNotSigned, v.MalformedDate, v.SignatureExpired, v.SignatureNotYetCurrent,
			v.MalformedCredential, v.WrongScope, v.TokenMalformed, v.TokenForOtherKey, v.TokenExpired, v.TokenMissing, v.KeyUnknown,
			v.KeyInactive, v.KeyDeleted, v.SignatureMismatch, v.MalformedRequest, v.PayloadHashMismatch, v.ChunkSignatureMismatch, v.ChunkMalformed, v.Denied,
		} {
			if d.Errors[reason] == nil {
				t.Errorf("%s has no row for %s", name, reason)
			}
		}
	}
	for _, reason := range []v.Reason{v.ChunkTooSmall, v.TrailerMalformed, v.ChecksumMismatch, v.PayloadHashMissing, v.PayloadHashMalformed, v.HeadersNotSigned, v.PresignExpired, v.PresignNotYetValid, v.PresignExpiresInvalid} {
		if s3.Errors[reason] == nil {
			t.Errorf("s3 has no row for %s", reason)
		}
	}
}

func TestScopeSentences(t *testing.T) {
	got := scopeSentences(map[string]string{
		"region": "x", "service": "y", "expectedService": "sts", "terminator": "z",
		"scopeDate": "20250101", "headerDate": "20250102", "header": "20250102T000000Z",
	})
	want := "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. " +
		"Credential should be scoped with a valid terminator: 'aws4_request', not 'z'. " +
		"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20250101' != '20250102', from '20250102T000000Z'. "
	if got != want {
		t.Errorf("got %q", got)
	}
}

func TestRequestIDs(t *testing.T) {
	if id := dynamo.NewRequestID(); len(id) != 52 || !strings.HasSuffix(id, "VV4KQNSO5AEMVJF66Q9ASUAAJG") {
		t.Errorf("DynamoDB: %s", id)
	}
	if id := s3.NewRequestID(); len(id) != 16 || strings.ToUpper(id) != id {
		t.Errorf("S3: %s", id)
	}
	if id := bedrock.NewRequestID(); len(id) != 36 || id[14] != '4' {
		t.Errorf("Bedrock: %s", id)
	}
}

// Every answer of S3 says how sure it is, and where it is from.
func TestS3AnswersHaveSources(t *testing.T) {
	check := func(name string, r Row) {
		if r.Source == "" || r.Confidence != Verified && r.Confidence != Likely && r.Confidence != Unverified {
			t.Errorf("%s: confidence %q, source %q", name, r.Confidence, r.Source)
		}
		if r.Status < 300 || r.Code == "" || r.Message == "" && r.Compose == nil {
			t.Errorf("%s: %d %q %q", name, r.Status, r.Code, r.Message)
		}
	}
	for _, row := range S3Rows {
		check(string(row.Reason), row)
		for problem, special := range row.When {
			check(string(row.Reason)+", "+problem, special)
		}
	}
	for name, row := range S3Failures {
		check(name, row)
	}
}

func TestNoSurerThanTheLimit(t *testing.T) {
	for c, want := range map[Confidence]Confidence{Verified: Likely, Likely: Likely, Unverified: Unverified} {
		if got := atMost(c, Likely); got != want {
			t.Errorf("%s: got %s, want %s", c, got, want)
		}
	}
	for _, row := range EC2Rows {
		if row.Confidence == Verified && row.Reason != v.MalformedRequest {
			t.Errorf("%s: taken over from Query as verified", row.Reason)
		}
	}
}
