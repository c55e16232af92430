package diagnose

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/service"
)

// ownKeys are those of userKeys that the project is meant to use.
func (d *diagnosis) ownKeys() []ledger.Variable {
	return slices.DeleteFunc(d.userKeys(), func(v ledger.Variable) bool { return slices.Contains(d.Offered, v.Name) })
}

// userKeys are the project's variables that hold a long-term key id.
func (d *diagnosis) userKeys() (out []ledger.Variable) {
	for _, v := range d.env.Variables() {
		if v.SetBy == ledger.ByUser && longTerm.MatchString(v.Value) {
			out = append(out, v)
		}
	}
	return out
}

var longTerm = regexp.MustCompile(`^AKIA[A-Z0-9]{12,}$`)

func variableNames(list []ledger.Variable) (names []string) {
	for _, v := range list {
		names = append(names, v.Name)
	}
	return names
}

func (d *diagnosis) isPlatform(principal string) bool {
	return d.Platform != "" && strings.Contains(principal, ":"+d.Platform+":")
}

// ofHost reports whether the call's credentials are the host's: its variables,
// its endpoints.
func (c *call) ofHost() bool {
	key := c.trace.KeyID
	return key.SetBy == ledger.ByHost || len(key.Variables) == 0 && key.Endpoint != ""
}

// bearerOverrides: a bearer token in the environment wins over keys that the
// program was given and over the host's role, and nothing in the answer tells.
func bearerOverrides(c *call) (telling, bool) {
	const bearer = "AWS_BEARER_TOKEN_BEDROCK"
	keys := c.ownKeys()
	if c.Presented.Scheme != "bearer" || !slices.Contains(c.trace.Bearer.Variables, bearer) {
		return telling{}, false
	}
	switch {
	case len(keys) > 0:
		return telling{
			variables: []string{bearer, keys[0].Name},
			what:      fmt.Sprintf("%s used %s although the project also sets %s.", c.Call, bearer, keys[0].Name),
			why: "A bearer token in the environment wins over keys, explicit ones too, and nothing in the " +
				"answer tells.",
			change: c.library.Advise(library.NoBearer),
		}, true
	case len(c.Roles) > 0:
		return telling{
			variables: []string{bearer},
			what: fmt.Sprintf(
				"%s used %s, and so was made as %s, where the host offers a role: %s.",
				c.Call,
				bearer,
				c.Verdict.Principal,
				strings.Join(c.Roles, "; "),
			),
			why: "A bearer token in the environment wins over the role, whose permissions do not count then, " +
				"and nothing in the answer tells.",
			change: "Unset " + bearer + " if the role is meant",
		}, true
	}
	return telling{}, false
}

// asPlatform: the call was made with what the host put there for itself.
func asPlatform(c *call) (telling, bool) {
	if !c.isPlatform(c.Verdict.Principal) {
		return telling{}, false
	}
	vars := c.trace.KeyID.Variables
	return telling{
		variables: vars,
		what: fmt.Sprintf(
			"%s was made as %s, with credentials that the host set in %s for itself.",
			c.Call,
			c.Verdict.Principal,
			strings.Join(vars, ", "),
		),
		why: "They are the platform's, not yours, and may do nothing of yours: this call is one that needs no " +
			"permission.",
		change: "Pass your own credentials: " + c.library.Advise(library.KeysAlone),
	}, true
}

// unfilled are values of a setting that somebody meant to fill in.
var unfilled = regexp.MustCompile(`^(|undefined|null|None|\$\{?\w+\}?|%\w+%|<.*>)$`)

// credentialName is a variable in which projects keep a part of credentials.
var credentialName = regexp.MustCompile(`(?i)(access_?key|secret|session_?token)`)

// fellBack: a variable of the project's was empty, so that the library took the
// host's.
func fellBack(c *call) (telling, bool) {
	if !c.ofHost() {
		return telling{}, false
	}
	var empty []string
	for _, v := range c.env.Variables() {
		if v.SetBy == ledger.ByUser && credentialName.MatchString(v.Name) &&
			unfilled.MatchString(strings.TrimSpace(v.Value)) {
			empty = append(empty, v.Name)
		}
	}
	if len(empty) == 0 {
		return telling{}, false
	}
	return telling{
		variables: append(slices.Clone(empty), c.trace.KeyID.Variables...),
		what: fmt.Sprintf(
			"%s was made as %s, with the host's credentials from %s, while the project's %s holds nothing usable.",
			c.Call,
			c.Verdict.Principal,
			c.trace.KeyID.From(),
			strings.Join(empty, ", "),
		),
		why: "Most libraries take an option that is undefined as one that was not given, and look into the " +
			"environment.",
		change: "Set " + strings.Join(empty, ", ") + " on the host, and let the program fail when it is missing",
	}, true
}

