package harness

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The kinds of findings.
const (
	MixedCredentials   Kind = "mixed-credentials"   // key and token belong to different credentials
	PlatformPrincipal  Kind = "platform-principal"  // the call was made as the platform, not as the user
	TokenLeftOut       Kind = "token-left-out"      // a temporary key without its token
	ExpiredCredentials Kind = "expired-credentials" //
	UnknownKey         Kind = "unknown-key"         //
	WrongSecret        Kind = "wrong-secret"        //
	WrongSignature     Kind = "wrong-signature"     // the right secret, signed in a wrong way
	ClockSkew          Kind = "clock-skew"          //
	WrongRegion        Kind = "wrong-region"        //
	NotAllowed         Kind = "not-allowed"         // identified, and no policy allows it
	Unsigned           Kind = "unsigned"            //
	BearerOverrides    Kind = "bearer-overrides"    // a bearer token was used although keys are set
	BadBearer          Kind = "bad-bearer"          //
	NoCall             Kind = "no-call"             // the subject failed before any AWS call
	Refused            Kind = "refused"             // anything else
)

// Public sources of the rules.
const (
	docTokens  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html"
	docVercel  = "https://vercel.com/docs/environment-variables/reserved-environment-variables"
	docSigning = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"
	docDenied  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
	docAPIKeys = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"
	docChain   = "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"
)

// exchangeRules look at one exchange; the first that fits speaks.
var exchangeRules = []func(*diagnosis, *mockaws.Exchange, *Trace) *Finding{
	mixedCredentials, tokenLeftOut, expired, unknownKey, wrongSecret, clockSkew, wrongScope, denied, unsigned, badBearer,
	refused, bearerOverrides, asPlatform,
}

// runRules look at the run as a whole.
var runRules = []func(*diagnosis) *Finding{noCall}

func because(e *mockaws.Exchange, reasons ...verdict.Reason) bool {
	r := e.Verdict.Refusal
	if r == nil {
		return false
	}
	for _, reason := range reasons {
		if r.Reason == reason {
			return true
		}
	}
	return false
}

// mixedCredentials: a token that is not the key's own. A foreign token is
// itself signed, so the signature is valid, and the message that AWS sends
// names neither the key nor where the token came from.
func mixedCredentials(d *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if !because(e, verdict.TokenForOtherKey, verdict.TokenMalformed) {
		return nil
	}
	f := &Finding{Kind: MixedCredentials, Source: docTokens, Variables: append(names(t.KeyID), names(t.Token)...)}
	owner := "of no credentials that this AWS issued"
	if t.Token.Owner != "" {
		owner = "of other credentials, those of " + t.Token.Owner
	}
	f.Text = fmt.Sprintf("The access key id %s came from %s%s, but the session token (%s) came from %s and is %s. "+
		"A session token is only valid together with the key and the secret that it was issued with.%s",
		t.KeyID.Shown, t.KeyID.From(), ownedBy(t.KeyID), t.Token.Shown, t.Token.From(), owner, secretIsRight(e))
	f.Change = changeMixed(t)
	if t.Token.SetBy == ByHost && strings.HasPrefix(d.result.Host, "vercel") {
		f.Text += " The host sets that variable for its own use; it carries no permission and is not meant for your code."
		f.Source = docVercel
	}
	return f
}

func changeMixed(t *Trace) string {
	key, token := strings.Join(t.KeyID.Variables, " or "), strings.Join(t.Token.Variables, " or ")
	if token == "" {
		token = "the token"
	}
	if key == "" || contains(t.KeyID.Variables, "AWS_ACCESS_KEY_ID") {
		return fmt.Sprintf("Do not let the client take the credentials out of the environment: put your key and secret under names of your own "+
			"(MY_AWS_ACCESS_KEY_ID, MY_AWS_SECRET_ACCESS_KEY) and pass them through a credential provider that returns exactly these two and no %s; or use a role (OIDC) instead of keys.", token)
	}
	return fmt.Sprintf("Pass %s and its secret through a credential provider (credentialProvider, a static provider) that returns exactly these two, "+
		"so that the library cannot add %s; an explicit empty session token helps where the library has no provider option; or move to a version of the library that does not read the token from the environment when keys are given.", key, token)
}

func secretIsRight(e *mockaws.Exchange) string {
	if e.Presented.SecretOf != "" && e.Presented.SecretOf == e.Presented.KeyID {
		return " Key and secret fit each other: the signature is valid, so without that token the call would have been accepted."
	}
	return ""
}

func ownedBy(p Part) string {
	if p.Owner == "" {
		return ""
	}
	return " and belongs to " + p.Owner
}

