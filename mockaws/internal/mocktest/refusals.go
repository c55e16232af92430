package mocktest

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The matrix of wrong credentials and what each wire protocol answers: status,
// code and message as an SDK reads them, and the body's length where AWS's is
// known. Every service of a protocol is called with every kind.

// wrongCredentials are the kinds, and the Reason that the judge gives.
var wrongCredentials = []struct {
	kind   string
	reason verdict.Reason
}{
	{"foreign token", verdict.TokenForOtherKey}, // a user's key with the host's token: the signature itself is right
	{"garbage token", verdict.TokenMalformed},   // a token that was never issued
	{"expired token", verdict.TokenExpired},     // a whole session whose time is over
	{"missing token", verdict.TokenMissing},     // a temporary key without its token
	{"unknown key", verdict.KeyUnknown},         //
	{"inactive key", verdict.KeyInactive},       //
	{"wrong secret", verdict.SignatureMismatch}, //
	{"wrong region", verdict.WrongScope},        // signed for another region than the endpoint's
	{"unsigned", verdict.MissingAuthentication}, //
	{"not allowed", verdict.Denied},             // a good key of a user without policies
	{"slow clock", verdict.SignatureExpired},    // an hour behind
	{"fast clock", verdict.SignatureNotYetCurrent},
}

// offsets of the mock's clock, against which the client's is wrong.
var offsets = map[string]time.Duration{"slow clock": time.Hour, "fast clock": -time.Hour}

// The texts of AWS's framework. The final period is the only difference between
// "the token is wrong" and "the key is not known".
const (
	tokenInvalid = "The security token included in the request is invalid"
	keyInvalid   = "The security token included in the request is invalid."
	tokenExpired = "The security token included in the request is expired"
	mismatch     = "The request signature we calculated does not match the signature you provided. Check your AWS " +
		"Secret Access Key and signing method. Consult the service documentation for details."
	badRegion = "Credential should be scoped to a valid region. "
	slow5     = "Signature expired: T is now earlier than T (T - 5 min.)" // T: a time
	fast5     = "Signature not yet current: T is still later than T (T + 5 min.)"
	slow15    = "Signature expired: T is now earlier than T (T - 15 min.)"
	fast15    = "Signature not yet current: T is still later than T (T + 15 min.)"
	s3Skew    = "The difference between the request time and the current time is too large."
	denial    = "User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: {action}{on resource} " +
		"because no identity-based policy allows the {action} action"
)

type answer struct {
	status        int
	code, message string
	length        int64 // of the body in bytes; 0: not compared
}

// restJSONRefusals are what the framework answers over REST in JSON.
var restJSONRefusals = map[string]answer{
	"foreign token": {403, "UnrecognizedClientException", tokenInvalid, 67},
	"garbage token": {403, "UnrecognizedClientException", tokenInvalid, 67},
	"expired token": {403, "ExpiredTokenException", tokenExpired, 67},
	"missing token": {403, "UnrecognizedClientException", keyInvalid, 68},
	"unknown key":   {403, "UnrecognizedClientException", keyInvalid, 68},
	"inactive key":  {403, "UnrecognizedClientException", keyInvalid, 68},
	"wrong secret":  {403, "InvalidSignatureException", mismatch, 192},
	"wrong region":  {403, "InvalidSignatureException", badRegion, 61},
	"unsigned":      {403, "MissingAuthenticationTokenException", "Missing Authentication Token", 42},
	"not allowed":   {403, "AccessDeniedException", denial, 0},
	"slow clock":    {403, "InvalidSignatureException", slow5, 0},
	"fast clock":    {403, "InvalidSignatureException", fast5, 0},
}

// queryRefusals are what the framework answers over the Query protocol, as STS has it.
var queryRefusals = map[string]answer{
	"foreign token": {403, "InvalidClientTokenId", tokenInvalid, 0},
	"garbage token": {403, "InvalidClientTokenId", tokenInvalid, 0},
	"expired token": {403, "ExpiredToken", tokenExpired, 0},
	"missing token": {403, "InvalidClientTokenId", keyInvalid, 0},
	"unknown key":   {403, "InvalidClientTokenId", keyInvalid, 0},
	"inactive key":  {403, "InvalidClientTokenId", keyInvalid, 0},
	"wrong secret":  {403, "SignatureDoesNotMatch", mismatch, 0},
	"wrong region":  {403, "SignatureDoesNotMatch", badRegion, 0},
	"unsigned":      {403, "MissingAuthenticationToken", "Request is missing Authentication Token", 0},
	"not allowed":   {403, "AccessDenied", denial, 0},
	"slow clock":    {403, "SignatureDoesNotMatch", slow15, 0},
	"fast clock":    {403, "SignatureDoesNotMatch", fast15, 0},
}

