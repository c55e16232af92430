package contract

import "strings"

// Principal is who is behind credentials.
type Principal struct {
	// Text is the principal in one word or ARN, as the text of a result has it.
	Text string `json:"text"`
	// Kind is "user", "role", "session", "federated user", "root", "anonymous", "web
	// identity", or "other". A session is one of an assumed role.
	Kind string `json:"kind"`
	// ARN is empty for one that has no ARN.
	ARN string `json:"arn,omitempty"`
	// Account is the number of the AWS account.
	Account string `json:"account,omitempty"`
	// Name is the name of the user or of the role, without its path.
	Name string `json:"name,omitempty"`
	// Session is the name of the session.
	Session string `json:"session,omitempty"`
}

// kinds are the kinds of principals by the beginning of an ARN's resource
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
var kinds = map[string]string{
	"user": "user", "role": "role", "assumed-role": "session", "federated-user": "federated user", "root": "root",
}

// principalOf reads what the harness says of a principal: an ARN, "anonymous", or a
// web identity.
func principalOf(text string) Principal {
	p := Principal{Text: text, Kind: "other"}
	parts := strings.SplitN(text, ":", 6)
	switch {
	case text == "anonymous":
		p.Kind = "anonymous"
	case strings.HasPrefix(text, "web identity "):
		p.Kind = "web identity"
	case len(parts) == 6 && parts[0] == "arn":
		p.ARN, p.Account = text, parts[4]
		kind, rest, _ := strings.Cut(parts[5], "/")
		if known, ok := kinds[kind]; ok {
			p.Kind = known
			p.named(rest)
		}
	}
	return p
}

// named takes the name, and of a session its own, from the end of an ARN.
func (p *Principal) named(rest string) {
	switch p.Kind {
	case "session":
		p.Name, p.Session, _ = strings.Cut(rest, "/")
	default:
		p.Name = rest[strings.LastIndex(rest, "/")+1:]
	}
}
