package explain

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// meaning is what an error text says, and what brings it about.
type meaning struct {
	id    ledger.Kind
	match *late.Regexp
	// what and change may use the groups of match as {1}, {2}.
	what, why, change  string
	source, confidence string
}

// errorTexts are AWS's and the hosts'; the wording differs by a period. What
// libraries say stands in their files (fixtures/libraries).
var errorTexts = []meaning{
	{"web-identity", late.MustCompile(`OpenID ?Connect provider`),
		"STS spoke of the identity provider for the web identity token: the exchange of the token for a role " +
			"failed there.",
		"The role's account has no provider with exactly the URL in the token's iss, or the provider does not " +
			"fit the token (audience, certificate). No access key is concerned.",
		"compare iss and aud of the token with the account's identity providers (aws iam " +
			"list-open-id-connect-providers)", docIdentity, "L"},
	{"web-identity", late.MustCompile(`Not authorized to perform sts:AssumeRoleWithWebIdentity`),
		"The token was read, and the role's trust policy does not let it in, or there is no role of that ARN.",
		"Its conditions on sub or aud do not fit the token. They are compared character by character, upper " +
			"and lower case too; StringEquals knows no wildcards. No permission of the role and no key has to do " +
			"with it.",
		"put the token's sub and aud and the conditions of the trust policy side by side, and correct the one that " +
			"differs", docIdentity, "V"},
	{"web-identity", late.MustCompile("Did you mean to set the `id-token` permission"),
		"The GitHub Actions job may not ask for an OIDC token.", "", "add permissions: id-token: write to the job",
		"https://github.com/aws-actions/configure-aws-credentials", "V"},
	{"reserved-name",
		late.MustCompile(`(?i)Reserved keys used in this request|reserved prefix|reserved environment variable`),
		"The host does not let a project set a variable of that name.",
		"Lambda, Vercel, Netlify and Amplify reserve some or all names that begin with AWS.",
		"use names of your own (MY_AWS_ACCESS_KEY_ID) and pass them explicitly",
		"https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html", "V"},
	{"other-bucket-region",
		late.MustCompile(
			`PermanentRedirect|The bucket you are attempting to access must be addressed using the specified endpoint`),
		"The bucket is in another region than that of the client.",
		"The client has its region from a default, a variable or a setting, and not from the bucket.",
		"pass the bucket's region to the client (aws s3api get-bucket-location tells it)",
		"https://github.com/aws/aws-sdk-js-v3/issues/1924", "L"},
	{"session-in-sts", late.MustCompile(`Cannot call Get(?:Session|Federation)Token with session credentials`),
		"STS was asked for a session with the credentials of a session.", "",
		"use a long-term key for it, or AssumeRole",
		"https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html", "V"},
	{"unknown-operation", late.MustCompile(`UnknownOperationException`),
		"AWS has no such operation at that path.", "Bedrock answers it with status 200: the path or the base URL is " +
			"wrong, and the credentials were not looked at.", "check the path and the hostname",
		"https://github.com/aws-amplify/amplify-flutter/issues/5675", "V"},
}

// lastResort is a refusal of which nothing more is known.
var lastResort = late.MustCompile(`(?i)access[ _]?denied|\(HTTP 403\)|` +
	`\b(?:status(?: ?code)?[:= ]*|HTTP )403\b|403 Forbidden|no permissions for \[|not authorized to perform`)

