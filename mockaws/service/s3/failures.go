package s3

import (
	"github.com/hostproof/hostproof/mockaws/protocol"
)

// More sources of S3's answers.
const (
	sourceLocation = "localstack/localstack tests/aws/services/s3 snapshots, recorded from AWS"
	docOwnership   = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"
)

// failures are the errors of S3's operations by a name of ours: what S3
// answers to a caller whom it has let in. {name} stands for an element of the
// error document.
var failures = map[string]protocol.Row{
	// A body of unknown length: what fetch, axios and requests send of a stream.
	"ChunkedTransfer": {Status: 501, Code: "NotImplemented",
		Message:    "A header you provided implies functionality that is not implemented",
		Confidence: protocol.Verified, Source: "aws/aws-sdk-js-v3#3400"},
	"MissingContentLength": {Status: 411, Code: "MissingContentLength",
		Message: "You must provide the Content-Length HTTP header.", Confidence: protocol.Verified,
		Source: "versity/versitygw#1043"},
	// tests/aws/services/s3/test_s3.snapshot.json, test_s3_checksum_no_algorithm.
	"SeveralChecksums": {Status: 400, Code: "InvalidRequest",
		Message:    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
		Confidence: protocol.Verified, Source: sourceLocation},
	// The code is recorded; the words are those of two headers.
	"ChecksumTwice": {Status: 400, Code: "InvalidRequest",
		Message:    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
		Confidence: protocol.Likely, Source: "versity/versitygw#1657"},
	"OtherTrailer": {Status: 400, Code: "InvalidRequest",
		Message:    "The value specified in the x-amz-trailer header is not supported",
		Confidence: protocol.Likely, Source: sourceVersity},
	"MalformedChecksum": {Status: 400, Code: "InvalidRequest", Message: "Value for {header} header is invalid.",
		Confidence: protocol.Verified, Source: sourceLocation},
	"AlgorithmAlone": {Status: 400, Code: "InvalidRequest",
		Message: "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer " +
			"headers were found.", Confidence: protocol.Verified, Source: "apache/hadoop#6467"},
	"OtherAlgorithm": {Status: 400, Code: "InvalidRequest",
		Message:    "Value for x-amz-sdk-checksum-algorithm header is invalid.",
		Confidence: protocol.Verified, Source: "versity/versitygw#1598"},
	"OwnerIsNoAccount": {Status: 400, Code: "InvalidBucketOwnerAWSAccountID",
		Message:    "The value of the expected bucket owner parameter must be an AWS Account ID... [{owner}]",
		Confidence: protocol.Verified, Source: sourceLocation},
	"NoSuchBucket": {Status: 404, Code: "NoSuchBucket", Message: "The specified bucket does not exist",
		Confidence: protocol.Verified, Source: docErrors},
	"NoSuchKey": {Status: 404, Code: "NoSuchKey", Message: "The specified key does not exist.",
		Confidence: protocol.Verified, Source: docErrors},
	"NoSuchVersion": {Status: 400, Code: "InvalidArgument", Message: "Invalid version id specified",
		Confidence: protocol.Likely, Source: sourceLocalstack},
	"NoSuchUpload": {Status: 404, Code: "NoSuchUpload",
		Message: "The specified upload does not exist. The upload ID may be invalid, or the upload may have been " +
			"aborted or completed.", Confidence: protocol.Verified, Source: sourceLocalstack},
	"NoSuchBucketPolicy": {Status: 404, Code: "NoSuchBucketPolicy",
		Message: "The bucket policy does not exist", Confidence: protocol.Verified, Source: docErrors},
	"NoSuchPublicAccessBlock": {Status: 404, Code: "NoSuchPublicAccessBlockConfiguration",
		Message: "The public access block configuration was not found", Confidence: protocol.Verified,
		Source: sourceLocalstack},
	"BucketAlreadyExists": {Status: 409, Code: "BucketAlreadyExists",
		Message: "The requested bucket name is not available. The bucket namespace is shared by all users of the " +
			"system. Please select a different name and try again.", Confidence: protocol.Verified, Source: docErrors},
	"BucketAlreadyOwnedByYou": {Status: 409, Code: "BucketAlreadyOwnedByYou",
		Message:    "Your previous request to create the named bucket succeeded and you already own it.",
		Confidence: protocol.Verified, Source: sourceLocation},
	"BucketNotEmpty": {Status: 409, Code: "BucketNotEmpty",
		Message: "The bucket you tried to delete is not empty", Confidence: protocol.Verified, Source: docErrors},
	"InvalidBucketName": {Status: 400, Code: "InvalidBucketName",
		Message: "The specified bucket is not valid.", Confidence: protocol.Verified, Source: sourceLocation},
	"IllegalLocation": {Status: 400, Code: "IllegalLocationConstraintException",
		Message: "The {location} location constraint is incompatible for the region specific endpoint this request " +
			"was sent to.", Confidence: protocol.Verified, Source: sourceLocation},
	"InvalidLocation": {Status: 400, Code: "InvalidLocationConstraint",
		Message: "The specified location-constraint is not valid", Confidence: protocol.Verified,
		Source: sourceLocation},
	"PermanentRedirect": {Status: 301, Code: "PermanentRedirect",
		Message: "The bucket you are attempting to access must be addressed using the specified endpoint. Please " +
			"send all future requests to this endpoint.", Confidence: protocol.Verified, Source: docErrors},
	"NotAccelerated": {Status: 400, Code: "InvalidRequest",
		Message: "S3 Transfer Acceleration is not configured on this bucket", Confidence: protocol.Likely,
		Source: "aws/aws-sdk-js#2065"},
	"OwnerMismatch": {Status: 403, Code: "AccessDenied", Message: "Access Denied",
		Confidence: protocol.Verified,
		Source:     "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html"},
	"ACLNotSupported": {Status: 400, Code: "AccessControlListNotSupported",
		Message: "The bucket does not allow ACLs", Confidence: protocol.Verified, Source: docOwnership},
	"PreconditionFailed": {Status: 412, Code: "PreconditionFailed",
		Message: "At least one of the pre-conditions you specified did not hold", Confidence: protocol.Verified,
		Source: sourceLocalstack},
	"InvalidRange": {Status: 416, Code: "InvalidRange",
		Message: "The requested range is not satisfiable", Confidence: protocol.Verified, Source: sourceLocation},
	"InvalidPartNumber": {Status: 416, Code: "InvalidPartNumber",
		Message: "The requested partnumber is not satisfiable", Confidence: protocol.Verified, Source: sourceLocation},
	"RangeAndPart": {Status: 400, Code: "InvalidRequest",
		Message: "Cannot specify both Range header and partNumber query parameter", Confidence: protocol.Verified,
		Source: sourceLocation},
	"AnonymousOverride": {Status: 400, Code: "InvalidRequest",
		Message:    "Request specific response headers cannot be used for anonymous GET requests.",
		Confidence: protocol.Likely, Source: sourceVersity},
	"InvalidArgument": {Status: 400, Code: "InvalidArgument", Message: "{message}",
		Confidence: protocol.Likely, Source: docErrors},
	"InvalidRequest": {Status: 400, Code: "InvalidRequest", Message: "{message}",
		Confidence: protocol.Likely, Source: sourceVersity},
	"InvalidDigest": {Status: 400, Code: "InvalidDigest",
		Message: "The Content-MD5 you specified was invalid.", Confidence: protocol.Likely, Source: docErrors},
	"BadContentMD5": {Status: 400, Code: "BadDigest",
		Message: "The Content-MD5 you specified did not match what we received.", Confidence: protocol.Verified,
		Source: docErrors},
	"BadDigest": {Status: 400, Code: "BadDigest",
		Message: "The {algorithm} you specified did not match the calculated checksum.", Confidence: protocol.Likely,
		Source: sourceVersity},
	"MissingChecksum": {Status: 400, Code: "InvalidRequest",
		Message:    "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
		Confidence: protocol.Likely,
		Source:     sourceVersity},
	"MalformedXML": {Status: 400, Code: "MalformedXML",
		Message:    "The XML you provided was not well-formed or did not validate against our published schema",
		Confidence: protocol.Verified, Source: docErrors},
	"MissingBody": {Status: 400, Code: "MissingRequestBodyError", Message: "Request Body is empty",
		Confidence: protocol.Likely, Source: sourceVersity},
	"MaxMessageLengthExceeded": {Status: 400, Code: "MaxMessageLengthExceeded", Message: "Your request was too big.",
		Confidence: protocol.Likely, Source: sourceVersity},
	"MetadataTooLarge": {Status: 400, Code: "MetadataTooLarge",
		Message: "Your metadata headers exceed the maximum allowed metadata size", Confidence: protocol.Likely,
		Source: sourceVersity},
	"KeyTooLong": {Status: 400, Code: "KeyTooLongError", Message: "Your key is too long",
		Confidence: protocol.Verified, Source: docErrors},
	"EntityTooSmall": {Status: 400, Code: "EntityTooSmall",
		Message: "Your proposed upload is smaller than the minimum allowed size", Confidence: protocol.Verified,
		Source: sourceLocation},
	"EntityTooLarge": {Status: 400, Code: "EntityTooLarge",
		Message: "Your proposed upload exceeds the maximum allowed size", Confidence: protocol.Verified,
		Source: docErrors},
	"InvalidPart": {Status: 400, Code: "InvalidPart",
		Message: "One or more of the specified parts could not be found.  The part may not have been uploaded, or " +
			"the specified entity tag may not match the part's entity tag.", Confidence: protocol.Verified,
		Source: sourceLocation},
	"InvalidPartOrder": {Status: 400, Code: "InvalidPartOrder",
		Message:    "The list of parts was not in ascending order. Parts must be ordered by part number.",
		Confidence: protocol.Verified, Source: sourceLocation},
	"CopyToItself": {Status: 400, Code: "InvalidRequest",
		Message: "This copy request is illegal because it is trying to copy an object to itself without changing the " +
			"object's metadata, storage class, website redirect location or encryption attributes.",
		Confidence: protocol.Verified, Source: sourceLocation},
	"MalformedPOSTRequest": {Status: 400, Code: "MalformedPOSTRequest",
		Message: "The body of your POST request is not well-formed multipart/form-data.", Confidence: protocol.Verified,
		Source: docErrors},
	"MaxPostPreDataLengthExceeded": {Status: 400, Code: "MaxPostPreDataLengthExceeded",
		Message: "Your POST request fields preceding the upload file were too large.", Confidence: protocol.Verified,
		Source: docErrors},
	"InvalidPolicyDocument": {Status: 400, Code: "InvalidPolicyDocument", Message: "Invalid Policy: {problem}",
		Confidence: protocol.Likely, Source: sourceVersity},
	"AgainstPolicy": {Status: 403, Code: "AccessDenied",
		Message: "Invalid according to Policy: {problem}", Confidence: protocol.Verified, Source: sourceLocalstack},
	"InvalidStorageClass": {Status: 400, Code: "InvalidStorageClass",
		Message: "The storage class you specified is not valid", Confidence: protocol.Verified, Source: docErrors},
	"BucketACL": {Status: 400, Code: "InvalidBucketAclWithObjectOwnership",
		Message:    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
		Confidence: protocol.Verified, Source: docOwnership},
	"MethodNotAllowed": {Status: 405, Code: "MethodNotAllowed",
		Message: "The specified method is not allowed against this resource.", Confidence: protocol.Verified,
		Source: docErrors},
	"MissingField": {Status: 400, Code: "InvalidArgument",
		Message: "Bucket POST must contain a field named '{field}'.  If it is specified, please check the order of " +
			"the fields.", Confidence: protocol.Verified, Source: sourceLocalstack},
	// tests/aws/services/s3/test_s3.snapshot.json, test_post_request_missing_fields.
	"UnsignedPolicy": {Status: 403, Code: "AccessDenied", Message: "Access Denied",
		Confidence: protocol.Verified, Source: sourceLocation},
	"FormCredential": {Status: 400, Code: "InvalidArgument", Message: "{message}",
		Confidence: protocol.Likely, Source: sourceVersity},
	"MalformedPolicy": {Status: 400, Code: "MalformedPolicy", Message: "{message}",
		Confidence: protocol.Likely, Source: docErrors},
	"PublicPolicyBlocked": {Status: 403, Code: "AccessDenied",
		Message: `User: {principal} is not authorized to perform: s3:PutBucketPolicy on resource: "{resource}"` +
			` because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
		Confidence: protocol.Verified,
		Source:     "https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html"},
}

// throttled is how S3 refuses those who call too often.
var throttled = protocol.Row{Status: 503, Code: "SlowDown", Message: "Please reduce your request rate.",
	Confidence: protocol.Verified, Source: docErrors}

// failing are its failures, by status.
var failing = map[int]protocol.Row{
	400: {Code: "RequestTimeout", Message: "Your socket connection to the server was not read from or written to " +
		"within the timeout period.", Confidence: protocol.Verified, Source: docErrors},
	500: {Code: "InternalError", Message: "We encountered an internal error. Please try again.",
		Confidence: protocol.Verified, Source: docErrors},
	503: {Code: "ServiceUnavailable", Message: "Service is unable to handle request.", Confidence: protocol.Verified,
		Source: docErrors},
}
