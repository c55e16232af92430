// Package lack says why a program that wanted credentials has none, and what to
// change: the part that several rules have in common.
package lack

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Explain says why a program that wanted credentials has none, and what to
// change.
func Explain(d *facts.Facts, t *rule.Telling) {
	var why []string
	l, advice, refused := d.RefusedLookup()
	if refused {
		why = append(why, facts.Told(l))
		t.Change, t.Source = advice.Change, advice.Source
	}
	offers := d.Unused()
	for i := range offers {
		why = append(why, d.Missed(&offers[i]))
	}
	if len(offers) > 0 && !refused {
		t.Change = d.Use(&offers[0])
	}
	why = append(why, whatIsSet(d))
	if name := missingProfile(d); name != "" {
		why = append(why, fmt.Sprintf("AWS_PROFILE names the profile %s, and no file of this host has it.", name))
		t.Change = "Take AWS_PROFILE out where the host has credentials of its own, or give the host that profile"
	}
	if hidden := d.Result.Hidden; len(hidden) > 0 {
		why = append(
			why,
			"The project's variables ("+strings.Join(
				hidden,
				", ",
			)+") are shown to builds alone on this host: a program has them only if "+
				"the build writes them into what is deployed, such as .env.production (--baked, harness.Baked).",
		)
	}
	for _, header := range d.HeadersUnsent() {
		why = append(
			why,
			"This host hands out credentials with each request, in "+
				"the header "+header+", and nobody sent a request (--port, Deployment.Serve).",
		)
	}
	if vain := d.Vainly(); len(vain) > 0 {
		why = append(why, "It asked for credentials at "+strings.Join(vain, "; at ")+".")
	}
	if others := otherAttempts(d); len(others) > 0 {
		why = append(why, "It tried to reach "+strings.Join(others, ", ")+".")
	}
	if len(offers) == 0 && !d.Has("AWS_REGION") && !d.Says(fixtures.NoCredentials) && !d.Says(fixtures.NoKeySetting) {
		why = append(
			why,
			"AWS_REGION is not set either, by the host or by the project: clients that read the region from it "+
				"give up, too.",
		)
	}
	if blind := d.OutOfReach(); blind != "" && len(d.Result.Exchanges) == 0 {
		why = append(why, blind)
	}
	if c, fits := knownCase(d); fits && !refused {
		why = append(why, c.why)
		t.Change = c.change
		t.Source = c.source
	}
	t.Why = strings.Join(why, " ")
}

// missingProfile is the profile that AWS_PROFILE names and that no file has; empty
// where there is one, or none is named.
func missingProfile(d *facts.Facts) string {
	name, _ := d.Env.Lookup("AWS_PROFILE")
	if name == "" {
		return ""
	}
	for _, text := range d.Files {
		if strings.Contains(text, "["+name+"]") || strings.Contains(text, "[profile "+name+"]") {
			return ""
		}
	}
	return name
}

// otherAttempts are the first few that were not for credentials.
func otherAttempts(d *facts.Facts) (out []string) {
	for _, a := range d.Result.Refused {
		if facts.PlaceOf(a) == "" && !a.Loopback() && len(out) < 3 {
			out = append(out, a.String())
		}
	}
	return out
}

// nocallCase is what is known of a host or a library that ends without a call.
// What is known of a library alone stands in its file (fixtures/libraries).
type nocallCase struct {
	fits                func(*facts.Facts) bool
	why, change, source string
}

// knownCase is what the host itself advises, or else the first case that fits, or
// else what the library's words mean.
func knownCase(d *facts.Facts) (nocallCase, bool) {
	for _, a := range d.Advice {
		if a.When == fixtures.NoCredentials && d.Says(fixtures.NoCredentials) {
			return nocallCase{why: a.Why, change: a.Change, source: a.Provenance.URL()}, true
		}
	}
	for _, c := range nocallCases {
		if c.fits(d) {
			return c, true
		}
	}
	return saidCase(d)
}

// saidCase is what the words mean that a library ended with. That it found no
// credentials means nothing by itself: what the host offers says more.
func saidCase(d *facts.Facts) (nocallCase, bool) {
	for _, situation := range fixtures.Situations() {
		if situation == fixtures.NoCredentials {
			continue
		}
		if s, _, at := d.Saying(situation); at != nil {
			return nocallCase{why: cmp.Or(s.Why, s.What), change: s.Change, source: s.Provenance.URL()}, true
		}
	}
	return nocallCase{}, false
}

// nocallCases are what follows from a library's words and what is set here.
var nocallCases = []nocallCase{
	{
		func(d *facts.Facts) bool {
			return d.Says(fixtures.NoCredentials) && d.Has("AWS_SESSION_TOKEN") && !d.Has("AWS_ACCESS_KEY_ID")
		},
		"A session token alone is no credentials: the host sets it for itself, and providers that read the " +
			"environment want key and secret.",
		"Pass your own key and secret explicitly (credentials: { accessKeyId, secretAccessKey }), or use a " +
			"role by OIDC",
		rule.DocVercel,
	},
	{
		func(d *facts.Facts) bool { return d.Says(fixtures.NoKeySetting) && len(d.UserKeys()) > 0 },
		"The library reads AWS_ACCESS_KEY_ID and its own options only, and the project keeps its key under " +
			"another name.",
		"Pass the project's variables to the library explicitly, as its options or its credentialProvider",
		"https://ai-sdk.dev/providers/ai-sdk-providers/amazon-bedrock",
	},
}

// whatIsSet says which of the usual variables are there.
func whatIsSet(d *facts.Facts) string {
	var keys, others []string
	for _, v := range d.Env.Variables() {
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
