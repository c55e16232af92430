package protocol

import v "github.com/hostproof/hostproof/mockaws/verdict"

// The sources that many rows share.
const (
	srcChart    = "dacut/scratchstack-aws-signature docs: AWS Auth Error Ordering"
	srcDynalite = "architect/dynalite tests, run against AWS"
	srcIAMGuide = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
	srcCommon   = "https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html"
)

// RESTJSONRows are the answers of REST-JSON services to what their framework
// refuses: 403 throughout.
var RESTJSONRows = []Row{
	{Reason: v.MalformedRequest, Status: 400, Bare: true, Confidence: Likely, Source: srcChart},
	{Reason: v.BothMechanisms, Status: 403, Code: "InvalidSignatureException", Message: textBoth, Confidence: Likely, Source: srcDynalite},
	{Reason: v.MissingAuthentication, Status: 403, Code: "MissingAuthenticationTokenException", Message: "Missing Authentication Token", Confidence: Verified, Source: "brefphp/bref#1250"},
	{Reason: v.UnsupportedScheme, Status: 403, Code: "IncompleteSignatureException", Message: textAlgorithm, Confidence: Likely, Source: srcChart},
	{Reason: v.MalformedAuthorization, Status: 403, Code: "IncompleteSignatureException", Compose: missingEqualSign, Confidence: Likely, Source: srcChart},
	{Reason: v.MissingParameters, Status: 403, Code: "IncompleteSignatureException", Compose: missingHeaderSentences, Confidence: Likely, Source: srcChart},
	{Reason: v.MissingQueryParameters, Status: 403, Code: "IncompleteSignatureException", Compose: missingQuerySentences, Confidence: Likely, Source: srcChart},
	{Reason: v.MalformedQuery, Status: 403, Code: "MalformedQueryString", Message: "Illegal hex character in escape % pattern: {sequence}", Confidence: Unverified, Source: srcChart},
	{Reason: v.HostNotSigned, Status: 403, Code: "InvalidSignatureException", Message: textHost, Confidence: Likely, Source: srcChart},
	{Reason: v.MalformedDate, Status: 403, Code: "IncompleteSignatureException", Message: textDate, Confidence: Likely, Source: srcChart},
	{Reason: v.SignatureExpired, Status: 403, Code: "InvalidSignatureException", Message: textExpired, Confidence: Verified, Source: "aws/aws-cli#6833"},
	{Reason: v.SignatureNotYetCurrent, Status: 403, Code: "InvalidSignatureException", Message: textNotYet, Confidence: Likely, Source: srcChart},
	{Reason: v.MalformedCredential, Status: 403, Code: "IncompleteSignatureException", Message: textCredential, Confidence: Likely, Source: srcChart},
	{Reason: v.WrongScope, Status: 403, Code: "InvalidSignatureException", Compose: scopeSentences, Confidence: Verified, Source: "earendil-works/pi#3487"},
	{Reason: v.TokenMalformed, Status: 403, Code: "UnrecognizedClientException", Message: textTokenInvalid, Confidence: Likely, Source: "iann0036/iamlive#58"},
	{Reason: v.TokenForOtherKey, Status: 403, Code: "UnrecognizedClientException", Message: textTokenInvalid, Confidence: Likely, Source: "iann0036/iamlive#58"},
	{Reason: v.TokenExpired, Status: 403, Code: "ExpiredTokenException", Message: textTokenExpired, Confidence: Verified, Source: "cq-provider-aws#1171"},
	{Reason: v.TokenMissing, Status: 403, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Likely, Source: srcChart},
	{Reason: v.KeyUnknown, Status: 403, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Verified, Source: "awslabs/aws-shell#248"},
	{Reason: v.KeyInactive, Status: 403, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Likely, Source: srcChart},
	{Reason: v.KeyDeleted, Status: 403, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Likely, Source: srcChart},
	{Reason: v.SignatureMismatch, Status: 403, Code: "InvalidSignatureException", Message: textMismatch, Confidence: Verified, Source: "erlcloud#690"},
	{Reason: v.PayloadHashMismatch, Status: 403, Code: "InvalidSignatureException", Message: textMismatch, Confidence: Likely, Source: srcChart},
	{Reason: v.ChunkSignatureMismatch, Status: 403, Code: "InvalidSignatureException", Message: textMismatch, Confidence: Unverified, Source: srcChart},
	{Reason: v.ChunkMalformed, Status: 400, Code: "SerializationException", Message: "{problem}", Confidence: Unverified, Source: srcCommon},
	{Reason: v.BearerMalformed, Status: 403, Code: "IncompleteSignatureException", Compose: missingEqualSign, Confidence: Likely, Source: srcChart},
	{Reason: v.BearerInvalid, Status: 403, Code: "IncompleteSignatureException", Compose: missingEqualSign, Confidence: Likely, Source: srcChart},
	{Reason: v.Denied, Status: 403, Code: "AccessDeniedException", Compose: denied, MessageKey: "Message", Confidence: Verified, Source: srcIAMGuide},
	{Reason: v.UnknownOperation, Status: 404, Code: "UnknownOperationException", Confidence: Likely, Source: "https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html"},
}

