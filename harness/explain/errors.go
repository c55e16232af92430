package explain

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// meaning is what an error text says, and what brings it about.
type meaning struct {
	id    ledger.Kind
	match *regexp.Regexp
	// what and change may use the groups of match as {1}, {2}.
	what, why, change  string
	source, confidence string
}

// errorTexts are AWS's and the hosts'; the wording differs by a period. What
// libraries say stands in their files (fixtures/libraries).
var errorTexts = []meaning{
	{"token-invalid", regexp.MustCompile(`The security token included in the request is invalid(?:[^.\w]|$)`),
		"AWS refused the session token or the access key id: the two do not belong together, or one of them " +
			"is not known.",
		"Without a final period this text is mostly about the token, not about the key; programs drop and add the " +
			"period, so it is a hint only. The common causes: a temporary key (ASIA) sent without its token, or with " +
			"another's; explicit long-term keys with the host's AWS_SESSION_TOKEN mixed in " +
			"(Vercel and every host on AWS Lambda set it; @ai-sdk/amazon-bedrock before 4.0.98, " +
			"@anthropic-ai/bedrock-sdk before 0.26.4, and every environment provider where only key and secret were " +
			"overridden); " +
			"a token left over in the environment or the credentials file (GitHub Actions, aws configure); a token " +
			"cut off by what stores it; a region that is not enabled for the account.",
		"look at the key id in the request and whether a token goes with it: ASIA without a token lacks " +
			"it; AKIA with " +
			"a token is the mixture: keep AWS_SESSION_TOKEN away from your own keys",
		"https://github.com/anthropics/anthropic-sdk-typescript/issues/537", "V"},
	{"key-unknown", regexp.MustCompile(`The security token included in the request is invalid\.`),
		"AWS does not know the access key id, or it is a temporary one (ASIA) that was sent without its session token.",
		"With a final period this text is mostly about the key id, although it speaks of a token. The " +
			"common causes: a " +
			"deleted or deactivated key; a key of another partition (China, GovCloud); " +
			"a temporary key and secret copied without AWS_SESSION_TOKEN (bundled at build time on Amplify, " +
			"libraries without a token option). Some loggers add a period of their own.",
		"look at the key id in the request: ASIA needs its token; AKIA has to be in aws iam list-access-keys as Active",
		"https://github.com/vercel/ai/issues/2053", "V"},
	{"s3-token-malformed", regexp.MustCompile(`The provided token is malformed or otherwise invalid`),
		"S3 refused the session token (InvalidToken): it is damaged, or it does not belong to the access key id.",
		"S3's wording for a token that is not the key's: explicit keys with the host's AWS_SESSION_TOKEN mixed in, " +
			"or a token cut off.",
		"keep AWS_SESSION_TOKEN away from your own keys",
		"https://github.com/boto/boto3/issues/4268", "V"},
	{diagnose.ExpiredCredentials,
		regexp.MustCompile(
			`The security token included in the request is expired|The provided token has expired|Token expired: current date/time|ExpiredToken`),
		"The temporary credentials, or the identity token given for them, have expired.",
		"Copies of temporary credentials are not renewed: in settings, in .env files made while building (Amplify's " +
			"build credentials end after an hour), in clients and SSO caches that keep them. Lambda, ECS and EC2 " +
			"renew theirs, for clients that ask again.",
		"let a provider that refreshes hand them out, or sign in again (aws sso login)",
		docTokens, "V"},
	{"key-unknown",
		regexp.MustCompile(`The AWS Access Key Id you provided does not exist in our records|InvalidAccessKeyId`),
		"The service that answered does not know the access key id.", unknownKeyWhy, unknownKeyChange,
		"https://github.com/brefphp/bref/issues/1324", "V"},
	{diagnose.ClockSkew,
		regexp.MustCompile(
			`Signature expired: (\d{8}T\d{6}Z) is now earlier than \d{8}T\d{6}Z \((\d{8}T\d{6}Z) - (\d+) min\.\)`),
		"The request was dated {1} and arrived at {2}: more than {3} minutes later.",
		"Two causes look alike: the clock of the machine that signed is behind (clocks of WSL and virtual machines " +
			"stop while they sleep), or its date was made earlier than the request was sent (a date header that is " +
			"used again, a paused function, a queue, a capture sent again).",
		"compare date -u on that machine with the Date header of any answer: if they differ set the clock (NTP); if " +
			"they agree, make date and signature anew for each request",
		"https://github.com/microsoft/WSL/issues/4677", "V"},
	{diagnose.ClockSkew,
		regexp.MustCompile(
			`Signature not yet current: (\d{8}T\d{6}Z) is still later than \d{8}T\d{6}Z \((\d{8}T\d{6}Z) \+ (\d+) min\.\)`),
		"The request was dated {1} and arrived at {2}: more than {3} minutes earlier.",
		"The clock of the machine that signed is ahead.", "set the clock (NTP)", docSigning, "V"},
	{diagnose.ClockSkew,
		regexp.MustCompile(
			`RequestTimeTooSkewed|The difference between the request time and the current time is too large`),
		"The request's date is more than 15 minutes from S3's time.",
		"The clock of the machine that signed is wrong, or the request was sent long after it was signed.",
		"set the clock (NTP)", docSigning, "V"},
	{diagnose.WrongSignature,
		regexp.MustCompile(`The request signature we calculated does not match the signature you provided`),
		"Key id and token are fine, and the signature is not the one that AWS computes.",
		"Either the secret is another one (a newline or space at its end, a '+' or '/' changed by a form or a shell, " +
			"the secret of another key), or the request was signed otherwise than it arrived " +
			"(a path with ':' such as Bedrock's model ids that is not encoded a second time, a proxy that changes " +
			"host, path or headers).",
		"give this command the request and the secret (--secret-from-env NAME): it finds the line that differs",
		docSigning, "V"},
	{diagnose.WrongRegion,
		regexp.MustCompile(
			`Credential should be scoped to a valid region(?:, not ['"]?([\w-]*))?|` +
				`the region ['"]?([\w-]+)['"]? is wrong; expecting ['"]?([\w-]+)`),
		"The request was signed for another region than that of the endpoint.",
		"The region comes from a setting, a variable or a default; libraries differ in whether they read AWS_REGION " +
			"or AWS_DEFAULT_REGION; an endpoint given by hand has a region of its own.",
		"pass the region explicitly, the same as the endpoint's", docSigning, "V"},
	{diagnose.WrongRegion, regexp.MustCompile(`Credential should be scoped to correct service: ['"]?([\w-]+)`),
		"The request was signed for another service: this endpoint wants {1}.",
		"A service's signing name is not always its hostname's: bedrock-runtime signs as bedrock.", "sign for {1}",
		docSigning, "V"},
	{"session-policy",
		regexp.MustCompile(`not authorized to perform: (\S+)[^\n]* with an explicit deny in a session policy`),
		"A policy of the session itself forbids {1}, whatever the role allows.",
		"Hosts put such policies on the sessions that they hand out; on Amplify Hosting iam:PassRole was seen so.",
		"use another principal for {1}",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html", "L"},
	{diagnose.NotAllowed,
		regexp.MustCompile(`User: (arn:` + arnRest + `) is not authorized to perform: ([\w:*-]+)` +
			`(?: on resource: (` + arnRest + `))?`),
		"The credentials are valid, those of {1}, and no policy allows {2}.",
		"If that principal is not the one you meant, the program found other credentials first: variables of the " +
			"platform, or the role of the machine.",
		"allow {2} to {1}, or find out why the program calls as that principal",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html", "V"},
	{diagnose.NotAllowed, regexp.MustCompile(`You don't have access to the model with the specified model ID`),
		"The caller is identified and allowed; the account has no access to that Bedrock model in that region.", "",
		"request access to the model in the region that is called",
		"https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html", "V"},
	{diagnose.BadBearer, regexp.MustCompile(`Invalid API Key format: Must start with pre-defined prefix`),
		"Bedrock got a bearer token that is no Bedrock API key.",
		"The SDK sent AWS_BEARER_TOKEN_BEDROCK, or a placeholder in its place, instead of signing.",
		"set a key that begins with ABSK or bedrock-api-key-, or unset AWS_BEARER_TOKEN_BEDROCK", docAPIKeys, "V"},
	{diagnose.BadBearer, regexp.MustCompile(`Authentication failed: Please make sure your API Key is valid`),
		"Bedrock does not know the API key: deleted, of another region, or mistyped.", "",
		"make a new key in the region that is called", docAPIKeys, "V"},
	{diagnose.BadBearer, regexp.MustCompile(`Bearer Token has expired`),
		"The short-term Bedrock API key has expired.",
		"It lasts twelve hours at most, and no longer than the session that made it.", "let a token generator renew it",
		docAPIKeys, "V"},
	{diagnose.Unsigned,
		regexp.MustCompile(
			`(?i)Missing Authentication Token|Authorization header is missing|MissingAuthenticationToken`),
		"The request came without a signature.", "The program found no credentials and called all the same, or " +
			"something on the way took the header out.", "give the client credentials", docSigV4, "V"},
	{"malformed-signature",
		regexp.MustCompile(
			`IncompleteSignature|not a valid key=value pair|Invalid key=value pair|Authorization header requires '`),
		"AWS could not read the Authorization header.",
		"A variable in it was empty, it was cut or wrapped, or two headers were joined.",
		"sign with a maintained signer, and look for a newline in key id or secret", docSigV4, "V"},
	{"web-identity", regexp.MustCompile(`No OpenIDConnect provider found in your account for (\S+)`),
		"The role's account has no identity provider {1}.",
		"STS looks for a provider with exactly the URL in the token's iss, in the account of the role.",
		"add {1} as an OpenID Connect provider in IAM, or correct the account in the role's ARN", docIdentity, "V"},
	{"web-identity", regexp.MustCompile(`OpenID ?Connect provider`),
		"STS spoke of the identity provider for the web identity token: the exchange of the token for a role " +
			"failed there.",
		"The role's account has no provider with exactly the URL in the token's iss, or the provider does " +
			"not fit the " +
			"token (audience, certificate). No access key is concerned.",
		"compare iss and aud of the token with the account's identity providers (aws iam " +
			"list-open-id-connect-providers)", docIdentity, "L"},
	{"web-identity", regexp.MustCompile(`Incorrect token audience`),
		"The identity token is for another audience than the identity provider in IAM expects.", "",
		"add the token's aud to the provider's client ids", docIdentity, "V"},
	{"web-identity", regexp.MustCompile(`Not authorized to perform sts:AssumeRoleWithWebIdentity`),
		"The token was read, and the role's trust policy does not let it in, or there is no role of that ARN.",
		"Its conditions on sub or aud do not fit the token. They are compared character by character, " +
			"upper and lower " +
			"case too; StringEquals knows no wildcards. No permission of the role and no key has to do with it.",
		"put the token's sub and aud and the conditions of the trust policy side by side, and correct the one that " +
			"differs", docIdentity, "V"},
	{"web-identity", regexp.MustCompile(`The 'x-vercel-oidc-token' header is missing from the request`),
		"Vercel's OIDC token was not there when the program asked.", "At runtime it comes with each request, not as " +
			"a variable: it cannot be read at module level; on the Edge runtime and in middleware it was missing, too.",
		"ask for it while a request is handled, in the Node.js runtime, and switch OIDC on",
		"https://github.com/vercel/vercel/issues/12071", "V"},
	{"web-identity", regexp.MustCompile("Did you mean to set the `id-token` permission"),
		"The GitHub Actions job may not ask for an OIDC token.", "", "add permissions: id-token: write to the job",
		"https://github.com/aws-actions/configure-aws-credentials", "V"},
	{"reserved-name",
		regexp.MustCompile(`(?i)Reserved keys used in this request|reserved prefix|reserved environment variable`),
		"The host does not let a project set a variable of that name.",
		"Lambda, Vercel, Netlify and Amplify reserve some or all names that begin with AWS.",
		"use names of your own (MY_AWS_ACCESS_KEY_ID) and pass them explicitly",
		"https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html", "V"},
	{"other-bucket-region",
		regexp.MustCompile(
			`PermanentRedirect|The bucket you are attempting to access must be addressed using the specified endpoint`),
		"The bucket is in another region than that of the client.",
		"The client has its region from a default, a variable or a setting, and not from the bucket.",
		"pass the bucket's region to the client (aws s3api get-bucket-location tells it)",
		"https://github.com/aws/aws-sdk-js-v3/issues/1924", "L"},
	{"session-in-sts", regexp.MustCompile(`Cannot call Get(?:Session|Federation)Token with session credentials`),
		"STS was asked for a session with the credentials of a session.", "",
		"use a long-term key for it, or AssumeRole",
		"https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html", "V"},
	{"unknown-operation", regexp.MustCompile(`UnknownOperationException`),
		"AWS has no such operation at that path.", "Bedrock answers it with status 200: the path or the base URL is " +
			"wrong, and the credentials were not looked at.", "check the path and the hostname",
		"https://github.com/aws-amplify/amplify-flutter/issues/5675", "V"},
}

// lastResort is a refusal of which nothing more is known.
var lastResort = regexp.MustCompile(`(?i)access[ _]?denied|\(HTTP 403\)|` +
	`\b(?:status(?: ?code)?[:= ]*|HTTP )403\b|403 Forbidden|no permissions for \[|not authorized to perform`)

// errorCodes are AWS's codes, for where the message said no more.
var errorCodes = []meaning{
	{"token-or-key", regexp.MustCompile(`UnrecognizedClientException|InvalidClientTokenId`),
		"AWS refused the session token or does not know the access key id; its message tells which of the two.",
		`"…is invalid" without a final period is about the token, with a period about the key id.`,
		"look at the whole message", docSigning, "V"},
	{diagnose.NotAllowed, lastResort,
		"AWS denied the call, and the text does not name who made it.",
		"Two things look alike here: the caller was identified and no policy allows the call, or the request " +
			"came without " +
			"a signature. Clients of S3 that find no credentials call as nobody, and S3 gives both the same answer.",
		"see whether the request was signed, and as whom (the SDK's debug log, or a run here); if it was not, " +
			"look for why " +
			"no credentials were found; if it was, compare the principal with the policy",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html", "L"},
}

// allMeanings are asked in order.
var allMeanings = sync.OnceValue(func() []meaning {
	var said []meaning
	for _, s := range library.Sayings() {
		said = append(said, meaning{
			id: kindOf(s.Means), match: s.Regexp(), what: s.What, why: s.Why, change: s.Change,
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
		if r.Message == "" && r.Code == "" {
			continue
		}
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

// meaningsOf are what the errors in a text mean. The particular comes first: what
// AWS or an SDK says of the very reason; then codes, places and what is missing.
func meaningsOf(text string) (out []ledger.Finding) {
	text = searched(text)
	flat, joined := "", ""
	if len(text) <= maxWrapped {
		flat, joined = oneLine(text), unwrapped(text)
	}
	if out = particular(text, joined); len(out) > 0 {
		return advisedBy(library.In(text), out)
	}
	out = general(text, flat)
	if len(out) == 0 || vague(out[0]) {
		weak := saidIn(weakPhrases(), text, joined)
		if len(weak) > 0 && (len(out) == 0 || !isLack(out[0].Kind) || aboutKind(weak[0].Kind).Stage == "client") {
			return weak
		}
	}
	return out
}

// isLack reports whether a kind is that a program has no credentials.
func isLack(kind ledger.Kind) bool { return kind == "no-credentials" || kind == "no-role-at-host" }

// vague reports whether a finding says less than a weak saying does.
func vague(f ledger.Finding) bool {
	return lessThanCode(f) || f.Kind == "anonymous"
}

// particular are the findings about what a text says of the very reason.
func particular(text, joined string) (out []ledger.Finding) {
	for _, find := range []func(string) (ledger.Finding, bool){canonicalFinding, headerFinding} {
		if f, ok := find(text); ok {
			return []ledger.Finding{f}
		}
	}
	if f, ok := denialIn(cmp.Or(joined, text)); ok {
		return []ledger.Finding{f}
	}
	if out = saidIn(firstPhrases(), text, joined); len(out) > 0 {
		return out
	}
	if f, ok := noRegionOfAWS(text); ok {
		return []ledger.Finding{f}
	}
	if f, ok := wayToAWS(text); ok {
		return []ledger.Finding{f}
	}
	return saidIn(strongPhrases(), text, joined)
}

// wayToAWS is the finding about a way to AWS that failed, in a text without any
// answer of AWS: what an SDK says around it (that it has no credentials) follows from
// it.
func wayToAWS(text string) (ledger.Finding, bool) {
	if answersOfAWS(text) {
		return ledger.Finding{}, false
	}
	l, how := unreachedLink(chainOf(text))
	if l == nil || l.at.local {
		return ledger.Finding{}, false
	}
	return how.finding(l), true
}

// advisedBy adds a library's own way to the first finding.
func advisedBy(used library.Library, out []ledger.Finding) []ledger.Finding {
	if a, ok := advised[out[0].Kind]; ok && used.ID != "" {
		to := ""
		if a == library.KeysAlone {
			to = ", for a key that has no token"
		}
		out[0].Change += " With " + used.Name + to + ": " + used.Advise(a) + "."
	}
	out[0].Library = used.Name
	return out
}

// general are the findings about codes, places and what is missing. What ended before
// AWS could answer is looked for where no error of AWS is among them, and that there
// are no credentials is said where nothing says why.
func general(text, flat string) (out []ledger.Finding) {
	used := library.In(text)
	for _, m := range allMeanings() {
		groups := m.groupsIn(text, flat)
		if groups == nil {
			continue
		}
		if len(out) > 0 && (m.id == "token-or-key" || m.id == diagnose.NotAllowed && len(groups) == 1) {
			continue // the message said more than the code
		}
		f := m.finding(text, groups, used)
		if m.id == diagnose.NotAllowed && len(groups) == 1 && m.match == lastResort {
			f = deniedNamed(text, f)
		}
		if !says(out, f) && !repeats(out, f) { // several libraries say the same
			out = append(out, f)
		}
	}
	if f, ok := headerFinding(text); ok {
		out = slices.DeleteFunc(out, func(g ledger.Finding) bool { return g.Kind == f.Kind })
		out = append([]ledger.Finding{f}, out...)
	}
	out = decided(text, out, func(m *meaning) ledger.Finding { return m.finding(text, []string{""}, used) })
	if !specific(out) {
		out = append(troubles(chainOf(text)), out...)
		if len(out) > 0 && aboutKind(out[0].Kind).Stage == "place" {
			why, change := noted(placeNotes(), text, out[0].Why, strings.TrimSuffix(out[0].Change, "."), 1)
			out[0].Why, out[0].Change = why, prose.Sentence(change)
		}
	}
	if f, ok := saidLack(text, used); ok && len(out) == 0 {
		out = append(out, f)
	}
	if f, ok := otherSender(text); ok && len(out) == 0 {
		out = append(out, f)
	}
	if specific(out) {
		out = slices.DeleteFunc(out, func(f ledger.Finding) bool { return f.Kind == "no-role-at-host" })
	}
	return out
}

// repeats reports whether a finding of the same kind, or one that says why, is
// there already.
func repeats(out []ledger.Finding, f ledger.Finding) bool {
	return slices.ContainsFunc(out, func(g ledger.Finding) bool {
		return g.Kind == f.Kind || slices.Contains(outdone[g.Kind], f.Kind)
	})
}

func (m *meaning) finding(text string, groups []string, used library.Library) ledger.Finding {
	fill := filler(groups)
	change, why, source := m.change, m.why, m.source
	near := nearHosts[string(m.id)]
	if m.id == "no-credentials" || m.id == "no-role-at-host" {
		var said bool
		if why, change, said = lackOf(text); said {
			near = nil
		}
	}
	for _, n := range near {
		if n.shows.MatchString(text) {
			why += " " + n.why
			if n.change != "" {
				change += "; " + n.change
			}
			source = n.source
			break
		}
	}
	if a, ok := advised[m.id]; ok && used.ID != "" {
		change += ". With " + used.Name + ": " + used.Advise(a)
		if m.id == "token-invalid" {
			change += "; that is for a key that has no token; one that has: " + used.Advise(library.WithToken)
		}
	}
	if m.id == diagnose.NotAllowed && len(groups) > 1 {
		by := sessionOf(groups[1])
		why, change = strings.TrimSpace(by.why+" "+why), cmp.Or(by.change, change)
		if len(groups) > 3 && groups[3] != "" {
			why += " Compare region, account and path of the resource that AWS names, {3}, with the policy's Resource."
		}
	}
	what := fill(m.what)
	if m.id == "key-shape" && len(groups) > 1 {
		why = shapeWhy(groups)
	}
	what = strings.ReplaceAll(what, ": .", ".")
	if name := doubled(text); m.id == "config-broken" && name != "" {
		why = "The text shows the section [" + name + "] twice. " + why
	}
	if m.id == diagnose.ClockSkew && len(groups) == 4 {
		what += clockBehind(groups[1], groups[2])
	}
	f := ledger.Finding{
		Library: used.Name, Kind: m.id, What: what, Why: strings.TrimSpace(fill(why)),
		Change: prose.Sentence(fill(change)),
		Source: source, Confidence: m.confidence,
	}
	if m.id == "not-trusted" && len(groups) > 3 {
		return assumesItself(f, groups[1], groups[3])
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