func tokenLeftOut(d *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if !because(e, verdict.TokenMissing) {
		return nil
	}
	f := &Finding{Kind: TokenLeftOut, Source: docTokens, Variables: names(t.KeyID),
		Text:   fmt.Sprintf("The access key id %s, from %s, is a temporary one, and the request carried no session token.", t.KeyID.Shown, t.KeyID.From()),
		Change: "Pass the session token along with key and secret, or let the SDK's default provider chain take all three together.",
	}
	if _, ok := d.env.Lookup("AWS_SESSION_TOKEN"); ok {
		f.Text += " AWS_SESSION_TOKEN is set, but the program did not send it."
	}
	return f
}

func expired(_ *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if !because(e, verdict.TokenExpired, verdict.BearerExpired) {
		return nil
	}
	end := ""
	if at := e.Verdict.Refusal.Args["expiration"]; at != "" {
		end = " It ended at " + at + "."
	}
	part := t.Token
	if !t.Bearer.Absent() {
		part = t.Bearer
	}
	return &Finding{Kind: ExpiredCredentials, Source: docTokens, Variables: names(part),
		Text:   fmt.Sprintf("The temporary credentials have expired: the token (%s) came from %s.%s", part.Shown, part.From(), end),
		Change: "Use a provider that refreshes (a role, web identity, the container or instance endpoint) instead of a copy of temporary credentials.",
	}
}

func unknownKey(_ *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if !because(e, verdict.KeyUnknown, verdict.KeyInactive, verdict.KeyDeleted) {
		return nil
	}
	state := map[verdict.Reason]string{verdict.KeyUnknown: "unknown to AWS", verdict.KeyInactive: "deactivated", verdict.KeyDeleted: "deleted"}
	return &Finding{Kind: UnknownKey, Source: docSigning, Variables: names(t.KeyID),
		Text:   fmt.Sprintf("The access key id %s, from %s, is %s.", t.KeyID.Shown, t.KeyID.From(), state[e.Verdict.Refusal.Reason]),
		Change: "Check the key in IAM; in this harness, give the deployment the key as a user's (harness.User) so that the mock knows it.",
	}
}

func wrongSecret(_ *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if !because(e, verdict.SignatureMismatch, verdict.PayloadHashMismatch, verdict.ChunkSignatureMismatch) {
		return nil
	}
	f := &Finding{Kind: WrongSecret, Source: docSigning, Variables: names(t.KeyID),
		Text:   fmt.Sprintf("The signature made under %s (from %s) does not match.", t.KeyID.Shown, t.KeyID.From()),
		Change: "Check that the secret belongs to this key id and has no space or newline at its end.",
	}
	if x := e.Explanation; x != nil && x.Mistake != "" {
		f.Text += " " + sentence(x.Mistake)
		if x.Line > 0 {
			f.Kind = WrongSignature
			f.Text += fmt.Sprintf(" The first canonical line that differs is line %d (%s): AWS has %q, the client signed %q.", x.Line, x.Name, x.Ours, x.Theirs)
			f.Change = "Sign with a maintained signer, or mend that line of the canonical request."
		}
	}
	return f
}

func clockSkew(_ *diagnosis, e *mockaws.Exchange, _ *Trace) *Finding {
	if !because(e, verdict.SignatureExpired, verdict.SignatureNotYetCurrent) {
		return nil
	}
	a := e.Verdict.Refusal.Args
	return &Finding{Kind: ClockSkew, Source: docSigning,
		Text:   fmt.Sprintf("The request is dated %s and it is %s: more than %s minutes apart.", a["date"], a["now"], a["minutes"]),
		Change: "Set the clock of the machine that signs (NTP; WSL and virtual machines lose time while they sleep).",
	}
}

func wrongScope(_ *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if !because(e, verdict.WrongScope) {
		return nil
	}
	a := e.Verdict.Refusal.Args
	text := "The credential scope does not fit the endpoint."
	if a["region"] != "" {
		text = fmt.Sprintf("The request was signed for region %s, from %s, and the endpoint is in %s.", a["region"], t.Region.From(), a["expectedRegion"])
	} else if a["service"] != "" {
		text = fmt.Sprintf("The request was signed for service %q and the endpoint is of %q.", a["service"], a["expectedService"])
	}
	return &Finding{Kind: WrongRegion, Source: docSigning, Text: text, Variables: names(t.Region),
		Change: "Pass the region explicitly; a host's AWS_REGION is where the host runs, not where your resources are."}
}

func denied(_ *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if !because(e, verdict.Denied) {
		return nil
	}
	return &Finding{Kind: NotAllowed, Source: docDenied, Variables: names(t.KeyID),
		Text:   fmt.Sprintf("The credentials are valid, those of %s (key id %s from %s), but may not do this: %s", e.Verdict.Principal, t.KeyID.Shown, t.KeyID.From(), e.Message),
		Change: fmt.Sprintf("Allow %s on %s to that principal, or use the credentials of the principal that you meant.", e.Action, e.Resource),
	}
}

