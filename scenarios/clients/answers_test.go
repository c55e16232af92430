package clients_test

import "maps"

// answer is what a client is expected to show of a refusal: status, code and
// message. The expectations are written from what AWS answers, apart from the
// mock's own tables.
type answer struct {
	status  int
	code    string
	message string // how it begins
	length  int64  // of the body, in bytes, as the mock sent it; 0: AWS's is not known
	ends    string // how the message ends, "" for any end
}

const (
	tokenInvalid = "The security token included in the request is invalid"
	keyInvalid   = tokenInvalid + "."
	tokenExpired = "The security token included in the request is expired"
	mismatch     = "The request signature we calculated does not match the signature you provided. Check your AWS " +
		"Secret Access Key and signing method."
	slow    = "Signature expired: "
	fast    = "Signature not yet current: "
	denied  = "User: arn:aws:iam::123456789012:user/powerless is not authorized to perform: "
	s3Token = "The provided token is malformed or otherwise invalid."
	s3Key   = "The AWS Access Key Id you provided does not exist in our records."
	s3Skew  = "The difference between the request time and the current time is too large."
)

// family is how a group of services words its refusals, by case.
type family map[string]answer

var (
	restJSON = family{
		"foreign token": {403, "UnrecognizedClientException", tokenInvalid, 67, ""},
		"garbage token": {403, "UnrecognizedClientException", tokenInvalid, 67, ""},
		"missing token": {403, "UnrecognizedClientException", keyInvalid, 68, ""},
		"expired token": {403, "ExpiredTokenException", tokenExpired, 67, ""},
		"unknown key":   {403, "UnrecognizedClientException", keyInvalid, 68, ""},
		"inactive key":  {403, "UnrecognizedClientException", keyInvalid, 68, ""},
		"wrong secret":  {403, "InvalidSignatureException", mismatch, 192, ""},
		"not allowed":   {403, "AccessDeniedException", denied, 0, ""},
		"slow clock":    {403, "InvalidSignatureException", slow, 0, " - 5 min.)"},
		"fast clock":    {403, "InvalidSignatureException", fast, 0, " + 5 min.)"},
		"unsigned":      {403, "MissingAuthenticationTokenException", "Missing Authentication Token", 42, ""},
	}
	// Bedrock appends to a mismatch what should have been signed, and words a
	// missing signature in its own way.
	bedrock = restJSON.with(family{
		"wrong secret": {403, "InvalidSignatureException", mismatch, 0, ""},
		"unsigned":     {403, "AccessDeniedException", "Authorization header is missing", 45, ""},
	})
	jsonRPC = family{
		"foreign token": {400, "UnrecognizedClientException", tokenInvalid, 106, ""},
		"garbage token": {400, "UnrecognizedClientException", tokenInvalid, 106, ""},
		"missing token": {400, "UnrecognizedClientException", keyInvalid, 107, ""},
		"expired token": {400, "ExpiredTokenException", tokenExpired, 100, ""},
		"unknown key":   {400, "UnrecognizedClientException", keyInvalid, 107, ""},
		"inactive key":  {400, "UnrecognizedClientException", keyInvalid, 107, ""},
		"wrong secret":  {400, "InvalidSignatureException", mismatch, 229, ""},
		"not allowed":   {400, "AccessDeniedException", denied, 0, ""},
		"slow clock":    {400, "InvalidSignatureException", slow, 0, " - 5 min.)"},
		"fast clock":    {400, "InvalidSignatureException", fast, 0, " + 5 min.)"},
		"unsigned":      {400, "MissingAuthenticationTokenException", "Missing Authentication Token", 89, ""},
	}
	dynamoDB = family{
		"foreign token": {400, "UnrecognizedClientException", tokenInvalid, 131, ""},
		"garbage token": {400, "UnrecognizedClientException", tokenInvalid, 131, ""},
		"missing token": {400, "UnrecognizedClientException", keyInvalid, 132, ""},
		"expired token": {400, "ExpiredTokenException", tokenExpired, 125, ""},
		"unknown key":   {400, "UnrecognizedClientException", keyInvalid, 132, ""},
		"inactive key":  {400, "UnrecognizedClientException", keyInvalid, 132, ""},
		"wrong secret":  {400, "InvalidSignatureException", mismatch, 254, ""},
		"not allowed":   {400, "AccessDeniedException", denied, 0, ""},
		"slow clock":    {400, "InvalidSignatureException", slow, 0, " - 15 min.)"},
		"fast clock":    {400, "InvalidSignatureException", fast, 0, " + 15 min.)"},
		"unsigned": {400, "MissingAuthenticationTokenException", "Request is missing Authentication Token", 125,
			""},
	}
	query = family{
		"foreign token": {403, "InvalidClientTokenId", tokenInvalid, 0, ""},
		"garbage token": {403, "InvalidClientTokenId", tokenInvalid, 0, ""},
		"missing token": {403, "InvalidClientTokenId", keyInvalid, 0, ""},
		"expired token": {403, "ExpiredToken", tokenExpired, 0, ""},
		"unknown key":   {403, "InvalidClientTokenId", keyInvalid, 0, ""},
		"inactive key":  {403, "InvalidClientTokenId", keyInvalid, 0, ""},
		"wrong secret":  {403, "SignatureDoesNotMatch", mismatch, 0, ""},
		"not allowed":   {403, "AccessDenied", denied, 0, ""},
		"slow clock":    {403, "SignatureDoesNotMatch", slow, 0, " - 15 min.)"},
		"fast clock":    {403, "SignatureDoesNotMatch", fast, 0, " + 15 min.)"},
		"unsigned":      {403, "MissingAuthenticationToken", "Request is missing Authentication Token", 0, ""},
	}
	// No policy can forbid sts:GetCallerIdentity.
	sts = query.with(family{"not allowed": {status: 200}})
	// The lengths are those of a raw dump (aws/aws-cli#8918).
	iamQuery = query.with(family{
		"foreign token": {403, "InvalidClientTokenId", tokenInvalid, 305, ""},
		"garbage token": {403, "InvalidClientTokenId", tokenInvalid, 305, ""},
		"missing token": {403, "InvalidClientTokenId", keyInvalid, 306, ""},
		"unknown key":   {403, "InvalidClientTokenId", keyInvalid, 306, ""},
		"inactive key":  {403, "InvalidClientTokenId", keyInvalid, 306, ""},
		"not allowed": {403, "AccessDenied",
			denied + "iam:ListUsers on resource: arn:aws:iam::123456789012:user/ because", 0, ""},
	})
	sns = query.with(family{"not allowed": {403, "AuthorizationError", denied, 0, ""}})
	// CloudWatch is a Query service that clients speak CBOR or JSON to by now.
	cloudWatch = query
	// SQS speaks JSON and names the code of its Query days in a header, which the
	// SDKs show.
	sqs = family{
		"foreign token": {403, "InvalidClientTokenId", tokenInvalid, 131, ""},
		"garbage token": {403, "InvalidClientTokenId", tokenInvalid, 131, ""},
		"missing token": {403, "InvalidClientTokenId", keyInvalid, 132, ""},
		"expired token": {403, "ExpiredToken", tokenExpired, 125, ""},
		"unknown key":   {403, "InvalidClientTokenId", keyInvalid, 132, ""},
		"inactive key":  {403, "InvalidClientTokenId", keyInvalid, 132, ""},
		"wrong secret":  {403, "SignatureDoesNotMatch", mismatch, 254, ""},
		"not allowed":   {403, "AccessDenied", denied, 0, ""},
		"slow clock":    {403, "SignatureDoesNotMatch", slow, 0, " - 15 min.)"},
		"fast clock":    {403, "SignatureDoesNotMatch", fast, 0, " + 15 min.)"},
		"unsigned":      {403, "AccessDenied", "Access to the resource ", 0, " is denied."},
	}
	s3 = family{
		"foreign token": {400, "InvalidToken", s3Token, 0, ""},
		"garbage token": {400, "InvalidToken", s3Token, 0, ""},
		"missing token": {403, "InvalidAccessKeyId", s3Key, 0, ""},
		"expired token": {400, "ExpiredToken", "The provided token has expired.", 0, ""},
		"unknown key":   {403, "InvalidAccessKeyId", s3Key, 0, ""},
		"inactive key":  {403, "InvalidAccessKeyId", s3Key, 0, ""},
		"wrong secret": {403, "SignatureDoesNotMatch", "The request signature we calculated does not match the " +
			"signature you provided. Check your key and signing method.", 0, ""},
		"not allowed": {403, "AccessDenied", denied + `s3:ListAllMyBuckets on resource: "*"`, 0, ""},
		"slow clock":  {403, "RequestTimeTooSkewed", s3Skew, 0, ""},
		"fast clock":  {403, "RequestTimeTooSkewed", s3Skew, 0, ""},
		"unsigned":    {403, "AccessDenied", "Access Denied", 0, ""},
	}
	// As S3 answers, which is likely.
	s3Express = s3.with(family{"not allowed": {403, "AccessDenied",
		denied + `s3express:ListAllMyDirectoryBuckets on resource: "*"`, 0, ""}})
)

// with is the family with other answers for some cases.
func (f family) with(other family) family {
	out := maps.Clone(f)
	maps.Copy(out, other)
	return out
}
