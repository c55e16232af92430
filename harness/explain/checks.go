package explain

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Public sources of the checks.
const (
	docTokens  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html"
	docKeyIDs  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
	docSigning = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"
	docSigV4   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"
	docAPIKeys = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"
	docPresign = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html"
	docCurl    = "https://curl.se/docs/manpage.html#--aws-sigv4"
	keyLayout  = "https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489"
)

// check is a rule about one request.
type check struct {
	id         ledger.Kind
	source     string
	confidence string
	tell       func(*subject) (told, bool)
}

type told struct{ what, why, change string }

func (c check) finding(s *subject) (ledger.Finding, bool) {
	t, ok := c.tell(s)
	if !ok {
		return ledger.Finding{}, false
	}
	return ledger.Finding{Kind: c.id, What: s.hide(t.what), Why: s.hide(t.why),
		Change:  prose.Sentence(s.hide(t.change)),
		Library: s.library.String(), Source: c.source, Confidence: c.confidence}, true
}

// checks are all asked of every request.
var checks = []check{
	{diagnose.SwappedCredentials, docKeyIDs, "V", swapped},
	{diagnose.MixedCredentials, docTokens, "V", longTermWithToken},
	{diagnose.MixedCredentials, keyLayout, "L", otherAccount},
	{"damaged-token", docTokens, "L", damagedToken},
	{diagnose.TokenLeftOut, docTokens, "V", tokenLeftOut},
	{diagnose.ExpiredCredentials, docTokens, "L", oldToken},
	{diagnose.BadBearer, docAPIKeys, "V", badBearer},
	{diagnose.BearerOverrides, docAPIKeys, "V", bearerBesideKeys},
	{diagnose.Unsigned, docSigV4, "V", unsigned},
	{diagnose.ClockSkew, docSigning, "V", skew},
	{diagnose.WrongRegion, docSigning, "V", otherScope},
	{"expired-url", docPresign, "V", expiredURL},
	{"malformed-signature", docSigV4, "V", malformed},
	{"token-not-signed", docSigV4, "V", tokenNotSigned},
	{"curl-signing", docCurl, "V", curlSigning},
	{diagnose.WrongSecret, docSigning, "V", wrongSecret},
	{diagnose.WrongSignature, docSigV4, "V", ownCanonical},
}

func swapped(s *subject) (told, bool) {
	o := s.report.Presented.NotKeyID
	if o == nil {
		return told{}, false
	}
	return told{
		fmt.Sprintf("What stands in the place of the access key id is none: %d characters.", o.Length),
		"An access key id is 16 to 128 capital letters and digits and begins with AKIA or ASIA; a secret has 40 " +
			"characters, a session token hundreds.",
		"check that key id and secret are not in each other's place",
	}, true
}

func longTermWithToken(s *subject) (told, bool) {
	if s.report.KeyKind != "long-term" || s.token == "" {
		return told{}, false
	}
	t := told{
		fmt.Sprintf("The request has the long-term access key id %s and a session token (%d characters, %s) beside it.",
			s.auth.KeyID, len(s.token), begin(s.token)),
		"Long-term keys (AKIA) have no session token: it belongs to other credentials, most likely to those that the " +
			"host put into AWS_SESSION_TOKEN for its own use. " +
			"The token is signed along, so that the signature is valid all the same and AWS speaks of the token only.",
		s.library.Advise(library.KeysAlone),
	}
	if account := s.report.TokenAccount; account != "" && s.report.Account != "" && account != s.report.Account {
		t.why += fmt.Sprintf(" The key is of account %s, the token of account %s.", s.report.Account, account)
	}
	return t, true
}

func otherAccount(s *subject) (told, bool) {
	key, token := s.report.Account, s.report.TokenAccount
	if s.report.KeyKind != "temporary" || key == "" || token == "" || key == token {
		return told{}, false
	}
	return told{
		fmt.Sprintf("The temporary access key id %s is of account %s, and the session token (%d characters, %s) of "+
			"account %s.", s.auth.KeyID, key, len(s.token), begin(s.token), token),
		"A session token is only valid together with the key and the secret that it was issued with.",
		s.library.Advise(library.WithToken),
	}, true
}

