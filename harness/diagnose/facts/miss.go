package facts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// Miss is a place with credentials that was there and good for a program, and of
// which no call used anything: what became of it, and what to change.
type Miss struct {
	Row *ledger.Row
	// Why has the evidence, in whole sentences.
	Why, Change string
	// Source is where the change is documented, publicly, where that is known.
	Source string
	// Confidence is given where it is less than the rule's.
	Confidence string
	// Plain says that no more is known than that no call used it, and Unasked that
	// nothing asked there, either.
	Plain, Unasked bool
	// Given says that the place has handed out credentials to the program: it lacks
	// something else.
	Given bool
}

// Misses are the places that no call used, the one that the program was meant to use
// first: its own role, then the machine's, then a key.
func (d *Facts) Misses() (out []Miss) {
	unused := d.Unused()
	slices.SortStableFunc(unused, func(a, b ledger.Row) int { return cmp.Compare(rank(&a), rank(&b)) })
	for i := range unused {
		out = append(out, d.miss(&unused[i]))
	}
	if len(out) > 0 {
		d.sharpen(&out[0])
	}
	return out
}

// rank is how well a place fits a program: the lower the better.
func rank(row *ledger.Row) int {
	switch {
	case row.Offer.User && row.Offer.Kind == fixtures.OfferVariables:
		return 2 // under names of the project's own, as a rule
	case row.Offer.Machine:
		return 1
	}
	return 0
}

// miss says what became of an unused place.
func (d *Facts) miss(row *ledger.Row) Miss {
	for _, tell := range []func(*ledger.Row) (Miss, bool){
		d.missedGift, d.missedRefused, d.missedSwitch, d.missedPath, d.missedProxied, d.missedSignIn, d.missedExchange,
		d.missedRole, d.missedFiles, d.missedProfile, d.missedKey, d.missedVariables,
	} {
		if m, ok := tell(row); ok {
			return m
		}
	}
	return d.missedOtherwise(row)
}

// missedGift: the place handed out credentials, and no call was made with them.
func (d *Facts) missedGift(row *ledger.Row) (Miss, bool) {
	given := slices.ContainsFunc(d.Result.Lookups, func(l metadata.Lookup) bool {
		return row.Offer.Endpoint != "" && l.Endpoint == row.Offer.Endpoint && l.KeyID != ""
	})
	if !given {
		return Miss{}, false
	}
	m := Miss{Row: row, Given: true, Change: "Have the program make its calls with what " + row.Offer.Name + " gave it"}
	m.Why = fmt.Sprintf("%s handed out the credentials of %s (asked %s), and no call used them.",
		prose.Capital(row.Offer.Name), Holder(row), row.Asked.String())
	return m, true
}

// missedRefused: the place was asked, in a way that it refuses.
func (d *Facts) missedRefused(row *ledger.Row) (Miss, bool) {
	if row.Offer.Endpoint == "" || row.Asked.Refusals() == "" {
		return Miss{}, false
	}
	m := Miss{Row: row}
	m.Why = fmt.Sprintf("This host has %s; the program asked there %s, and got none.", d.place(row), row.Asked.String())
	if variable := d.unopenedToken(row); variable != "" {
		m.Why += fmt.Sprintf(" It never opened the file that %s names, which has the token to ask with.", variable)
	}
	m.Change = fmt.Sprintf("Mend how the program asks %s, which %s: give its SDK no other credentials, and use a "+
		"version of it that asks as this host wants", row.Offer.Name, row.Asked.Refusals())
	for _, l := range d.Result.Lookups {
		if l.Endpoint != row.Offer.Endpoint || l.Status != 0 && l.Status < 400 {
			continue
		}
		if a, known := adviceOn(l.Behaviour); known {
			m.Change, m.Source = a.Change, a.Source
			break
		}
	}
	return m, true
}

// unopenedToken is the variable that names the file with the token of an endpoint,
// where the program did not open it.
func (d *Facts) unopenedToken(row *ledger.Row) string {
	if !slices.Contains(row.Offer.Variables, "AWS_CONTAINER_CREDENTIALS_FULL_URI") {
		return ""
	}
	const names = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
	for i := range d.Others {
		file := &d.Others[i]
		if slices.Contains(file.Offer.Variables, names) && file.Asked.Seen && file.Asked.Count == 0 {
			return names
		}
	}
	return ""
}

