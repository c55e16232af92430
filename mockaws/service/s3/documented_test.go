package s3

import (
	"strings"
	"testing"
)

// documented are S3's codes with their status and, where S3 sends the description as the
// message, that: the list in the documentation of the member Code of S3's shape Error, in
// the model of its SDKs.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Error.html
var documented = map[string]struct {
	status  int
	message string
}{
	"AccessDenied": {403, ""},
	"BadDigest":    {400, ""},
	"BucketAlreadyExists": {409, "The requested bucket name is not available. The bucket namespace is shared by all " +
		"users of the system. Please select a different name and try again."},
	"BucketAlreadyOwnedByYou":            {409, ""},
	"BucketNotEmpty":                     {409, "The bucket you tried to delete is not empty"},
	"EntityTooLarge":                     {400, "Your proposed upload exceeds the maximum allowed"},
	"EntityTooSmall":                     {400, "Your proposed upload is smaller than the minimum allowed"},
	"IllegalLocationConstraintException": {400, ""},
	"InvalidArgument":                    {400, ""},
	"InvalidBucketName":                  {400, "The specified bucket is not valid."},
	"InvalidDigest":                      {400, "The Content-MD5 you specified "},
	"InvalidLocationConstraint":          {400, ""},
	"InvalidPart":                        {400, "One or more of the specified parts could not be found."},
	"InvalidPartOrder":                   {400, "The list of parts was not in ascending order. Parts "},
	"InvalidPolicyDocument":              {400, ""},
	"InvalidRange":                       {416, "The requested range "},
	"InvalidRequest":                     {400, ""},
	"InvalidStorageClass":                {400, "The storage class you specified is not valid"},
	"KeyTooLongError":                    {400, "Your key is too long"},
	"MalformedPOSTRequest":               {400, "The body of your POST request is not well-formed "},
	"MalformedXML": {400, "The XML you provided was not well-formed or did not validate against our published " +
		"schema"},
	"MaxMessageLengthExceeded":          {400, "Your request was too big."},
	"MaxPostPreDataLengthExceededError": {400, "Your POST request fields preceding the upload file were too large."},
	"MetadataTooLarge":                  {400, "Your metadata headers exceed the maximum allowed metadata size"},
	"MethodNotAllowed":                  {405, "The specified method is not allowed against this resource."},
	"MissingContentLength":              {411, "You must provide the Content-Length HTTP header."},
	"MissingRequestBodyError":           {400, "Request Body is empty"},
	"NoSuchBucket":                      {404, "The specified bucket does not exist"},
	"NoSuchBucketPolicy":                {404, ""},
	"NoSuchKey":                         {404, "The specified key does not exist."},
	"NoSuchUpload":                      {404, "The specified "},
	"NotImplemented":                    {501, "A header you provided implies functionality that is not implemented"},
	"PermanentRedirect": {301, "The bucket you are attempting to access must be addressed using the specified " +
		"endpoint. Please send all future requests to this endpoint."},
	"PreconditionFailed": {412, "At least one of the pre"},

	// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
	"AccessControlListNotSupported":        {400, "The bucket does not allow ACLs"},
	"InvalidBucketAclWithObjectOwnership":  {400, "Bucket cannot have ACLs set with ObjectOwnership's "},
	"MalformedPolicy":                      {400, ""},
	"NoSuchPublicAccessBlockConfiguration": {404, ""},

	// Recorded by localstack/localstack, tests/aws/services/s3/test_s3.snapshot.json.
	"InvalidBucketOwnerAWSAccountID": {400, "The value of the expected bucket owner parameter must be an AWS "},
	"InvalidPartNumber":              {416, "The requested partnumber is not satisfiable"},
}

// TestFailuresAreAsDocumented: a client tells S3's errors by code and status.
func TestFailuresAreAsDocumented(t *testing.T) {
	met := map[string]bool{}
	for name, row := range failures {
		is, known := documented[row.Code]
		met[row.Code] = true
		if !known || is.status != row.Status || !strings.HasPrefix(row.Message, is.message) {
			t.Errorf("%s: %d %s %q, want %d %q", name, row.Status, row.Code, row.Message, is.status, is.message)
		}
	}
	for code := range documented {
		if !met[code] {
			t.Errorf("no failure is answered with %s", code)
		}
	}
	for status, code := range map[int]string{400: "RequestTimeout", 500: "InternalError", 503: "ServiceUnavailable"} {
		if failing[status].Code != code {
			t.Errorf("%d is %s, want %s", status, failing[status].Code, code)
		}
	}
	if throttled.Status != 503 || throttled.Code != "SlowDown" {
		t.Errorf("who calls too often gets %d %s", throttled.Status, throttled.Code)
	}
}
