// Package lack says why a program that wanted credentials has none, and what to
// change: the part that several rules have in common.
package lack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Explain says why a program that wanted credentials has none, and what to
// change.
func Explain(d *facts.Facts, t *rule.Telling) {
	why, settled := missed(d, t)
	known := len(why) > 0
	if !known && d.GivesNothing() {
		why = append(why, nothingHere(d, t))
	}
	why = append(why, whatWasSet(d, t, known, strings.Join(why, " "))...)
	why = append(why, whatWasTried(d, strings.Join(why, " "))...)
	if blind := d.OutOfReach(); blind != "" && len(d.Result.Exchanges) == 0 {
		why = append(why, blind)
	}
	if c, fits := knownCase(d); fits && !settled {
		why = append(why, c.why)
		t.Change = c.change
		t.Source = c.source
		t.Confidence = ""
	}
	t.Why = strings.Join(why, " ")
}

// missed says what became of the place that the program was meant to use, and of the
// others that it asked. It is settled where that is all that is to be said: an endpoint
// refused it, and what to change about that is known.
func missed(d *facts.Facts, t *rule.Telling) (why []string, settled bool) {
	l, advice, refused := d.RefusedLookup()
	all := d.Misses()
	if dead := deadEnd(d, t, all); dead != "" {
		return []string{dead}, true
	}
	// The machine's role is no substitute for the program's own.
	if why, change := d.TakenAway(); why != "" && (len(all) == 0 || all[0].Row.Offer.Machine) {
		t.Change, t.Source, t.Confidence = change, "", ""
		return []string{why}, false
	}
	for i, m := range all {
		if i > 0 && m.Row.Asked.Count == 0 {
			continue
		}
		why = append(why, m.Why)
		settled = settled || i == 0 && m.Source != "" && m.Row.Asked.Refusals() != ""
		refused = refused && l.Endpoint != m.Row.Offer.Endpoint
	}
	if !settled {
		if what := wanted(d, t, all); what != "" {
			return append([]string{what}, why...), true
		}
	}
	if why, change := d.OtherClient(); why != "" && len(all) == 0 && !refused {
		t.Change, t.Confidence = change, "L"
		return []string{why}, false
	}
	if len(all) > 0 {
		t.Change, t.Source, t.Confidence = all[0].Change, all[0].Source, all[0].Confidence
		if all[0].Given && len(d.Result.Exchanges) == 0 {
			return append(why, noRegion(d, t)...), d.NoRegion()
		}
	}
	if refused && !settled {
		why = append(why, facts.Told(l))
		t.Change, t.Source = advice.Change, advice.Source
		return why, true
	}
	return append(why, nowhere(d, t, all)...), settled
}

// wanted says what the program says that it lacks: a variable, or a key as an option of its
// own. It changes nothing where it says nothing.
func wanted(d *facts.Facts, t *rule.Telling, all []facts.Miss) string {
	if what, change := d.Wanted(); what != "" {
		if t.Source, t.Confidence = "", ""; ofRole(all) { // it needs no variable with a key
			change, t.Source, t.Confidence = all[0].Change, all[0].Source, all[0].Confidence
		}
		t.Change = change
		return what
	}
	option := d.WantedOption()
	if option == "" || !ofRole(all) {
		return ""
	}
	t.Change = "Hand it key, secret and session token that an AWS SDK found here, or use a version of it that leaves " +
		"them to an SDK: variables alone do not help a client that takes its keys as options"
	t.Source, t.Confidence = rule.DocChain, "L"
	return fmt.Sprintf("It wants its key as an option of its own (%s), and looks for none by itself.", option)
}

// docEmptyProfile is where the developers of botocore were told of it.
const docEmptyProfile = "https://github.com/boto/botocore/issues/3110"

// ofRole reports whether the first of these places gives a role of the host's.
func ofRole(all []facts.Miss) bool {
	return len(all) > 0 && all[0].Row.Offer.Role != "" && !all[0].Row.Offer.User
}

