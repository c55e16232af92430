package facts

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/ini"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Profile is what the files of the host say of the profile that a program takes
// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
type Profile struct {
	Name string
	// By is the variable that names it; empty for the default profile.
	By string
	// Leads are the settings that lead to credentials, in the order in which they lead
	// on: "role_arn", "source_profile", "credential_process".
	Leads []string
}

// leading are the settings of a profile that lead to credentials, and that not every
// SDK knows.
var leading = []string{"role_arn", "source_profile", "credential_source", "web_identity_token_file",
	"credential_process", "sso_session", "sso_start_url", "login_session"}

// ProfileTaken is the profile that a program takes, if the files have it.
func (d *Facts) ProfileTaken() (Profile, bool) {
	sections := d.sections()
	var p Profile
	p.Name, p.By = d.taken()
	settings, ok := sections[p.Name]
	if !ok {
		return Profile{}, false
	}
	p.follow(sections, settings)
	return p, true
}

// follow notes the settings that lead to credentials, and those of the profile whose
// credentials this one takes.
func (p *Profile) follow(sections map[string]map[string]string, settings map[string]string) {
	for _, key := range leading {
		if settings[key] != "" && !slices.Contains(p.Leads, key) {
			p.Leads = append(p.Leads, key)
		}
	}
	next := sections[settings["source_profile"]]
	if next != nil && len(p.Leads) < len(leading) {
		from := settings["source_profile"]
		rest := maps.Clone(sections)
		delete(rest, from) // a profile that names itself ends here
		p.follow(rest, next)
	}
}

// sections are the profiles of the host's files with their settings.
func (d *Facts) sections() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(d.Files)) {
		if !d.ofProfiles(file) {
			continue
		}
		for _, section := range ini.Read(d.Files[file]) {
			name, ok := profileOf(section)
			if !ok {
				continue
			}
			if out[name] == nil {
				out[name] = map[string]string{}
			}
			for _, setting := range section.Settings {
				out[name][setting.Name] = setting.Value
			}
		}
	}
	return out
}

// HasProfile reports whether the files of the host have a profile.
func (d *Facts) HasProfile(name string) bool {
	_, has := d.sections()[name]
	return has
}

// profileOf is the profile that a section is; false for one of another kind, such as an
// sso-session.
func profileOf(s ini.Section) (name string, ok bool) {
	other := strings.HasPrefix(s.Name, "sso-session ") || strings.HasPrefix(s.Name, "services ")
	return strings.TrimSpace(strings.TrimPrefix(s.Name, "profile ")), !s.Broken && !other
}

// ofProfiles reports whether a file is where SDKs look for profiles.
func (d *Facts) ofProfiles(file string) bool {
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		if value, _ := d.Env.Lookup(name); value == file {
			return true
		}
	}
	folder, base := path.Base(path.Dir(file)), path.Base(file)
	return folder == ".aws" && (base == "config" || base == "credentials")
}

// configOpened says whether the file with the profiles was opened, and whether that
// could be seen.
func (d *Facts) configOpened() (opened, seen bool) {
	for _, f := range d.Result.Files {
		if d.ofProfiles(f.Path) {
			seen = seen || f.Seen
			opened = opened || f.Count > 0
		}
	}
	return opened, seen
}

// String names the profile and the variable that does.
func (p Profile) String() string {
	if p.By == "" {
		return "the default profile"
	}
	return fmt.Sprintf("the profile %s (%s)", p.Name, p.By)
}

// docExport is how the AWS CLI hands over what a profile leads to, for
// programs that do not follow it.
const docExport = "https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html"

// missedProfile says of a place to which the profile leads that the program did not
// follow it.
func (d *Facts) missedProfile(row *ledger.Row) (Miss, bool) {
	p, ok := d.ProfileTaken()
	if !ok || len(p.Leads) == 0 || len(row.Offer.Variables) > 0 || row.Offer.Machine || row.Asked.Count > 0 {
		return Miss{}, false
	}
	last := p.Leads[len(p.Leads)-1]
	opened, seen := d.configOpened()
	m := Miss{Row: row, Source: docExport, Confidence: "L"}
	way := fmt.Sprintf("Here %s leads to credentials by %s.", p, strings.Join(p.Leads, ", "))
	switch {
	case opened:
		m.Why = fmt.Sprintf("%s The program opened the file with the profile, and did not follow %s: it never %s.", way,
			last, d.notDone(row))
	case seen:
		m.Why = way + " The program never opened the file with the profile."
	default:
		m.Why = fmt.Sprintf("%s The program did not follow it: it never %s.", way, d.notDone(row))
	}
	m.Change = fmt.Sprintf("Have the AWS CLI follow the profile, before the program starts: eval \"$(aws configure "+
		"export-credentials --profile %s --format env)\"; or use a version of the program that follows %s", p.Name,
		cmp.Or(strings.Join(p.Leads, ", "), last))
	return m, true
}

// notDone is what a program did not do to get what a place has.
func (d *Facts) notDone(row *ledger.Row) string {
	switch {
	case row.Offer.Endpoint != "":
		return "asked " + row.Offer.Name
	case d.isProgram(row):
		return "started " + strings.Join(row.Offer.Paths(), ", ")
	}
	return "opened " + strings.Join(row.Offer.Paths(), ", ")
}

// isProgram reports whether the place is a program of the host that prints
// credentials.
func (d *Facts) isProgram(row *ledger.Row) bool {
	return slices.ContainsFunc(d.Result.Files, func(f ledger.FileAccess) bool {
		return f.Program && slices.Contains(row.Offer.Files, f.Declared)
	})
}
