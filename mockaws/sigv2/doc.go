// Package sigv2 verifies Signature Version 2 as S3 has it: an HMAC-SHA1 over a
// few lines of the request, in an Authorization header or in the query of a
// presigned URL
// (https://docs.aws.amazon.com/AmazonS3/latest/API/auth-request-sig-v2.html).
//
// S3 still takes it in the regions that are older than 2014, and boto3 and the
// AWS CLI presign with it there by default (boto/botocore
// botocore/client.py, _default_s3_presign_to_sigv2; aws/aws-cli#10663).
//
// # Place
//
// The S3 service alone takes it; all others take Signature Version 4.
package sigv2
