package faults_test

import "fmt"

// What SDKs say, in part.
const (
	works     = ""                // after all
	waits     = "(waits)"         // for ever, or until its time was up
	unsettled = "(never settles)" // a promise, so that Node.js ends with nothing left to do

	noneJS       = "Could not load credentials from any providers"
	syntaxJS     = "SyntaxError: Unterminated string"
	abortedJS    = "Error: aborted"
	timeoutJS    = "a request has exceeded the configured 1000 ms requestTimeout"
	notHostJS    = "169.254.170.23 is not a valid container metadata service hostname"
	nonePy       = "Unable to locate credentials"
	not200       = "Received non 200 response"
	noContainer  = "Received error when attempting to retrieve container metadata"
	notJSON      = "Unable to parse JSON returned from container metadata"
	closedPy     = "Connection was closed before we received a valid response"
	noEndpointPy = "Could not connect to the endpoint URL"
	noIMDS       = "request to EC2 IMDS failed"
	noKeys       = "Couldn't retrieve verification key from your identity provider"
	denied       = "with an explicit deny in an identity-based policy"
)

// some is a count of attempts that depends on how long a client's random pauses
// between them are.
const some = -1

// outcome is what a program did about a fault: how many of its requests were
// struck, and what it said; works where it came through.
type outcome struct {
	tries int
	says  string
}

func (o outcome) String() string { return fmt.Sprintf("{%d, %q}", o.tries, o.says) }

// outcomes are those of the AWS SDK for JavaScript v3, boto3, the AWS CLI and the
// AWS SDK for Go v2, in this order.
type outcomes [4]outcome

// The public sources, and the versions with which the rest was seen: JavaScript
// 3.1175.0 on Node.js 20, the boto3 and the AWS CLI of fixtures/subjects/python-boto3,
// Go v2 of this module's go.mod. All had AWS_MAX_ATTEMPTS=2.
const (
	jsIMDS   = "https://github.com/smithy-lang/smithy-typescript/blob/main/packages/credential-provider-imds/src/fromInstanceMetadata.ts"
	jsHTTP   = "https://github.com/aws/aws-sdk-js-v3/blob/main/packages/credential-provider-http/src/fromHttp/fromHttp.ts"
	botoIMDS = "https://github.com/boto/botocore/blob/develop/botocore/utils.py"
	goIMDS   = "https://github.com/aws/aws-sdk-go-v2/blob/main/feature/ec2/imds/request_middleware.go"
	// Retry Behavior 2.1, the default from 1.48.0 on.
	goRetries = "https://github.com/aws/aws-sdk-go-v2/blob/main/credentials/CHANGELOG.md"
	goHTTP    = "https://github.com/aws/aws-sdk-go-v2/blob/main/credentials/endpointcreds/provider.go"
	retries   = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"
	oidcKeys  = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"
	revoking  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html"
	glibc     = "https://man7.org/linux/man-pages/man5/resolv.conf.5.html"
)

// table is what became of each fault at a place, and where that is known from.
type table struct {
	place
	sources []string
	rows    []row
}

type row struct {
	kind string // of kinds
	outcomes
}

