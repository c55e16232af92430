package protocol

import v "github.com/hostproof/hostproof/mockaws/verdict"

// The sources of S3's rows.
const (
	srcVersity    = "versity/versitygw s3err, compared with AWS"
	srcPail       = "yavosh/pail test/diff/testdata/golden, recorded from AWS"
	srcLocalstack = "localstack/localstack AWS-validated S3 snapshots"
	srcS3Errors   = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
)

const (
	textS3Header = "The authorization header is malformed; "
	textS3Query  = "Error parsing the X-Amz-Credential parameter; "
	textS3Key    = "The AWS Access Key Id you provided does not exist in our records."
	textS3Token  = "The provided token is malformed or otherwise invalid."
	textS3Wrong  = "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)

// S3Rows are S3's answers. The elements that go with each are in s3.go.
var S3Rows = []Row{
	{Reason: v.MalformedRequest, Status: 400, Code: "InvalidURI", Message: "Couldn't parse the specified URI.", Confidence: Likely, Source: srcS3Errors},
	{Reason: v.BothMechanisms, Status: 400, Code: "InvalidArgument", Message: "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified", Confidence: Likely, Source: srcVersity},
	{Reason: v.MissingAuthentication, Status: 403, Code: "AccessDenied", Message: "Access Denied", Confidence: Verified, Source: srcPail, When: map[string]Row{
		"multipart": {Status: 403, Code: "AccessDenied", Message: "Anonymous users cannot initiate multipart uploads. Please authenticate.", Confidence: Likely, Source: srcVersity},
		"copy":      {Status: 403, Code: "AccessDenied", Message: "Anonymous users cannot copy objects. Please authenticate.", Confidence: Likely, Source: srcVersity},
		"api":       {Status: 403, Code: "AccessDenied", Message: "Anonymous users cannot invoke this API. Please authenticate.", Confidence: Likely, Source: srcVersity},
		// AWS sends who asks for its list of buckets without a signature to S3's home
		// page. Clients follow that, and would leave: here it is a refusal.
		"home": {Status: 403, Code: "AccessDenied", Message: "Access Denied", Confidence: Unverified, Source: "not as AWS, which answers 307 with Location: http://aws.amazon.com/s3/ and no body (minio/minio-java#206)"},
	}},
	{Reason: v.UnsupportedScheme, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type", Confidence: Verified, Source: srcVersity, When: map[string]Row{
		"no-space": {Status: 400, Code: "InvalidArgument", Message: "Authorization header is invalid -- one and only one ' ' (space) required.", Confidence: Verified, Source: srcVersity},
		"query":    {Status: 400, Code: "AuthorizationQueryParametersError", Message: `X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"`, Confidence: Verified, Source: srcVersity},
		"sigv2":    {Status: 400, Code: "InvalidRequest", Message: "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.", Confidence: Verified, Source: srcVersity},
	}},
	{Reason: v.MalformedAuthorization, Status: 400, Code: "AuthorizationHeaderMalformed", Message: textS3Header + `the authorization component "{piece}" is malformed.`, Confidence: Verified, Source: srcVersity},
	{Reason: v.MissingParameters, Status: 400, Code: "AuthorizationHeaderMalformed", Compose: s3MissingParameters, Confidence: Verified, Source: srcVersity},
	{Reason: v.MissingQueryParameters, Status: 400, Code: "AuthorizationQueryParametersError", Message: "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.", Confidence: Verified, Source: srcVersity, When: map[string]Row{
		"sigv2": {Status: 403, Code: "AccessDenied", Message: "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters", Confidence: Verified, Source: srcLocalstack},
	}},
	{Reason: v.MalformedQuery, Status: 400, Code: "InvalidURI", Message: "Couldn't parse the specified URI.", Confidence: Likely, Source: srcS3Errors},
	{Reason: v.HostNotSigned, Status: 403, Code: "AccessDenied", Message: "There were headers present in the request which were not signed", Confidence: Unverified, Source: srcVersity},
	{Reason: v.MalformedDate, Status: 403, Code: "AccessDenied", Message: "AWS authentication requires a valid Date or x-amz-date header.", Confidence: Verified, Source: srcVersity, When: map[string]Row{
		"query": {Status: 400, Code: "AuthorizationQueryParametersError", Message: `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`, Confidence: Verified, Source: srcVersity},
		"sigv2": {Status: 403, Code: "AccessDenied", Message: "Invalid date (should be seconds since epoch): {date}", Confidence: Likely, Source: "localstack/localstack, presigned URLs of S3"},
	}},
	{Reason: v.SignatureExpired, Status: 403, Code: "RequestTimeTooSkewed", Message: "The difference between the request time and the current time is too large.", Confidence: Verified, Source: "versity/versitygw#1514"},
	{Reason: v.SignatureNotYetCurrent, Status: 403, Code: "RequestTimeTooSkewed", Message: "The difference between the request time and the current time is too large.", Confidence: Verified, Source: "versity/versitygw#1514"},
	{Reason: v.MalformedCredential, Status: 400, Code: "AuthorizationHeaderMalformed", Message: textS3Header + `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`, Confidence: Verified, Source: srcVersity, When: map[string]Row{
		"query": {Status: 400, Code: "AuthorizationQueryParametersError", Message: textS3Query + `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`, Confidence: Verified, Source: srcVersity},
	}},
	{Reason: v.WrongScope, Status: 400, Code: "AuthorizationHeaderMalformed", Compose: s3Scope, Confidence: Verified, Source: srcVersity, When: map[string]Row{
		"query":                {Status: 400, Code: "AuthorizationQueryParametersError", Compose: s3QueryScope, Confidence: Verified, Source: srcVersity},
		"date-mismatch header": {Status: 400, Code: "AuthorizationHeaderMalformed", Message: textS3Header + "Invalid credential date. Date is not the same as X-Amz-Date.", Confidence: Likely, Source: srcVersity},
		"date-mismatch query":  {Status: 400, Code: "AuthorizationQueryParametersError", Message: `Invalid credential date "{scopeDate}". This date is not the same as X-Amz-Date: "{headerDate}".`, Confidence: Likely, Source: srcVersity},
	}},
	{Reason: v.TokenMalformed, Status: 400, Code: "InvalidToken", Message: textS3Token, Confidence: Verified, Source: "boto/boto3#4268"},
	{Reason: v.TokenForOtherKey, Status: 400, Code: "InvalidToken", Message: textS3Token, Confidence: Verified, Source: "aws/aws-sdk-go#1802"},
	{Reason: v.TokenExpired, Status: 400, Code: "ExpiredToken", Message: "The provided token has expired.", Confidence: Verified, Source: "craftcms#182"},
	{Reason: v.TokenMissing, Status: 403, Code: "InvalidAccessKeyId", Message: textS3Key, Confidence: Verified, Source: "versity/versitygw#2042"},
	{Reason: v.KeyUnknown, Status: 403, Code: "InvalidAccessKeyId", Message: textS3Key, Confidence: Verified, Source: "databendlabs/databend#8069"},
	{Reason: v.KeyInactive, Status: 403, Code: "InvalidAccessKeyId", Message: textS3Key, Confidence: Likely, Source: srcS3Errors},
	{Reason: v.KeyDeleted, Status: 403, Code: "InvalidAccessKeyId", Message: textS3Key, Confidence: Likely, Source: srcS3Errors},
	{Reason: v.SignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: textS3Wrong, Confidence: Verified, Source: "s3tools/s3cmd#1053"},
	{Reason: v.PayloadHashMismatch, Status: 400, Code: "XAmzContentSHA256Mismatch", Message: "The provided 'x-amz-content-sha256' header does not match what was computed.", Confidence: Verified, Source: "lua-resty-aws#2"},
	{Reason: v.PayloadHashMissing, Status: 400, Code: "InvalidRequest", Message: "Missing required header for this request: x-amz-content-sha256", Confidence: Verified, Source: srcVersity},
	{Reason: v.PayloadHashMalformed, Status: 400, Code: "InvalidArgument", Message: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.", Confidence: Likely, Source: srcVersity},
	{Reason: v.HeadersNotSigned, Status: 403, Code: "AccessDenied", Message: "There were headers present in the request which were not signed", Confidence: Verified, Source: srcLocalstack},
	{Reason: v.ChunkSignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: textS3Wrong, Confidence: Likely, Source: srcVersity},
	{Reason: v.ChunkMalformed, Status: 400, Code: "IncompleteBody", Message: "The request body terminated unexpectedly", Confidence: Likely, Source: srcVersity},
	{Reason: v.ChunkTooSmall, Status: 400, Code: "InvalidChunkSizeError", Message: "Only the last chunk is allowed to have a size less than 8192 bytes", Confidence: Likely, Source: srcVersity},
	{Reason: v.TrailerMalformed, Status: 400, Code: "MalformedTrailerError", Message: "The request contained trailing data that was not well-formed or did not conform to our published schema.", Confidence: Likely, Source: srcVersity},
	{Reason: v.ChecksumMismatch, Status: 400, Code: "BadDigest", Message: "The {algorithm} you specified did not match the calculated checksum.", Confidence: Likely, Source: srcVersity},
	{Reason: v.PresignExpired, Status: 403, Code: "AccessDenied", Message: "Request has expired", Confidence: Verified, Source: srcLocalstack},
	{Reason: v.PresignNotYetValid, Status: 403, Code: "AccessDenied", Message: "Request is not valid yet", Confidence: Likely, Source: srcPail},
	{Reason: v.PresignExpiresInvalid, Status: 400, Code: "AuthorizationQueryParametersError", Compose: s3Expires, Confidence: Verified, Source: srcPail},
	{Reason: v.BearerMalformed, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type", Confidence: Verified, Source: srcVersity},
	{Reason: v.BearerInvalid, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type", Confidence: Verified, Source: srcVersity},
	{Reason: v.Denied, Status: 403, Code: "AccessDenied", Compose: S3Denied, Confidence: Verified, Source: srcIAMGuide},
	{Reason: v.UnknownOperation, Status: 405, Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.", Confidence: Verified, Source: srcS3Errors},
}

func s3MissingParameters(args map[string]string) string {
	switch m := args["missing"]; m {
	case "Credential", "SignedHeaders", "Signature":
		return textS3Header + "missing " + m + "."
	default:
		return textS3Header + "the authorization header requires three components: Credential, SignedHeaders, and Signature."
	}
}

// s3Scope names the first part that is wrong; S3 stops at it.
func s3Scope(args map[string]string) string {
	if args["region"] != "" {
		return fill(textS3Header+"the region '{region}' is wrong; expecting '{expectedRegion}'", args)
	}
	return textS3Header + s3ScopePart(args)
}

// s3QueryScope is s3Scope for a presigned URL, with other quotes.
func s3QueryScope(args map[string]string) string {
	if args["region"] != "" {
		return fill(textS3Query+`the region "{region}" is wrong; expecting "{expectedRegion}"`, args)
	}
	return textS3Query + s3ScopePart(args)
}

func s3ScopePart(args map[string]string) string {
	switch {
	case args["problem"] == "date-format":
		return fill(`incorrect date format "{scopeDate}". This date in the credential must be in the format "yyyyMMdd".`, args)
	case args["service"] != "":
		return fill(`incorrect service "{service}". This endpoint belongs to "s3".`, args)
	default:
		return fill(`incorrect terminal "{terminator}". This endpoint uses "aws4_request".`, args)
	}
}

func s3Expires(args map[string]string) string {
	switch args["problem"] {
	case "too-long":
		return "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
	case "negative":
		return "X-Amz-Expires must be non-negative"
	default:
		return "X-Amz-Expires should be a number"
	}
}

// S3Denied is the message of a denial, for one that S3 answers inside a result.
// It puts the resource in double quotes, as only S3 does; to a caller of
// another account it says nothing more than "Access Denied".
func S3Denied(args map[string]string) string {
	if args["crossAccount"] != "" || args["principal"] == "" {
		return "Access Denied"
	}
	quoted := map[string]string{
		"principal": args["principal"], "action": args["action"], "because": args["because"],
		"resource": `"` + args["resource"] + `"`,
	}
	return denied(quoted)
}