// nothingHere says that the host gives a program no credentials, and what the project
// has.
func nothingHere(d *facts.Facts, t *rule.Telling) string {
	lack, _ := d.Quoted(facts.Lack)
	says := lack != "" || d.Says(fixtures.NoCredentials)
	keys := facts.Names(d.UserKeys())
	switch {
	case says && len(keys) == 0:
		t.Change = "Give the program credentials on this host: a role that it assumes, or a key in the project's " +
			"variables"
		fallthrough
	case !says:
		return "This host gives a program no credentials by itself."
	}
	t.Change = fmt.Sprintf("Hand %s and the secret beside it to the client explicitly, as its credentials; or have "+
		"the program assume a role", strings.Join(keys, ", "))
	return fmt.Sprintf("This host gives a program no credentials by itself. The project has a key in %s, and no call "+
		"used it.", strings.Join(keys, ", "))
}

// deadEnd says that the program ended at a profile without a name, or was on its way to
// AWS and did not get there: an endpoint that a variable names, or a proxy. It had what it wanted for a call, so that
// the places that it did not ask are no reason; one that refused it is.
func deadEnd(d *facts.Facts, t *rule.Telling, all []facts.Miss) string {
	if name := d.EmptyProfile(); name != "" {
		t.Change, t.Source = "Unset "+name+", in place of setting it to an empty text", docEmptyProfile
		return fmt.Sprintf("%s is set (by the %s) and empty: its library looks for a profile of that empty name, and "+
			"ends there, whatever credentials it is given.", name, d.Env.SetBy(name))
	}
	asked := slices.ContainsFunc(all, func(m facts.Miss) bool {
		return !m.Plain || m.Row.Asked.Count > 0
	})
	if asked || len(d.Result.Exchanges) > 0 {
		return ""
	}
	for _, way := range []struct {
		says   func() (string, string)
		source string
	}{{d.DeadEndpoint, rule.DocEndpoints}, {d.BrokenProxy, rule.DocProxies}} {
		if what, change := way.says(); what != "" {
			t.Change, t.Source = change, way.source
			return what + " It had begun its call: credentials are not what it lacks first."
		}
	}
	if other := stranger(d); other != nil {
		t.Change = fmt.Sprintf("Let the program reach it (--pass %s:%d), or have something answer in its place",
			other.Name, other.Port)
		t.Source = ""
		return fmt.Sprintf("It ended at %s, which is neither AWS nor a place with credentials, and which a program "+
			"does not reach here: nothing says that credentials are the reason.", other)
	}
	return ""
}

// stranger is what the program could not connect to and names in its error, if that has
// nothing to do with AWS.
func stranger(d *facts.Facts) *seen.Attempt {
	line := d.Result.Headline()
	for i := range d.Result.Refused {
		a := &d.Result.Refused[i]
		if a.Name != "" && a.Port != 0 && !a.OfAWS() && !d.IsNamed(*a) && strings.Contains(line, a.Name) {
			return a
		}
	}
	return nil
}

// noRegion says what is missing where credentials are not: a region, if nothing sets
// one. That it is the region is likely, and certain where the library says so.
func noRegion(d *facts.Facts, t *rule.Telling) []string {
	t.Change = "See what the program printed: it was given credentials and ended before it called. Where its library " +
		"does not take the answer, use another version of it, or an AWS SDK's provider"
	if proxy, change := d.BrokenProxy(); proxy != "" {
		t.Change, t.Source = change, rule.DocProxies
		return []string{"Credentials are not what it lacks. " + proxy}
	}
	if endpoint, change := d.DeadEndpoint(); endpoint != "" {
		t.Change, t.Source = change, rule.DocEndpoints
		return []string{"Credentials are not what it lacks. " + endpoint}
	}
	if !d.NoRegion() {
		return []string{"It was given them and failed afterwards: it did not take the answer, or lacks something else."}
	}
	t.Source = rule.DocRegion
	if !d.Says(fixtures.NoRegion) {
		t.Confidence = "L"
	}
	t.Change = "Set AWS_REGION and AWS_DEFAULT_REGION for the program on this host (some SDKs read one, some the " +
		"other), or pass the client its region"
	return []string{"Credentials are not what it lacks: no region is set here, neither AWS_REGION nor " +
		"AWS_DEFAULT_REGION nor one in a profile." + d.RegionOfEndpoint()}
}

