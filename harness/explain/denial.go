package explain

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
)

const docDenied = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"

// denialReason is what AWS gives as the reason of a refusal.
type denialReason struct {
	Reason string `yaml:"reason"`
	Means  string `yaml:"means"`
	Change string `yaml:"change"`
}

// actionNote is what is particular to the permission for an action.
type actionNote struct {
	Action string `yaml:"action"`
	Means  string `yaml:"means"`
	Change string `yaml:"change"`
	action *late.Regexp
}

// callerNote is what the name of a principal says of where its credentials came from.
type callerNote struct {
	Named string `yaml:"named"`
	Means string `yaml:"means"`
	// Change is added, or stands alone where Instead is set.
	Change  string `yaml:"change"`
	Instead bool   `yaml:"instead"`
	named   *late.Regexp
}

// refusal is AWS's usual sentence about a caller without permission.
var refusal = late.MustCompile(
	`(?i)User:?\s+(arn:aws(?:[^\s\[]*\[[^\]\n]{0,40}\])?\S*|\*+\S*|<\S+>)\s+is\s+not\s+authorized\s+to\s+perform:?\s+` +
		`([\w-]+:[\w*]+)` +
		`((?:\s+on\s+(?:the\s+)?resource:?\s*\S+)?[^\n]{0,240})`)

var (
	onResource = late.MustCompile(`(?i)on\s+(?:the\s+)?resource:?\s*(arn:[^\s"']+|\S+)`)
	accountOf  = late.MustCompile(`^arn:[\w-]+:[\w-]*:[\w-]*:(\d{12}):`)
)

// denialIn is the finding about a refusal that names its caller.
func denialIn(text string) (ledger.Finding, bool) {
	m := refusal.FindStringSubmatch(text)
	if m == nil {
		return ledger.Finding{}, false
	}
	d := denial{caller: strings.ReplaceAll(trimARN(m[1]), " ", "-"), action: m[2], rest: m[3], text: text}
	if r := onResource.FindStringSubmatch(m[3]); r != nil {
		d.resource = trimARN(r[1])
	}
	return d.finding(), true
}

// trimARN cuts what a sentence, a program or the next element of an answer printed after
// a name.
func trimARN(name string) string {
	name, _, _ = strings.Cut(name, "</")
	return strings.Trim(name, ".,:;'\"()[]{}\\`")
}

// denial is a refusal taken apart.
type denial struct{ caller, action, resource, rest, text string }

func (d denial) finding() ledger.Finding {
	kind := diagnose.NotAllowed
	if strings.HasPrefix(strings.ToLower(d.action), "sts:assumerole") || strings.EqualFold(d.action, "sts:TagSession") {
		kind = "not-trusted"
	}
	f := ledger.Finding{Kind: kind, Source: docDenied, Confidence: "L",
		What: fmt.Sprintf("The credentials are valid, those of %s, and %s was refused%s.", d.caller, d.action,
			d.target())}
	if kind == "not-trusted" && notRole.MatchString(d.resource) {
		return asksForNoRole(f, d)
	}
	if d.resource != "" && sameRole(d.caller, d.resource) {
		return assumesItself(f, d.caller, d.resource)
	}
	role := roleSet(d.text)
	if role != "" && !sameRole(d.caller, role) && strings.Contains(d.caller, ":assumed-role/") {
		return insteadOf(f, d, role)
	}
	why, changes, alone := []string{}, []string{}, false
	add := func(means, change string) {
		if means != "" {
			why = append(why, means)
		}
		if change != "" && !alone {
			changes = append(changes, change)
		}
	}
	reason, known := d.reason()
	if strings.Contains(reason.Reason, "session policy") {
		f.Kind = "session-policy"
	}
	add(d.accounts(), "")
	caller := callerOf(d.caller)
	if caller.Instead {
		alone = true
		changes = append(changes, caller.Change)
	}
	add(caller.Means, caller.Change)
	add(reason.Means, reason.Change)
	note := d.note()
	if known && reason.Change != "" {
		note.Change = ""
	}
	add(note.Means, note.Change)
	if len(why) == 0 || !known && note.Means == "" {
		why = append(why, "No policy that counts for this caller allows it on this resource.")
	}
	if len(changes) == 0 {
		changes = append(changes, fmt.Sprintf("allow %s to it", d.action))
	}
	f.Why = strings.Join(why, " ")
	f.Change = prose.Sentence(strings.Join(changes, "; ")+".") +
		" If this is not the principal that you meant, the program found other credentials first."
	return f
}

