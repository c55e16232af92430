package protocol

import v "github.com/hostproof/hostproof/mockaws/verdict"

// The sources that many rows share, also in the services.
const (
	SourceChart    = "dacut/scratchstack-aws-signature docs: AWS Auth Error Ordering"
	SourceDynalite = "architect/dynalite tests, run against AWS"
	SourceIAMGuide = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
	srcCommon      = "https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html"
)

// RESTJSONRows are the answers of REST-JSON services to what their framework
// refuses: 403 throughout.
var RESTJSONRows = []Row{
	{Reason: v.MalformedRequest, Status: 400, Bare: true, Confidence: Likely, Source: SourceChart},
	{Reason: v.BothMechanisms, Status: 403, Code: "InvalidSignatureException", Message: textBoth, Confidence: Likely,
		Source: SourceDynalite},
	{Reason: v.MissingAuthentication, Status: 403, Code: "MissingAuthenticationTokenException",
		Message: "Missing Authentication Token", Confidence: Verified, Source: "brefphp/bref#1250"},
	{Reason: v.UnsupportedScheme, Status: 403, Code: "IncompleteSignatureException", Message: textAlgorithm,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MalformedAuthorization, Status: 403, Code: "IncompleteSignatureException", Compose: MissingEqualSign,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MissingParameters, Status: 403, Code: "IncompleteSignatureException",
		Compose:    Composed(missingHeaderSentences),
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MissingQueryParameters, Status: 403, Code: "IncompleteSignatureException",
		Compose: Composed(missingQuerySentences), Confidence: Likely, Source: SourceChart},
	{Reason: v.MalformedQuery, Status: 403, Code: "MalformedQueryString",
		Message: "Illegal hex character in escape % pattern: {sequence}", Confidence: Unverified, Source: SourceChart},
	{Reason: v.HostNotSigned, Status: 403, Code: "InvalidSignatureException", Message: textHost, Confidence: Likely,
		Source: SourceChart},
	{Reason: v.MalformedDate, Status: 403, Code: "IncompleteSignatureException", Message: textDate, Confidence: Likely,
		Source: SourceChart},
	{Reason: v.SignatureExpired, Status: 403, Code: "InvalidSignatureException", Message: TextExpired,
		Confidence: Verified, Source: "aws/aws-cli#6833"},
	{Reason: v.SignatureNotYetCurrent, Status: 403, Code: "InvalidSignatureException", Message: textNotYet,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MalformedCredential, Status: 403, Code: "IncompleteSignatureException", Message: textCredential,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.WrongScope, Status: 403, Code: "InvalidSignatureException", Compose: Composed(ScopeSentences),
		Confidence: Verified, Source: "earendil-works/pi#3487"},
	{Reason: v.TokenMalformed, Status: 403, Code: "UnrecognizedClientException", Message: TextTokenInvalid,
		Confidence: Likely, Source: "iann0036/iamlive#58"},
	{Reason: v.TokenForOtherKey, Status: 403, Code: "UnrecognizedClientException", Message: TextTokenInvalid,
		Confidence: Likely, Source: "iann0036/iamlive#58"},
	{Reason: v.TokenExpired, Status: 403, Code: "ExpiredTokenException", Message: TextTokenExpired,
		Confidence: Verified, Source: "cloudquery/cq-provider-aws#1171"},
	{Reason: v.TokenMissing, Status: 403, Code: "UnrecognizedClientException", Message: TextKeyInvalid,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.KeyUnknown, Status: 403, Code: "UnrecognizedClientException", Message: TextKeyInvalid,
		Confidence: Verified, Source: "awslabs/aws-shell#248"},
	{Reason: v.KeyInactive, Status: 403, Code: "UnrecognizedClientException", Message: TextKeyInvalid,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.KeyDeleted, Status: 403, Code: "UnrecognizedClientException", Message: TextKeyInvalid,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.SignatureMismatch, Status: 403, Code: "InvalidSignatureException", Message: TextMismatch,
		Confidence: Verified, Source: "aws/aws-sdk-js#168"},
	{Reason: v.PayloadHashMismatch, Status: 403, Code: "InvalidSignatureException", Message: TextMismatch,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.ChunkSignatureMismatch, Status: 403, Code: "InvalidSignatureException", Message: TextMismatch,
		Confidence: Unverified, Source: SourceChart},
	{Reason: v.ChunkMalformed, Status: 400, Code: "SerializationException", Message: "{problem}",
		Confidence: Unverified, Source: srcCommon},
	{Reason: v.BearerMalformed, Status: 403, Code: "IncompleteSignatureException", Compose: MissingEqualSign,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.BearerInvalid, Status: 403, Code: "IncompleteSignatureException", Compose: MissingEqualSign,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.Denied, Status: 403, Code: "AccessDeniedException", Compose: Composed(Denied), MessageKey: "Message",
		Confidence: Verified, Source: SourceIAMGuide},
	{Reason: v.UnknownOperation, Status: 404, Code: "UnknownOperationException", Confidence: Likely,
		Source: "https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html"},
}

