package explain

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/shown"
)

// Reading is what a text without a request tells besides its findings.
type Reading struct {
	// Chain are the errors as they were wrapped, the outermost first.
	Chain []string `json:"chain,omitempty"`
	// Tried are the sources of credentials that the text says were tried.
	Tried []string `json:"tried,omitempty"`
	// Certain is what the text shows, Unsure what it leaves open.
	Certain []string `json:"certain,omitempty"`
	Unsure  []string `json:"unsure,omitempty"`
	// Hosts are those of ours that the text fits, and Reproduce the command that runs
	// a program on the first of them.
	Hosts     []HostFit `json:"hosts,omitempty"`
	Reproduce string    `json:"reproduce,omitempty"`
}

// vocabulary is what a text has that may be about credentials or AWS.
var vocabulary = regexp.MustCompile(
	`(?i)credential|access.?key|secret.?key|session.?token|security.?token|\baws|amazon|` +
		`bedrock|sigv4|signature|\biam\b|\bsts\b|\bimds|instance.?metadata|assume.?role|\barn:|web.?identity|\bs3\b`)

// failure is what shows that a text is about something that failed.
var failure = regexp.MustCompile(`(?i)error|exception|denied|\bfail(?:ed|ure|s)?|fatal|panic|refused|invalid|` +
	`timed? ?-?out|unauthori[sz]ed|forbidden|not found|mismatch|could not|couldn't|cannot|unable to|rejected|` +
	`canonical (?:string|request)|string.to.sign|AWS4-HMAC-SHA256|x-amz-`)

// spoken is the language of a stack trace, and how its SDK is made to say more.
var spoken = []struct {
	language string
	match    *regexp.Regexp
	louder   string
}{
	{"Python", regexp.MustCompile(`\.py"?, line \d+|Traceback \(most|botocore|boto3`),
		"boto3.set_stream_logger('botocore') before the first client"},
	{"Java", regexp.MustCompile(`\.java:\d+\)|software\.amazon\.awssdk|com\.amazonaws`),
		"the logger software.amazon.awssdk (or com.amazonaws) at level DEBUG"},
	{"Go", regexp.MustCompile(`\.go:\d+|goroutine \d+|operation error |panic: |RequestError: send`),
		"config.WithClientLogMode(aws.LogRequest | aws.LogRetries)"},
	{"Rust", regexp.MustCompile(`\.rs:\d+|panicked at|aws_config|aws_smithy|Err\(`),
		"RUST_LOG=aws_config=debug,aws_smithy_runtime=debug"},
	{"JavaScript", regexp.MustCompile(`\.(?:m?js|ts):\d+|node_modules|CredentialsProviderError`),
		"a client with logger: console, and NODE_DEBUG=http"},
	{"PHP", regexp.MustCompile(`\.php(?:\(|:)\d+|Aws\\`), "the client option 'debug' => true"},
	{"Ruby", regexp.MustCompile(`\.rb:\d+`), "the client option http_wire_trace: true"},
	{".NET", regexp.MustCompile(`\.cs:line \d+|Amazon\.Runtime`),
		"AWSConfigs.LoggingConfig with LogResponses = Always"},
}

// louder is how a program is made to say more.
func louder(text string) string {
	for _, s := range spoken {
		if s.match.MatchString(text) {
			return fmt.Sprintf("the program's output with the SDK's debug log on (%s: %s)", s.language, s.louder)
		}
	}
	return "the program's output with the debug log of its SDK on (for the AWS CLI: --debug)"
}

// notKnown is the finding about a text that may be about credentials and that says
// nothing for certain.
func notKnown(text string, chain []link) ledger.Finding {
	last := ""
	for _, wanted := range []func(string) bool{speaksOfFailure, vocabulary.MatchString} {
		for _, l := range slices.Backward(chain) {
			if last == "" && wanted(l.text) && !frame.MatchString(l.text) {
				last = l.text
			}
		}
	}
	what := "What failed cannot be told from this text."
	if last != "" {
		what = fmt.Sprintf("What failed cannot be told from this text. Its innermost words about it are %q.",
			short(last))
	}
	return ledger.Finding{
		Kind: "not-known", What: what,
		Why: notKnownWhy(text),
		Change: "Send " + louder(text) +
			"; the whole chain of errors, down to the innermost; the names (not the values) " +
			"of the variables that begin with AWS_ where it runs; and on which host. Or run it: hostproof run --host " +
			"HOST -- YOUR COMMAND.",
		Confidence: "U",
	}
}

// frame is a line of a stack trace, a command or a line of a log that reports no
// failure.
var frame = regexp.MustCompile(`^\s*(?:from |at |in |[$#>] )|(?i)^\W*(?:info|debug|trace)\b`)