func damagedToken(s *subject) (told, bool) {
	if s.token == "" || strings.HasPrefix(s.token, "$") {
		return told{}, false
	}
	var problem string
	switch _, err := base64.StdEncoding.DecodeString(s.token); {
	case strings.Trim(s.token, `"'`) != s.token:
		problem = "it stands in quotation marks"
	case strings.ContainsAny(s.token, " \t\n"):
		problem = `it has white space in it: its "+" were decoded as in a form, or it was wrapped`
	case strings.Contains(s.token, "%2B") || strings.Contains(s.token, "%2F"):
		problem = "it is still percent-encoded"
	case len(s.token)%4 != 0:
		problem = fmt.Sprintf("its length, %d, is no multiple of four: it was cut off", len(s.token))
	case err != nil:
		problem = "it is no base64"
	case s.report.TokenKind == "":
		problem = "it does not begin as AWS's tokens do (IQoJb3JpZ2luX2Vj, FwoGZXIvYXdz)"
	default:
		return told{}, false
	}
	return told{
		fmt.Sprintf("The session token (%d characters, %s) is damaged: %s.", len(s.token), begin(s.token), problem),
		"Tokens are base64 of several hundred characters, and valid only as they were issued, character by character.",
		"pass the token as it is, and check the length of what holds it",
	}, true
}

func tokenLeftOut(s *subject) (told, bool) {
	if s.report.KeyKind != "temporary" || s.token != "" {
		return told{}, false
	}
	return told{
		fmt.Sprintf("The request has the temporary access key id %s and no session token.", s.auth.KeyID),
		"Key ids that begin with ASIA are valid only with the token that was issued with them; AWS then says that " +
			"the token is invalid (with a final period), or that the key id does not exist.",
		s.library.Advise(library.WithToken),
	}, true
}

// maxSession is the longest that a token can be valid
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html).
const maxSession = 36 * time.Hour

func oldToken(s *subject) (told, bool) {
	_, _, created, err := iam.DecodeToken(s.token)
	if err != nil || created.IsZero() || s.sent().Sub(created) < maxSession {
		return told{}, false
	}
	return told{
		fmt.Sprintf("The session token was issued on %s, %d hours before the request.",
			created.UTC().Format(time.RFC3339), int(s.sent().Sub(created).Hours())),
		"No session lasts longer than 36 hours: this is a copy that nobody renews. AWS says of tokens that ended " +
			"weeks ago that they are invalid, not expired.",
		s.library.Advise(library.Refreshing),
	}, true
}

func badBearer(s *subject) (told, bool) {
	switch b := s.bearer; {
	case b == "" || strings.HasPrefix(b, "$"):
		return told{}, false
	case strings.HasPrefix(b, iam.ShortTermPrefix):
		return shortTermBearer(s)
	case strings.HasPrefix(b, "ABSK"):
		return told{}, false
	}
	return told{
		fmt.Sprintf("The bearer token (%d characters) is no Bedrock API key.", len(s.bearer)),
		"Long-term keys begin with ABSK, short-term keys with bedrock-api-key-; other AWS services take no " +
			"bearer token.",
		"use a Bedrock API key, or " + s.library.Advise(library.NoBearer),
	}, true
}

// shortTermBearer reads the presigned URL inside a short-term key.
func shortTermBearer(s *subject) (told, bool) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.bearer, iam.ShortTermPrefix))
	_, query, _ := strings.Cut(string(raw), "?")
	q, err2 := url.ParseQuery(query)
	if err != nil || err2 != nil || q.Get("X-Amz-Credential") == "" {
		return told{"The short-term Bedrock API key is damaged: it does not decode to a presigned URL.", "",
			"make a new one"}, true
	}
	scope := strings.Split(q.Get("X-Amz-Credential"), "/")
	date, ok := amzDate(q.Get("X-Amz-Date"))
	if region := s.target.Region; len(scope) == 5 && region != "" && scope[2] != region {
		return told{fmt.Sprintf("The short-term Bedrock API key is of region %s, and the request goes to %s.", scope[2],
			region), "Short-term keys are valid in their own region only.", "make a key in " + region}, true
	}
	if ok && s.latest().Sub(date) > 12*time.Hour {
		return told{fmt.Sprintf("The short-term Bedrock API key was made on %s and has expired.",
			date.Format(time.RFC3339)),
			"Short-term keys last twelve hours at most, and no longer than the session that made them.",
			"make a new one, or let a token generator renew it"}, true
	}
	return told{}, false
}

