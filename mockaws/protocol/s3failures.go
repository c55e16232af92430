package protocol

// More sources of S3's answers.
const (
	srcS3Location  = "localstack/localstack tests/aws/services/s3 snapshots, recorded from AWS"
	srcS3Ownership = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"
)

// S3Failures are the errors of S3's operations by a name of ours: what S3
// answers to a caller whom it has let in. {name} stands for an element of the
// error document.
var S3Failures = map[string]Row{
	"NoSuchBucket":                 {Status: 404, Code: "NoSuchBucket", Message: "The specified bucket does not exist", Confidence: Verified, Source: srcS3Errors},
	"NoSuchKey":                    {Status: 404, Code: "NoSuchKey", Message: "The specified key does not exist.", Confidence: Verified, Source: srcS3Errors},
	"NoSuchVersion":                {Status: 400, Code: "InvalidArgument", Message: "Invalid version id specified", Confidence: Likely, Source: srcLocalstack},
	"NoSuchUpload":                 {Status: 404, Code: "NoSuchUpload", Message: "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", Confidence: Verified, Source: srcLocalstack},
	"NoSuchBucketPolicy":           {Status: 404, Code: "NoSuchBucketPolicy", Message: "The bucket policy does not exist", Confidence: Verified, Source: srcS3Errors},
	"NoSuchPublicAccessBlock":      {Status: 404, Code: "NoSuchPublicAccessBlockConfiguration", Message: "The public access block configuration was not found", Confidence: Verified, Source: srcLocalstack},
	"BucketAlreadyExists":          {Status: 409, Code: "BucketAlreadyExists", Message: "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.", Confidence: Verified, Source: srcS3Errors},
	"BucketAlreadyOwnedByYou":      {Status: 409, Code: "BucketAlreadyOwnedByYou", Message: "Your previous request to create the named bucket succeeded and you already own it.", Confidence: Verified, Source: srcVersity},
	"BucketNotEmpty":               {Status: 409, Code: "BucketNotEmpty", Message: "The bucket you tried to delete is not empty", Confidence: Verified, Source: srcS3Errors},
	"InvalidBucketName":            {Status: 400, Code: "InvalidBucketName", Message: "The specified bucket is not valid.", Confidence: Verified, Source: srcVersity},
	"IllegalLocation":              {Status: 400, Code: "IllegalLocationConstraintException", Message: "The {location} location constraint is incompatible for the region specific endpoint this request was sent to.", Confidence: Verified, Source: srcS3Location},
	"InvalidLocation":              {Status: 400, Code: "InvalidLocationConstraint", Message: "The specified location-constraint is not valid", Confidence: Verified, Source: srcVersity},
	"PermanentRedirect":            {Status: 301, Code: "PermanentRedirect", Message: "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.", Confidence: Verified, Source: srcS3Errors},
	"NotAccelerated":               {Status: 400, Code: "InvalidRequest", Message: "S3 Transfer Acceleration is not configured on this bucket", Confidence: Likely, Source: "aws/aws-sdk-js#2065"},
	"OwnerMismatch":                {Status: 403, Code: "AccessDenied", Message: "Access Denied", Confidence: Verified, Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html"},
	"ACLNotSupported":              {Status: 400, Code: "AccessControlListNotSupported", Message: "The bucket does not allow ACLs", Confidence: Verified, Source: srcS3Ownership},
	"PreconditionFailed":           {Status: 412, Code: "PreconditionFailed", Message: "At least one of the pre-conditions you specified did not hold", Confidence: Verified, Source: srcLocalstack},
	"InvalidRange":                 {Status: 416, Code: "InvalidRange", Message: "The requested range is not satisfiable", Confidence: Verified, Source: srcVersity},
	"InvalidPartNumber":            {Status: 416, Code: "InvalidPartNumber", Message: "The requested partnumber is not satisfiable", Confidence: Verified, Source: srcVersity},
	"RangeAndPart":                 {Status: 400, Code: "InvalidRequest", Message: "Cannot specify both Range header and partNumber query parameter", Confidence: Verified, Source: srcVersity},
	"AnonymousOverride":            {Status: 400, Code: "InvalidRequest", Message: "Request specific response headers cannot be used for anonymous GET requests.", Confidence: Verified, Source: srcVersity},
	"InvalidArgument":              {Status: 400, Code: "InvalidArgument", Message: "{message}", Confidence: Likely, Source: srcS3Errors},
	"InvalidRequest":               {Status: 400, Code: "InvalidRequest", Message: "{message}", Confidence: Likely, Source: srcVersity},
	"InvalidDigest":                {Status: 400, Code: "InvalidDigest", Message: "The Content-MD5 you specified was invalid.", Confidence: Likely, Source: srcS3Errors},
	"BadContentMD5":                {Status: 400, Code: "BadDigest", Message: "The Content-MD5 you specified did not match what we received.", Confidence: Verified, Source: srcS3Errors},
	"BadDigest":                    {Status: 400, Code: "BadDigest", Message: "The {algorithm} you specified did not match the calculated checksum.", Confidence: Likely, Source: srcVersity},
	"MissingChecksum":              {Status: 400, Code: "InvalidRequest", Message: "Missing required header for this request: Content-MD5 OR x-amz-checksum-*", Confidence: Verified, Source: srcVersity},
	"MalformedXML":                 {Status: 400, Code: "MalformedXML", Message: "The XML you provided was not well-formed or did not validate against our published schema", Confidence: Verified, Source: srcS3Errors},
	"MissingBody":                  {Status: 400, Code: "MissingRequestBodyError", Message: "Request Body is empty", Confidence: Verified, Source: srcVersity},
	"MaxMessageLengthExceeded":     {Status: 400, Code: "MaxMessageLengthExceeded", Message: "Your request was too big.", Confidence: Verified, Source: srcVersity},
	"MetadataTooLarge":             {Status: 400, Code: "MetadataTooLarge", Message: "Your metadata headers exceed the maximum allowed metadata size", Confidence: Verified, Source: srcVersity},
	"KeyTooLong":                   {Status: 400, Code: "KeyTooLongError", Message: "Your key is too long", Confidence: Verified, Source: srcS3Errors},
	"EntityTooSmall":               {Status: 400, Code: "EntityTooSmall", Message: "Your proposed upload is smaller than the minimum allowed size", Confidence: Verified, Source: srcVersity},
	"EntityTooLarge":               {Status: 400, Code: "EntityTooLarge", Message: "Your proposed upload exceeds the maximum allowed size", Confidence: Verified, Source: srcS3Errors},
	"InvalidPart":                  {Status: 400, Code: "InvalidPart", Message: "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.", Confidence: Verified, Source: srcVersity},
	"InvalidPartOrder":             {Status: 400, Code: "InvalidPartOrder", Message: "The list of parts was not in ascending order. Parts must be ordered by part number.", Confidence: Verified, Source: srcVersity},
	"CopyToItself":                 {Status: 400, Code: "InvalidRequest", Message: "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.", Confidence: Verified, Source: srcVersity},
	"MalformedPOSTRequest":         {Status: 400, Code: "MalformedPOSTRequest", Message: "The body of your POST request is not well-formed multipart/form-data.", Confidence: Verified, Source: srcS3Errors},
	"MaxPostPreDataLengthExceeded": {Status: 400, Code: "MaxPostPreDataLengthExceeded", Message: "Your POST request fields preceding the upload file were too large.", Confidence: Verified, Source: srcS3Errors},
	"InvalidPolicyDocument":        {Status: 400, Code: "InvalidPolicyDocument", Message: "Invalid Policy: {problem}", Confidence: Likely, Source: srcVersity},
	"AgainstPolicy":                {Status: 403, Code: "AccessDenied", Message: "Invalid according to Policy: {problem}", Confidence: Verified, Source: srcLocalstack},
	"InvalidStorageClass":          {Status: 400, Code: "InvalidStorageClass", Message: "The storage class you specified is not valid", Confidence: Verified, Source: srcS3Errors},
	"BucketACL":                    {Status: 400, Code: "InvalidBucketAclWithObjectOwnership", Message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting", Confidence: Verified, Source: srcS3Ownership},
	"MethodNotAllowed":             {Status: 405, Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.", Confidence: Verified, Source: srcS3Errors},
	"MissingField":                 {Status: 400, Code: "InvalidArgument", Message: "Bucket POST must contain a field named '{field}'.  If it is specified, please check the order of the fields.", Confidence: Verified, Source: srcLocalstack},
	"FormCredential":               {Status: 400, Code: "InvalidArgument", Message: "{message}", Confidence: Verified, Source: srcVersity},
	"MalformedPolicy":              {Status: 400, Code: "MalformedPolicy", Message: "{message}", Confidence: Likely, Source: srcS3Errors},
	"PublicPolicyBlocked":          {Status: 403, Code: "AccessDenied", Message: `User: {principal} is not authorized to perform: s3:PutBucketPolicy on resource: "{resource}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`, Confidence: Verified, Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html"},
}

// S3Dialect is how S3 speaks.
func S3Dialect() Dialect {
	return Dialect{Protocol: S3, Errors: Tabulate(S3Rows), Failures: S3Failures}
}