// asOther: the host's role made the call although the project has a key.
func asOther(c *call) (telling, bool) {
	keys := c.ownKeys()
	if !c.ofHost() || c.isPlatform(c.Verdict.Principal) || len(keys) == 0 {
		return telling{}, false
	}
	names := variableNames(keys)
	return telling{
		variables: append(slices.Clone(names), c.trace.KeyID.Variables...),
		what: fmt.Sprintf(
			"%s was made as %s, with the host's credentials from %s, although the project sets %s.",
			c.Call,
			c.Verdict.Principal,
			c.trace.KeyID.From(),
			strings.Join(names, ", "),
		),
		why: "If the program passes that variable explicitly, it is spelled otherwise there: an option that is " +
			"undefined falls back to the host's credentials without a word.",
		change: "If the role is meant, remove the key from the project: a key that is not used can only be stolen",
	}, true
}

func longTermKey(c *call) (telling, bool) {
	key := c.trace.KeyID
	if len(c.Roles) == 0 || !longTerm.MatchString(c.Presented.KeyID) {
		return telling{}, false
	}
	return telling{
		variables: key.Variables,
		what: fmt.Sprintf(
			"%s used the long-term key %s, from %s, where the host offers a role: %s.",
			c.Call,
			key.Shown,
			key.From(),
			strings.Join(c.Roles, "; "),
		),
		why: "A long-term key has no end and has to be kept and changed by hand; a role's credentials are " +
			"renewed by themselves.",
		change: c.library.Advise(library.Refreshing),
	}, true
}

// loginCache holds what aws login got; the SDKs that read it renew it there
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html).
const loginCache = "/.aws/login/cache/"

// notRefreshed: temporary credentials out of a setting or a file that nobody
// renews.
func notRefreshed(c *call) (telling, bool) {
	key := c.trace.KeyID
	copied := len(key.Variables) > 0 && key.SetBy == ledger.ByUser ||
		len(key.Variables) == 0 && key.Endpoint == "" && key.File != ""
	if !copied || !strings.HasPrefix(c.Presented.KeyID, "ASIA") || strings.Contains(key.File, loginCache) {
		return telling{}, false
	}
	return telling{
		variables: append(slices.Clone(key.Variables), c.trace.Token.Variables...),
		what:      fmt.Sprintf("%s used temporary credentials from a copy in %s.", c.Call, key.From()),
		why: "Nobody renews a copy: when the session ends (" + c.sessionEnd() + "), every call fails with " +
			"ExpiredToken until the next deployment.",
		change: c.library.Advise(library.Refreshing),
	}, true
}

// sessionEnd says when the call's temporary credentials end.
func (c *call) sessionEnd() string {
	end, known := c.Ends[c.Presented.KeyID]
	if !known {
		return "after an hour, as a rule"
	}
	return fmt.Sprintf("at %s, in %s", clock(end), span(end.Sub(c.Time)))
}

// otherRegion: the call went to another region than the project set.
func otherRegion(c *call) (telling, bool) {
	region := c.Presented.ScopeRegion
	if region == "" || !service.IsRegion(region) || global(c.Service) {
		return telling{}, false
	}
	wanted := c.wantedRegions()
	if len(wanted) == 0 || slices.ContainsFunc(wanted, func(w wantedRegion) bool { return w.region == region }) {
		return telling{}, false
	}
	var names []string
	for _, w := range wanted {
		if w.variable != "" {
			names = append(names, w.variable)
		}
	}
	return telling{
		variables: append(names, c.trace.Region.Variables...),
		what: fmt.Sprintf(
			"%s went to region %s, from %s, although %s.",
			c.Call,
			region,
			c.trace.Region.From(),
			wanted[0].text(),
		),
		why: "Libraries differ in which variables and files they read for the region, and a host's own " +
			"AWS_REGION is where it runs.",
		change: c.library.Advise(library.OwnRegion),
	}, true
}

// wantedRegion is a region that a variable of the project's or a file sets.
type wantedRegion struct{ variable, file, region string }

func (w wantedRegion) text() string {
	if w.file != "" {
		return fmt.Sprintf("the file %s sets region = %s", w.file, w.region)
	}
	return fmt.Sprintf("the project sets %s=%s", w.variable, w.region)
}

// regionLine is the setting of a profile
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html).
var regionLine = regexp.MustCompile(`(?m)^\s*region\s*=\s*(\S+)\s*$`)

// wantedRegions are those of the project's variables, and of profiles in files.
func (d *diagnosis) wantedRegions() (out []wantedRegion) {
	for _, v := range d.env.Variables() {
		if v.SetBy == ledger.ByUser && strings.HasSuffix(strings.ToUpper(v.Name), "REGION") &&
			service.IsRegion(v.Value) {
			out = append(out, wantedRegion{variable: v.Name, region: v.Value})
		}
	}
	for _, path := range slices.Sorted(maps.Keys(d.Files)) {
		for _, m := range regionLine.FindAllStringSubmatch(d.Files[path], -1) {
			if service.IsRegion(m[1]) {
				out = append(out, wantedRegion{file: path, region: m[1]})
			}
		}
	}
	return out
}

// global reports whether a service has endpoints that are of no region.
func global(name string) bool { return name == "STS" || name == "IAM" }