// errorCodes are AWS's codes, for where the message said no more.
var errorCodes = []meaning{
	{"token-or-key", late.MustCompile(`UnrecognizedClientException|InvalidClientTokenId`),
		"AWS refused the session token or does not know the access key id; its message tells which of the two.",
		`"…is invalid" without a final period is about the token, with a period about the key id.`,
		"look at the whole message", docSigning, "V"},
	{diagnose.NotAllowed, lastResort,
		"AWS denied the call, and the text does not name who made it.",
		"Two things look alike here: the caller was identified and no policy allows the call, or the request " +
			"came without a signature. Clients of S3 that find no credentials call as nobody, and S3 gives both " +
			"the same answer.",
		"see whether the request was signed, and as whom (the SDK's debug log, or a run here); if it was not, " +
			"look for why no credentials were found; if it was, compare the principal with the policy",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html", "L"},
}

// allMeanings are asked in order.
var allMeanings = sync.OnceValue(func() []meaning {
	var said []meaning
	for _, s := range library.Sayings() {
		said = append(said, meaning{
			id: kindOf(s.Means), match: late.Of(s.Regexp()), what: s.What, why: s.Why, change: s.Change,
			source: s.Provenance.URL(), confidence: s.Provenance.Confidence,
		})
	}
	return slices.Concat(reasons, loosened(defaultMissing), loosened(causes), loosened(clientFailures),
		loosened(errorTexts), loosened(said),
		errorCodes)
})

// kindOf is the kind of finding for a situation that a library's words mean.
func kindOf(situation string) ledger.Kind {
	if situation == library.NoCredentials {
		return "no-role-at-host"
	}
	return ledger.Kind(situation)
}

// meanings tells what the errors in an input mean. Those that belong to a
// request's answer go to it.
func meanings(text string, requests *[]Request) []ledger.Finding {
	for i := range *requests {
		r := &(*requests)[i]
		for _, f := range meaningsOf(r.Code + ": " + r.Message) {
			if !explained(r.Findings, f.Kind) {
				r.Findings = append(r.Findings, f)
			}
		}
	}
	var out []ledger.Finding
	for _, f := range meaningsOf(text) {
		if !slices.ContainsFunc(*requests, func(r Request) bool {
			return says(r.Findings, f) ||
				explained(r.Findings, f.Kind)
		}) {
			out = append(out, f)
		}
	}
	return out
}

func says(findings []ledger.Finding, f ledger.Finding) bool {
	return slices.ContainsFunc(findings, func(g ledger.Finding) bool { return g.What == f.What })
}

// explains are the meanings of messages that a finding about the request itself
// makes superfluous.
var explains = map[ledger.Kind][]ledger.Kind{
	diagnose.MixedCredentials:   {"token-invalid", "s3-token-malformed", "token-or-key"},
	"damaged-token":             {"token-invalid", "s3-token-malformed", "token-or-key"},
	diagnose.ExpiredCredentials: {"token-invalid", diagnose.ExpiredCredentials},
	diagnose.TokenLeftOut:       {"token-invalid", "key-unknown", "token-or-key"},
	diagnose.SwappedCredentials: {"token-invalid", "key-unknown", "token-or-key"},
	diagnose.ClockSkew:          {diagnose.ClockSkew, diagnose.WrongSignature},
	diagnose.WrongRegion:        {diagnose.WrongRegion},
	diagnose.Unsigned:           {diagnose.Unsigned},
	diagnose.WrongSecret:        {diagnose.WrongSignature},
	"malformed-signature":       {"malformed-signature"},
}

func explained(findings []ledger.Finding, meaning ledger.Kind) bool {
	return slices.ContainsFunc(findings, func(f ledger.Finding) bool {
		return slices.Contains(explains[f.Kind],
			meaning)
	})
}

// maxErrorText bounds what is searched for error messages, in bytes.
const maxErrorText = 8 << 20

// maxWrapped bounds the texts, in bytes, whose lines may be broken where somebody
// pasted them.
const maxWrapped = 8 << 10

// repeats reports whether a finding of the same kind, or one that says why, is
// there already.
func repeats(out []ledger.Finding, f ledger.Finding) bool {
	return slices.ContainsFunc(out, func(g ledger.Finding) bool {
		return g.Kind == f.Kind || slices.Contains(outdone[g.Kind], f.Kind)
	})
}

// compiled is the path of a source file of a compiled program: it tells where the
// program was built, and not where it runs.
var compiled = late.MustCompile(`[^\s"'(]*\.(?:rs|go|c|cc|cpp|cxx|h|hpp|pyx|pxi|pxd|cs|swift)\b`)

// running is a text without what tells where a program was built.
func running(text string) string { return compiled.ReplaceAllString(text, "") }

func (m *meaning) finding(text string, groups []string, used library.Library) ledger.Finding {
	fill := filler(groups)
	change, why, source := m.change, m.why, m.source
	var said bool
	if isLack(m.id) {
		why, change, said = lackOf(text)
	}
	if near := besideNotes()[m.id]; !said && len(near) > 0 {
		why, change, source = beside(near, running(text), why, change, source)
	}
	if a, ok := advised[m.id]; ok && used.ID != "" {
		change += ". With " + used.Name + ": " + used.Advise(a)
		if m.id == "token-invalid" {
			change += "; that is for a key that has no token; one that has: " + used.Advise(library.WithToken)
		}
	}
	what := fill(m.what)
	what = strings.ReplaceAll(what, ": .", ".")
	if name := doubled(text); m.id == "config-broken" && name != "" {
		why = "The text shows the section [" + name + "] twice. " + why
	}
	f := ledger.Finding{
		Library: used.Name, Kind: m.id, What: what, Why: strings.TrimSpace(fill(why)),
		Change: prose.Sentence(fill(change)),
		Source: source, Confidence: m.confidence,
	}
	if m.id == "web-identity" && strings.HasPrefix(groups[0], "Not authorized") {
		return trusting(text, f)
	}
	return f
}

// advised are the meanings to which a library's own way is added.
var advised = map[ledger.Kind]library.Advice{
	"token-invalid": library.KeysAlone, "s3-token-malformed": library.KeysAlone,
	diagnose.ExpiredCredentials: library.Refreshing,
	diagnose.WrongRegion:        library.OwnRegion, diagnose.BadBearer: library.NoBearer,
}

func filler(groups []string) func(string) string {
	var pairs []string
	for i, g := range groups[1:] {
		pairs = append(pairs, fmt.Sprintf("{%d}", i+1), strings.TrimRight(g, ".,;'\""))
	}
	return strings.NewReplacer(pairs...).Replace
}