// BedrockRows are what Bedrock and Bedrock Runtime answer otherwise than the
// other REST-JSON services, with the rows that were recorded from them.
var BedrockRows = []Row{
	{Reason: v.MissingAuthentication, Status: 403, Code: "AccessDeniedException", Message: "Authorization header is missing", MessageKey: "Message", Confidence: Verified, Source: "karthink/gptel#1397"},
	{Reason: v.MalformedAuthorization, Status: 403, Code: "IncompleteSignatureException", Compose: missingEqualSign, Confidence: Unverified, Source: srcChart},
	{Reason: v.SignatureExpired, Status: 403, Code: "InvalidSignatureException", Message: textExpired, Confidence: Verified, Source: "anthropics/anthropic-sdk-go#122"},
	{Reason: v.WrongScope, Status: 403, Code: "InvalidSignatureException", Compose: scopeSentences, Confidence: Verified, Source: "earendil-works/pi#3487"},
	{Reason: v.TokenMalformed, Status: 403, Code: "UnrecognizedClientException", Message: textTokenInvalid, Confidence: Verified, Source: "anthropics/anthropic-sdk-typescript#537"},
	{Reason: v.TokenForOtherKey, Status: 403, Code: "UnrecognizedClientException", Message: textTokenInvalid, Confidence: Verified, Source: "anthropics/anthropic-sdk-typescript#537"},
	{Reason: v.TokenExpired, Status: 403, Code: "ExpiredTokenException", Message: textTokenExpired, Confidence: Verified, Source: "anthropics/claude-code#28032"},
	{Reason: v.TokenMissing, Status: 403, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Verified, Source: "vercel/ai#2053"},
	{Reason: v.KeyUnknown, Status: 403, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Verified, Source: "BerriAI/litellm#37905"},
	{Reason: v.SignatureMismatch, Status: 403, Code: "InvalidSignatureException", Compose: mismatchWithAppendix, Confidence: Verified, Source: "BerriAI/litellm#14763"},
	{Reason: v.BearerMalformed, Status: 403, Code: "AccessDeniedException", Message: "Invalid API Key format: Must start with pre-defined prefix", MessageKey: "Message", Confidence: Verified, Source: "BerriAI/litellm#37905"},
	{Reason: v.BearerInvalid, Status: 403, Code: "AccessDeniedException", Message: "Authentication failed: Please make sure your API Key is valid.", MessageKey: "Message", Confidence: Verified, Source: "anomalyco/opencode#47073"},
	{Reason: v.BearerExpired, Status: 403, Code: "AccessDeniedException", Message: "Bearer Token has expired", MessageKey: "Message", Confidence: Verified, Source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"},
	{Reason: v.Denied, Status: 403, Code: "AccessDeniedException", Compose: denied, MessageKey: "Message", Confidence: Verified, Source: "BerriAI/litellm#39166"},
	// AWS answers a path it does not know with 200, before it looks at the
	// signature: a trap for clients that only look at the status.
	{Reason: v.UnknownOperation, Status: 200, Confidence: Verified, Source: "aws-amplify/amplify-flutter#5675"},
}

// JSONRows are the answers of the JSON-RPC services: 400 for everything.
var JSONRows = []Row{
	{Reason: v.MalformedRequest, Status: 400, Bare: true, Confidence: Likely, Source: srcChart},
	{Reason: v.BothMechanisms, Status: 400, Code: "InvalidSignatureException", Message: textBoth, Confidence: Verified, Source: srcDynalite},
	{Reason: v.MissingAuthentication, Status: 400, Code: "MissingAuthenticationTokenException", Message: "Missing Authentication Token", Confidence: Likely, Source: "mhart/kinesalite tests, run against AWS"},
	{Reason: v.UnsupportedScheme, Status: 400, Code: "IncompleteSignatureException", Message: textAlgorithm, Confidence: Likely, Source: srcChart},
	{Reason: v.MalformedAuthorization, Status: 400, Code: "IncompleteSignatureException", Compose: missingEqualSign, Confidence: Verified, Source: "iann0036/cloud9-sync#10"},
	{Reason: v.MissingParameters, Status: 400, Code: "IncompleteSignatureException", Compose: missingHeaderSentences, Confidence: Verified, Source: srcDynalite},
	{Reason: v.MissingQueryParameters, Status: 400, Code: "IncompleteSignatureException", Compose: missingQuerySentences, Confidence: Verified, Source: srcDynalite},
	{Reason: v.MalformedQuery, Status: 400, Code: "MalformedQueryString", Message: "Illegal hex character in escape % pattern: {sequence}", Confidence: Unverified, Source: srcChart},
	{Reason: v.HostNotSigned, Status: 400, Code: "InvalidSignatureException", Message: textHost, Confidence: Likely, Source: srcDynalite},
	{Reason: v.MalformedDate, Status: 400, Code: "IncompleteSignatureException", Message: textDate, Confidence: Verified, Source: srcDynalite},
	{Reason: v.SignatureExpired, Status: 400, Code: "InvalidSignatureException", Message: textExpired, Confidence: Verified, Source: "boto/boto3#4716"},
	{Reason: v.SignatureNotYetCurrent, Status: 400, Code: "InvalidSignatureException", Message: textNotYet, Confidence: Likely, Source: srcChart},
	{Reason: v.MalformedCredential, Status: 400, Code: "IncompleteSignatureException", Message: textCredential, Confidence: Likely, Source: srcDynalite},
	{Reason: v.WrongScope, Status: 400, Code: "InvalidSignatureException", Compose: scopeSentences, Confidence: Likely, Source: srcDynalite},
	{Reason: v.TokenMalformed, Status: 400, Code: "UnrecognizedClientException", Message: textTokenInvalid, Confidence: Verified, Source: "prowler#1808"},
	{Reason: v.TokenForOtherKey, Status: 400, Code: "UnrecognizedClientException", Message: textTokenInvalid, Confidence: Verified, Source: "prowler#1808"},
	{Reason: v.TokenExpired, Status: 400, Code: "ExpiredTokenException", Message: textTokenExpired, Confidence: Verified, Source: srcDynalite},
	{Reason: v.TokenMissing, Status: 400, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Verified, Source: srcDynalite},
	{Reason: v.KeyUnknown, Status: 400, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Verified, Source: "maxbanton/cwh#119"},
	{Reason: v.KeyInactive, Status: 400, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Likely, Source: srcChart},
	{Reason: v.KeyDeleted, Status: 400, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Likely, Source: srcChart},
	{Reason: v.SignatureMismatch, Status: 400, Code: "InvalidSignatureException", Message: textMismatch, Confidence: Verified, Source: "aws/aws-sdk-php#2444"},
	{Reason: v.PayloadHashMismatch, Status: 400, Code: "InvalidSignatureException", Message: textMismatch, Confidence: Likely, Source: srcChart},
	{Reason: v.ChunkSignatureMismatch, Status: 400, Code: "InvalidSignatureException", Message: textMismatch, Confidence: Unverified, Source: srcChart},
	{Reason: v.ChunkMalformed, Status: 400, Code: "SerializationException", Message: "{problem}", Confidence: Unverified, Source: srcCommon},
	{Reason: v.BearerMalformed, Status: 400, Code: "IncompleteSignatureException", Compose: missingEqualSign, Confidence: Likely, Source: srcChart},
	{Reason: v.BearerInvalid, Status: 400, Code: "IncompleteSignatureException", Compose: missingEqualSign, Confidence: Likely, Source: srcChart},
	{Reason: v.Denied, Status: 400, Code: "AccessDeniedException", Compose: denied, MessageKey: "Message", Confidence: Verified, Source: srcIAMGuide},
	{Reason: v.UnknownOperation, Status: 400, Code: "UnknownOperationException", Confidence: Verified, Source: "aws/aws-sdk-net#1536"},
}

// DynamoDBRows are what DynamoDB answers otherwise than JSON 1.1 services.
var DynamoDBRows = []Row{
	{Reason: v.MissingAuthentication, Status: 400, Code: "MissingAuthenticationTokenException", Message: "Request is missing Authentication Token", Confidence: Verified, Source: srcDynalite},
	{Reason: v.SignatureExpired, Status: 400, Code: "InvalidSignatureException", Message: textExpired, Confidence: Verified, Source: "aws-amplify/amplify-js#3719"},
	{Reason: v.WrongScope, Status: 400, Code: "InvalidSignatureException", Compose: scopeSentences, Confidence: Verified, Source: srcDynalite},
	{Reason: v.TokenMalformed, Status: 400, Code: "UnrecognizedClientException", Message: textTokenInvalid, Confidence: Likely, Source: srcDynalite},
	{Reason: v.TokenForOtherKey, Status: 400, Code: "UnrecognizedClientException", Message: textTokenInvalid, Confidence: Likely, Source: srcDynalite},
	{Reason: v.KeyUnknown, Status: 400, Code: "UnrecognizedClientException", Message: textKeyInvalid, Confidence: Verified, Source: "yegor256/s3auth#244"},
	{Reason: v.SignatureMismatch, Status: 400, Code: "InvalidSignatureException", Message: textMismatch, Confidence: Verified, Source: "guregu/dynamo#68"},
}

// SQSRows are SQS's answers: JSON 1.0 with 403, and the code of the Query era in
// x-amzn-query-error, which SDKs that know it show instead.
var SQSRows = sqsRows()

// queryCodes are the codes of the Query era for those of JSON.
var queryCodes = map[string]string{
	"UnrecognizedClientException":         "InvalidClientTokenId",
	"InvalidSignatureException":           "SignatureDoesNotMatch",
	"ExpiredTokenException":               "ExpiredToken",
	"IncompleteSignatureException":        "IncompleteSignature",
	"MissingAuthenticationTokenException": "MissingAuthenticationToken",
	"AccessDeniedException":               "AccessDenied",
}

// CompatibleRows are the answers of a Query service that is spoken to in CBOR or
// JSON. No recording of one is known: the statuses and codes are those of SQS,
// which is such a service too.
var CompatibleRows = compatibleRows()

func compatibleRows() []Row {
	rows := make([]Row, 0, len(JSONRows))
	for _, r := range JSONRows {
		if r.Reason != v.UnknownOperation {
			r.Status = 403
		}
		if code := queryCodes[r.Code]; code != "" {
			r.QueryError = code + ";Sender"
		}
		if r.Reason == v.MissingAuthentication {
			r.Message = "Request is missing Authentication Token"
		}
		r.MessageKey = "" // readers of CBOR know "message" only
		r.Confidence, r.Source = Unverified, "https://smithy.io/2.0/aws/protocols/aws-query-protocol.html"
		rows = append(rows, r)
	}
	return rows
}

func sqsRows() []Row {
	const source = "yavosh/pail test/diff/testdata/golden/sqs-auth-errors.json, recorded from AWS"
	recorded := map[v.Reason]bool{v.KeyUnknown: true, v.SignatureMismatch: true, v.Denied: true}
	rows := make([]Row, 0, len(JSONRows)+1)
	for _, r := range JSONRows {
		if r.Reason != v.UnknownOperation && !r.Bare {
			r.Status = 403
		}
		if code := queryCodes[r.Code]; code != "" {
			r.QueryError = code + ";Sender"
		}
		r.Source, r.Confidence = source, Likely
		if recorded[r.Reason] {
			r.Confidence = Verified
		}
		rows = append(rows, r)
	}
	return append(rows, Row{
		Reason: v.MissingAuthentication, Status: 403, Code: "AccessDeniedException", QueryError: "AccessDenied;Sender",
		Message: "Access to the resource https://sqs.us-east-1.amazonaws.com/ is denied.", Confidence: Unverified, Source: source,
	})
}

// SNSRows are what SNS answers otherwise than the other Query services.
var SNSRows = []Row{
	{Reason: v.Denied, Status: 403, Code: "AuthorizationError", Compose: denied, Confidence: Verified, Source: "ministryofjustice/cloud-platform-environments#21094"},
}

// QueryRows are the answers of the Query services (STS, IAM, SNS).
var QueryRows = []Row{
	{Reason: v.MalformedRequest, Status: 400, Bare: true, Confidence: Likely, Source: srcChart},
	{Reason: v.BothMechanisms, Status: 403, Code: "SignatureDoesNotMatch", Confidence: Verified, Source: srcChart},
	{Reason: v.MissingAuthentication, Status: 403, Code: "MissingAuthenticationToken", Message: "Request is missing Authentication Token", Confidence: Verified, Source: srcCommon},
	{Reason: v.UnsupportedScheme, Status: 400, Code: "IncompleteSignature", Message: textAlgorithm, Confidence: Verified, Source: srcChart},
	{Reason: v.MalformedAuthorization, Status: 400, Code: "IncompleteSignature", Compose: missingEqualSign, Confidence: Verified, Source: srcChart},
	{Reason: v.MissingParameters, Status: 400, Code: "IncompleteSignature", Compose: missingHeaderSentences, Confidence: Verified, Source: srcChart},
	{Reason: v.MissingQueryParameters, Status: 400, Code: "IncompleteSignature", Compose: missingQuerySentences, Confidence: Verified, Source: srcChart},
	{Reason: v.MalformedQuery, Status: 400, Code: "MalformedQueryString", Message: "Illegal hex character in escape % pattern: {sequence}", Confidence: Verified, Source: srcChart},
	{Reason: v.HostNotSigned, Status: 403, Code: "SignatureDoesNotMatch", Message: textHost, Confidence: Verified, Source: srcChart},
	{Reason: v.MalformedDate, Status: 400, Code: "IncompleteSignature", Message: textDate, Confidence: Verified, Source: srcChart},
	{Reason: v.SignatureExpired, Status: 403, Code: "SignatureDoesNotMatch", Message: textExpired, Confidence: Verified, Source: "cloudposse/docs#203"},
	{Reason: v.SignatureNotYetCurrent, Status: 403, Code: "SignatureDoesNotMatch", Message: textNotYet, Confidence: Verified, Source: srcChart},
	{Reason: v.MalformedCredential, Status: 400, Code: "IncompleteSignature", Message: textCredential, Confidence: Verified, Source: srcChart},
	{Reason: v.WrongScope, Status: 403, Code: "SignatureDoesNotMatch", Compose: scopeSentences, Confidence: Verified, Source: "hashicorp/vault#6268"},
	{Reason: v.TokenMalformed, Status: 403, Code: "InvalidClientTokenId", Message: textTokenInvalid, Confidence: Verified, Source: "aws/aws-cli#8918"},
	{Reason: v.TokenForOtherKey, Status: 403, Code: "InvalidClientTokenId", Message: textTokenInvalid, Confidence: Verified, Source: "aws/aws-cli#8918"},
	{Reason: v.TokenExpired, Status: 403, Code: "ExpiredToken", Message: textTokenExpired, Confidence: Verified, Source: "amazon-sp-api#57"},
	{Reason: v.TokenMissing, Status: 403, Code: "InvalidClientTokenId", Message: textKeyInvalid, Confidence: Verified, Source: "amazon-sp-api#218"},
	{Reason: v.KeyUnknown, Status: 403, Code: "InvalidClientTokenId", Message: textKeyInvalid, Confidence: Verified, Source: "hashicorp/terraform-provider-aws#34865"},
	{Reason: v.KeyInactive, Status: 403, Code: "InvalidClientTokenId", Message: textKeyInvalid, Confidence: Likely, Source: srcChart},
	{Reason: v.KeyDeleted, Status: 403, Code: "InvalidClientTokenId", Message: textKeyInvalid, Confidence: Likely, Source: srcChart},
	{Reason: v.SignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: textMismatch, Confidence: Verified, Source: "cognitect-labs/aws-api#27"},
	{Reason: v.PayloadHashMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: textMismatch, Confidence: Likely, Source: srcChart},
	{Reason: v.ChunkSignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: textMismatch, Confidence: Unverified, Source: srcChart},
	{Reason: v.ChunkMalformed, Status: 400, Code: "MalformedInput", Message: "{problem}", Confidence: Unverified, Source: srcCommon},
	{Reason: v.BearerMalformed, Status: 400, Code: "IncompleteSignature", Compose: missingEqualSign, Confidence: Likely, Source: srcChart},
	{Reason: v.BearerInvalid, Status: 400, Code: "IncompleteSignature", Compose: missingEqualSign, Confidence: Likely, Source: srcChart},
	{Reason: v.Denied, Status: 403, Code: "AccessDenied", Compose: denied, Confidence: Verified, Source: srcIAMGuide},
	{Reason: v.UnknownOperation, Status: 400, Code: "InvalidAction", Message: "Could not find operation {operation} for version {version}", Confidence: Likely, Source: srcCommon},
}
