package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// noCall: the subject failed and AWS never heard of it.
func noCall(d *diagnosis) (telling, bool) {
	if !d.result.Failed() || len(d.result.Exchanges) > 0 {
		return telling{}, false
	}
	t := telling{what: d.withoutCall() + d.saidWhy() + "."}
	t.change = "See what the program printed; pass it the credentials that this host has, or run it on a host that " +
		"has what it looks for"
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
		return fmt.Sprintf(
			"The program's time (%v) was up, and no AWS call of it had reached the mock",
			r.Duration.Round(time.Second),
		)
	case r.TimedOut:
		return fmt.Sprintf("The program's time (%v) was up before it made any AWS call", r.Duration.Round(time.Second))
	case blind:
		return "The program failed, and no AWS call of it reached the mock"
	case len(r.TLSFailures) > 0:
		return fmt.Sprintf(
			"The program failed, and its connection to %s ended in the TLS handshake, before any AWS call",
			r.TLSFailures[0].Name,
		)
	}
	return "The program failed before it made any AWS call"
}

// explainLack says why a program that wanted credentials has none, and what to
// change.
func (d *diagnosis) explainLack(t *telling) {
	why := []string{d.whatIsSet()}
	if hidden := d.result.Hidden; len(hidden) > 0 {
		why = append(
			why,
			"The project's variables ("+strings.Join(
				hidden,
				", ",
			)+") are shown to builds alone on this host: a program has them only if "+
				"the build writes them into what is deployed, such as .env.production (--baked, harness.Baked).",
		)
	}
	for _, header := range d.headersUnsent() {
		why = append(
			why,
			"This host hands out credentials with each request, in "+
				"the header "+header+", and nobody sent a request (--port, Deployment.Serve).",
		)
	}
	if vain := d.vainly(); len(vain) > 0 {
		why = append(why, "It asked for credentials at "+strings.Join(vain, "; at ")+".")
	}
	if others := d.otherAttempts(); len(others) > 0 {
		why = append(why, "It tried to reach "+strings.Join(others, ", ")+".")
	}
	if !d.has("AWS_REGION") && !d.says(fixtures.NoCredentials) && !d.says(fixtures.NoKeySetting) {
		why = append(
			why,
			"AWS_REGION is not set either, by the host or by the project: clients that read the region from it "+
				"give up, too.",
		)
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
// What is known of a library alone stands in its file (fixtures/libraries).
type nocallCase struct {
	fits                func(*diagnosis) bool
	why, change, source string
}

// knownCase is what the host itself advises, or else the first case that fits, or
// else what the library's words mean.
func (d *diagnosis) knownCase() (nocallCase, bool) {
	for _, a := range d.Advice {
		if a.When == fixtures.NoCredentials && d.says(fixtures.NoCredentials) {
			return nocallCase{why: a.Why, change: a.Change, source: a.Provenance.URL()}, true
		}
	}
	for _, c := range nocallCases {
		if c.fits(d) {
			return c, true
		}
	}
	return d.saidCase()
}

// saidCase is what the words mean that a library ended with. That it found no
// credentials means nothing by itself: what the host offers says more.
func (d *diagnosis) saidCase() (nocallCase, bool) {
	for _, situation := range fixtures.Situations() {
		if situation == fixtures.NoCredentials {
			continue
		}
		if s, _, at := d.saying(situation); at != nil {
			return nocallCase{why: cmp.Or(s.Why, s.What), change: s.Change, source: s.Provenance.URL()}, true
		}
	}
	return nocallCase{}, false
}

// nocallCases are what follows from a library's words and what is set here.
var nocallCases = []nocallCase{
	{
		func(d *diagnosis) bool {
			return d.says(fixtures.NoCredentials) && d.has("AWS_SESSION_TOKEN") && !d.has("AWS_ACCESS_KEY_ID")
		},
		"A session token alone is no credentials: the host sets it for itself, and providers that read the " +
			"environment want key and secret.",
		"Pass your own key and secret explicitly (credentials: { accessKeyId, secretAccessKey }), or use a " +
			"role by OIDC",
		docVercel,
	},
	{
		func(d *diagnosis) bool { return d.says(fixtures.NoKeySetting) && len(d.userKeys()) > 0 },
		"The library reads AWS_ACCESS_KEY_ID and its own options only, and the project keeps its key under " +
			"another name.",
		"Pass the project's variables to the library explicitly, as its options or its credentialProvider",
		"https://ai-sdk.dev/providers/ai-sdk-providers/amazon-bedrock",
	},
}

// says reports whether the subject said what a library says in a situation.
func (d *diagnosis) says(situation string) bool {
	_, _, at := d.saying(situation)
	return at != nil
}

// saying is what a library said in a situation, and where in what the subject
// said.
func (d *diagnosis) saying(situation string) (found library.Saying, in saying, at []int) {
	for _, said := range d.sayings() {
		if found, at := library.Find(said.text, situation); at != nil {
			return found, said, at
		}
	}
	return library.Saying{}, saying{}, nil
}

func (d *diagnosis) has(variable string) bool {
	value, ok := d.env.Lookup(variable)
	return ok && value != ""
}

// saidWhy quotes how the subject said that it found no credentials, or else the
// error that it ended with.
func (d *diagnosis) saidWhy() string {
	for _, situation := range fixtures.Situations() {
		if _, in, at := d.saying(situation); at != nil {
			return fmt.Sprintf(": %q", in.text[at[0]:at[1]])
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
