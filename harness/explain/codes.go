package explain

import (
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
)

const (
	docCommon   = "https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"
	docS3Errors = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
	docEC2      = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"
	docWeb      = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"
)

// code is an error code of AWS: what it says by itself, in whatever form a program
// printed it.
type code struct {
	names []string
	// refined are the kinds that say more about the same refusal: where words of the
	// message gave one, the code adds nothing.
	refined []ledger.Kind
	meaning meaning
}

// codes, the more telling first: a text with a wrong signature and the words
// "access denied" is about the signature.
var codes = []code{
	{[]string{"SignatureDoesNotMatch", "InvalidSignatureException", "InvalidSignature"},
		[]ledger.Kind{diagnose.WrongSignature, diagnose.ClockSkew, diagnose.WrongRegion, "headers-not-signed",
			"date-header", "malformed-signature", "key-shape"},
		meaning{id: diagnose.WrongSignature,
			what: "AWS computed another signature than the one that was sent.",
			why: "The key id was found. Either the secret is not the one of that key (cut, with a space or a " +
				"newline, changed by a shell or a form), or the request was signed otherwise than it arrived " +
				"(path, host or headers changed on the way, another region or service).",
			change: "give this command the request and the secret (--secret-from-env NAME): it finds the line that " +
				"differs", source: docSigning, confidence: "V"}},
	{[]string{"RequestTimeTooSkewed", "RequestInTheFuture"}, []ledger.Kind{diagnose.ClockSkew},
		meaning{id: diagnose.ClockSkew, what: "The request's date is too far from the server's time.",
			why: "The clock of the machine that signed is off, or the request was sent long after it was signed.",
			change: "compare date -u on that machine with the Date header of any answer: if they differ set the " +
				"clock, else sign anew for each request", source: docSigning, confidence: "V"}},
	{[]string{"InvalidIdentityToken"}, []ledger.Kind{"web-identity", diagnose.BadIdentityToken},
		meaning{id: "web-identity", what: "STS did not accept the identity token that was to be exchanged for a role.",
			why: "Its issuer has no identity provider in the role's account, its audience is not listed there, it " +
				"is no token at all, or its issuer's keys do not verify it. No access key is concerned.",
			change: "put iss and aud of the token and the account's identity providers side by side " +
				"(aws iam list-open-id-connect-providers)", source: docWeb, confidence: "V"}},
	{[]string{"IDPCommunicationError"}, []ledger.Kind{"web-identity"},
		meaning{id: "web-identity", what: "STS could not ask the token's issuer for its keys.",
			why:        "The issuer has to be reachable from AWS by its name, with a certificate that is trusted.",
			change:     "see that iss/.well-known/openid-configuration answers from outside; try again once",
			source:     docWeb,
			confidence: "V"}},
	{[]string{"IDPRejectedClaim"}, []ledger.Kind{"web-identity"},
		meaning{id: "web-identity", what: "The identity provider rejected a claim of the token.",
			why: "A claim is not valid, or the token was withdrawn.", change: "ask for a new token", source: docWeb,
			confidence: "V"}},
	{[]string{"ExpiredToken", "ExpiredTokenException", "RequestExpired"},
		[]ledger.Kind{diagnose.ExpiredCredentials, diagnose.BadIdentityToken, diagnose.ClockSkew, "sso-expired",
			"expired-url"},
		meaning{id: diagnose.ExpiredCredentials,
			what:   "What the request was signed with, or the request itself, has expired.",
			why:    "Copies of temporary credentials are not renewed; a request that is sent late ends as well.",
			change: "let a provider that refreshes hand out credentials, or sign in again", source: docCommon,
			confidence: "V"}},
	{[]string{"InvalidAccessKeyId"}, []ledger.Kind{"key-unknown", "key-shape"},
		meaning{id: "key-unknown", what: "The service that answered does not know the access key id.",
			why:    unknownKeyWhy,
			change: unknownKeyChange, source: docS3Errors, confidence: "V"}},
	{[]string{"InvalidToken"}, []ledger.Kind{"s3-token-malformed", "web-identity"},
		meaning{id: "s3-token-malformed",
			what:   "The service refused the session token: it is damaged, or does not belong to the key id.",
			why:    "Explicit keys with a session token of somebody else, or a token cut off by what stores it.",
			change: "send key id, secret and token of one and the same session, or a long-term key without a token",
			source: docS3Errors, confidence: "V"}},
	{[]string{"AuthFailure"}, []ledger.Kind{"key-unknown", diagnose.WrongSignature, diagnose.ClockSkew,
		diagnose.WrongRegion, "malformed-signature", "key-shape", diagnose.NotAllowed},
		meaning{id: "auth-failure", what: "EC2 could not validate the credentials of the request (AuthFailure).",
			why: "This is about who calls, and not about a permission: the key id is unknown or inactive, the " +
				"secret is not the one of that key, a temporary key came without its token, the clock is off, or " +
				"the region is not enabled for the account (keys are not valid there).",
			change: "run aws sts get-caller-identity with exactly these credentials in that region: its answer " +
				"tells which; see that the region is enabled and the clock is right", source: docEC2, confidence: "V"}},
	{[]string{"IllegalLocationConstraintException", "IllegalLocationConstraint"},
		[]ledger.Kind{"other-bucket-region"},
		meaning{id: "other-bucket-region",
			what: "The endpoint's region and the region of the bucket are two different ones.",
			why: "S3 answers so where the request came to the endpoint of one region, and the bucket is, or is to " +
				"be created, in another; regions that have to be enabled first are served by their own endpoint only.",
			change: "give the client the bucket's region, so that it calls the endpoint of that region; when a " +
				"bucket is created, LocationConstraint has to be the same region", source: docS3Errors,
			confidence: "V"}},
	{[]string{"AuthorizationHeaderMalformed"}, []ledger.Kind{diagnose.WrongRegion, "malformed-signature",
		"key-shape", diagnose.ExpiredCredentials},
		meaning{id: "malformed-signature", what: "S3 could not use the Authorization header.",
			why: "The region in its scope is not the bucket's, the key id is empty, or the header is not " +
				"well-formed; the message tells which.",
			change: "compare region and key id in the header with what they should be", source: docS3Errors,
			confidence: "V"}},
	{[]string{"RegionDisabledException"}, nil,
		meaning{id: "region-disabled", what: "STS is not activated for the account in that region.",
			why: "An administrator turned it off there, or the region has to be enabled first.",
			change: "activate the region for STS in the account settings of IAM, or call STS in a region that is " +
				"active", source: docRole, confidence: "V"}},
	{[]string{"OptInRequired", "SubscriptionRequiredException"}, nil,
		meaning{id: "opt-in", what: "The account is known, and is not subscribed to the service or region.",
			why:    "The credentials were accepted. The account has not signed up there, or has not been activated.",
			change: "enable the service or region for the account that the key belongs to", source: docCommon,
			confidence: "V"}},
	{[]string{"MissingAuthenticationToken", "MissingAuthenticationTokenException"}, []ledger.Kind{diagnose.Unsigned,
		"date-header"},
		meaning{id: diagnose.Unsigned, what: "The request came without a signature that AWS could see.",
			why: "The program called without credentials, something on the way took the header out, or the path " +
				"is not one of the API's.", change: "see whether the program signs, and whether the path is right",
			source: docCommon, confidence: "V"}},
	{[]string{"UnauthorizedOperation"}, []ledger.Kind{diagnose.NotAllowed, "session-policy"},
		meaning{id: diagnose.NotAllowed, what: "EC2 identified the caller, and no policy allows the operation.",
			why: "The credentials are valid. The encoded message holds who called what.",
			change: "decode it (aws sts decode-authorization-message), and allow the operation to that " +
				"principal", source: docEC2, confidence: "V"}},
}

