// Package sigv4 judges AWS Signature Version 4 from the server's side: it reads
// what a request claims, computes the signature again from the bytes that
// arrived, and says which check failed.
//
// It shares no code with any signer. What it knows comes from the public
// specification
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html, for S3
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html)
// and, for the order of the checks, from the chart "AWS Auth Error Ordering"
// (github.com/dacut/scratchstack-aws-signature, docs).
//
// A server judges in three steps:
//
//	auth, refusal := sigv4.Parse(request, rules, now)             // the shape, before any key is looked up
//	secret := ...                                             // the caller's own look-up of auth.KeyID and auth.Token
//	refusal = verifier.Verify(request, auth, rules, secret)       // the signature
//	body, refusal := sigv4.Payload(request)                       // what a handler should see
//
// Where a signature does not match, package mistakes finds out what the client
// probably did instead.
package sigv4
