package facts

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
)

// metadataOff turns instance metadata off in every SDK, where it is true (docNoIMDS).
const metadataOff = "AWS_EC2_METADATA_DISABLED"

// missedSwitch says of a place that was not asked that a variable turns it off.
func (d *Facts) missedSwitch(row *ledger.Row) (Miss, bool) {
	if row.Asked.Count > 0 {
		return Miss{}, false
	}
	off, _ := d.Env.Lookup(metadataOff)
	if strings.EqualFold(off, "true") && d.isMetadata(row) {
		return Miss{
			Row: row, Source: docNoIMDS,
			Why: fmt.Sprintf("This host has %s, and %s, set by the %s, turns it off for SDKs.", d.place(row),
				metadataOff, d.Env.SetBy(metadataOff)),
			Change: "Take " + metadataOff + " out of the program's environment",
		}, true
	}
	return Miss{}, false
}

// missedRole says of a token that was not opened that no variable names the role to ask
// for with it.
func (d *Facts) missedRole(row *ledger.Row) (Miss, bool) {
	const role = "AWS_ROLE_ARN"
	byVariable := slices.Contains(row.Offer.Variables, "AWS_WEB_IDENTITY_TOKEN_FILE")
	unopened := row.Asked.Seen && row.Asked.Count == 0
	if row.Offer.Kind != fixtures.OfferWebIdentity || !byVariable || d.Has(role) || !unopened {
		return Miss{}, false
	}
	return Miss{
		Row: row,
		Why: fmt.Sprintf("This host has %s, and %s is not set: SDKs have no role to ask for with the token.",
			d.place(row), role),
		Change: fmt.Sprintf("Set %s to the ARN of role %s, as this host does by itself", role, row.Offer.Role),
	}, true
}

// isMetadata reports whether a place is at the address of instance metadata.
func (d *Facts) isMetadata(row *ledger.Row) bool {
	return slices.ContainsFunc(row.Offer.Addresses, func(address string) bool {
		at, err := netip.ParseAddrPort(address)
		return err == nil && credentialAddresses[at.Addr()] == credentialAddresses[metadataAddress]
	})
}

// metadataAddress is where SDKs look for instance metadata.
var metadataAddress = netip.MustParseAddr("169.254.169.254")

// TakenAway says of a place with the program's own credentials that the variables which
// lead to it are not in the program's environment; empty where they are.
func (d *Facts) TakenAway() (why, change string) {
	for i := range d.Rows {
		row := &d.Rows[i]
		o := &row.Offer
		if row.There || o.Kind == "" || o.Role == "" || o.Machine || o.Platform || o.Ended || len(o.Variables) == 0 {
			continue
		}
		names := strings.Join(o.Variables, ", ")
		if other := d.setOtherwise(o.Variables); other != "" {
			return fmt.Sprintf("This host has %s (role %s), to which %s leads, and %s (set by the %s) has another "+
					"value than this host gives it.", o.Name, o.Role, names, other, d.Env.SetBy(other)),
				fmt.Sprintf("Take %s out of the program's settings, so that it has the host's value", other)
		}
		return fmt.Sprintf("This host has %s (role %s), to which %s leads, and that is not in the program's "+
				"environment as the host sets it.", o.Name, o.Role, names),
			fmt.Sprintf("Leave %s as the host sets it, and hand it on to each process that the program starts", names)
	}
	return "", ""
}

// setOtherwise is the first of some variables that the project set; empty where none is.
func (d *Facts) setOtherwise(names []string) string {
	for _, name := range names {
		if d.Env.SetBy(name) == ledger.ByUser {
			return name
		}
	}
	return ""
}

// emptyName is how a library says that it did not find the profile whose name is empty:
// "The config profile () could not be found" of botocore
// (https://github.com/boto/botocore/blob/develop/botocore/exceptions.py, ProfileNotFound).
var emptyName = regexp.MustCompile(`(?i)profile \(?['"]?['"]?\)? ?(?:could not be found|not found|does not exist)`)

// EmptyProfile is the variable that names a profile with an empty text, where the program
// looked for that profile.
func (d *Facts) EmptyProfile() string {
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} {
		if value, set := d.Env.Lookup(name); set && value == "" && d.Said(emptyName) != "" {
			return name
		}
	}
	return ""
}

// Partial says that of key id and secret one alone is in the variables; empty where that
// is not so.
func (d *Facts) Partial() (why, change string) {
	has, lacks := standard[0], standard[1]
	if !d.Has(has) {
		has, lacks = lacks, has
	}
	if !d.Has(has) || d.Has(lacks) {
		return "", ""
	}
	return fmt.Sprintf("%s (set by the %s) is there without %s: many SDKs end their search with that.", has,
			d.Env.SetBy(has), lacks),
		fmt.Sprintf("Take %s out, so that the SDK goes on to what this host has, or set %s, too", has, lacks)
}

// DeadEndpoint says that calls went to an endpoint that a variable names, where nothing
// answered; empty where none did.
func (d *Facts) DeadEndpoint() (what, change string) {
	for _, a := range d.Result.Refused {
		v := d.endpointVariable(a)
		if v == nil {
			continue
		}
		inPlace := ""
		if ofEndpoint(v.Name) {
			inPlace = " in AWS's place"
		}
		return fmt.Sprintf("Its calls went to %s, which %s (set by the %s) names%s, and nothing answers there on this "+
				"host.", a, v.Name, v.SetBy, inPlace),
			fmt.Sprintf("Take %s out, if it is left over from another machine; else start what is to answer there",
				v.Name)
	}
	return "", ""
}

// endpointVariable is the variable by which the program takes where an attempt went for
// the place of its calls, if any: one that SDKs read, or one that the project set.
func (d *Facts) endpointVariable(a seen.Attempt) *ledger.Variable {
	for _, v := range d.Env.Variables() {
		if (ofEndpoint(v.Name) || v.SetBy == ledger.ByUser && !ofProxy(v.Name)) && leadsTo(v.Value, a) {
			return &v
		}
	}
	return nil
}

// ofEndpoint reports whether SDKs read a variable as an endpoint in AWS's place
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
func ofEndpoint(name string) bool { return strings.HasPrefix(name, "AWS_ENDPOINT_URL") }

// leadsTo reports whether a URL leads to where an attempt went.
func leadsTo(value string, a seen.Attempt) bool {
	u, err := url.Parse(value)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https")
	if !web || u.Host == "" || u.Port() != "" && u.Port() != fmt.Sprint(a.Port) {
		return false
	}
	host := u.Hostname()
	return host == a.Name || a.Addr.IsValid() && host == a.Addr.String() || a.Loopback() && host == "localhost"
}
