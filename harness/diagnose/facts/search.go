package facts

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"github.com/hostproof/hostproof/harness/isolation/seen"
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

// Vainly are the places that the subject asked for credentials and that had none
// for it, each once.
func (d *Facts) Vainly() (places []string) {
	places = d.Elsewhere()
	for _, l := range d.Result.Lookups {
		place := "the host's endpoint " + l.Endpoint + ", which refused"
		if _, known := lookupAdvice[l.Behaviour]; known && !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return places
}

// Elsewhere are the places that the subject asked for credentials and that the host
// does not have, each once.
func (d *Facts) Elsewhere() (places []string) {
	add := func(place string) {
		if !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	for _, p := range d.Result.Probes {
		add(p.Target + ", which this host does not have")
	}
	for _, a := range d.Result.Refused {
		if place := PlaceOf(a); place != "" {
			add(fmt.Sprintf("%s at %s, which this host does not have", place, a.Addr))
		}
	}
	return places
}

// PlaceOf names the place of credentials that an attempt was for, if any.
func PlaceOf(a seen.Attempt) string { return credentialAddresses[a.Addr] }

// WasHandedCredentials reports whether an endpoint of the host gave the subject
// credentials.
func (d *Facts) WasHandedCredentials() bool {
	for _, l := range d.Result.Lookups {
		if l.KeyID != "" {
			return true
		}
	}
	return false
}

// OutOfReach says what hinders a statement about calls that the mock has not
// seen; empty where it has seen them all.
func (d *Facts) OutOfReach() string {
	if d.Result.Blind == "" {
		return ""
	}
	return "Isolation " + d.Result.Isolation + " shows only the calls of clients that read AWS_ENDPOINT_URL: a " +
		"client that does not read it has called the real network, unseen."
}

// Lack is how any program may say that it has no credentials: something of theirs
// in one clause with something that is missing. It is weaker
// than what libraries are known to say.
var Lack = regexp.MustCompile(`(?i)` +
	`\b(no|without|missing|(could|can|did|do|does) ?n[o']t|unable to|fail(ed|ure)?( to| in)?|invalid|expired)\b` +
	`[^.;\n]{0,60}\b(credentials?|access.?key|secret.?key|security.?token|sso.?(session|token)|identity.?token)` +
	`|\b(credentials?|access.?key( id)?|secret.?(access.?)?key|security.?token|sso.?(session|token)|identity.?token)\b` +
	`[^.;\n]{0,60}\b(not (found|set|configured|available|provided|loaded)|missing|unavailable|required|invalid|expired|refused|failed)\b`)

// Vocabulary is what a text has that may speak of credentials or of AWS at all.
var Vocabulary = regexp.MustCompile(
	`(?i)credential|access.?key|secret|token|(?:\b|_)aws|amazon|bedrock|sigv4|signature|\biam\b|\bsts\b|` +
		`imds|metadata|region|profile|assume|\brole|unauthori[sz]ed|forbidden|denied|\bA[KS]IA|` +
		`\bsso\b|\blog(ged)?.?in\b|\bsign(ed)?.?in\b|\b(session|sign-?in|login)\b.{0,40}\bexpired\b|api.?key|` +
		`\bauth(entication|orization)?\b|\bs3\b|bucket`,
)
