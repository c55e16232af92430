package explain

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/sigv4"
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

// check is a rule about one request that a run does not ask. A run knows which token it
// issued and which variables the host has, and its judge answers for the shape of a
// signature and for a URL that ended; of a captured request only its form is there, and
// curl's options are nothing that AWS sees. All else is asked of the rules that a run
// asks: see evident.
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

// checks are all asked of every request, after those rules.
var checks = []check{
	{"damaged-token", docTokens, "L", damagedToken},
	{diagnose.BearerOverrides, docAPIKeys, "V", bearerBesideKeys},
	{"expired-url", docPresign, "V", expiredURL},
	{"malformed-signature", docSigV4, "V", malformed},
	{"token-not-signed", docSigV4, "V", tokenNotSigned},
	{"curl-signing", docCurl, "V", curlSigning},
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
	if noDate(s.refusal) && s.signedAndGone("X-Amz-Date") {
		return told{
			"The request as it stands here has no X-Amz-Date, which its signature covers.",
			"Either the text was cut, or something between the signer and AWS took the header away: without it AWS " +
				"does not know when the request was signed.",
			"give the whole request; if the header is not in it, look for a proxy that removes it",
		}, true
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

// noDate reports whether the date was wanting, or nothing that could be read.
func noDate(r *verdict.Refusal) bool {
	parts, _ := verdict.CauseOf[verdict.MissingParts](r)
	return r.Reason == verdict.MalformedDate || slices.Equal(parts.Missing, []string{"Date"})
}

// signedAndGone reports whether a header is among the signed ones and not in the request.
func (s *subject) signedAndGone(header string) bool {
	return s.header.Get(header) == "" &&
		slices.ContainsFunc(s.auth.SignedHeaders, func(n string) bool { return strings.EqualFold(n, header) })
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
