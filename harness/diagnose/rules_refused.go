package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// swapped: what stands in the place of the key id is none.
func swapped(c *call) (telling, bool) {
	if c.Presented.NotKeyID == nil {
		return telling{}, false
	}
	part := c.trace.KeyID
	t := telling{
		variables: part.Variables,
		what: fmt.Sprintf(
			"%s was signed under an access key id that is none: %s, from %s.",
			c.Call,
			part.Shown,
			part.From(),
		),
		why: "An access key id is 16 to 128 capital letters and digits and begins with AKIA or ASIA; a secret has " +
			"40 characters, a session token hundreds.",
	}
	t.change = "Check that key id and secret are not in each other's place"
	if len(part.Variables) > 0 {
		t.change += ": " + part.Variables[0] + " was used as the key id"
	}
	return t, true
}

// mixed: a token that is not the key's own. A foreign token is itself signed, so
// the signature is valid, and the message that AWS sends names neither the key
// nor where the token came from.
func mixed(c *call) (telling, bool) {
	if !c.because(verdict.TokenForOtherKey, verdict.TokenMalformed) {
		return telling{}, false
	}
	key, token := c.trace.KeyID, c.trace.Token
	owner := "belongs to no credentials that this AWS issued"
	if token.Owner != "" {
		owner = "belongs to other credentials, those of " + token.Owner
	}
	t := telling{
		variables: append(slices.Clone(key.Variables), token.Variables...),
		what: fmt.Sprintf("%s sent the access key id %s from %s together with a session token (%s) from %s, which %s.",
			c.Call, key.Shown, key.From(), token.Shown, token.From(), owner),
		why: "A session token is only valid together with the key and the secret that it was " +
			"issued with." + c.secretIsRight(),
	}
	if token.Derived != "" {
		t.why = "The token was changed on its way: it came from " + token.From() + ". A token is only valid as it " +
			"was issued, character by character."
		t.change = "pass the value of " + strings.Join(
			token.Variables,
			" or ",
		) + " as it is, and check the length of what holds it"
		return t, true
	}
	if token.SetBy == ledger.ByHost && c.isPlatform(token.Owner) {
		t.why += " The platform sets that variable for its own use; it carries no permission and is not meant for " +
			"your code."
		t.source = c.provenanceOf(token.Variables)
	}
	t.change = c.apart()
	return t, true
}

// provenanceOf is the public source by which it is known that the host sets a
// variable; empty where that is not known.
func (d *diagnosis) provenanceOf(names []string) string {
	for _, v := range d.env.Variables() {
		if slices.Contains(names, v.Name) && v.Provenance != nil {
			return v.Provenance.URL()
		}
	}
	return ""
}

// apart says how to keep a foreign token away from the user's key.
func (c *call) apart() string {
	key, token := c.trace.KeyID, strings.Join(c.trace.Token.Variables, " or ")
	if token == "" {
		token = "the token"
	}
	if slices.Contains(key.Variables, "AWS_ACCESS_KEY_ID") || len(key.Variables) == 0 {
		return c.library.Advise(library.OwnNames)
	}
	return fmt.Sprintf(
		"keep %s away from %s: %s",
		token,
		strings.Join(key.Variables, " or "),
		c.library.Advise(library.KeysAlone),
	)
}

func (c *call) secretIsRight() string {
	if c.Presented.SecretOf != "" && c.Presented.SecretOf == c.Presented.KeyID {
		return " Key and secret fit each other and the signature is valid: without that token the call would have " +
			"been accepted as " + c.trace.KeyID.Owner + "."
	}
	return ""
}

func tokenLeftOut(c *call) (telling, bool) {
	if !c.because(verdict.TokenMissing) {
		return telling{}, false
	}
	key := c.trace.KeyID
	t := telling{
		variables: key.Variables,
		what: fmt.Sprintf(
			"%s sent the temporary access key id %s, from %s, without its session token.",
			c.Call,
			key.Shown,
			key.From(),
		),
		why: "Key ids that begin with ASIA are temporary: they are valid only with the token that was issued " +
			"with them.",
		change: c.library.Advise(library.WithToken),
	}
	if _, ok := c.env.Lookup("AWS_SESSION_TOKEN"); ok {
		t.why += " AWS_SESSION_TOKEN is set, but the program did not send it."
	}
	return t, true
}

var keyStates = map[verdict.Reason]string{
	verdict.KeyUnknown:  "unknown to AWS",
	verdict.KeyInactive: "deactivated",
	verdict.KeyDeleted:  "deleted",
}