// unknownKeyWhy are the causes that look alike where a key id is not known.
const (
	unknownKeyWhy = "Several causes look alike: the key was deleted or deactivated; it is of another partition " +
		"(China, GovCloud); it is of another store than the one that was called (an S3-compatible store's key at " +
		"AWS, or AWS's key there: the endpoint setting decides); or it is a temporary one (ASIA) that was sent " +
		"without its session token, as programs do whose settings know only key and secret."
	unknownKeyChange = "look at the key id and at the host that was called: ASIA needs its session token; AKIA has " +
		"to be in aws iam list-access-keys as Active; anything else is no key of AWS, and the endpoint has to be " +
		"that of its own store"
)

// codeMatch finds a code of AWS as a word, in any spelling of case and with the
// separators of other languages: SignatureDoesNotMatch, signature_does_not_match.
func codeMatch(names []string) *late.Regexp {
	var alternatives []string
	for _, name := range names {
		alternatives = append(alternatives, betweenWords.ReplaceAllString(name, "${1}[_-]?${2}"))
	}
	return late.MustCompile(`(?i)(?:^|[^a-zA-Z0-9])(?:` + strings.Join(alternatives, "|") +
		`)(?:Exception|Error|Fault)?(?:[^a-zA-Z0-9]|$)`)
}