// missedExchange: the token was there, and the way to STS was not.
func (d *Facts) missedExchange(row *ledger.Row) (Miss, bool) {
	if row.Offer.Kind != fixtures.OfferWebIdentity {
		return Miss{}, false
	}
	way, change, confidence := d.brokenWay()
	if way == "" {
		return Miss{}, false
	}
	return Miss{Row: row, Why: fmt.Sprintf("This host has %s. %s", d.place(row), way), Change: change,
		Confidence: confidence}, true
}

// missedOtherwise says what is known of any place.
func (d *Facts) missedOtherwise(row *ledger.Row) Miss {
	m := Miss{Row: row, Change: useOffer(row), Plain: true, Unasked: row.Asked.Seen && row.Asked.Count == 0}
	place, asked := d.place(row), &row.Asked
	ofFile := row.Offer.Endpoint == ""
	switch {
	case asked.Seen && asked.Count == 0 && d.isProgram(row):
		m.Why = fmt.Sprintf("This host has %s, and nothing started it.", place)
	case asked.Seen && asked.Count == 0 && ofFile:
		m.Why = fmt.Sprintf("This host has %s, and the program never opened the file.", place)
	case asked.Seen && asked.Count == 0:
		m.Why = fmt.Sprintf("This host has %s, and the program never asked there.", place)
		if variable := d.unopenedToken(row); variable != "" {
			m.Why = fmt.Sprintf("This host has %s; the program never asked there, nor opened the file that %s names.",
				place, variable)
		}
	case asked.Seen && !ofFile && row.Offer.Issuer != "":
		m.Why = fmt.Sprintf("This host has %s, which gave the program a token (%s), and the program did not have STS "+
			"exchange it.", place, asked.String())
		m.Change = "Have the program exchange the token at STS (AssumeRoleWithWebIdentity): an SDK does that with " +
			"the token in the file that AWS_WEB_IDENTITY_TOKEN_FILE names and the role in AWS_ROLE_ARN; a program " +
			"that wants its keys in variables needs a step in front of it that does"
		m.Source = docWebIdentity
	case asked.Seen && row.Offer.Kind == fixtures.OfferWebIdentity:
		m.Why = fmt.Sprintf("This host has %s; the program opened the file, and did not have STS exchange the token.",
			place)
	case asked.Seen:
		m.Why = fmt.Sprintf("This host has %s, which the program did read (%s), and no call used it.", place,
			asked.String())
	default:
		m.Why = fmt.Sprintf("This host has %s, and no call used it.", place)
	}
	return m
}

// docWebIdentity is how a token becomes credentials.
const docWebIdentity = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"

// place names a place, with whose credentials it has and how a program finds it.
func (d *Facts) place(row *ledger.Row) string {
	o := &row.Offer
	by := cmp.Or(strings.Join(o.Variables, ", "), headers(o), o.How())
	if o.Role == "" {
		return fmt.Sprintf("%s (by %s)", d.Result.Scrub(o.Name), by)
	}
	return fmt.Sprintf("%s (role %s, by %s)", d.Result.Scrub(o.Name), o.Role, by)
}

func headers(o *fixtures.Offer) string {
	if len(o.Headers) == 0 {
		return ""
	}
	return "the request header " + strings.Join(o.Headers, ", ")
}

// Holder is whose credentials a place has.
func Holder(row *ledger.Row) string {
	switch {
	case row.Offer.Role != "":
		return "role " + row.Offer.Role
	case row.Principal != "":
		return row.Principal
	}
	return "the project's user"
}

// useOffer says how a program gets the credentials of a place.
func useOffer(row *ledger.Row) string {
	o := &row.Offer
	by := cmp.Or(strings.Join(o.Variables, ", "), strings.Join(o.Headers, ", "), o.How())
	switch o.Kind {
	case fixtures.OfferWebIdentity:
		return fmt.Sprintf("Have the program assume role %s with the token of %s: use an SDK, or a version of it, "+
			"that does, and give it %s", o.Role, by, noOther)
	case fixtures.OfferEndpoint:
		return fmt.Sprintf("Have the program ask %s: use an SDK, or a version of it, that does, and give it %s", o.Name,
			noOther)
	case fixtures.OfferVariables:
		return fmt.Sprintf("Let the SDK read %s by itself, and give it %s; a client that reads no variables needs "+
			"each of them as an option", by, noOther)
	}
	return fmt.Sprintf("Have the program use %s, which it finds by %s", o.Name, by)
}

// WithoutOther is a change without the advice to give a program no other credentials, where
// it has none.
func WithoutOther(change string) string {
	return strings.Replace(change, ", and give it "+noOther, "", 1)
}

// noOther is what keeps an SDK from looking further: also a value that is not there.
const noOther = "no other credentials, not even empty or undefined ones"
