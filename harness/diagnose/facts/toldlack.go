package facts

import (
	"fmt"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
)

// partLacking is how a library says that it was built or installed without a part that
// leads to credentials, and how the part is added.
type partLacking struct {
	says   *late.Regexp
	change string // $1 is the part
}

var partsLacking = []partLacking{
	{
		// aws-config of the AWS SDK for Rust, which has a feature for each way of signing in
		// (https://github.com/smithy-lang/smithy-rs/blob/main/aws/rust-runtime/aws-config/src/profile/credentials.rs).
		late.MustCompile(`[Rr]equires following cargo feature\(s\) enabled: ([\w-]+)`),
		"Build the program with the cargo feature $1 of the crate that says so (features = [\"$1\"] in Cargo.toml)",
	},
	{
		// The AWS SDK for Java 2 loads sts, sso and ssooidc by their names: WebIdentityCredentialsUtils.java in
		// https://github.com/aws/aws-sdk-java-v2/tree/master/core/auth/src/main/java/software/amazon/awssdk/auth.
		late.MustCompile(`'?([\w-]+)'? (?:service )?module must be on the class path`),
		"Add the library's module $1 to the class path, in the version of its other modules",
	},
}

// PartLacking is what the subject said of a part of its library that is not there, with
// how it is added; empty where it said nothing of the kind.
func (d *Facts) PartLacking() (said, change string) {
	for _, s := range d.Sayings() {
		for _, p := range partsLacking {
			m := p.says.FindStringSubmatchIndex(s.Text)
			if m == nil {
				continue
			}
			change := d.Result.Scrub(string(p.says.ExpandString(nil, p.change, s.Text, m)))
			return headline.OneLine(d.Result.Scrub(s.Text[m[0]:m[1]])), change
		}
	}
	return "", ""
}

// sharpen says of the place that the program was meant to use what its library says that
// it lacks for one.
func (d *Facts) sharpen(m *Miss) {
	said, change := d.PartLacking()
	ownKey := m.Row.Offer.User && m.Row.Offer.Kind == fixtures.OfferVariables // of which nobody lacks a part
	if said == "" || m.Given || ownKey {
		return
	}
	m.Why += fmt.Sprintf(" Its library says what it lacks: %q.", said)
	m.Change = change + ". Where that is not enough: " + prose.Lower(m.Change)
}
