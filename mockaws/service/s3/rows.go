package s3

import (
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The sources of S3's rows.
const (
	sourceVersity    = "versity/versitygw s3err, compared with AWS"
	sourcePail       = "yavosh/pail test/diff/testdata/golden, recorded from AWS"
	sourceLocalstack = "localstack/localstack AWS-validated S3 snapshots"
	docErrors        = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
)

const (
	textHeader = "The authorization header is malformed; "
	textQuery  = "Error parsing the X-Amz-Credential parameter; "
	textKey    = "The AWS Access Key Id you provided does not exist in our records."
	textToken  = "The provided token is malformed or otherwise invalid."
	textWrong  = "The request signature we calculated does not match the signature you provided. Check your key and " +
		"signing method."
)

// rows are S3's answers. The elements that go with each are in s3.go.
var rows = []protocol.Row{
	{Reason: verdict.MalformedRequest, Status: 400, Code: "InvalidURI", Message: "Couldn't parse the specified URI.",
		Confidence: protocol.Likely, Source: docErrors},
	{Reason: verdict.BothMechanisms, Status: 400, Code: "InvalidArgument",
		Message: "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string " +
			"parameter or the Authorization header should be specified", Confidence: protocol.Likely,
		Source: sourceVersity},
	{Reason: verdict.MissingAuthentication, Status: 403, Code: "AccessDenied", Message: "Access Denied",
		Confidence: protocol.Verified, Source: sourcePail, When: map[string]protocol.Row{
			"multipart": {Status: 403, Code: "AccessDenied",
				Message:    "Anonymous users cannot initiate multipart uploads. Please authenticate.",
				Confidence: protocol.Likely,
				Source:     sourceVersity},
			"copy": {Status: 403, Code: "AccessDenied",
				Message: "Anonymous users cannot copy objects. Please authenticate.", Confidence: protocol.Likely,
				Source: sourceVersity},
			"api": {Status: 403, Code: "AccessDenied",
				Message: "Anonymous users cannot invoke this API. Please authenticate.", Confidence: protocol.Likely,
				Source: sourceVersity},
			// AWS sends who asks for its list of buckets without a signature to S3's home
			// page. Clients follow that, and would leave: here it is a refusal.
			"home": {Status: 403, Code: "AccessDenied", Message: "Access Denied", Confidence: protocol.Unverified,
				Source: "not as AWS, which answers 307 with Location: http://aws.amazon.com/s3/ " +
					"and no body (minio/minio-java#206)"},
		}},
	{Reason: verdict.UnsupportedScheme, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type",
		Confidence: protocol.Verified, Source: sourceVersity, When: map[string]protocol.Row{
			"no-space": {Status: 400, Code: "InvalidArgument",
				Message:    "Authorization header is invalid -- one and only one ' ' (space) required.",
				Confidence: protocol.Verified, Source: sourceVersity},
			"query": {Status: 400, Code: "AuthorizationQueryParametersError",
				Message:    `X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"`,
				Confidence: protocol.Verified, Source: sourceVersity},
			"sigv2": {Status: 400, Code: "InvalidRequest",
				Message: "The authorization mechanism you have provided is not supported. " +
					"Please use AWS4-HMAC-SHA256.",
				Confidence: protocol.Verified, Source: sourceVersity},
		}},
	{Reason: verdict.MalformedAuthorization, Status: 400, Code: "AuthorizationHeaderMalformed",
		Message: textHeader + `the authorization component "{piece}" is malformed.`, Confidence: protocol.Verified,
		Source: sourceVersity},
	{Reason: verdict.MissingParameters, Status: 400, Code: "AuthorizationHeaderMalformed", Compose: missingParameters,
		Confidence: protocol.Verified, Source: sourceVersity},
	{Reason: verdict.MissingQueryParameters, Status: 400, Code: "AuthorizationQueryParametersError",
		Message: "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, " +
			"X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
		Confidence: protocol.Verified, Source: sourceVersity, When: map[string]protocol.Row{
			"sigv2": {Status: 403, Code: "AccessDenied",
				Message:    "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
				Confidence: protocol.Verified, Source: sourceLocalstack},
		}},
	{Reason: verdict.MalformedQuery, Status: 400, Code: "InvalidURI", Message: "Couldn't parse the specified URI.",
		Confidence: protocol.Likely, Source: docErrors},
	{Reason: verdict.HostNotSigned, Status: 403, Code: "AccessDenied",
		Message: "There were headers present in the request which were not signed", Confidence: protocol.Unverified,
		Source: sourceVersity},
	{Reason: verdict.MalformedDate, Status: 403, Code: "AccessDenied",
		Message: "AWS authentication requires a valid Date or x-amz-date " +
			"header.", Confidence: protocol.Verified, Source: sourceVersity, When: map[string]protocol.Row{
			"query": {Status: 400, Code: "AuthorizationQueryParametersError",
				Message:    `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`,
				Confidence: protocol.Verified,
				Source:     sourceVersity},
			"sigv2": {Status: 403, Code: "AccessDenied",
				Message:    "Invalid date (should be seconds since epoch): {date}",
				Confidence: protocol.Likely, Source: "localstack/localstack, presigned URLs of S3"},
		}},
	{Reason: verdict.SignatureExpired, Status: 403, Code: "RequestTimeTooSkewed",
		Message:    "The difference between the request time and the current time is too large.",
		Confidence: protocol.Verified, Source: "versity/versitygw#1514"},
	{Reason: verdict.SignatureNotYetCurrent, Status: 403, Code: "RequestTimeTooSkewed",
		Message:    "The difference between the request time and the current time is too large.",
		Confidence: protocol.Verified, Source: "versity/versitygw#1514"},
	{Reason: verdict.MalformedCredential, Status: 400, Code: "AuthorizationHeaderMalformed",
		Message: textHeader + `the Credential is mal-formed; ` +
			`expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`, Confidence: protocol.Verified,
		Source: sourceVersity, When: map[string]protocol.Row{
			"query": {Status: 400, Code: "AuthorizationQueryParametersError",
				Message: textQuery + `the Credential is mal-formed; ` +
					`expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
				Confidence: protocol.Verified, Source: sourceVersity},
		}},
	{Reason: verdict.WrongScope, Status: 400, Code: "AuthorizationHeaderMalformed", Compose: scope,
		Confidence: protocol.Verified, Source: sourceVersity, When: map[string]protocol.Row{
			"query": {Status: 400, Code: "AuthorizationQueryParametersError", Compose: queryScope,
				Confidence: protocol.Verified, Source: sourceVersity},
			"date-mismatch header": {Status: 400, Code: "AuthorizationHeaderMalformed",
				Message:    textHeader + "Invalid credential date. Date is not the same as X-Amz-Date.",
				Confidence: protocol.Likely,
				Source:     sourceVersity},
			"date-mismatch query": {Status: 400, Code: "AuthorizationQueryParametersError",
				Message:    `Invalid credential date "{scopeDate}". This date is not the same as X-Amz-Date: "{headerDate}".`,
				Confidence: protocol.Likely, Source: sourceVersity},
		}},
	{Reason: verdict.TokenMalformed, Status: 400, Code: "InvalidToken", Message: textToken,
		Confidence: protocol.Verified, Source: "boto/boto3#4268"},
	{Reason: verdict.TokenForOtherKey, Status: 400, Code: "InvalidToken", Message: textToken,
		Confidence: protocol.Verified, Source: "aws/aws-sdk-go#1802"},
	{Reason: verdict.TokenExpired, Status: 400, Code: "ExpiredToken", Message: "The provided token has expired.",
		Confidence: protocol.Verified, Source: "craftcms#182"},
	{Reason: verdict.TokenMissing, Status: 403, Code: "InvalidAccessKeyId", Message: textKey,
		Confidence: protocol.Verified, Source: "versity/versitygw#2042"},
	{Reason: verdict.KeyUnknown, Status: 403, Code: "InvalidAccessKeyId", Message: textKey,
		Confidence: protocol.Verified, Source: "databendlabs/databend#8069"},
	{Reason: verdict.KeyInactive, Status: 403, Code: "InvalidAccessKeyId", Message: textKey,
		Confidence: protocol.Likely,
		Source:     docErrors},
	{Reason: verdict.KeyDeleted, Status: 403, Code: "InvalidAccessKeyId", Message: textKey, Confidence: protocol.Likely,
		Source: docErrors},
	{Reason: verdict.SignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: textWrong,
		Confidence: protocol.Verified, Source: "s3tools/s3cmd#1053"},
	{Reason: verdict.PayloadHashMismatch, Status: 400, Code: "XAmzContentSHA256Mismatch",
		Message:    "The provided 'x-amz-content-sha256' header does not match what was computed.",
		Confidence: protocol.Verified, Source: "lua-resty-aws#2"},
	{Reason: verdict.PayloadHashMissing, Status: 400, Code: "InvalidRequest",
		Message: "Missing required header for this request: x-amz-content-sha256", Confidence: protocol.Verified,
		Source: sourceVersity},
	{Reason: verdict.PayloadHashMalformed, Status: 400, Code: "InvalidArgument",
		Message: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, " +
			"STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, " +
			"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a " +
			"valid sha256 " +
			"value.", Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.HeadersNotSigned, Status: 403, Code: "AccessDenied",
		Message: "There were headers present in the request which were not signed", Confidence: protocol.Verified,
		Source: sourceLocalstack},
	{Reason: verdict.ChunkSignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: textWrong,
		Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.ChunkMalformed, Status: 400, Code: "IncompleteBody",
		Message: "The request body terminated unexpectedly", Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.ChunkTooSmall, Status: 400, Code: "InvalidChunkSizeError",
		Message: "Only the last chunk is allowed to have a size less than 8192 bytes", Confidence: protocol.Likely,
		Source: sourceVersity},
	{Reason: verdict.TrailerMalformed, Status: 400, Code: "MalformedTrailerError",
		Message: "The request contained trailing data that was not well-formed " +
			"or did not conform to our published schema.",
		Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.ChecksumMismatch, Status: 400, Code: "BadDigest",
		Message: "The {algorithm} you specified did not match the calculated checksum.", Confidence: protocol.Likely,
		Source: sourceVersity},
	{Reason: verdict.PresignExpired, Status: 403, Code: "AccessDenied", Message: "Request has expired",
		Confidence: protocol.Verified, Source: sourceLocalstack},
	{Reason: verdict.PresignNotYetValid, Status: 403, Code: "AccessDenied", Message: "Request is not valid yet",
		Confidence: protocol.Likely, Source: sourcePail},
	{Reason: verdict.PresignExpiresInvalid, Status: 400, Code: "AuthorizationQueryParametersError", Compose: expires,
		Confidence: protocol.Verified, Source: sourcePail},
	{Reason: verdict.BearerMalformed, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type",
		Confidence: protocol.Verified, Source: sourceVersity},
	{Reason: verdict.BearerInvalid, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type",
		Confidence: protocol.Verified, Source: sourceVersity},
	{Reason: verdict.Denied, Status: 403, Code: "AccessDenied", Compose: deniedText, Confidence: protocol.Verified,
		Source: protocol.SourceIAMGuide},
	{Reason: verdict.UnknownOperation, Status: 405, Code: "MethodNotAllowed",
		Message: "The specified method is not allowed against this resource.", Confidence: protocol.Verified,
		Source: docErrors},
}

func missingParameters(args map[string]string) string {
	switch m := args["missing"]; m {
	case "Credential", "SignedHeaders", "Signature":
		return textHeader + "missing " + m + "."
	default:
		return textHeader +
			"the authorization header requires three components: Credential, SignedHeaders, and Signature."
	}
}

// scope names the first part that is wrong; S3 stops at it.
func scope(args map[string]string) string {
	if args["region"] != "" {
		return protocol.Fill(textHeader+"the region '{region}' is wrong; expecting '{expectedRegion}'", args)
	}
	return textHeader + scopePart(args)
}

// queryScope is scope for a presigned URL, with other quotes.
func queryScope(args map[string]string) string {
	if args["region"] != "" {
		return protocol.Fill(textQuery+`the region "{region}" is wrong; expecting "{expectedRegion}"`, args)
	}
	return textQuery + scopePart(args)
}

func scopePart(args map[string]string) string {
	switch {
	case args["problem"] == "date-format":
		return protocol.Fill(`incorrect date format "{scopeDate}". `+
			`This date in the credential must be in the format "yyyyMMdd".`, args)
	case args["service"] != "":
		return protocol.Fill(`incorrect service "{service}". This endpoint belongs to "s3".`, args)
	default:
		return protocol.Fill(`incorrect terminal "{terminator}". This endpoint uses "aws4_request".`, args)
	}
}

func expires(args map[string]string) string {
	switch args["problem"] {
	case "too-long":
		return "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less " +
			"than 604800 seconds"
	case "negative":
		return "X-Amz-Expires must be non-negative"
	default:
		return "X-Amz-Expires should be a number"
	}
}

// deniedText is the message of a denial, for one that S3 answers inside a result.
// It puts the resource in double quotes, as only S3 does; to a caller of
// another account it says nothing more than "Access Denied".
func deniedText(args map[string]string) string {
	if args["crossAccount"] != "" || args["principal"] == "" {
		return "Access Denied"
	}
	quoted := map[string]string{
		"principal": args["principal"], "action": args["action"], "because": args["because"],
		"resource": `"` + args["resource"] + `"`,
	}
	return protocol.Denied(quoted)
}