// s3Refusals are what S3 answers, whatever the name of the service; what is not allowed has a text for each.
var s3Refusals = map[string]answer{
	"foreign token": {400, "InvalidToken", "The provided token is malformed or otherwise invalid.", 0},
	"garbage token": {400, "InvalidToken", "The provided token is malformed or otherwise invalid.", 0},
	"expired token": {400, "ExpiredToken", "The provided token has expired.", 0},
	"missing token": {403, "InvalidAccessKeyId",
		"The AWS Access Key Id you provided does not exist in our records.", 0},
	"unknown key": {403, "InvalidAccessKeyId",
		"The AWS Access Key Id you provided does not exist in our records.", 0},
	"inactive key": {403, "InvalidAccessKeyId",
		"The AWS Access Key Id you provided does not exist in our records.", 0},
	"wrong secret": {403, "SignatureDoesNotMatch", "The request signature we calculated does not match the " +
		"signature you provided. Check your key and signing method.", 0},
	"wrong region": {400, "AuthorizationHeaderMalformed",
		"The authorization header is malformed; the region 'eu-west-3' is wrong; expecting 'us-east-1'", 0},
	"unsigned":   {403, "AccessDenied", "Access Denied", 0},
	"slow clock": {403, "RequestTimeTooSkewed", s3Skew, 0},
	"fast clock": {403, "RequestTimeTooSkewed", s3Skew, 0},
}

// with is a table in which some rows are others.
func with(table, others map[string]answer) map[string]answer {
	out := maps.Clone(table)
	maps.Copy(out, others)
	return out
}