// speaksOfFailure reports whether a line says that something failed.
func speaksOfFailure(text string) bool {
	return failure.MatchString(text) && vocabulary.MatchString(text) || telltale.MatchString(text)
}

// telltale is how the last word of a failure begins in many languages.
var telltale = regexp.MustCompile(`(?i)\b(?:fatal|\w*error|\w*exception|errno \d+)\b\]?[:( ]`)

// notKnownWhy says why nothing more is said.
func notKnownWhy(text string) string {
	if answersOfAWS(text) {
		return "It quotes an answer, and none whose meaning is known here: anything more would be a guess."
	}
	return "It names no answer of AWS, no place that refused, and no step of a program that is known here: " +
		"anything more would be a guess."
}

const maxShort = 160

func short(text string) string {
	text = oneLine(text)
	if runes := []rune(text); len(runes) > maxShort {
		return string(runes[:maxShort]) + "…"
	}
	return text
}

// read says what a text tells besides its findings.
func read(text string, chain []link, findings []ledger.Finding) *Reading {
	out := &Reading{Tried: triedIn(text), Hosts: hostsIn(text, answered(chain))}
	for _, l := range chain {
		if len(out.Chain) < maxShown && vocabulary.MatchString(l.text) {
			out.Chain = append(out.Chain, hideSecrets(short(l.text)))
		}
	}
	if len(out.Chain) < 2 {
		out.Chain = nil
	}
	if len(out.Hosts) > 0 {
		out.Reproduce = out.Hosts[0].Command()
	} else {
		out.Unsure = append(out.Unsure, "on which host the program runs: the text shows none")
	}
	if len(findings) == 0 || findings[0].Kind == "not-known" {
		return out
	}
	certain, unsure := surety(findings[0].Kind)
	out.Certain, out.Unsure = append(out.Certain, certain), append(out.Unsure, unsure)
	if l := library.In(text); l.ID != "" {
		out.Certain = append(out.Certain, "the text is of "+l.Name)
	}
	return out
}

// answered reports whether a text shows an answer of a place of its host.
func answered(chain []link) bool {
	_, ok := refusedByPlace(chain)
	return ok
}

// maxShown bounds the links that are shown.
const maxShown = 8

// before are the kinds of what ends before AWS can answer.
var before = []ledger.Kind{
	"untrusted-ca", "proxy", "name-not-found", "connection-refused", "no-answer", "endpoint-refused", "missing-module",
	"sso-cache", "profile-missing", "mfa", "role-callback", "token-file", "credential-process", "no-role-at-host",
	"file-unreadable", "empty-credentials",
	"metadata-disabled", "no-credentials", "no-key-setting", "no-region", "old-sdk", "edge-runtime",
	"token-file-newline", "missing-parameter", "config-broken", "section-lacks", "setting-missing", "connection-reset",
}

// surety is what is certain after a finding of a kind, and what stays open.
func surety(kind ledger.Kind) (certain, unsure string) {
	if slices.Contains(before, kind) {
		return "the program did not get as far as an answer of the AWS service: no permission was judged",
			"whether the credentials would be accepted once they are found"
	}
	return "AWS received the request and refused it, or its answer says so",
		"where the program took its credentials from: only a run shows that"
}

// secretShaped is a word that may be a secret: long, and of the letters of base64.
var secretShaped = regexp.MustCompile(`[A-Za-z0-9+/=_%-]{40,}`)

// plain is a path or a name: no key and no token is in small letters alone.
var plain = regexp.MustCompile(`^[a-z0-9/._-]*$`)

// hideSecrets takes out what may be a secret, but for names, addresses and ARNs.
func hideSecrets(text string) string {
	words := strings.Split(shown.WithoutPasswords(text), " ")
	for i, word := range words {
		if strings.Contains(word, "arn:") {
			continue
		}
		words[i] = secretShaped.ReplaceAllStringFunc(word, func(word string) string {
			if plain.MatchString(word) {
				return word
			}
			return fmt.Sprintf("<%d characters>", len(word))
		})
	}
	return strings.Join(words, " ")
}

// specific reports whether findings say more than that there are no credentials.
func specific(findings []ledger.Finding) bool {
	return slices.ContainsFunc(findings, func(f ledger.Finding) bool { return f.Kind != "no-role-at-host" })
}

// troubles are the findings about places that a text shows, the telling first.
func troubles(chain []link) (out []ledger.Finding) {
	if f, ok := refusedByPlace(chain); ok {
		return []ledger.Finding{f}
	}
	if f, ok := unreached(chain); ok {
		out = append(out, f)
	}
	return out
}