func bearerBesideKeys(s *subject) (told, bool) {
	if s.bearer == "" || s.header.Get("X-Amz-Date") == "" && s.token == "" {
		return told{}, false
	}
	return told{
		"The request has a bearer token and leftovers of a signature.",
		"A bearer token wins over keys: the signature is not looked at.",
		s.library.Advise(library.NoBearer),
	}, true
}

func unsigned(s *subject) (told, bool) {
	op := s.target.Operation
	if s.report.Presented.Scheme != "none" || op != nil && (op.Unsigned || op.Anonymous) {
		return told{}, false
	}
	return told{
		"The request to " + s.host() + " has no signature.",
		"The program found no credentials and called all the same, or something on the way took the Authorization " +
			"header out: browsers, proxies and redirects to another host do.",
		"give the client credentials",
	}, true
}

func skew(s *subject) (told, bool) {
	date, ok := amzDate(s.header.Get("X-Amz-Date"))
	if !ok || s.now.IsZero() || s.auth.Mechanism == sigv4.Query {
		return told{}, false
	}
	window := s.rules().SkewWindow
	if window == 0 {
		window = 5 * time.Minute
	}
	off := date.Sub(s.now)
	if off.Abs() <= window {
		return told{}, false
	}
	direction := "behind"
	if off > 0 {
		direction = "ahead"
	}
	return told{
		fmt.Sprintf("The request is dated %s and was answered at %s: the signer's clock is %s %s.",
			date.Format(time.RFC3339), s.now.UTC().Format(time.RFC3339), off.Abs().Round(time.Second), direction),
		fmt.Sprintf("This service takes signatures up to %v from its own time. Or the request was captured and sent "+
			"again later: signatures are of use for minutes only.", window),
		"set the clock of the machine that signs (NTP; WSL and virtual machines lose time while they sleep)",
	}, true
}

func otherScope(s *subject) (told, bool) {
	var problems []string
	r, region := s.auth.Region, s.target.Region
	// S3's hostname without a region stands for the bucket's, wherever that is.
	anywhere := s.rules().S3 && !strings.Contains(s.host(), region)
	if r != "" && region != "" && r != region && service.IsRegion(r) && !anywhere {
		problems = append(problems, fmt.Sprintf("It is signed for region %s, and the endpoint %s is in %s.", r,
			s.host(), region))
	}
	if svc := s.target.Service; svc != nil && awsHost.MatchString(s.host()) && s.auth.Service != "" &&
		s.auth.Service != svc.SigningName {
		problems = append(problems, fmt.Sprintf("It is signed for service %q, and %s wants %q.", s.auth.Service,
			s.host(), svc.SigningName))
	}
	if len(problems) == 0 {
		return told{}, false
	}
	return told{
		strings.Join(problems, " "),
		"Region and service are part of the signature, and an endpoint accepts its own only. A service's signing " +
			"name is not always its hostname's: bedrock-runtime signs as bedrock.",
		s.library.Advise(library.OwnRegion),
	}, true
}

func expiredURL(s *subject) (told, bool) {
	if s.auth.Mechanism != sigv4.Query || s.auth.Expires == 0 || s.latest().IsZero() || s.auth.Date.IsZero() {
		return told{}, false
	}
	end := s.auth.Date.Add(s.auth.Expires)
	if !s.latest().After(end) {
		return told{}, false
	}
	used := "now is"
	if !s.now.IsZero() {
		used = "it was used at"
	}
	return told{
		fmt.Sprintf("The presigned URL ended at %s, %v after it was made; %s %s.", end.UTC().Format(time.RFC3339),
			s.auth.Expires, used, s.latest().UTC().Format(time.RFC3339)),
		"A URL that was signed with temporary credentials ends with them, too, whatever its X-Amz-Expires says.",
		"make a new URL when it is needed",
	}, true
}

// shapes are the refusals that come from the shape of a signature.
var shapes = []verdict.Reason{
	verdict.BothMechanisms, verdict.UnsupportedScheme, verdict.MalformedAuthorization, verdict.MissingParameters,
	verdict.MissingQueryParameters,
	verdict.MalformedQuery, verdict.HostNotSigned, verdict.MalformedDate, verdict.MalformedCredential,
}

func malformed(s *subject) (told, bool) {
	if s.refusal == nil || !slices.Contains(shapes, s.refusal.Reason) || s.bearer != "" || s.signing != nil ||
		s.report.Presented.NotKeyID != nil {
		return told{}, false
	}
	detail := s.refusal.Detail
	if detail == "" {
		detail = lacking(s.refusal)
	}
	return told{
		"The signature is not well-formed: " + strings.TrimSuffix(string(s.refusal.Reason)+": "+detail, ": ") + ".",
		"AWS looks at the shape of the Authorization header before it looks up any key.",
		"sign with a maintained signer",
	}, true
}

