package diagnose

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/isolation"
)

// credentialAddresses are where SDKs look for credentials on every host, whatever
// it is
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html,
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
var credentialAddresses = map[netip.Addr]string{
	netip.MustParseAddr("169.254.169.254"): "instance metadata",
	netip.MustParseAddr("fd00:ec2::254"):   "instance metadata",
	netip.MustParseAddr("169.254.170.2"):   "the container endpoint of ECS",
	netip.MustParseAddr("169.254.170.23"):  "the agent of EKS Pod Identity",
	netip.MustParseAddr("fd00:ec2::23"):    "the agent of EKS Pod Identity",
}

// vainly are the places that the subject asked for credentials and that had none
// for it, each once.
func (d *diagnosis) vainly() (places []string) {
	add := func(place string) {
		if !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	for _, p := range d.result.Probes {
		add(p.Target + ", which this host does not have")
	}
	for _, a := range d.result.Refused {
		if place := placeOf(a); place != "" {
			add(fmt.Sprintf("%s at %s, which this host does not have", place, a.Addr))
		}
	}
	for _, l := range d.result.Lookups {
		if _, known := lookupAdvice[l.Behaviour]; known {
			add("the host's endpoint " + l.Endpoint + ", which refused")
		}
	}
	return places
}

// placeOf names the place of credentials that an attempt was for, if any.
func placeOf(a isolation.Attempt) string { return credentialAddresses[a.Addr] }

// wasHandedCredentials reports whether an endpoint of the host gave the subject
// credentials.
func (d *diagnosis) wasHandedCredentials() bool {
	for _, l := range d.result.Lookups {
		if l.KeyID != "" {
			return true
		}
	}
	return false
}

// outOfReach says what hinders a statement about calls that the mock has not
// seen; empty where it has seen them all.
func (d *diagnosis) outOfReach() string {
	if d.result.Isolation != string(isolation.Endpoint) {
		return ""
	}
	return "Isolation endpoint shows only the calls of clients that read AWS_ENDPOINT_URL: a client that does not " +
		"read it has called " +
		"the real network, unseen."
}

// lack is how any program may say that it has no credentials: something of theirs
// in one clause with something that is missing. It is weaker
// than what libraries are known to say.
var lack = regexp.MustCompile(`(?i)` +
	`\b(no|without|missing|(could|can|did|do|does) ?n[o']t|unable to|fail(ed|ure)?( to| in)?|invalid|expired)\b` +
	`[^.;\n]{0,60}\b(credentials?|access.?key|secret.?key|security.?token|sso.?(session|token)|identity.?token)` +
	`|\b(credentials?|access.?key( id)?|secret.?(access.?)?key|security.?token|sso.?(session|token)|identity.?token)\b` +
	`[^.;\n]{0,60}\b(not (found|set|configured|available|provided|loaded)|missing|unavailable|required|invalid|expired|refused|failed)\b`)

// vocabulary is what a text has that may speak of credentials or of AWS at all.
var vocabulary = regexp.MustCompile(
	`(?i)credential|access.?key|secret|token|\baws|amazon|bedrock|sigv4|signature|\biam\b|\bsts\b|` +
		`imds|metadata|region|profile|assume|\brole|unauthori[sz]ed|forbidden|denied|\bA[KS]IA`,
)

// endOfSearch is how a library said that the last place had no credentials
// either: the line that it stands in, and where the subject said so.
func (d *diagnosis) endOfSearch() (line, where string) {
	for _, situation := range fixtures.Situations() {
		if _, in, at := d.saying(situation); at != nil {
			return d.lineAround(in.text, at), in.where
		}
	}
	return "", ""
}

// quoted is what the subject said that matches, as the line that it stands in,
// and where it said so. Its output comes first, then what it answered.
func (d *diagnosis) quoted(text *regexp.Regexp) (line, where string) {
	for _, said := range d.sayings() {
		at := text.FindStringIndex(said.text)
		if at == nil {
			continue
		}
		return d.lineAround(said.text, at), said.where
	}
	return "", ""
}

// saying is something that a subject said.
type saying struct{ text, where string }

// sayings are all that the subject said: on its streams, as a Go error, and as a
// server in its answers; or the one that is looked at alone.
func (d *diagnosis) sayings() []saying {
	if d.about != nil {
		return []saying{*d.about}
	}
	r := d.result
	out := []saying{{string(r.Stderr), "printed"}, {string(r.Stdout), "printed"}}
	if r.Err != nil {
		out = append(out, saying{r.Err.Error(), "returned"})
	}
	for i := range r.Visits {
		v := &r.Visits[i]
		out = append(out, saying{string(v.Body), "answered"})
	}
	return out
}

// maxQuote bounds what is quoted of a subject, in characters.
const maxQuote = 200

// lineAround is the line of a text that a match stands in, without secrets; of a
// long line the part around the match.
func (d *diagnosis) lineAround(text string, at []int) string {
	begin := strings.LastIndexByte(text[:at[0]], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[at[1]:], '\n'); i >= 0 {
		end = at[1] + i
	}
	line := headline.OneLine(d.result.Scrub(strings.ToValidUTF8(text[begin:end], "")))
	if utf8.RuneCountInString(line) <= maxQuote {
		return line
	}
	match := headline.OneLine(d.result.Scrub(text[at[0]:at[1]]))
	return excerpt(line, match)
}

// excerpt is the part of a long line around a match, in whole words.
func excerpt(line, match string) string {
	before, after, _ := strings.Cut(line, match)
	if fields := strings.Fields(before); len(fields) > wordsBefore {
		before = "… " + strings.Join(fields[len(fields)-wordsBefore:], " ") + " "
	}
	rest := []rune(after)
	if room := max(0, maxQuote-utf8.RuneCountInString(before+match)); len(rest) > room {
		cut := string(rest[:room])
		after = cut[:max(0, strings.LastIndexByte(cut, ' '))] + " …"
	}
	return before + match + after
}

// wordsBefore is how many words of a long line are quoted in front of a match.
const wordsBefore = 5