// whatWasSet says what the variables tell: which profile is named, which are hidden,
// and, where nothing else is known, which of the usual three are there.
func whatWasSet(d *facts.Facts, t *rule.Telling, known bool, said string) (why []string) {
	if name := missingProfile(d); name != "" {
		if !strings.Contains(said, "names "+name+", which no file") {
			why = append(why, fmt.Sprintf("AWS_PROFILE names the profile %s, and no file of this host has it.", name))
		}
		t.Change = "Take AWS_PROFILE out where the host has credentials of its own, or give the host that profile"
	}
	if half, change := d.Partial(); half != "" {
		t.Change, t.Source, t.Confidence = change, rule.DocChain, ""
		why = append(why, half)
	} else if keys := keysSet(d); !known || len(keys) == 1 || len(keys) == 2 {
		why = append(why, whatIsSet(d, keys))
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
	if !known && d.NoRegion() && !d.Says(fixtures.NoCredentials) && !d.Says(fixtures.NoKeySetting) {
		why = append(
			why,
			"AWS_REGION is not set either, by the host or by the project: clients that read the region from it "+
				"give up, too.",
		)
	}
	return why
}

// whatWasTried says where else the program looked.
func whatWasTried(d *facts.Facts, said string) (why []string) {
	if vain := d.Elsewhere(); len(vain) > 0 {
		why = append(why, "It asked for credentials at "+strings.Join(vain, "; at ")+".")
	}
	others := slices.DeleteFunc(otherAttempts(d), func(a string) bool { return strings.Contains(said, a) })
	if len(others) > 0 {
		why = append(why, "It tried to reach "+strings.Join(others, ", ")+".")
	}
	return why
}

// missingProfile is the profile that AWS_PROFILE names and that no file has; empty
// where there is one, or none is named.
func missingProfile(d *facts.Facts) string {
	name, _ := d.Env.Lookup("AWS_PROFILE")
	if name == "" || d.HasProfile(name) {
		return ""
	}
	return name
}

// otherAttempts are the first few that were not for credentials.
func otherAttempts(d *facts.Facts) (out []string) {
	for _, a := range d.Result.Refused {
		if facts.PlaceOf(a) == "" && !a.Loopback() && !d.IsNamed(a) && len(out) < 3 {
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

// keysSet are the usual three variables, as far as they are there.
func keysSet(d *facts.Facts) (keys []string) {
	for _, v := range d.Env.Variables() {
		if isKey(v.Name) {
			keys = append(keys, fmt.Sprintf("%s (set by the %s)", v.Name, v.SetBy))
		}
	}
	return keys
}

func isKey(name string) bool {
	return name == "AWS_ACCESS_KEY_ID" || name == "AWS_SECRET_ACCESS_KEY" || name == "AWS_SESSION_TOKEN"
}

// whatIsSet says which of the usual variables are there, and which the project sets.
func whatIsSet(d *facts.Facts, keys []string) string {
	text := "None of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN is set here"
	if len(keys) > 0 {
		text = "Of the three variables that SDKs read, only these are set here: " + strings.Join(keys, ", ")
	}
	if len(keys) == 3 {
		text = "All three variables that SDKs read are set here"
	}
	var others []string
	for _, v := range d.Env.Variables() {
		if v.SetBy == ledger.ByUser && !isKey(v.Name) {
			others = append(others, v.Name)
		}
	}
	if len(others) > 0 {
		text += "; the project sets " + strings.Join(others, ", ")
	}
	return text + "."
}
