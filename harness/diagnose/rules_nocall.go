package diagnose

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
)

// noCall: the subject failed and AWS never heard of it.
func noCall(d *diagnosis) (telling, bool) {
	if !d.result.Failed() || len(d.result.Exchanges) > 0 {
		return telling{}, false
	}
	t := telling{what: d.withoutCall() + d.saidWhy() + "."}
	t.change = "See what the program printed; pass it the credentials that this host has, or run it on a host that has what it looks for"
	if d.result.TimedOut {
		t.change = "Give it more time (--timeout, harness.WithTimeout) if it is only slow; else see what it waits for"
	}
	d.explainLack(&t)
	return t, true
}

// withoutCall is the beginning of the sentence about a program that failed and of
// which the mock saw no call.
func (d *diagnosis) withoutCall() string {
	r := d.result
	switch blind := d.outOfReach() != ""; {
	case r.TimedOut && blind:
		return fmt.Sprintf("The program's time (%v) was up, and no AWS call of it had reached the mock", r.Duration.Round(time.Second))
	case r.TimedOut:
		return fmt.Sprintf("The program's time (%v) was up before it made any AWS call", r.Duration.Round(time.Second))
	case blind:
		return "The program failed, and no AWS call of it reached the mock"
	case len(r.TLSFailures) > 0:
		return fmt.Sprintf("The program failed, and its connection to %s ended in the TLS handshake, before any AWS call", r.TLSFailures[0].Name)
	}
	return "The program failed before it made any AWS call"
}

// explainLack says why a program that wanted credentials has none, and what to
// change.
func (d *diagnosis) explainLack(t *telling) {
	why := []string{d.whatIsSet()}
	if hidden := d.result.Hidden; len(hidden) > 0 {
		why = append(why, "The project's variables ("+strings.Join(hidden, ", ")+") are shown to builds alone on this host: a program has them only if "+
			"the build writes them into what is deployed, such as .env.production (--baked, harness.Baked).")
	}
	for _, header := range d.headersUnsent() {
		why = append(why, "This host hands out credentials with each request, in the header "+header+", and nobody sent a request (--port, Deployment.Serve).")
	}
	if vain := d.vainly(); len(vain) > 0 {
		why = append(why, "It asked for credentials at "+strings.Join(vain, "; at ")+".")
	}
	if others := d.otherAttempts(); len(others) > 0 {
		why = append(why, "It tried to reach "+strings.Join(others, ", ")+".")
	}
	if !d.has("AWS_REGION") && !d.says(noProviders) && !d.says(noKeySetting) {
		why = append(why, "AWS_REGION is not set either, by the host or by the project: clients that read the region from it give up, too.")
	}
	if blind := d.outOfReach(); blind != "" && len(d.result.Exchanges) == 0 {
		why = append(why, blind)
	}
	l, advice, refused := d.refusedLookup()
	if refused {
		why = append(why, asked(l))
		t.change, t.source = advice.change, advice.source
	}
	offers := d.unused()
	for i := range offers {
		why = append(why, d.missed(&offers[i]))
	}
	if len(offers) > 0 && !refused {
		t.change = useOffer(&offers[0])
	}
	if c, fits := d.knownCase(); fits && !refused {
		why = append(why, c.why)
		t.change = c.change
		t.source = c.source
	}
	t.why = strings.Join(why, " ")
}

// otherAttempts are the first few that were not for credentials.
func (d *diagnosis) otherAttempts() (out []string) {
	for _, a := range d.result.Refused {
		if placeOf(a) == "" && !a.Loopback() && len(out) < 3 {
			out = append(out, a.String())
		}
	}
	return out
}

// headersUnsent are the headers by which the host hands out credentials, where no
// request was made that would have had them.
func (d *diagnosis) headersUnsent() []string {
	if len(d.result.Visits) > 0 {
		return nil
	}
	return d.RequestHeaders
}

// nocallCase is what is known of a host or a library that ends without a call.
type nocallCase struct {
	fits                func(*diagnosis) bool
	why, change, source string
}

// knownCase is what the host itself advises, or else the first case that fits.
func (d *diagnosis) knownCase() (nocallCase, bool) {
	for _, a := range d.Advice {
		if a.When == fixtures.NoCredentials && d.says(noProviders) {
			return nocallCase{why: a.Why, change: a.Change, source: a.Provenance.URL()}, true
		}
	}
	for _, c := range nocallCases {
		if c.fits(d) {
			return c, true
		}
	}
	return nocallCase{}, false
}

