package explain

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// saidLack is the finding about a text whose program says, in whatever words, that it
// has no credentials.
func saidLack(text string) (ledger.Finding, bool) {
	at := facts.Lack.FindStringIndex(text)
	if at == nil {
		return ledger.Finding{}, false
	}
	begin := strings.LastIndexByte(text[:at[0]], '\n') + 1
	line, _, _ := strings.Cut(text[begin:], "\n")
	f := ledger.Finding{
		Kind: "no-credentials",
		What: fmt.Sprintf("The program says that it has no credentials that it can use: %q.", hideSecrets(short(line))),
		Why: "No answer of AWS is in the text, so none of its services has judged anything. The places that it " +
			"looks at had " +
			"nothing for it, or it does not look where this host has something.",
		Change: "See what the host hands out (variables, a token, an endpoint) and whether this program looks there: " +
			"hostproof run --host HOST -- YOUR COMMAND compares both.",
		Source: rule.DocChain, Confidence: "L",
	}
	if tried := triedIn(text); len(tried) > 0 {
		f.Why += " It names " + strings.Join(tried, ", ") + "."
	}
	return f, true
}

// session is what the name of a principal says of where its credentials came from.
type session struct {
	match       *regexp.Regexp
	why, change string
}

// sessions are by how AWS and its SDKs name sessions and roles.
var sessions = []session{
	{regexp.MustCompile(`:assumed-role/[^/]+/i-[0-9a-f]+$`),
		"The session is named after an EC2 instance: the credentials are those of the machine, from instance metadata.",
		"if the program has a role of its own there (task, pod, web identity), have it use that, and do " +
			"not allow the " +
			"machine's role more: every program on it would get the permission. If the machine's role is meant, " +
			"allow {2} to {1}"},
	{regexp.MustCompile(`:assumed-role/AWSReservedSSO_`),
		"The role is a permission set of IAM Identity Center.",
		"allow {2} in the permission set, or sign in with another one"},
	{regexp.MustCompile(`:assumed-role/[^/]+/eks-`),
		"The session is one of EKS Pod Identity: the program used its own role.", ""},
	{regexp.MustCompile(`:assumed-role/[^/]+/(botocore-session|aws-sdk-js-session|aws-go-sdk|aws-sdk-java|sdk-)`),
		"The session is one that an SDK made by itself, from a profile with a role or from a web identity token.", ""},
	{regexp.MustCompile(`^arn:aws[\w-]*:iam::\d+:user/`), "The principal is a user with a long-term key.", ""},
}

// sessionOf is what a principal's name says; empty for nothing.
func sessionOf(principal string) session {
	for _, s := range sessions {
		if s.match.MatchString(principal) {
			return s
		}
	}
	return session{}
}