func unsigned(_ *diagnosis, e *mockaws.Exchange, _ *Trace) *Finding {
	if !because(e, verdict.MissingAuthentication) {
		return nil
	}
	return &Finding{Kind: Unsigned, Source: docChain,
		Text:   e.Call + " was sent without any signature: the program found no credentials and called all the same.",
		Change: "Give the client credentials, or let it fail when it finds none.",
	}
}

func badBearer(_ *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if !because(e, verdict.BearerInvalid, verdict.BearerMalformed) {
		return nil
	}
	return &Finding{Kind: BadBearer, Source: docAPIKeys, Variables: names(t.Bearer),
		Text:   fmt.Sprintf("The bearer token (%s), from %s, is not a valid Bedrock API key: %s.", t.Bearer.Shown, t.Bearer.From(), e.Verdict.Refusal.Detail),
		Change: "Use a key of this account and region, or remove the bearer token so that the keys are used.",
	}
}

func refused(_ *diagnosis, e *mockaws.Exchange, _ *Trace) *Finding {
	r := e.Verdict.Refusal
	if e.Verdict.Accepted || r == nil {
		return nil
	}
	return &Finding{Kind: Refused, Source: e.Source, Text: e.Call + " was refused at " + r.Error() + ".", Change: "See the exchange."}
}

// bearerOverrides: a bearer token in the environment wins over keys that the
// program was given, and nothing in the answer tells.
func bearerOverrides(d *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if e.Presented.Scheme != "bearer" || !contains(t.Bearer.Variables, "AWS_BEARER_TOKEN_BEDROCK") {
		return nil
	}
	for _, v := range d.env.Variables() {
		if v.SetBy == ByUser && strings.HasPrefix(v.Value, "AKIA") && len(v.Value) == 20 {
			return &Finding{Kind: BearerOverrides, Source: docAPIKeys, Variables: []string{"AWS_BEARER_TOKEN_BEDROCK", v.Name},
				Text:   fmt.Sprintf("The call used AWS_BEARER_TOKEN_BEDROCK although the project also sets %s: a bearer token wins.", v.Name),
				Change: "Unset AWS_BEARER_TOKEN_BEDROCK if the keys are meant."}
		}
	}
	return nil
}

// asPlatform: accepted or not, the call was made with what the host put there
// for itself.
func asPlatform(_ *diagnosis, e *mockaws.Exchange, t *Trace) *Finding {
	if t.KeyID.SetBy != ByHost || t.KeyID.Absent() {
		return nil
	}
	return &Finding{Kind: PlatformPrincipal, Source: docChain, Variables: names(t.KeyID),
		Text:   fmt.Sprintf("The call was made as %s, with credentials that the host set in %s.", e.Verdict.Principal, strings.Join(t.KeyID.Variables, ", ")),
		Change: "Fine if the host's role is meant; otherwise pass your own credentials explicitly.",
	}
}

// noCall: the subject failed and AWS never heard of it.
func noCall(d *diagnosis) *Finding {
	if !d.result.Failed() || len(d.result.Exchanges) > 0 {
		return nil
	}
	f := &Finding{Kind: NoCall, Source: docChain, Text: "The subject failed before it made any AWS call. "}
	var keys, others []string
	for _, v := range d.env.Variables() {
		switch {
		case strings.HasPrefix(v.Name, "AWS_ACCESS_KEY_ID"), v.Name == "AWS_SECRET_ACCESS_KEY", v.Name == "AWS_SESSION_TOKEN":
			keys = append(keys, fmt.Sprintf("%s (%s)", v.Name, v.SetBy))
		case v.SetBy == ByUser:
			others = append(others, v.Name)
		}
	}
	switch {
	case len(keys) == 0:
		f.Text += "None of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN is set here"
	default:
		f.Text += "Of the three variables that SDKs read, only these are set here: " + strings.Join(keys, ", ")
	}
	if len(others) > 0 {
		f.Text += "; the project sets " + strings.Join(others, ", ")
	}
	for _, a := range d.result.Refused {
		f.Text += "; it tried to reach " + a.String()
	}
	if len(d.result.Probes) > 0 {
		f.Text += "; it looked for credentials at " + d.result.Probes[0].Target + ", which this host does not have"
	}
	f.Text += "."
	if _, ok := d.env.Lookup("AWS_REGION"); !ok {
		f.Text += " AWS_REGION is not set either, by the host or by the project: clients that read the region from it give up, too."
	}
	f.Change = "See what the subject printed; pass it the credentials that this host has, or run it on a host that has what it looks for."
	return f
}

func names(p Part) []string { return p.Variables }

func contains(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}

func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