var tables = []table{
	// One attempt is all that JavaScript and Python make at instance metadata
	// (AWS_METADATA_SERVICE_NUM_ATTEMPTS is 1). Go tries three times, and again for
	// each attempt at the call, within 5 seconds. Since November 2026 it takes status 429
	// for throttling, and pauses from a second on: it may run out of the 5 seconds. A token
	// that is cut off is used as it is, and refused; JavaScript never settles.
	{imdsToken, []string{jsIMDS, botoIMDS, goIMDS, goRetries}, []row{
		{"throttled", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {some, "GetMetadata, "}}},
		{"503", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {some, "no EC2 IMDS role found"}}},
		{"503 once", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {1, works}}},
		{"403", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {6, noIMDS}}},
		{"reset", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {some, "no EC2 IMDS role found"}}},
		{"truncated", outcomes{{1, unsettled}, {1, nonePy}, {1, nonePy}, {6, noIMDS}}},
		{"malformed", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {6, noIMDS}}},
		{"hanging", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {some, "no EC2 IMDS role found"}}},
	}},
	// A cut-off name is asked for as it is.
	{imdsName, []string{jsIMDS, botoIMDS, goIMDS}, []row{
		{"503", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {6, noIMDS}}},
		{"malformed", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {1, noIMDS}}},
		{"hanging", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {some, "no EC2 IMDS role found"}}},
	}},
	{imdsKeys, []string{jsIMDS, botoIMDS, goIMDS, goRetries}, []row{
		{"throttled", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {some, "EC2 IMDS role"}}},
		{"503", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {6, noIMDS}}},
		{"503 once", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {1, works}}},
		{"reset", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy}, {6, "connection reset by peer"}}},
		{"truncated", outcomes{{1, unsettled}, {1, nonePy}, {1, nonePy}, {1, "unexpected EOF"}}},
		{"malformed", outcomes{{1, syntaxJS}, {1, nonePy}, {1, nonePy}, {1, "unexpected EOF"}}},
		{"hanging", outcomes{{1, noneJS}, {1, nonePy}, {1, nonePy},
			{some, "failed to get app-instance EC2 IMDS role credentials"}}},
		{"stale on the first request", outcomes{{1, works}, {1, works}, {1, works}, {1, works}}},
	}},
	// JavaScript asks four times by fromHttp, and once more by the older provider;
	// Python three times, and boto3 takes half a document for a whole one. The timeout of a second that fromHttp hands
	// to its request
	// handler warns, and ends nothing (throwOnRequestTimeout is not set): it waits
	// for ever, and so does Go.
	{ecsTask, []string{jsHTTP, botoIMDS, goHTTP}, []row{
		{"throttled", outcomes{{5, noneJS}, {3, not200}, {3, not200}, {3, "You have reached maximum request limit."}}},
		{"503", outcomes{{5, noneJS}, {3, not200}, {3, not200}, {6, "InternalServerError: "}}},
		{"503 once", outcomes{{1, works}, {1, works}, {1, works}, {1, works}}},
		{"403", outcomes{{5, noneJS}, {3, not200}, {3, not200}, {1, "InternalServerError: "}}},
		{"reset", outcomes{{5, noneJS}, {3, noContainer}, {3, noContainer}, {6, "connection reset by peer"}}},
		{"truncated", outcomes{{4, abortedJS}, {3, notJSON}, {3, noContainer}, {1, "unexpected EOF"}}},
		{"malformed", outcomes{{4, syntaxJS}, {3, notJSON}, {3, notJSON}, {1, "unexpected EOF"}}},
		{"hanging", outcomes{{some, waits}, {3, noContainer}, {3, noContainer}, {some, waits}}},
		{"stale on the first request", outcomes{{1, works}, {1, works}, {1, works}, {1, works}}},
	}},
	// As with ECS. JavaScript's last word is of the older provider, and blames an
	// address that is right.
	{podAgent, []string{jsHTTP, botoIMDS, goHTTP}, []row{
		{"throttled", outcomes{{4, notHostJS}, {3, not200}, {3, not200}, {3, "Too Many Requests"}}},
		{"503", outcomes{{4, notHostJS}, {3, not200}, {3, not200}, {6, "InternalServerException"}}},
		{"reset", outcomes{{4, notHostJS}, {3, noContainer}, {3, noContainer}, {6, "connection reset by peer"}}},
		{"hanging", outcomes{{some, waits}, {3, noContainer}, {3, noContainer}, {some, waits}}},
	}},
	// JavaScript and the AWS CLI give STS the limits of the program's own client;
	// boto3 waits its own minute. Go tries twice for each attempt at the call.
	{webToken, []string{retries}, []row{
		{"throttled", outcomes{{2, "Throttling: "}, {2, "An error occurred (Throttling)"},
			{2, "An error occurred (Throttling)"}, {4, "Throttling: "}}},
		{"503", outcomes{{2, "ServiceUnavailable: "}, {2, "An error occurred (ServiceUnavailable)"},
			{2, "An error occurred (ServiceUnavailable)"}, {4, "ServiceUnavailable: "}}},
		{"503 once", outcomes{{1, works}, {1, works}, {1, works}, {1, works}}},
		{"403", outcomes{{1, "Unknown: Unknown"}, {1, "Unable to parse response"}, {1, "Unable to parse response"},
			{1, "deserialization failed, EOF"}}},
		{"reset", outcomes{{2, "read ECONNRESET"}, {2, closedPy}, {2, closedPy}, {4, "INTERNAL_ERROR"}}},
		{"truncated", outcomes{{2, abortedJS}, {1, "Unable to parse response"}, {2, closedPy}, {1, "INTERNAL_ERROR"}}},
		{"malformed", outcomes{{1, "@aws-sdk XML parse error"}, {1, "Unable to parse response"},
			{1, "Unable to parse response"}, {1, "XML syntax error"}}},
		{"hanging", outcomes{{2, timeoutJS}, {some, waits}, {2, "Read timeout"},
			{4, "exceeded maximum number of attempts"}}},
	}},
	// boto3 takes half a document for an empty one: KeyError. JavaScript does not
	// hand the program's limits on to the portal's client.
	{ssoPortal, []string{retries}, []row{
		{"throttled", outcomes{{2, "TooManyRequestsException: "}, {2, "An error occurred (TooManyRequestsException)"},
			{2, "An error occurred (TooManyRequestsException)"}, {4, "TooManyRequestsException: "}}},
		{"503", outcomes{{2, "InternalServerException: "}, {2, "An error occurred (InternalServerException)"},
			{2, "An error occurred (InternalServerException)"}, {4, "InternalServerException: "}}},
		{"503 once", outcomes{{1, works}, {1, works}, {1, works}, {1, works}}},
		{"reset", outcomes{{2, "read ECONNRESET"}, {2, closedPy}, {2, closedPy}, {4, "INTERNAL_ERROR"}}},
		{"truncated", outcomes{{2, abortedJS}, {1, "'roleCredentials'"}, {2, closedPy}, {1, "INTERNAL_ERROR"}}},
		{"malformed", outcomes{{1, syntaxJS}, {1, "'roleCredentials'"}, {1, "'roleCredentials'"},
			{1, "unterminated string at offset"}}},
		{"hanging", outcomes{{some, waits}, {some, waits}, {2, "Read timeout"},
			{4, "exceeded maximum number of attempts"}}},
	}},
	// The SDKs retry with the key they have, however it was refused meanwhile.
	{theCall, []string{retries}, []row{
		{"throttled", outcomes{{2, "SlowDown: "}, {2, "An error occurred (SlowDown)"},
			{2, "An error occurred (SlowDown)"}, {2, "SlowDown: "}}},
		{"503", outcomes{{2, "ServiceUnavailable: "}, {2, "An error occurred (ServiceUnavailable)"},
			{2, "An error occurred (ServiceUnavailable)"}, {2, "ServiceUnavailable: "}}},
		{"503 once", outcomes{{1, works}, {1, works}, {1, works}, {1, works}}},
		{"403", outcomes{{1, "Unknown: UnknownError"}, {1, "An error occurred (403)"}, {1, "An error occurred (403)"},
			{1, "api error Forbidden: Forbidden"}}},
		{"reset", outcomes{{2, "read ECONNRESET"}, {2, closedPy}, {2, closedPy}, {2, "INTERNAL_ERROR"}}},
		{"truncated", outcomes{{2, abortedJS}, {2, "An error occurred (500)"}, {2, closedPy}, {1, "INTERNAL_ERROR"}}},
		{"malformed", outcomes{{1, "@aws-sdk XML parse error"}, {2, "An error occurred (500)"},
			{2, "An error occurred (500)"}, {1, "XML syntax error"}}},
		{"hanging", outcomes{{2, timeoutJS}, {2, "Read timeout"}, {2, "Read timeout"},
			{2, "exceeded maximum number of attempts"}}},
		{"revoked before the call", outcomes{{1, "InvalidAccessKeyId: "}, {1, "An error occurred (InvalidAccessKeyId)"},
			{1, "An error occurred (InvalidAccessKeyId)"}, {1, "InvalidAccessKeyId: "}}},
		{"revoked between attempts", outcomes{{2, "InvalidAccessKeyId: "},
			{2, "An error occurred (InvalidAccessKeyId)"}, {2, "An error occurred (InvalidAccessKeyId)"},
			{2, "InvalidAccessKeyId: "}}},
	}},
	{taskCall, []string{revoking}, []row{
		{"revoked before the call", outcomes{{1, denied}, {1, denied}, {1, denied}, {1, denied}}},
	}},
	// glibc asks twice for a name that is not there and four times when the resolver
	// fails; Go has a resolver of its own.
	{stsName, []string{glibc}, []row{
		{"no such name", outcomes{{4, "getaddrinfo ENOTFOUND"}, {4, noEndpointPy}, {4, noEndpointPy},
			{1, "no such host"}}},
		{"a resolver that fails", outcomes{{8, "getaddrinfo EAI_AGAIN"}, {8, noEndpointPy}, {8, noEndpointPy},
			{8, "server misbehaving"}}},
	}},
	{ssoName, []string{glibc}, []row{
		{"a resolver that fails", outcomes{{8, "getaddrinfo EAI_AGAIN"}, {8, noEndpointPy}, {8, noEndpointPy},
			{8, "server misbehaving"}}},
	}},
	{s3Name, []string{glibc}, []row{
		{"a resolver that fails", outcomes{{8, "getaddrinfo EAI_AGAIN"}, {8, noEndpointPy}, {8, noEndpointPy},
			{4, "server misbehaving"}}},
	}},
	// AWS says to try again; Go does (stscreds.WebIdentityRoleProvider), the others
	// do not.
	{issuer, []string{oidcKeys}, []row{
		// Go's second attempt may come so soon that the failure is remembered.
		{"503", outcomes{{1, noKeys}, {1, noKeys}, {1, noKeys}, {some, noKeys}}},
		{"503 once", outcomes{{1, noKeys}, {1, noKeys}, {1, noKeys}, {1, works}}},
	}},
}