// roleArn and tokenFile are the two variables by which a host hands out a role for a web
// identity token (https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html).
var (
	roleArn = late.MustCompile(
		`\bAWS_ROLE_ARN\b["']?\s*[:=]\s*["']?(arn:[\w-]+:iam::[\w*<>.-]*:role/[\w+=,.@/<>-]+)`)
	tokenFile = late.MustCompile(`\bAWS_WEB_IDENTITY_TOKEN_FILE\b["']?\s*[:=]`)
)

// roleSet is the role that the environment in a text hands out by web identity; empty
// where it shows none, or more than one.
func roleSet(text string) string {
	found := roleArn.FindAllStringSubmatch(text, 2)
	if len(found) != 1 || !tokenFile.MatchString(text) {
		return ""
	}
	return trimARN(found[0][1])
}

// notRole is the ARN of something of IAM that nobody can assume.
var notRole = late.MustCompile(`^arn:[\w-]+:iam::[\w*<>.-]*:(user|group|policy|instance-profile|root|mfa)\b`)

// asksForNoRole is the finding about AssumeRole with the ARN of something that is no role.
func asksForNoRole(f ledger.Finding, d denial) ledger.Finding {
	f.Kind = "role-arn"
	f.What = fmt.Sprintf("%s was asked for %s, which is the ARN of no role.", d.action, d.resource)
	f.Why = "Only roles (arn:aws:iam::ACCOUNT:role/NAME) can be assumed. The setting that should have the role's " +
		"ARN holds another one. The credentials are valid, those of " + d.caller +
		"; no permission added to them helps."
	f.Change = "Put the ARN of a role into that setting, and let the role's trust policy name the caller."
	return f
}

// insteadOf is the finding about a call of another role than that of the environment.
func insteadOf(f ledger.Finding, d denial, role string) ledger.Finding {
	f.What = fmt.Sprintf("%s was called as %s, and the environment in the text hands out the role %s.", d.action,
		d.caller, role)
	f.Why = "The credentials are valid, and those of another role: the program did not exchange the token in " +
		"AWS_WEB_IDENTITY_TOKEN_FILE. Its SDK may be too old to know it, a source that is asked earlier had " +
		"credentials, or these variables are of another container or process."
	f.Change = "Have the program use the web identity token (a newer SDK, its default provider chain, no keys or " +
		"profile before it); do not allow " + d.action + " to the role that it fell back to."
	return f
}

// target names the resource where AWS does.
func (d denial) target() string {
	if d.resource == "" {
		return ""
	}
	return " on " + d.resource
}

// reason is what AWS gives as the reason, if it does.
func (d denial) reason() (denialReason, bool) {
	rest := strings.ToLower(d.rest)
	for _, r := range knownWords().Denials {
		if strings.Contains(rest, strings.ToLower(r.Reason)) {
			return r, true
		}
	}
	return denialReason{}, false
}

// note is what is particular to the action.
func (d denial) note() actionNote {
	for _, a := range knownWords().Actions {
		if a.action.MatchString(d.action) {
			return a
		}
	}
	return actionNote{}
}

// callerOf is what a principal's name says; the zero value for nothing.
func callerOf(principal string) callerNote {
	for _, c := range knownWords().Callers {
		if c.named.MatchString(principal) {
			return c
		}
	}
	return callerNote{}
}

// accounts says that caller and resource are of different accounts.
func (d denial) accounts() string {
	a, b := accountOf.FindStringSubmatch(d.caller), accountOf.FindStringSubmatch(d.resource)
	if a == nil || b == nil || a[1] == b[1] {
		return ""
	}
	return fmt.Sprintf("Caller and resource are of different accounts (%s and %s): the policies "+
		"of both sides have to allow it.", a[1], b[1])
}
