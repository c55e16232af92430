package explain

import (
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

var (
	// ofConfig is a line after which the content of the config file stands, and ofKeys one
	// after which that of the credentials file does.
	ofConfig = late.MustCompile(`\.aws[/\\]config\b`)
	ofKeys   = late.MustCompile(`\.aws[/\\]credentials\b`)
	// sectionHead is the head of a section with its words.
	sectionHead = late.MustCompile(`^\s*\[\s*(?:(profile|sso-session|services)\s+)?["']?([\w.@/+-]+)["']?\s*\]\s*$`)
	// wantedProfile is a profile that was asked for, by its name.
	wantedProfile = late.MustCompile(
		`(?i)(?:--profile[ =]|AWS_(?:DEFAULT_)?PROFILE["']?\s*[=:]\s*|config profile \(|profile )["'(]?([\w.@/+-]+)`)
)

// heads are the sections that a text shows of a file: the words before a name, by the name.
func heads(text string, of *late.Regexp) (out map[string]string) {
	out = map[string]string{}
	inside := false
	for line := range strings.SplitSeq(text, "\n") {
		switch m := sectionHead.FindStringSubmatch(line); {
		case m != nil && inside:
			out[m[2]] = m[1]
		case ofConfig.MatchString(line) || ofKeys.MatchString(line):
			inside = of.MatchString(line)
		}
	}
	return out
}

// otherHead tells of a profile that was not found, and whose section stands in the text in
// the form of the other of the two files.
func otherHead(text string) (nearby, bool) {
	config, keys := heads(text, ofConfig), heads(text, ofKeys)
	for _, m := range wantedProfile.FindAllStringSubmatch(text, maxCalls) {
		name := m[1]
		if name == "default" {
			continue
		}
		if word, ok := config[name]; ok && word == "" && !has(keys, name) {
			return otherForm("config", "["+name+"]", "[profile "+name+"]"), true
		}
		if word, ok := keys[name]; ok && word == "profile" {
			return otherForm("credentials", "[profile "+name+"]", "["+name+"]"), true
		}
	}
	return nearby{}, false
}

// has reports whether sections have a name.
func has(sections map[string]string, name string) bool {
	_, ok := sections[name]
	return ok
}

// otherForm is what is said of a section in the form of the other file.
func otherForm(file, is, wanted string) nearby {
	other := "credentials"
	if file == other {
		other = "config"
	}
	return nearby{Instead: true, Source: docProfiles,
		What: "The section " + is + " that the text shows in ~/.aws/" + file + " is not read as a profile.",
		Why: "In the config file the head of a profile's section is [profile NAME] (all but [default]), in the " +
			"credentials file it is [NAME]. The form that stands here is that of the " + other + " file, so the " +
			"profile does not exist for SDKs. Its keys were not looked at, and nothing was sent.",
		Change: "write " + wanted + " as the head of that section, or move the section to ~/.aws/" + other}
}