// JSONRows are the answers of the JSON-RPC services: 400 for everything.
var JSONRows = []Row{
	{Reason: v.MalformedRequest, Status: 400, Bare: true, Confidence: Likely, Source: SourceChart},
	{Reason: v.BothMechanisms, Status: 400, Code: "InvalidSignatureException", Message: textBoth, Confidence: Verified,
		Source: SourceDynalite},
	{Reason: v.MissingAuthentication, Status: 400, Code: "MissingAuthenticationTokenException",
		Message: "Missing Authentication Token", Confidence: Likely, Source: "mhart/kinesalite tests, run against AWS"},
	{Reason: v.UnsupportedScheme, Status: 400, Code: "IncompleteSignatureException", Message: textAlgorithm,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MalformedAuthorization, Status: 400, Code: "IncompleteSignatureException", Compose: MissingEqualSign,
		Confidence: Verified, Source: "iann0036/cloud9-sync#10"},
	{Reason: v.MissingParameters, Status: 400, Code: "IncompleteSignatureException",
		Compose:    Composed(missingHeaderSentences),
		Confidence: Verified, Source: SourceDynalite},
	{Reason: v.MissingQueryParameters, Status: 400, Code: "IncompleteSignatureException",
		Compose: Composed(missingQuerySentences), Confidence: Verified, Source: SourceDynalite},
	{Reason: v.MalformedQuery, Status: 400, Code: "MalformedQueryString",
		Message: "Illegal hex character in escape % pattern: {sequence}", Confidence: Unverified, Source: SourceChart},
	{Reason: v.HostNotSigned, Status: 400, Code: "InvalidSignatureException", Message: textHost, Confidence: Likely,
		Source: SourceDynalite},
	{Reason: v.MalformedDate, Status: 400, Code: "IncompleteSignatureException", Message: textDate,
		Confidence: Verified, Source: SourceDynalite},
	{Reason: v.SignatureExpired, Status: 400, Code: "InvalidSignatureException", Message: TextExpired,
		Confidence: Verified, Source: "boto/boto3#4716"},
	{Reason: v.SignatureNotYetCurrent, Status: 400, Code: "InvalidSignatureException", Message: textNotYet,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MalformedCredential, Status: 400, Code: "IncompleteSignatureException", Message: textCredential,
		Confidence: Likely, Source: SourceDynalite},
	{Reason: v.WrongScope, Status: 400, Code: "InvalidSignatureException", Compose: Composed(ScopeSentences),
		Confidence: Likely,
		Source:     SourceDynalite},
	{Reason: v.TokenMalformed, Status: 400, Code: "UnrecognizedClientException", Message: TextTokenInvalid,
		Confidence: Verified, Source: "nccgroup/ScoutSuite#1389"},
	{Reason: v.TokenForOtherKey, Status: 400, Code: "UnrecognizedClientException", Message: TextTokenInvalid,
		Confidence: Likely, Source: "nccgroup/ScoutSuite#1389"},
	{Reason: v.TokenExpired, Status: 400, Code: "ExpiredTokenException", Message: TextTokenExpired,
		Confidence: Verified, Source: SourceDynalite},
	{Reason: v.TokenMissing, Status: 400, Code: "UnrecognizedClientException", Message: TextKeyInvalid,
		Confidence: Verified, Source: SourceDynalite},
	{Reason: v.KeyUnknown, Status: 400, Code: "UnrecognizedClientException", Message: TextKeyInvalid,
		Confidence: Verified, Source: "maxbanton/cwh#119"},
	{Reason: v.KeyInactive, Status: 400, Code: "UnrecognizedClientException", Message: TextKeyInvalid,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.KeyDeleted, Status: 400, Code: "UnrecognizedClientException", Message: TextKeyInvalid,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.SignatureMismatch, Status: 400, Code: "InvalidSignatureException", Message: TextMismatch,
		Confidence: Verified, Source: "aws/aws-sdk-php#2444"},
	{Reason: v.PayloadHashMismatch, Status: 400, Code: "InvalidSignatureException", Message: TextMismatch,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.ChunkSignatureMismatch, Status: 400, Code: "InvalidSignatureException", Message: TextMismatch,
		Confidence: Unverified, Source: SourceChart},
	{Reason: v.ChunkMalformed, Status: 400, Code: "SerializationException", Message: "{problem}",
		Confidence: Unverified, Source: srcCommon},
	{Reason: v.BearerMalformed, Status: 400, Code: "IncompleteSignatureException", Compose: MissingEqualSign,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.BearerInvalid, Status: 400, Code: "IncompleteSignatureException", Compose: MissingEqualSign,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.Denied, Status: 400, Code: "AccessDeniedException", Compose: Composed(Denied), MessageKey: "Message",
		Confidence: Verified, Source: SourceIAMGuide},
	{Reason: v.UnknownOperation, Status: 400, Code: "UnknownOperationException", Confidence: Verified,
		Source: "aws/aws-sdk-net#1536"},
}