// lacking says what a signature lacks, "" where nothing is missing.
func lacking(r *verdict.Refusal) string {
	parts, _ := verdict.CauseOf[verdict.MissingParts](r)
	query, _ := verdict.CauseOf[verdict.MissingQuery](r)
	missing := slices.Concat(parts.Missing, query.Missing)
	if len(missing) == 0 {
		return ""
	}
	return "it lacks " + strings.Join(missing, ",")
}

func tokenNotSigned(s *subject) (told, bool) {
	if s.token == "" || s.signing != nil || s.auth.Algorithm == "" || s.auth.TokenSigned ||
		len(s.auth.SignedHeaders) == 0 || !s.rules().S3 {
		return told{}, false
	}
	return told{
		"The session token is in the request, but the signature does not cover it.",
		"S3 refuses x-amz-* headers that are not signed (\"There were headers present in the request which were " +
			"not signed\").",
		"give the token to the signer, so that X-Amz-Security-Token is among the signed headers",
	}, true
}

func curlSigning(s *subject) (told, bool) {
	g := s.signing
	if g == nil {
		return told{}, false
	}
	path, _ := s.message.target()
	switch {
	case g.provider != "aws":
		return told{fmt.Sprintf("curl is told to sign for provider %q.", g.provider),
			"AWS's is \"aws\", followed by amz, region and service.", `use --aws-sigv4 "aws:amz:REGION:SERVICE"`}, true
	case !service.IsRegion(g.region) && g.region != "":
		return told{fmt.Sprintf("curl signs for region %q, which is none.", g.region), "What --aws-sigv4 leaves out, " +
			"curl takes from the hostname: its first label as the service, its second as the region.",
			`use --aws-sigv4 "aws:amz:REGION:SERVICE"`}, true
	case strings.ContainsAny(path, ":%") && !s.rules().S3:
		return told{
			"The path has characters that must be encoded a second time before they are signed (" + path + ").",
			"For all services but S3 the canonical path is the sent path encoded again; some versions of curl sign " +
				"it as it is.",
			"try it with a path without such characters, or sign with a maintained signer",
		}, true
	}
	return told{}, false
}

func wrongSecret(s *subject) (told, bool) {
	x := s.report.Explanation
	if x == nil {
		return told{}, false
	}
	t := told{
		"The signature does not match the given secret.", prose.Sentence(x.Mistake),
		"check that the secret belongs to this key id and has no space or newline at its end",
	}
	if x.Line > 0 {
		t.why += fmt.Sprintf(
			" The first canonical line that differs is line %d (%s): AWS has %q, the client signed %q.", x.Line, x.Name,
			x.Ours, x.Theirs)
		t.change = "sign with a maintained signer, or mend that line of the canonical request"
	}
	return t, true
}

// ownCanonical compares the canonical request in the client's log with AWS's.
func ownCanonical(s *subject) (told, bool) {
	if s.canonical == "" || s.auth.Algorithm == "" || !s.hasBody && !s.rules().S3 && s.bodyHash() == "" {
		return told{}, false
	}
	ours := strings.Split(s.auth.CanonicalRequest(s.request, s.rules()), "\n")
	theirs := strings.Split(s.canonical, "\n")
	for i := range min(len(ours), len(theirs)) {
		last := i == len(ours)-1 // the hash of a body that the capture may not have
		if ours[i] == theirs[i] || last && !s.hasBody {
			continue
		}
		return told{
			fmt.Sprintf("The client signed another line %d of the canonical request than AWS computes.", i+1),
			fmt.Sprintf("AWS has %q, the client signed %q.", mistakes.Redact(ours[i]), mistakes.Redact(theirs[i])),
			"sign with a maintained signer; or something changed the request on its way (a proxy, a rewritten " +
				"path or host)",
		}, true
	}
	return told{}, false
}

// bodyHash is the last line of the client's canonical request.
func (s *subject) bodyHash() string {
	return s.canonical[strings.LastIndex(s.canonical, "\n")+1:]
}

// begin is how a secret text begins, as far as it may be shown.
func begin(secret string) string {
	if len(secret) < 32 {
		return "…"
	}
	return secret[:8] + "…"
}