// nocallCases are what is known of libraries that end without a call.
var nocallCases = []nocallCase{
	{
		func(d *diagnosis) bool {
			return d.says(noProviders) && d.has("AWS_SESSION_TOKEN") && !d.has("AWS_ACCESS_KEY_ID")
		},
		"A session token alone is no credentials: the host sets it for itself, and providers that read the environment want key and secret.",
		"Pass your own key and secret explicitly (credentials: { accessKeyId, secretAccessKey }), or use a role by OIDC",
		docVercel,
	},
	{
		func(d *diagnosis) bool { return d.says(stillExpired) },
		"By the program's clock, the credentials that the endpoint hands out have ended: that clock is ahead, or they are old. boto3 and the AWS CLI go on with such credentials of EC2's instance metadata, but not with those of a container's endpoint.",
		"Compare the program's clock with AWS's (date -u; curl -sI https://sts.amazonaws.com | grep -i ^date) and set it right; if it is, see why the endpoint's credentials are old",
		"https://github.com/boto/botocore/blob/develop/botocore/credentials.py",
	},
	{
		func(d *diagnosis) bool { return d.says(noKeySetting) && len(d.userKeys()) > 0 },
		"The library reads AWS_ACCESS_KEY_ID and its own options only, and the project keeps its key under another name.",
		"Pass the project's variables to the library explicitly, as its options or its credentialProvider",
		"https://ai-sdk.dev/providers/ai-sdk-providers/amazon-bedrock",
	},
	{
		func(d *diagnosis) bool { return d.says(noKeySetting) },
		"The library has no default provider chain: it reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and its own options, and knows no role, profile or endpoint.",
		"Pass credentialProvider: fromNodeProviderChain() of @aws-sdk/credential-providers (vercel/ai#2780)",
		"https://github.com/vercel/ai/issues/2780",
	},
	{
		func(d *diagnosis) bool { return d.says(noRegion) },
		"The library found no region: it reads its own option and, depending on the library, AWS_REGION or AWS_DEFAULT_REGION, not both.",
		"Pass the region explicitly",
		docRegion,
	},
	{
		func(d *diagnosis) bool { return d.says(badEndpointHost) },
		"The SDK is older than EKS Pod Identity and does not take its address for one of a container endpoint.",
		"Upgrade the SDK, or use IRSA (web identity) until then",
		"https://docs.aws.amazon.com/eks/latest/userguide/pod-id-minimum-sdk.html",
	},
	{
		func(d *diagnosis) bool { return d.says(needsCRT) },
		"botocore has found a sign-in of aws login, which it can use with the AWS Common Runtime only; it looks for credentials even where a Bedrock API key is what it will send.",
		`Install it (pip install "botocore[crt]"), or name another profile`,
		"https://github.com/boto/botocore/blob/develop/botocore/credentials.py",
	},
}

// What libraries say when they find no credentials.
var (
	noProviders     = regexp.MustCompile(`Could not load credentials from any providers|Unable to locate credentials|no EC2 IMDS role found|Unable to load credentials from any of the providers|failed to refresh cached credentials|Missing credentials in config|no credentials found in chain|NoCredentialProviders|[Cc]ould not resolve (AWS )?credentials from session|If providing credentials, both aws_access_key_id and aws_secret_access_key must be specified`)
	noKeySetting    = regexp.MustCompile(`AWS (access key ID|secret access key) setting is missing|SigV4 authentication requires AWS credentials`)
	noRegion        = regexp.MustCompile(`AWS region setting is missing|Region is missing|You must specify a region|Missing Region|Invalid region in region_name`)
	stillExpired    = regexp.MustCompile(`the refreshed credentials are still expired`)
	needsCRT        = regexp.MustCompile(`Using the login credential provider requires an additional dependency`)
	badEndpointHost = regexp.MustCompile(`is not a valid container metadata service hostname|Unsupported host '169\.254\.170\.23'`)
)

// says reports whether the subject printed, or returned, something like it.
func (d *diagnosis) says(text *regexp.Regexp) bool { return d.said(text) != "" }

func (d *diagnosis) has(variable string) bool {
	value, ok := d.env.Lookup(variable)
	return ok && value != ""
}

// saidWhy quotes how the subject said that it found no credentials, or else the
// error that it ended with.
func (d *diagnosis) saidWhy() string {
	for _, text := range endOfSearch {
		if words := d.said(text); words != "" {
			return fmt.Sprintf(": %q", words)
		}
	}
	if line := d.result.Headline(); line != "" && !d.result.TimedOut {
		return fmt.Sprintf(": %q", line)
	}
	return ""
}

// said is what the subject printed, returned or answered of a text.
func (d *diagnosis) said(text *regexp.Regexp) string {
	for _, said := range d.sayings() {
		if m := text.FindString(said.text); m != "" {
			return m
		}
	}
	return ""
}

// whatIsSet says which of the usual variables are there.
func (d *diagnosis) whatIsSet() string {
	var keys, others []string
	for _, v := range d.env.Variables() {
		switch {
		case v.Name == "AWS_ACCESS_KEY_ID", v.Name == "AWS_SECRET_ACCESS_KEY", v.Name == "AWS_SESSION_TOKEN":
			keys = append(keys, fmt.Sprintf("%s (set by the %s)", v.Name, v.SetBy))
		case v.SetBy == ledger.ByUser:
			others = append(others, v.Name)
		}
	}
	text := "None of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN is set here"
	if len(keys) > 0 {
		text = "Of the three variables that SDKs read, only these are set here: " + strings.Join(keys, ", ")
	}
	if len(keys) == 3 {
		text = "All three variables that SDKs read are set here"
	}
	if len(others) > 0 {
		text += "; the project sets " + strings.Join(others, ", ")
	}
	return text + "."
}
