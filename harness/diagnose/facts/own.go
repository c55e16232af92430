package facts

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// OwnKeys returns the user keys that the project is expected to use.
func (d *Facts) OwnKeys() []ledger.Variable {
	return slices.DeleteFunc(d.UserKeys(), func(v ledger.Variable) bool { return slices.Contains(d.Offered, v.Name) })
}

// UserKeys are the project's variables that hold a long-term key id.
func (d *Facts) UserKeys() (out []ledger.Variable) {
	for _, v := range d.Env.Variables() {
		if v.SetBy == ledger.ByUser && LongTerm.MatchString(v.Value) {
			out = append(out, v)
		}
	}
	return out
}

// LongTerm is the form of an access key id of a user.
var LongTerm = regexp.MustCompile(`^AKIA[A-Z0-9]{12,}$`)

// anyKeyID is an access key id of a user or of a session, wherever it stands
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
var anyKeyID = regexp.MustCompile(`A[KS]IA[A-Z0-9]{12,}`)

// Names lists the names of variables.
func Names(list []ledger.Variable) (names []string) {
	for _, v := range list {
		names = append(names, v.Name)
	}
	return names
}

// IsPlatform reports whether a principal belongs to the account of the platform.
func (d *Facts) IsPlatform(principal string) bool {
	return d.Platform != "" && strings.Contains(principal, ":"+d.Platform+":")
}

// OfHost reports whether the call's credentials are the host's: its variables,
// its endpoints.
func (c *Call) OfHost() bool {
	key := c.Trace.KeyID
	return key.SetBy == ledger.ByHost || len(key.Variables) == 0 && key.Endpoint != ""
}

// Has reports whether the subject had a variable with a value.
func (d *Facts) Has(variable string) bool {
	value, ok := d.Env.Lookup(variable)
	return ok && value != ""
}

// First is the first of some variables that has a value, with that; empty where none has.
func (d *Facts) First(names ...string) (name, value string) {
	for _, name := range names {
		if value, _ := d.Env.Lookup(name); value != "" {
			return name, value
		}
	}
	return "", ""
}

// ProvenanceOf is the public source by which it is known that the host sets a
// variable; empty where that is not known.
func (d *Facts) ProvenanceOf(names []string) string {
	for _, v := range d.Env.Variables() {
		if slices.Contains(names, v.Name) && v.Provenance != nil {
			return v.Provenance.URL()
		}
	}
	return ""
}

// Because reports whether a call was refused for one of the reasons.
func (c *Call) Because(reasons ...verdict.Reason) bool {
	r := c.Verdict.Refusal
	return r != nil && !c.Verdict.Accepted && slices.Contains(reasons, r.Reason)
}