// refusals has what each protocol answers, by kind. Lengths are taken from raw
// dumps, or computed from them where only a text was seen.
var refusals = map[string]map[string]answer{
	"rest-json": restJSONRefusals,
	"bedrock": with(restJSONRefusals, map[string]answer{
		"wrong secret": {403, "InvalidSignatureException", mismatch, 0}, // followed by what should have been signed
		"unsigned":     {403, "AccessDeniedException", "Authorization header is missing", 45},
	}),
	"openai":    mantleRefusals("invalid_api_key", "Missing 'authorization' or 'x-api-key' header", "access_denied"),
	"anthropic": mantleRefusals("authentication_error", "Missing Authentication Token", "permission_error"),
	"json-1.0 of DynamoDB": {
		"foreign token": {400, "UnrecognizedClientException", tokenInvalid, 131},
		"garbage token": {400, "UnrecognizedClientException", tokenInvalid, 131},
		"expired token": {400, "ExpiredTokenException", tokenExpired, 125},
		"missing token": {400, "UnrecognizedClientException", keyInvalid, 132},
		"unknown key":   {400, "UnrecognizedClientException", keyInvalid, 132},
		"inactive key":  {400, "UnrecognizedClientException", keyInvalid, 132},
		"wrong secret":  {400, "InvalidSignatureException", mismatch, 254},
		"wrong region":  {400, "InvalidSignatureException", badRegion, 123},
		"unsigned":      {400, "MissingAuthenticationTokenException", "Request is missing Authentication Token", 125},
		"not allowed":   {400, "AccessDeniedException", denial, 0},
		"slow clock":    {400, "InvalidSignatureException", slow15, 0},
		"fast clock":    {400, "InvalidSignatureException", fast15, 0},
	},
	"json-1.1": {
		"foreign token": {400, "UnrecognizedClientException", tokenInvalid, 106},
		"garbage token": {400, "UnrecognizedClientException", tokenInvalid, 106},
		"expired token": {400, "ExpiredTokenException", tokenExpired, 100},
		"missing token": {400, "UnrecognizedClientException", keyInvalid, 107},
		"unknown key":   {400, "UnrecognizedClientException", keyInvalid, 107},
		"inactive key":  {400, "UnrecognizedClientException", keyInvalid, 107},
		"wrong secret":  {400, "InvalidSignatureException", mismatch, 229},
		"wrong region":  {400, "InvalidSignatureException", badRegion, 98},
		"unsigned":      {400, "MissingAuthenticationTokenException", "Missing Authentication Token", 89},
		"not allowed":   {400, "AccessDeniedException", denial, 0},
		"slow clock":    {400, "InvalidSignatureException", slow5, 0},
		"fast clock":    {400, "InvalidSignatureException", fast5, 0},
	},
	// A Query service over CBOR: as SQS, in the bytes of CBOR. Nothing of it is
	// known from AWS.
	"rpc-v2-cbor": queryRefusals,
	// The code comes from x-amzn-query-error, which the SDK shows instead of
	// __type.
	"json-1.0 of SQS": {
		"foreign token": {403, "InvalidClientTokenId", tokenInvalid, 131},
		"garbage token": {403, "InvalidClientTokenId", tokenInvalid, 131},
		"expired token": {403, "ExpiredToken", tokenExpired, 125},
		"missing token": {403, "InvalidClientTokenId", keyInvalid, 132},
		"unknown key":   {403, "InvalidClientTokenId", keyInvalid, 132},
		"inactive key":  {403, "InvalidClientTokenId", keyInvalid, 132},
		"wrong secret":  {403, "SignatureDoesNotMatch", mismatch, 254},
		"wrong region":  {403, "SignatureDoesNotMatch", badRegion, 123},
		"unsigned": {403, "AccessDenied", "Access to the resource https://sqs.us-east-1.amazonaws.com/ is denied.",
			0},
		"not allowed": {403, "AccessDenied", denial, 0},
		"slow clock":  {403, "SignatureDoesNotMatch", slow15, 0},
		"fast clock":  {403, "SignatureDoesNotMatch", fast15, 0},
	},
	// sts:GetCallerIdentity is never denied.
	"query":             with(queryRefusals, map[string]answer{"not allowed": {}}),
	"query of Redshift": queryRefusals,
	// The length of the body is from a raw dump (aws/aws-cli#8918).
	"query of IAM": {
		"foreign token": {403, "InvalidClientTokenId", tokenInvalid, 305},
		"garbage token": {403, "InvalidClientTokenId", tokenInvalid, 305},
		"expired token": {403, "ExpiredToken", tokenExpired, 297},
		"missing token": {403, "InvalidClientTokenId", keyInvalid, 306},
		"unknown key":   {403, "InvalidClientTokenId", keyInvalid, 306},
		"inactive key":  {403, "InvalidClientTokenId", keyInvalid, 306},
		"wrong secret":  {403, "SignatureDoesNotMatch", mismatch, 431},
		"wrong region":  {403, "SignatureDoesNotMatch", badRegion, 300},
		"unsigned":      {403, "MissingAuthenticationToken", "Request is missing Authentication Token", 297},
		"not allowed":   {403, "AccessDenied", denial, 0},
		"slow clock":    {403, "SignatureDoesNotMatch", slow15, 0},
		"fast clock":    {403, "SignatureDoesNotMatch", fast15, 0},
	},
	"rest-xml of S3": with(s3Refusals, map[string]answer{"not allowed": {403, "AccessDenied",
		`User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: s3:ListAllMyBuckets on ` +
			`resource: "*" because no identity-based policy allows the s3:ListAllMyBuckets action`, 0}}),
	"rest-xml of S3 Express": with(s3Refusals, map[string]answer{"not allowed": {403, "AccessDenied",
		`User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: ` +
			`s3express:ListAllMyDirectoryBuckets on resource: "*" because no identity-based policy allows the ` +
			`s3express:ListAllMyDirectoryBuckets action`, 0}}),
	"query of SNS": with(queryRefusals, map[string]answer{"not allowed": {403, "AuthorizationError", denial, 0}}),
}