// QueryErrorOf is the value of x-amzn-query-error for a code of JSON, "" for a code that
// the Query era did not have.
func QueryErrorOf(code string) string {
	if old := queryCodes[code]; old != "" {
		return old + ";Sender"
	}
	return ""
}

// queryCodes maps JSON error codes to the codes of the Query protocol.
var queryCodes = map[string]string{
	"UnrecognizedClientException":         "InvalidClientTokenId",
	"InvalidSignatureException":           "SignatureDoesNotMatch",
	"ExpiredTokenException":               "ExpiredToken",
	"IncompleteSignatureException":        "IncompleteSignature",
	"MissingAuthenticationTokenException": "MissingAuthenticationToken",
	"AccessDeniedException":               "AccessDenied",
}

// CompatibleRows are the answers of a Query service that is spoken to in CBOR or
// JSON. No recording of one is known: the statuses and codes are taken from SQS,
// which is such a service too.
var CompatibleRows = compatibleRows()

func compatibleRows() []Row {
	rows := make([]Row, 0, len(JSONRows))
	for _, r := range JSONRows {
		if r.Reason != v.UnknownOperation {
			r.Status = 403
		}
		r.QueryError = QueryErrorOf(r.Code)
		if r.Reason == v.MissingAuthentication {
			r.Message = "Request is missing Authentication Token"
		}
		r.MessageKey = "" // readers of CBOR know "message" only
		r.Confidence, r.Source = Unverified, "https://smithy.io/2.0/aws/protocols/aws-query-protocol.html"
		rows = append(rows, r)
	}
	return rows
}