func unknownKey(c *call) (telling, bool) {
	if !c.because(verdict.KeyUnknown, verdict.KeyInactive, verdict.KeyDeleted) {
		return telling{}, false
	}
	key, state := c.trace.KeyID, keyStates[c.Verdict.Refusal.Reason]
	return telling{
		variables: key.Variables,
		what: fmt.Sprintf(
			"%s was sent with the access key id %s, from %s, which is %s.",
			c.Call,
			key.Shown,
			key.From(),
			state,
		),
		why: "AWS looks the key id up before it looks at the signature; its answer speaks of a security token " +
			"although there is none.",
		change: "Check the key in IAM (aws iam list-access-keys); in this harness, give the deployment the key as " +
			"a user's (harness.User) so that the mock knows it",
	}, true
}

// wrongSecret: the key is known and the signature is not its secret's.
func wrongSecret(c *call) (telling, bool) {
	if !c.because(verdict.SignatureMismatch, verdict.PayloadHashMismatch, verdict.ChunkSignatureMismatch) {
		return telling{}, false
	}
	key := c.trace.KeyID
	t := telling{
		variables: key.Variables,
		source:    docSigning,
		what: fmt.Sprintf(
			"The signature of %s, made under the access key id %s from %s, does not match.",
			c.Call,
			key.Shown,
			key.From(),
		),
		change: "Check that the secret belongs to this key id and has no space or newline at its end",
	}
	switch x := c.Explanation; {
	case c.misusedSecret(&t):
	case x != nil && x.Mistake != "":
		t.why = prose.Sentence(x.Mistake)
		if x.Line > 0 {
			t.kind = WrongSignature
			t.why += fmt.Sprintf(
				" The first canonical line that differs is line %d (%s): AWS has %q, the client signed %q.",
				x.Line,
				x.Name,
				x.Ours,
				x.Theirs,
			)
			t.change = "Sign with a maintained signer, or mend that line of the canonical request"
		}
	}
	return t, true
}

// misusedSecret says which variable made a wrong signature.
func (c *call) misusedSecret(t *telling) bool {
	secret, right := c.trace.Secret, c.Secrets[c.Presented.KeyID]
	if !secret.Found() {
		return false
	}
	t.variables = append(slices.Clone(t.variables), secret.Variables...)
	for _, name := range secret.Variables {
		if value, _ := c.env.Lookup(
			name,
		); secret.Derived == "" && value != right && strings.TrimSpace(strings.Trim(strings.TrimSpace(value),
			`"'`)) == right &&
			right != "" {
			t.why = fmt.Sprintf(
				"It was signed with the value of %s, which is the right secret with something around it: %s.",
				name,
				around(value, right),
			)
			t.change = "Set " + name + " again without it; when you pipe a secret into a setting, use printf, not echo"
			return true
		}
	}
	if other := c.Presented.SecretOf; other != "" && other != c.Presented.KeyID {
		t.why = fmt.Sprintf(
			"It was signed with the secret of another key, %s, which came from %s.",
			other,
			secret.From(),
		)
		t.change = "Take key id and secret from the same place"
		return true
	}
	t.why = fmt.Sprintf(
		"It was signed with a secret that came from %s, and that is not the secret of %s.",
		secret.From(),
		c.trace.KeyID.Shown,
	)
	t.change = "Set the secret that was issued with this key id; if it is lost, make a new key: AWS shows a secret " +
		"only once"
	return true
}

// around says what stands around a value, without the value.
func around(value, right string) string {
	before, after, _ := strings.Cut(value, right)
	var parts []string
	for _, x := range []struct{ text, where string }{{before, "in front of it"}, {after, "after it"}} {
		if x.text != "" {
			parts = append(parts, fmt.Sprintf("%s %s", spelled(x.text), x.where))
		}
	}
	return strings.Join(parts, " and ")
}

func spelled(text string) string {
	switch {
	case strings.Trim(text, "\r\n") == "":
		return "a newline"
	case strings.TrimSpace(text) == "":
		return "white space"
	case strings.Trim(text, "\"' \r\n\t") == "":
		return "a quotation mark"
	}
	return fmt.Sprintf("%d characters", len(text))
}