// wrongConfigs makes one SDK configuration of each kind. The mock is the
// endpoint of us-east-1.
func wrongConfigs(t *testing.T) (*World, map[string]aws.Config) {
	t.Helper()
	s := mockaws.New(mockaws.WithRegion("us-east-1"))
	applied, err := s.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{
		{ID: Account, Users: []iam.UserSeed{
			{Name: "app", Allow: []string{"*"}, Keys: []iam.KeySeed{{}, {Status: "inactive"}}},
			{Name: "nobody", Keys: []iam.KeySeed{{}}},
		}},
		{ID: "999988887777", Roles: []iam.RoleSeed{{Name: "platform", TrustService: []string{"lambda.amazonaws.com"}}},
			Sessions: []iam.SessionSeed{{Role: "platform", Name: "fn"}, {Role: "platform", Name: "old",
				ExpiresIn: "-1m"}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := mockaws.Listen("127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	w := &World{s, l.URL, applied.Keys[0], applied.Sessions[0]}
	user, inactive, nobody, platform, old := applied.Keys[0], applied.Keys[1], applied.Keys[2], applied.Sessions[0],
		applied.Sessions[1]
	configs := map[string]aws.Config{
		"foreign token": w.Config(user.KeyID, user.Secret, platform.Token),
		"garbage token": w.Config(user.KeyID, user.Secret, "garbage"),
		"expired token": w.Config(old.KeyID, old.Secret, old.Token),
		"missing token": w.Config(platform.KeyID, platform.Secret, ""),
		"unknown key":   w.Config("AKIAQQQQQQQQQQQQQQQQ", user.Secret, ""),
		"inactive key":  w.Config(inactive.KeyID, inactive.Secret, ""),
		"wrong secret":  w.Config(user.KeyID, user.Secret+"x", ""),
		"wrong region":  w.Config(user.KeyID, user.Secret, ""),
		"unsigned":      w.Config(user.KeyID, user.Secret, ""),
		"not allowed":   w.Config(nobody.KeyID, nobody.Secret, ""),
		"slow clock":    w.Config(user.KeyID, user.Secret, ""),
		"fast clock":    w.Config(user.KeyID, user.Secret, ""),
	}
	elsewhere, unsigned := configs["wrong region"], configs["unsigned"]
	elsewhere.Region, unsigned.HTTPClient = "eu-west-3", withoutSignature{}
	configs["wrong region"], configs["unsigned"] = elsewhere, unsigned
	return w, configs
}

// withoutSignature sends requests without their signature. (With
// aws.AnonymousCredentials, the SDK's clients of Bedrock panic.)
type withoutSignature struct{}

func (withoutSignature) Do(r *http.Request) (*http.Response, error) {
	r.Header.Del("Authorization")
	return http.DefaultClient.Do(r)
}

var timestamp = regexp.MustCompile(`\d{8}T\d{6}Z`)

func (want answer) check(t *testing.T, err error, e *mockaws.Exchange) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("want an API error, got %v", err)
	}
	message, _, _ := strings.Cut(api.ErrorMessage(), "\n")
	message = timestamp.ReplaceAllString(message, "T")
	on := ""
	if e.Resource != "" {
		on = " on resource: " + e.Resource
	}
	text := strings.NewReplacer("{action}", e.Action, "{on resource}", on).Replace(want.message)
	if e.Status != want.status || api.ErrorCode() != want.code || message != text {
		t.Errorf("got %d %s: %q\nwant %d %s: %q", e.Status, api.ErrorCode(), message, want.status, want.code, text)
	}
	if want.length != 0 && e.ResponseSize != want.length {
		t.Errorf("a body of %d bytes, want %d", e.ResponseSize, want.length)
	}
}

// mantleRefusals are the answers of both interfaces: one code for whatever is
// wrong with a signature, and the texts of AWS's framework.
func mantleRefusals(code, unsigned, denied string) map[string]answer {
	out := map[string]answer{"not allowed": {403, denied, denial, 0}}
	for kind, text := range map[string]string{
		"foreign token": tokenInvalid, "garbage token": tokenInvalid, "expired token": tokenExpired,
		"missing token": keyInvalid,
		"unknown key":   keyInvalid, "inactive key": keyInvalid, "wrong secret": mismatch, "wrong region": badRegion,
		"unsigned": unsigned, "slow clock": slow5, "fast clock": fast5,
	} {
		out[kind] = answer{401, code, text, 0}
	}
	return out
}

// Refusals calls an operation of a service with each kind of wrong
// credentials, and compares what it is answered with the table of the protocol, as
// an SDK reads it. call makes the call that needs least.
func Refusals(t *testing.T, service, protocol string, call func(context.Context, aws.Config) error) {
	t.Helper()
	w, configs := wrongConfigs(t)
	for _, wrong := range wrongCredentials {
		t.Run(wrong.kind, func(t *testing.T) {
			want, ok := refusals[protocol][wrong.kind]
			if !ok {
				t.Fatalf("the table has no row for %s over %s", wrong.kind, protocol)
			}
			w.Clock().SetOffset(offsets[wrong.kind])
			err := call(t.Context(), configs[wrong.kind])
			w.Clock().SetOffset(0)
			if want == (answer{}) {
				if err != nil {
					t.Errorf("got %v, want no refusal", err)
				}
				return
			}
			e := w.Last(t)
			want.check(t, err, &e)
			if e.Service != service || e.Verdict.Refusal == nil || e.Verdict.Refusal.Reason != wrong.reason {
				t.Errorf("exchange: %s, want %s", &e, wrong.reason)
			}
		})
	}
}
