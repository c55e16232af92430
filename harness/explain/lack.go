package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// absent is how any program may say that it has no credentials: words of absence
// in one clause with them. What is invalid, expired or refused is there.
var absent = late.MustCompile(`(?i)` +
	`\b(?:no|without|missing|lacks?|empty|absent)\b(?:[ \t"']+[\w-]+){0,3}?[ \t"']+` + thing +
	`|\b(?:(?:could|can|did|do|does) ?n[o']t|can't|cannot|unable to|fail(?:ed|s)? to|failed) ` +
	`(?:find|load|locate|get|read|resolve|retrieve|fetch|obtain|have|provide|source|detect|discover)\w*` +
	`[^.;:\n]{0,60}\b` + thing +
	`|\b` + thing +
	`\b[^.;\n]{0,40}\b(?:(?:could not|cannot|can ?not|couldn't) be (?:found|loaded|located|resolved|read|sourced|` +
	`retrieved|obtained)|not (?:been )?(?:found|set|configured|available|provided|loaded|specified|` +
	`supplied|defined|present)|missing|unavailable|required|absent|empty)\b` +
	`|\bno (?:valid )?(?:credential )?(?:providers?|sources?)\b[^.;\n]{0,60}credentials?|\bCredentialsNotLoaded\b|` +
	`\bNoCredential(?:s|Providers?)?(?:Error|Exception)?\b|\bNo AWS Credentials\b|credential provider was not enabled|` +
	`Provider returned no credentials|no (?:identity|credentials?) could be (?:resolved|loaded|found|obtained)|` +
	`\bNoAuthHandlerFound\b`)

// thing is what may be missing.
const thing = `(?:credentials?|access.?keys?(?:[ _]?ids?)?|secret.?(?:access.?)?keys?)\b`

// lackLine is the line in which a program says that it has no credentials.
func lackLine(text string) (string, bool) {
	for _, at := range absent.FindAllStringIndex(text, maxCalls) {
		begin := strings.LastIndexByte(text[:at[0]], '\n') + 1
		line, _, _ := strings.Cut(text[begin:], "\n")
		if !looksFurther.MatchString(line) {
			return shortTo(hideSecrets(line), maxQuote), true
		}
	}
	return "", false
}

// looksFurther is a line of a program that has no credentials yet and goes on to fetch some.
var looksFurther = late.MustCompile(
	`(?i)\b(?:info|debug|trace)\b.*\b(?:requesting|fetching|refreshing|obtaining|trying|retrieving)\b`)

// saidLack is the finding about a text whose program says, in whatever words, that it
// has no credentials; a text with an answer of AWS is not one.
func saidLack(text string, used library.Library) (ledger.Finding, bool) {
	line, ok := lackLine(text)
	if !ok || answersOfAWS(text) {
		return ledger.Finding{}, false
	}
	what := fmt.Sprintf("The program says that it has no credentials that it can use, so no request was made: %q.",
		line)
	if oneAfterAnother.MatchString(text) && !gaveUp.MatchString(text) {
		what = "A debug log says of single places that they have no credentials, and the text ends before it says " +
			"what the last one gave."
	}
	m := meaning{"no-credentials", nil, what, "", "", rule.DocChain, "L"}
	return m.finding(text, []string{""}, used), true
}

var (
	// oneAfterAnother is a line of a debug log about one of the places in which an SDK looks.
	oneAfterAnother = late.MustCompile(`(?i)\b(?:debug|trace)\b[^\n]*\b(?:from|to|by|provider[:=]?) ?["']?\w*` +
		`(?:provider|chain|profile|` +
		`environment|imds|web.?identity)`)
	// gaveUp is a level at which a program reports that something failed for good.
	gaveUp = late.MustCompile(`(?i)\b(?:error|fatal|critical|exception|panic|traceback)\b|\w(?:Error|Exception)\b`)
)

// lackWhy and lackChange are what holds wherever a program finds no credentials.
const (
	lackWhy = "Which place should have had them the text does not say: variables (exactly AWS_ACCESS_KEY_ID " +
		"and AWS_SECRET_ACCESS_KEY), a profile in the files of the user that runs it, or a role that the host " +
		"hands out by an endpoint (instance metadata, from a container only with hop limit 2) or a token. AWS judged " +
		"nothing."
	lackChange = "decide which of these is meant on this host, and look whether this very process has it " +
		"(names of its variables, HOME, profile, attached role)"
)

// lackOf is what is said of a program without credentials, for its text, and whether
// other things in the text add to it.
func lackOf(text string) (why, change string, said bool) {
	if odd := oddNames(text); len(odd) > 0 {
		why = fmt.Sprintf("The text shows %s, a name that SDKs do not read: it counts only for a program that "+
			"hands its value on under their names. ", strings.Join(odd, ", "))
	}
	why += lackWhy
	if tried := triedIn(text); len(tried) > 0 {
		why += " The text names as tried: " + strings.Join(tried, ", ") + "."
	}
	before := why
	why, change = noted(lackNotes(), text, why, lackChange, 1)
	return why, change, why != before
}

// variable is a name of a variable with a part of credentials, by its words.
var variable = late.MustCompile(`\b(?:[A-Z]{2,}_)?(?:AWS|AMAZON|S3)_[A-Z_]*(?:KEY|SECRET|TOKEN)[A-Z_]*\b`)

// readNames are the names of such variables that SDKs read
// (https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html).
var readNames = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
	"AWS_BEARER_TOKEN_BEDROCK"}

// oddNames are variables that a text shows and that are not among those names.
func oddNames(text string) (out []string) {
	for _, name := range variable.FindAllString(text, maxCalls) {
		if strings.Contains(name, "AWS_") && !slices.Contains(readNames, name) && !slices.Contains(out, name) &&
			!inMessage.MatchString(text) {
			out = append(out, name)
		}
	}
	return out
}

// inMessage is a message of an SDK that lists the names that it reads.
var inMessage = late.MustCompile(`AWS_ACCESS_KEY_ID \(or AWS_ACCESS_KEY\)|AWS_SECRET_KEY \(or`)
