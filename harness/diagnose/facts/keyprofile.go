package facts

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
)

// keyProfile is the profile in which a place of the host's files keeps its key; empty
// where the place is no such file.
func (d *Facts) keyProfile(row *ledger.Row) string {
	if row.Offer.Endpoint != "" || len(row.Offer.Variables) > 0 {
		return ""
	}
	at := slices.IndexFunc(d.Offers, func(o Offered) bool {
		return o.Name == row.Offer.Name && slices.Equal(o.Files, row.Offer.Files)
	})
	if at < 0 {
		return ""
	}
	return d.profileWith(d.Offers[at].KeyIDs...)
}

// profileWith is the first profile, by its name, that has one of these keys; empty where
// none has.
func (d *Facts) profileWith(keyIDs ...string) string {
	sections := d.sections()
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		if id := sections[name]["aws_access_key_id"]; id != "" && slices.Contains(keyIDs, id) {
			return name
		}
	}
	return ""
}

// taken is the name of the profile that SDKs take here, and the variable that names
// it; the variable is empty where none does.
func (d *Facts) taken() (name, by string) {
	by, name = d.First("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
	return cmp.Or(name, "default"), by
}

// otherProfile says of a place whose key stands in a profile that SDKs do not take
// here which one they take, and what that has; empty where they take that profile.
func (d *Facts) otherProfile(row *ledger.Row) string {
	has := d.keyProfile(row)
	name, by := d.taken()
	if has == "" || has == name {
		return ""
	}
	why := fmt.Sprintf("The key stands in the profile %s, and no variable names a profile (AWS_PROFILE): SDKs take "+
		"default", has)
	if by != "" {
		why = fmt.Sprintf("The key stands in the profile %s, and %s names %s", has, by, name)
	}
	return why + d.whatProfileHas() + "."
}

// whatProfileHas says what the profile that SDKs take here has.
func (d *Facts) whatProfileHas() string {
	name, _ := d.taken()
	p, ok := d.ProfileTaken()
	switch {
	case !ok:
		return ", which no file of this host has"
	case len(p.Leads) > 0:
		return ", which leads to credentials by " + strings.Join(p.Leads, ", ")
	case d.sections()[name]["aws_access_key_id"] == "":
		return ", which has no key"
	}
	return ", which has another key"
}

// missedKey says of a key in a file that it stands in another profile than SDKs take
// here.
func (d *Facts) missedKey(row *ledger.Row) (Miss, bool) {
	other := d.otherProfile(row)
	if other == "" {
		return d.missedConfig(row)
	}
	has := d.keyProfile(row)
	m := Miss{Row: row, Confidence: "L", Source: docProfiles}
	m.Why = fmt.Sprintf("This host has %s, and no call used it. %s", d.place(row), other)
	if inConfig(row) {
		m.Why += " It stands in the config file, and programs that read the credentials file alone do not find it."
	}
	m.Change = fmt.Sprintf("Set AWS_PROFILE=%s for the whole program, the processes that it starts included: a "+
		"profile that code names reaches only the client or session that it was given to", has)
	if p, ok := d.ProfileTaken(); ok && slices.Contains(p.Leads, "credential_process") {
		m.Change = fmt.Sprintf("Start the credential_process of %s by hand, as the same user, and see that it "+
			"prints one JSON document with Version 1 and exits with 0; or name the profile that has the key: "+
			"AWS_PROFILE=%s",
			p, has)
	}
	return m, true
}

// missedConfig says of a key in the config file that it was not used, though it stands
// in the profile that SDKs take here.
func (d *Facts) missedConfig(row *ledger.Row) (Miss, bool) {
	has := d.keyProfile(row)
	if has == "" || !inConfig(row) {
		return Miss{}, false
	}
	return Miss{
		Row: row, Confidence: "L", Source: docProfiles,
		Why: fmt.Sprintf("This host has %s, and no call used it. The key stands in the config file, and programs "+
			"that read the credentials file alone do not find it there.", d.place(row)),
		Change: fmt.Sprintf("Move key and secret of the profile %s to ~/.aws/credentials, which every SDK reads, "+
			"or have the program read both files", has),
	}, true
}

// inConfig reports whether a place is the config file and no other.
func inConfig(row *ledger.Row) bool {
	return len(row.Offer.Files) == 1 && path.Base(row.Offer.Files[0]) == "config"
}

// docProfiles is how SDKs find the profile that they take.
const docProfiles = "https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html"
