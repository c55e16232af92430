package explain

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// reasons are what AWS itself says more closely within a code: they come before
// what the code means in general.
var reasons = []meaning{
	{"headers-not-signed",
		late.MustCompile(`(?i)headers present in the request which were not signed` +
			`(?:[\s\S]{0,300}?HeadersNotSigned\W{1,4}([\w-]+(?:, ?[\w-]+)*))?|` +
			`<?HeadersNotSigned\W{1,4}([\w-]+(?:, ?[\w-]+)*)`),
		"A header that has to be covered by the signature is not in SignedHeaders: {1}{2}.",
		"The caller and the secret are not the matter. Every x-amz- header that is sent has to be signed; something " +
			"added one after signing (a middleware, a proxy, an option of the program), or the signer leaves it out.",
		"set the header before signing so that it is in SignedHeaders, or do not send it", docSigV4, "V"},
}

// quotedHeader is the Authorization header as AWS's message repeats it.
var quotedHeader = late.MustCompile(
	`(?i)(?:in Authorization header[^:=\n]{0,60}[:=]\s*|\bAuthorization=)['"]?([^\n]+)`)

// headerFaults are what can be seen of such a header.
var headerFaults = []struct {
	match     *late.Regexp
	what, why string
	change    string
}{
	{late.MustCompile(`(?i)^Authorization\s*[:=]`),
		"The value of the Authorization header begins with its own name.",
		"Name and value were put together into the value: the server sees Authorization: Authorization: …. The " +
			"keys are not the matter.",
		"set the header's value without the name in front of it"},
	{late.MustCompile(`(?i)^(?:Bearer|Basic|Token|Negotiate)\b`),
		"The Authorization header is of another scheme than AWS's signatures.",
		"A proxy, a gateway or a setting of the client put its own header in the place of the signature.",
		"keep that header away from requests to AWS, or call through what understands it"},
	{late.MustCompile(`(?is)AWS4-HMAC-SHA256.*AWS4-HMAC-SHA256`),
		"The Authorization header holds two signatures.",
		"The request was signed twice, or a retry added a second header to the first.",
		"sign once, and set the header instead of adding it"},
	{late.MustCompile(`(?i)Credential=(?:/|,|$|%2F)`),
		"The Authorization header names no access key id: its Credential is empty in that place.",
		"The variable or setting for the key id is empty where the program runs.",
		"set the key id where the program reads it"},
	{late.MustCompile(`(?i)Credential=(?:None|null|undefined|nil)\b`),
		"The Authorization header has the word for nothing in the place of the access key id.",
		"The program made a text out of a variable that is not set.", "set the key id where the program reads it"},
}

// headerFinding is about a header that the message repeats, where it shows a fault.
func headerFinding(text string) (ledger.Finding, bool) {
	for _, m := range quotedHeader.FindAllStringSubmatch(text, maxCalls) {
		for _, h := range headerFaults {
			if h.match.MatchString(strings.TrimSpace(m[1])) {
				return ledger.Finding{Kind: "malformed-signature", What: h.what, Why: h.why,
					Change: capital(h.change) + ".", Source: docSigV4, Confidence: "L"}, true
			}
		}
	}
	return ledger.Finding{}, false
}

// principalARN is the name of a principal; it ends before whatever a program
// printed after it, escapes too.
var principalARN = late.MustCompile(
	`arn:aws[\w-]*:(?:iam|sts)::[\w*<>.-]*:(?:user|role|assumed-role|federated-user|root)[\w+=,.@/:-]*`)

// asTarget is what stands before the ARN of a role that is asked for, and so is not the
// caller's: a setting, an option or a policy's resource.
var asTarget = late.MustCompile(
	`(?i)(?:role_?-?arn|role-to-assume|"?resource"?|on resource:?)["']?\s*[:=]?\s*["'\[]*$`)

// principalIn is the principal that a refusal names first; empty for none.
func principalIn(text string) string {
	for _, at := range principalARN.FindAllStringIndex(text, maxCalls) {
		if !asTarget.MatchString(text[max(0, at[0]-asTargetWithin):at[0]]) {
			return strings.TrimRight(text[at[0]:at[1]], ".,:")
		}
	}
	return ""
}

// asTargetWithin bounds how far before an ARN its setting is looked for, in bytes.
const asTargetWithin = 40

// deniedNamed is what a refusal without AWS's usual sentence says of its caller.
func deniedNamed(text string, f ledger.Finding) ledger.Finding {
	if name := principalIn(text); name != "" {
		by := callerOf(name)
		f.What = "The call was refused, and the text names a principal: " + name + "."
		f.Why = strings.TrimSpace(by.Means +
			" Compare it with the principal that you meant, and with what the policy " +
			"(or the service's own table of roles and users) allows.")
		f.Change = "If that principal is not the one you meant, find out why the program calls as it; else allow " +
			"the call to it."
		if by.Instead {
			f.Change = prose.Sentence(by.Change)
		}
		return f
	}
	if line, ok := lackLine(text); ok {
		f.Kind = "anonymous"
		f.What = fmt.Sprintf("The call was refused, and the program says that it had no credentials: %q.", line)
		f.Why = "Clients of S3 that find none call without a signature, and are refused like a caller without " +
			"permission. No policy of a principal of yours has to do with it then."
		f.Change = "Give the client credentials where it looks for them; only if the request was signed look at " +
			"the policy."
	}
	return f
}

// roleOf is the account and the name of the role behind a principal's name.
var roleOf = late.MustCompile(
	`^arn:[\w-]+:(?:iam|sts)::([\w*<>.-]*):(?:assumed-)?role[/:](?:[\w+=,.@/-]*/)?([\w+=,.@-]+?)$`)

// sameRole reports whether a session and a role are of the same role.
func sameRole(caller, target string) bool {
	if strings.Contains(caller, ":assumed-role/") {
		caller = caller[:strings.LastIndexByte(caller, '/')]
	}
	a, b := roleOf.FindStringSubmatch(caller), roleOf.FindStringSubmatch(target)
	return a != nil && b != nil && a[2] == b[2] && (a[1] == b[1] || !account.MatchString(a[1]) ||
		!account.MatchString(b[1]))
}

// account is the number of an account that was not masked before it was shown.
var account = late.MustCompile(`^\d{12}$`)

// assumesItself is the finding about a role whose session asks for the same role.
func assumesItself(f ledger.Finding, caller, target string) ledger.Finding {
	if !sameRole(caller, target) {
		return f
	}
	f.What = "The program already has the role " + target + " and asks to assume the same role once more."
	f.Why = "Its caller, " + caller + ", is a session of that role: the host or the pod hands the role out, and a " +
		"setting of the program (role_arn, assume role) names it again. A role may assume itself only " +
		"where its trust " +
		"policy says so."
	f.Change = "Take the role out of the program's settings: the credentials that it has are already those of " +
		"the role."
	f.Kind = "not-trusted"
	return f
}
