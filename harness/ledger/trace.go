package ledger

import (
	"fmt"
	"strings"
)

// Trace says which Source each part of one request's credentials came from.
type Trace struct {
	Seq    int64 `json:"seq"` // of the exchange
	KeyID  Part  `json:"keyId"`
	Secret Part  `json:"secret"`
	Token  Part  `json:"token"`
	Region Part  `json:"region"`
	Bearer Part  `json:"bearer"`
	// IdentityToken is the OpenID Connect token of a call that takes one.
	IdentityToken Part `json:"identityToken"`
	// Endpoint is where the call went.
	Endpoint Part `json:"endpoint"`
}

// Part is one part of a request's credentials.
type Part struct {
	// Shown is the value as it may be printed: a key id, a region, or a
	// description of a secret.
	Shown string `json:"shown,omitempty"`
	// Variables hold exactly this value, unless Derived is set; more than one
	// where the same value stands under several names.
	Variables []string `json:"variables,omitempty"`
	SetBy     SetBy    `json:"setBy,omitempty"` // who set the first of them
	// Alike says that the variables hold the same value, and that this does not tell
	// whether the program read them: it is a common word, such as a region.
	Alike bool `json:"alike,omitempty"`
	// Derived says how the value was made from the value of the variables or the
	// file, where it is not the same: "the white space around it removed".
	Derived string `json:"derived,omitempty"`
	// Endpoint handed the part out, where no variable holds it.
	Endpoint string `json:"endpoint,omitempty"`
	// Header of the request that the subject answers has it.
	Header string `json:"header,omitempty"`
	// File holds it, too or alone.
	File string `json:"file,omitempty"`
	// Owner is the principal that the part belongs to, as the mock knows it.
	Owner string `json:"owner,omitempty"`
}

// Absent reports whether the request did not have this part.
func (p Part) Absent() bool { return p.Shown == "" }

// Found reports whether any place has it.
func (p Part) Found() bool {
	return len(p.Variables) > 0 || p.File != "" || p.Endpoint != "" || p.Header != ""
}

// From names the part's source for a person.
func (p Part) From() string {
	var from string
	switch {
	case len(p.Variables) > 0:
		from = fmt.Sprintf("%s (set by the %s)", strings.Join(p.Variables, " = "), p.SetBy)
		if p.Alike {
			from = "the same as " + from
		}
		if p.File != "" {
			from += " or the file " + p.File // the same value: which of the two was read cannot be told
		}
	case p.Endpoint != "":
		from = "the " + p.Endpoint
	case p.File != "":
		from = "the file " + p.File
	case p.Header != "":
		from = "the header " + p.Header + " of the request"
	default:
		return "no variable, file or endpoint of the host"
	}
	if p.Derived != "" {
		from += ", " + p.Derived
	}
	return from
}