// QueryRows are the answers of the Query services (STS, IAM, SNS).
var QueryRows = []Row{
	{Reason: v.MalformedRequest, Status: 400, Bare: true, Confidence: Likely, Source: SourceChart},
	{Reason: v.BothMechanisms, Status: 403, Code: "SignatureDoesNotMatch", Confidence: Likely, Source: SourceChart},
	{Reason: v.MissingAuthentication, Status: 403, Code: "MissingAuthenticationToken",
		Message: "Request is missing Authentication Token", Confidence: Verified, Source: srcCommon},
	{Reason: v.UnsupportedScheme, Status: 400, Code: "IncompleteSignature", Message: textAlgorithm,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MalformedAuthorization, Status: 400, Code: "IncompleteSignature", Compose: MissingEqualSign,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MissingParameters, Status: 400, Code: "IncompleteSignature", Compose: Composed(missingHeaderSentences),
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MissingQueryParameters, Status: 400, Code: "IncompleteSignature",
		Compose:    Composed(missingQuerySentences),
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MalformedQuery, Status: 400, Code: "MalformedQueryString",
		Message: "Illegal hex character in escape % pattern: {sequence}", Confidence: Likely, Source: SourceChart},
	{Reason: v.HostNotSigned, Status: 403, Code: "SignatureDoesNotMatch", Message: textHost, Confidence: Likely,
		Source: SourceChart},
	{Reason: v.MalformedDate, Status: 400, Code: "IncompleteSignature", Message: textDate, Confidence: Likely,
		Source: SourceChart},
	{Reason: v.SignatureExpired, Status: 403, Code: "SignatureDoesNotMatch", Message: TextExpired, Confidence: Verified,
		Source: "cloudposse/docs#203"},
	{Reason: v.SignatureNotYetCurrent, Status: 403, Code: "SignatureDoesNotMatch", Message: textNotYet,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.MalformedCredential, Status: 400, Code: "IncompleteSignature", Message: textCredential,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.WrongScope, Status: 403, Code: "SignatureDoesNotMatch", Compose: Composed(ScopeSentences),
		Confidence: Verified,
		Source:     "hashicorp/vault#6268"},
	{Reason: v.TokenMalformed, Status: 403, Code: "InvalidClientTokenId", Message: TextTokenInvalid,
		Confidence: Verified, Source: "aws/aws-cli#8918"},
	{Reason: v.TokenForOtherKey, Status: 403, Code: "InvalidClientTokenId", Message: TextTokenInvalid,
		Confidence: Verified, Source: "aws/aws-cli#8918"},
	{Reason: v.TokenExpired, Status: 403, Code: "ExpiredToken", Message: TextTokenExpired, Confidence: Verified,
		Source: "cfn-sphere/cfn-sphere#55"},
	{Reason: v.TokenMissing, Status: 403, Code: "InvalidClientTokenId", Message: TextKeyInvalid, Confidence: Verified,
		Source: "jrl84/amazon-sp-api#218"},
	{Reason: v.KeyUnknown, Status: 403, Code: "InvalidClientTokenId", Message: TextKeyInvalid, Confidence: Verified,
		Source: "hashicorp/terraform-provider-aws#34865"},
	{Reason: v.KeyInactive, Status: 403, Code: "InvalidClientTokenId", Message: TextKeyInvalid, Confidence: Likely,
		Source: SourceChart},
	{Reason: v.KeyDeleted, Status: 403, Code: "InvalidClientTokenId", Message: TextKeyInvalid, Confidence: Likely,
		Source: SourceChart},
	{Reason: v.SignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: TextMismatch,
		Confidence: Verified, Source: "cognitect-labs/aws-api#27"},
	{Reason: v.PayloadHashMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: TextMismatch,
		Confidence: Likely, Source: SourceChart},
	{Reason: v.ChunkSignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: TextMismatch,
		Confidence: Unverified, Source: SourceChart},
	{Reason: v.ChunkMalformed, Status: 400, Code: "MalformedInput", Message: "{problem}", Confidence: Unverified,
		Source: srcCommon},
	{Reason: v.BearerMalformed, Status: 400, Code: "IncompleteSignature", Compose: MissingEqualSign, Confidence: Likely,
		Source: SourceChart},
	{Reason: v.BearerInvalid, Status: 400, Code: "IncompleteSignature", Compose: MissingEqualSign, Confidence: Likely,
		Source: SourceChart},
	{Reason: v.Denied, Status: 403, Code: "AccessDenied", Compose: Composed(Denied), Confidence: Verified,
		Source: SourceIAMGuide},
	{Reason: v.UnknownOperation, Status: 400, Code: "InvalidAction",
		Message: "Could not find operation {operation} for version {version}", Confidence: Likely, Source: srcCommon},
}