var betweenWords = late.MustCompile(`([a-z])([A-Z])`)

// codeMatches are the expressions of codes, in their order.
var codeMatches = sync.OnceValue(func() (out []*late.Regexp) {
	for _, c := range codes {
		out = append(out, codeMatch(c.names))
	}
	return out
})

// decided puts first what the most telling code in a text says: what words gave is
// kept in front where it is about the same refusal.
func decided(text string, out []ledger.Finding, finding func(*meaning) ledger.Finding) []ledger.Finding {
	for i := range codes {
		if !codeMatches()[i].MatchString(text) {
			continue
		}
		c := &codes[i]
		same := func(f ledger.Finding) bool { return f.Kind == c.meaning.id || slices.Contains(c.refined, f.Kind) }
		var first, rest []ledger.Finding
		for _, f := range out {
			if same(f) {
				first = append(first, f)
			} else if !lessThanCode(f) {
				rest = append(rest, f)
			}
		}
		own := slices.ContainsFunc(rest, func(f ledger.Finding) bool { return !slices.Contains(clientKinds(), f.Kind) })
		if len(first) == 0 && (!own || i == 0) { // the first code outdoes what words said
			first = append(first, finding(&c.meaning))
		}
		return append(first, rest...)
	}
	return out
}

// lessThanCode reports whether a finding says less than any code does.
func lessThanCode(f ledger.Finding) bool {
	return f.Kind == "no-role-at-host" || f.Kind == "no-credentials" || f.Kind == "token-or-key" ||
		f.Kind == diagnose.NotAllowed && !strings.Contains(f.What, "arn:")
}

// answerOfAWS is what shows that a service of AWS answered, whatever it said.
var answerOfAWS = late.MustCompile(`(?i)\brequest[ _-]?id\W|x-amzn|x-amz-request|<Error>|api error|` +
	`An error occurred \(|"__type"|host[ _-]?id\W|AccessDenied|UnrecognizedClient|InvalidClientTokenId|` +
	`OpenIDConnect|is not authorized to perform`)

// runtimeLine is what AWS Lambda writes around an invocation: its request id is of
// no answer
// (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html).
var runtimeLine = late.MustCompile(`\b(?:INIT_START|START|END|REPORT) RequestId: \S*|AWS Request ID: \S*`)

// answersOfAWS reports whether a text quotes an answer of AWS.
func answersOfAWS(text string) bool {
	text = runtimeLine.ReplaceAllString(text, "")
	return answerOfAWS.MatchString(text) ||
		slices.ContainsFunc(codeMatches(), func(m *late.Regexp) bool { return m.MatchString(text) })
}