func wrongScope(c *call) (telling, bool) {
	scope, ok := verdict.CauseOf[verdict.ForeignScope](c.Verdict.Refusal)
	if !ok {
		return telling{}, false
	}
	t := telling{
		variables: c.trace.Region.Variables,
		what:      "The credential scope of " + c.Call + " does not fit the endpoint.",
		change:    c.library.Advise(library.OwnRegion),
	}
	switch {
	case scope.Region != nil && scope.Region.Sent != "":
		t.what = fmt.Sprintf(
			"%s was signed for region %s, from %s, and the endpoint is in %s.",
			c.Call,
			scope.Region.Sent,
			c.trace.Region.From(),
			scope.Region.Expected,
		)
		t.why = "Region and service are part of the signature: an endpoint accepts its own only."
		if scope.Service != nil {
			t.what += fmt.Sprintf(" It was signed for service %q as well, and the endpoint is of %q.",
				scope.Service.Sent, scope.Service.Expected)
			t.change += fmt.Sprintf("; and sign for %q", scope.Service.Expected)
		}
	case scope.Service != nil && scope.Service.Sent != "":
		t.what = fmt.Sprintf(
			"%s was signed for service %q and the endpoint is of %q.",
			c.Call,
			scope.Service.Sent,
			scope.Service.Expected,
		)
		t.change = fmt.Sprintf(
			"Sign for %q: the signing name of a service is not always its hostname's",
			scope.Service.Expected,
		)
	}
	return t, true
}

func denied(c *call) (telling, bool) {
	if !c.because(verdict.Denied) {
		return telling{}, false
	}
	key := c.trace.KeyID
	t := telling{
		variables: key.Variables,
		what: fmt.Sprintf(
			"%s was identified as %s (key id %s from %s), which may not do this.",
			c.Call,
			c.Verdict.Principal,
			key.Shown,
			key.From(),
		),
		why: "The credentials are valid: " + prose.Sentence(c.Message),
		change: fmt.Sprintf(
			"Allow %s on %s to that principal, or use the credentials of the principal that you meant",
			c.Action,
			c.Resource,
		),
	}
	if bearer := c.trace.Bearer; !bearer.Absent() {
		t.variables = bearer.Variables
		t.what = fmt.Sprintf(
			"%s was identified as %s (bearer token from %s), which may not do this.",
			c.Call,
			c.Verdict.Principal,
			bearer.From(),
		)
	}
	t.change += c.allowHere()
	if c.isPlatform(c.Verdict.Principal) {
		t.why += " That principal is the platform's own: the host sets these variables for itself, and they carry " +
			"no permission of yours."
		t.change = "Pass your own credentials: " + c.library.Advise(library.KeysAlone)
	}
	t.why += c.unusedKeys()
	return t, true
}

// allowHere says how the simulated account is told to allow a call: its roles may
// do nothing until the project says so.
func (c *call) allowHere() string {
	parts := strings.SplitN(c.Verdict.Principal, ":", 6)
	if len(parts) < 6 || c.Action == "" {
		return ""
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	name, _, _ := strings.Cut(rest, "/")
	role, known := c.RoleOfPrincipal[name]
	switch {
	case kind == "assumed-role" && known:
		return fmt.Sprintf(
			". In this simulation a role may do what the project says: --role-allow %s=%s, in Go "+
				"harness.RoleAllow(%q, %q)",
			role,
			c.Action,
			role,
			c.Action,
		)
	case kind == "user":
		return fmt.Sprintf(". In this simulation: --allow %s, in Go harness.Allow(%q) of the user", c.Action, c.Action)
	}
	return ""
}

// unusedKeys says that the project has keys of its own, where the host's
// credentials were used.
func (c *call) unusedKeys() string {
	keys := c.ownKeys()
	if c.isPlatform(c.Verdict.Principal) {
		keys = c.userKeys() // nobody means the platform's
	}
	if !c.ofHost() || len(keys) == 0 {
		return ""
	}
	return fmt.Sprintf(
		" The project sets %s, which the program did not use: an option that is undefined, as of a variable that "+
			"is missing or spelled otherwise, falls back to the host's credentials without a word.",
		strings.Join(variableNames(keys), ", "),
	)
}

func badBearer(c *call) (telling, bool) {
	if !c.because(verdict.BearerInvalid, verdict.BearerMalformed) {
		return telling{}, false
	}
	b := c.trace.Bearer
	return telling{
		variables: b.Variables,
		what: fmt.Sprintf(
			"%s was sent with a bearer token (%s), from %s, that is not a valid Bedrock API key.",
			c.Call,
			b.Shown,
			b.From(),
		),
		why:    prose.Sentence(c.Verdict.Refusal.Detail),
		change: "Use a key of this account and region, or " + c.library.Advise(library.NoBearer),
	}, true
}

func refused(c *call) (telling, bool) {
	if c.Verdict.Accepted || c.Verdict.Refusal == nil {
		return telling{}, false
	}
	return telling{
		what:   c.Call + " was refused at " + c.Verdict.Refusal.Error() + ".",
		change: "See the exchange",
		source: c.Source,
	}, true
}
