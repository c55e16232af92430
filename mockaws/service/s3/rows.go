package s3

import (
	"cmp"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The sources of S3's rows.
const (
	sourceVersity    = "versity/versitygw s3err, compared with AWS"
	sourcePail       = "yavosh/pail test/diff/testdata/golden, recorded from AWS"
	sourceLocalstack = "localstack/localstack AWS-validated S3 snapshots"
	// The answer of s3.amazonaws.com to "AWS a:b:signature" on 2017-11-02, request
	// 9276445EB326A48D, stands in public notes on Gluster's S3.
	sourceSigV2Parts = "recorded from s3.amazonaws.com on 2017-11-02, in public notes on Gluster's S3"
	// No answer of AWS to such a request is public.
	sourceRegionSet = "no answer of AWS is public; worded as for a region that is wrong"
	docErrors       = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
)

const (
	textHeader = "The authorization header is malformed; "
	textQuery  = "Error parsing the X-Amz-Credential parameter; "
	// textNoKeyID has S3's own words for an empty key id, which boto3 signs with when it is given "".
	textNoKeyID = "a non-empty Access Key (AKID) must be provided in the credential."
	textKey     = "The AWS Access Key Id you provided does not exist in our records."
	textToken   = "The provided token is malformed or otherwise invalid."
	textWrong   = "The request signature we calculated does not match the signature you provided. Check your key and " +
		"signing method."
)

// rows are S3's answers. The elements that go with each are in s3.go.
var rows = []protocol.Row{
	{Reason: verdict.MalformedRequest, Status: 400, Code: "InvalidURI", Message: "Couldn't parse the specified URI.",
		Confidence: protocol.Likely, Source: docErrors, When: map[verdict.Variant]protocol.Row{
			{Problem: verdict.ProblemClimbs}: {Status: 400, Bare: true, Confidence: protocol.Verified,
				Source: "floci-io/floci#1231, floci-io/floci#1320, versity/versitygw#1365"},
		}},
	{Reason: verdict.BothMechanisms, Status: 400, Code: "InvalidArgument",
		Message: "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string " +
			"parameter or the Authorization header should be specified", Confidence: protocol.Likely,
		Source: sourceVersity},
	{Reason: verdict.MissingAuthentication, Status: 403, Code: "AccessDenied", Message: "Access Denied",
		Confidence: protocol.Verified, Source: sourcePail, When: map[verdict.Variant]protocol.Row{
			{Problem: "multipart"}: {Status: 403, Code: "AccessDenied",
				Message:    "Anonymous users cannot initiate multipart uploads. Please authenticate.",
				Confidence: protocol.Likely,
				Source:     sourceVersity},
			{Problem: "copy"}: {Status: 403, Code: "AccessDenied",
				Message: "Anonymous users cannot copy objects. Please authenticate.", Confidence: protocol.Likely,
				Source: sourceVersity},
			{Problem: "api"}: {Status: 403, Code: "AccessDenied",
				Message: "Anonymous users cannot invoke this API. Please authenticate.", Confidence: protocol.Likely,
				Source: sourceVersity},
			// AWS sends who asks for its list of buckets without a signature to S3's home
			// page. Clients follow that, and would leave: here it is a refusal.
			{Problem: "home"}: {Status: 403, Code: "AccessDenied", Message: "Access Denied",
				Confidence: protocol.Unverified,
				Source: "not as AWS, which answers 307 with Location: http://aws.amazon.com/s3/ " +
					"and no body (minio/minio-java#206)"},
		}},
	{Reason: verdict.UnsupportedScheme, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type",
		Confidence: protocol.Likely, Source: sourceVersity, When: map[verdict.Variant]protocol.Row{
			{Problem: verdict.ProblemNoSpace}: {Status: 400, Code: "InvalidArgument",
				Message:    "Authorization header is invalid -- one and only one ' ' (space) required.",
				Confidence: protocol.Likely, Source: sourceVersity},
			{Mechanism: "query"}: {Status: 400, Code: "AuthorizationQueryParametersError",
				Message:    `X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"`,
				Confidence: protocol.Likely, Source: sourceVersity},
			{Problem: verdict.ProblemSigV2}: {Status: 400, Code: "InvalidRequest",
				Message: "The authorization mechanism you have provided is not supported. " +
					"Please use AWS4-HMAC-SHA256.",
				Confidence: protocol.Likely, Source: sourceVersity},
		}},
	{Reason: verdict.MalformedAuthorization, Status: 400, Code: "AuthorizationHeaderMalformed",
		Message: textHeader + `the authorization component "{piece}" is malformed.`, Confidence: protocol.Verified,
		Source: "zendesk/apt-s3#10"},
	{Reason: verdict.MissingParameters, Status: 400, Code: "AuthorizationHeaderMalformed",
		Compose:    protocol.Composed(missingParameters),
		Confidence: protocol.Likely, Source: sourceVersity, When: map[verdict.Variant]protocol.Row{
			{Problem: verdict.ProblemSigV2}: {Status: 400, Code: "InvalidArgument",
				Message:    "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature",
				Confidence: protocol.Likely, Source: sourceSigV2Parts},
		}},
	{Reason: verdict.MissingQueryParameters, Status: 400, Code: "AuthorizationQueryParametersError",
		Message: "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, " +
			"X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
		Confidence: protocol.Verified, Source: sourceLocation, When: map[verdict.Variant]protocol.Row{
			{Problem: verdict.ProblemSigV2}: {Status: 403, Code: "AccessDenied",
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
			"header.", Confidence: protocol.Likely, Source: sourceVersity, When: map[verdict.Variant]protocol.Row{
			{Mechanism: "query"}: {Status: 400, Code: "AuthorizationQueryParametersError",
				Message:    `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`,
				Confidence: protocol.Likely,
				Source:     sourceVersity},
			{Problem: verdict.ProblemSigV2}: {Status: 403, Code: "AccessDenied",
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
		Source: "deliciousbrains/wp-amazon-s3-and-cloudfront#460", When: map[verdict.Variant]protocol.Row{
			{Mechanism: "query"}: {Status: 400, Code: "AuthorizationQueryParametersError",
				Message: textQuery + `the Credential is mal-formed; ` +
					`expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
				Confidence: protocol.Likely, Source: sourceVersity},
			{Problem: verdict.ProblemNoKeyID, Mechanism: "header"}: {Status: 400, Code: "AuthorizationHeaderMalformed",
				Message: textHeader + textNoKeyID, Confidence: protocol.Verified, Source: "ex-aws/ex_aws#987"},
			// Recorded for a header alone.
			{Problem: verdict.ProblemNoKeyID, Mechanism: "query"}: {Status: 400,
				Code: "AuthorizationQueryParametersError", Message: textQuery + textNoKeyID,
				Confidence: protocol.Unverified, Source: "ex-aws/ex_aws#987"},
		}},
	{Reason: verdict.WrongScope, Status: 400, Code: "AuthorizationHeaderMalformed", Compose: protocol.Composed(scope),
		Confidence: protocol.Verified, Source: "JuliaServices/CloudStore.jl#52", When: map[verdict.Variant]protocol.Row{
			{Problem: verdict.ProblemNoRegion, Mechanism: "header"}: {Status: 400, Code: "AuthorizationHeaderMalformed",
				Message:    textHeader + "a non-empty region must be provided in the credential.",
				Confidence: protocol.Verified, Source: "siderolabs/omni#98"},
			{Problem: verdict.ProblemRegionSet, Mechanism: "header"}: {Status: 400,
				Code:    "AuthorizationHeaderMalformed",
				Compose: protocol.Composed(scope), Confidence: protocol.Unverified, Source: sourceRegionSet},
			{Problem: verdict.ProblemRegionSet, Mechanism: "query"}: {Status: 400,
				Code:    "AuthorizationQueryParametersError",
				Compose: protocol.Composed(queryScope), Confidence: protocol.Unverified, Source: sourceRegionSet},
			{Problem: verdict.ProblemOther, Mechanism: "header"}:      otherPart,
			{Problem: verdict.ProblemDateFormat, Mechanism: "header"}: otherPart,
			{Mechanism: "query"}: {Status: 400, Code: "AuthorizationQueryParametersError",
				Compose:    protocol.Composed(queryScope),
				Confidence: protocol.Likely, Source: sourceVersity},
			{Problem: verdict.ProblemDateMismatch, Mechanism: "header"}: {Status: 400,
				Code:       "AuthorizationHeaderMalformed",
				Message:    textHeader + "Invalid credential date. Date is not the same as X-Amz-Date.",
				Confidence: protocol.Likely,
				Source:     sourceVersity},
			{Problem: verdict.ProblemDateMismatch, Mechanism: "query"}: {Status: 400,
				Code:       "AuthorizationQueryParametersError",
				Compose:    protocol.Composed(queryScopeDate),
				Confidence: protocol.Likely, Source: sourceVersity},
		}},
	{Reason: verdict.TokenMalformed, Status: 400, Code: "InvalidToken", Message: textToken,
		Confidence: protocol.Verified, Source: "boto/boto3#4268"},
	{Reason: verdict.TokenForOtherKey, Status: 400, Code: "InvalidToken", Message: textToken,
		Confidence: protocol.Verified, Source: "aws/aws-sdk-go#1802"},
	{Reason: verdict.TokenExpired, Status: 400, Code: "ExpiredToken", Message: "The provided token has expired.",
		Confidence: protocol.Verified, Source: "craftcms/aws-s3#182"},
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
		Confidence: protocol.Verified, Source: "grosskur/lua-resty-aws#2"},
	{Reason: verdict.PayloadHashMissing, Status: 400, Code: "InvalidRequest",
		Message: "Missing required header for this request: x-amz-content-sha256", Confidence: protocol.Likely,
		Source: sourceVersity},
	{Reason: verdict.PayloadHashMalformed, Status: 400, Code: "InvalidArgument",
		Message: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, " +
			"STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, " +
			"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a " +
			"valid sha256 value.", Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.HeadersNotSigned, Status: 403, Code: "AccessDenied",
		Message: "There were headers present in the request which were not signed", Confidence: protocol.Verified,
		Source: sourceLocalstack},
	{Reason: verdict.ChunkSignatureMismatch, Status: 403, Code: "SignatureDoesNotMatch", Message: textWrong,
		Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.ChunkMalformed, Status: 400, Code: "IncompleteBody",
		Message: "The request body terminated unexpectedly", Confidence: protocol.Likely, Source: sourceVersity,
		When: map[verdict.Variant]protocol.Row{
			{Problem: verdict.ProblemMissing}: {Status: 411, Code: "MissingContentLength",
				Message:    "You must provide the Content-Length HTTP header.",
				Confidence: protocol.Likely, Source: "versity/versitygw#1656"},
			{Problem: verdict.ProblemOther}: {Status: 400, Code: "IncompleteBody",
				Message:    "You did not provide the number of bytes specified by the Content-Length HTTP header",
				Confidence: protocol.Likely, Source: "versity/versitygw#1684"},
		}},
	{Reason: verdict.ChunkTooSmall, Status: 403, Code: "InvalidChunkSizeError",
		Message: "Only the last chunk is allowed to have a size less than 8192 bytes", Confidence: protocol.Verified,
		Source: "aws/aws-sdk-cpp#2727"},
	{Reason: verdict.TrailerMalformed, Status: 400, Code: "MalformedTrailerError",
		Message: "The request contained trailing data that was not well-formed " +
			"or did not conform to our published schema.",
		Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.ChecksumMismatch, Status: 400, Code: "BadDigest",
		Message: "The {algorithm} you specified did not match the calculated checksum.", Confidence: protocol.Likely,
		Source: sourceVersity, When: map[verdict.Variant]protocol.Row{
			{Problem: verdict.ProblemMalformed}: {Status: 400, Code: "InvalidRequest",
				Message:    "Value for {header} trailing header is invalid.",
				Confidence: protocol.Likely, Source: "versity/versitygw#1692"},
		}},
	{Reason: verdict.PresignExpired, Status: 403, Code: "AccessDenied", Message: "Request has expired",
		Confidence: protocol.Verified, Source: sourceLocalstack},
	{Reason: verdict.PresignNotYetValid, Status: 403, Code: "AccessDenied", Message: "Request is not valid yet",
		Confidence: protocol.Likely, Source: sourcePail},
	{Reason: verdict.PresignExpiresInvalid, Status: 400, Code: "AuthorizationQueryParametersError",
		Compose:    protocol.Composed(expires),
		Confidence: protocol.Verified, Source: sourcePail},
	{Reason: verdict.BearerMalformed, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type",
		Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.BearerInvalid, Status: 400, Code: "InvalidArgument", Message: "Unsupported Authorization Type",
		Confidence: protocol.Likely, Source: sourceVersity},
	{Reason: verdict.Denied, Status: 403, Code: "AccessDenied", Compose: protocol.Composed(deniedText),
		Confidence: protocol.Verified,
		Source:     protocol.SourceIAMGuide},
	{Reason: verdict.UnknownOperation, Status: 405, Code: "MethodNotAllowed",
		Message: "The specified method is not allowed against this resource.", Confidence: protocol.Verified,
		Source: docErrors},
}

// otherPart is for a scope whose service, terminator or date is wrong.
var otherPart = protocol.Row{Status: 400, Code: "AuthorizationHeaderMalformed", Compose: protocol.Composed(scope),
	Confidence: protocol.Likely, Source: sourceVersity}

func missingParameters(c verdict.MissingParts) string {
	if len(c.Missing) == 1 && c.Missing[0] != "Date" {
		return textHeader + "missing " + c.Missing[0] + "."
	}
	return textHeader + "the authorization header requires three components: Credential, SignedHeaders, and Signature."
}

// scope names the first part that is wrong; S3 stops at it.
func scope(c verdict.ForeignScope) string {
	if c.Region != nil {
		return textHeader + "the region '" + c.Region.Sent + "' is wrong; expecting '" + c.Region.Expected + "'"
	}
	return textHeader + scopePart(c)
}

// queryScope is scope for a presigned URL, with other quotes.
func queryScope(c verdict.ForeignScope) string {
	if c.Region != nil {
		return textQuery + `the region "` + c.Region.Sent + `" is wrong; expecting "` + c.Region.Expected + `"`
	}
	return textQuery + scopePart(c)
}

// queryScopeDate is for a presigned URL whose scope is of another day.
func queryScopeDate(c verdict.ForeignScope) string {
	date := cmp.Or(c.Date, &verdict.ScopeDate{})
	return `Invalid credential date "` + date.Sent + `". This date is not the same as X-Amz-Date: "` + date.Expected +
		`".`
}

func scopePart(c verdict.ForeignScope) string {
	switch {
	case c.Date != nil && c.Problem == verdict.ProblemDateFormat:
		return `incorrect date format "` + c.Date.Sent + `". ` +
			`This date in the credential must be in the format "yyyyMMdd".`
	case c.Service != nil:
		return `incorrect service "` + c.Service.Sent + `". This endpoint belongs to "` + c.Service.Expected + `".`
	default:
		terminator := cmp.Or(c.Terminator, &verdict.Part{})
		return `incorrect terminal "` + terminator.Sent + `". This endpoint uses "aws4_request".`
	}
}

func expires(c verdict.BadExpires) string {
	switch c.Problem {
	case verdict.ProblemTooLong:
		return "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less " +
			"than 604800 seconds"
	case verdict.ProblemNegative:
		return "X-Amz-Expires must be non-negative"
	default:
		return "X-Amz-Expires should be a number"
	}
}

// deniedText is the message of a denial, for one that S3 answers inside a result.
// It puts the resource in double quotes, as only S3 does; to a caller of
// another account it says nothing more than "Access Denied".
func deniedText(c verdict.Denial) string {
	if c.CrossAccount || c.Principal == "" {
		return "Access Denied"
	}
	c.Resource = `"` + c.Resource + `"`
	return protocol.Denied(c)
}
