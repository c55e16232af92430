package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
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
	// Send is what tells more, where the finding leaves causes open.
	Send []string `json:"send,omitempty"`
	// Hosts are those of ours that the text fits, and Reproduce the command that runs
	// a program on the first of them, or on one where such findings are seen.
	Hosts     []HostFit `json:"hosts,omitempty"`
	Reproduce string    `json:"reproduce,omitempty"`
}

// vocabulary is what a text has that may be about credentials or AWS.
var vocabulary = late.MustCompile(
	`(?i)credential|access.?key|secret.?key|session.?token|security.?token|\baws|amazon|` +
		`bedrock|sigv4|signature|\biam\b|\bsts\b|\bimds|instance.?metadata|assume.?role|\barn:|web.?identity|\bs3\b`)

// failure is what shows that a text is about something that failed.
var failure = late.MustCompile(`(?i)error|exception|denied|\bfail(?:ed|ure|s)?|fatal|panic|refused|invalid|` +
	`timed? ?-?out|unauthori[sz]ed|forbidden|not found|mismatch|does ?n[o'’]t ?match|` +
	`could not|couldn't|cannot|can't|unable to|rejected|` +
	`no such|missing|expired|\b(?:throw\w*|get\w*|got|return\w*|status|code|HTTP|with)\b[^\n.]{0,20}\b[45]\d\d\b|` +
	`not (?:working|loaded|recognized|set|configured|valid)|` +
	`canonical (?:string|request)|string.to.sign|AWS4-HMAC-SHA256|x-amz-`)

// speakerOf is the program, SDK or language that printed a text, or else the first that
// is named in it; nil for none that is known. printed says which of the two it is.
func speakerOf(text string) (of *speaker, printed bool) {
	all := knownWords().Speakers
	for i := range all {
		if all[i].shows.MatchString(text) {
			return &all[i], true
		}
	}
	for i := range all {
		if all[i].names.MatchString(text) {
			return &all[i], false
		}
	}
	return nil, false
}

// spoken says who printed a text, or of whom it speaks; empty where neither is known.
func spoken(text string) string {
	s, printed := speakerOf(text)
	verb := "speaks of "
	if printed {
		verb = "is of "
	}
	if l := library.In(text); l.ID != "" {
		return "the text " + verb + l.Name
	}
	if s != nil {
		return "the text " + verb + s.Name
	}
	return ""
}

// louder is how a program is made to say more.
func louder(text string) string {
	if s, _ := speakerOf(text); s != nil {
		return fmt.Sprintf("%s (%s)", s.Louder, s.Name)
	}
	return "the output with the debug log of its SDK on (for the AWS CLI: --debug), down to the innermost error"
}

// toSend is what to send where causes stay open.
func toSend(text string, kind ledger.Kind) []string {
	out := append(slices.Clone(aboutKind(kind).Send), louder(text))
	return append(out, "on which host it runs, and the names (not the values) "+
		"of the variables there that begin with AWS_")
}

// nothingFailed is the answer to a text in which nothing is said to have failed.
func nothingFailed(text string) ledger.Finding {
	return ledger.Finding{
		Kind: "nothing-failed", What: "The text does not say that anything failed.",
		Why: "There is no error, no status and no request of AWS in it, so there is nothing that could be explained.",
		Change: "Send the error itself, from its first line to its innermost cause, with " + louder(text) +
			"; or run the program here: hostproof run --host HOST -- YOUR COMMAND.",
		Source: docChain, Confidence: "V",
	}
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
		what = fmt.Sprintf("What failed stands in the text, and why cannot be told from it: %q.",
			short(hideSecrets(last)))
	}
	return ledger.Finding{
		Kind: "not-known", What: what,
		Why: notKnownWhy(text),
		Change: "Send " + louder(text) + "; or run it here, which shows what it asks and what is answered: " +
			"hostproof run --host HOST -- YOUR COMMAND.",
		Source: docChain, Confidence: "U",
	}
}

// frame is a line of a stack trace, a command or a line of a log that reports no
// failure.
var frame = late.MustCompile(`^\s*(?:from |at |in |[$#>] )|(?i)^\W*(?:info|debug|trace)\b`)

// speaksOfFailure reports whether a line says that something failed.
func speaksOfFailure(text string) bool {
	return failure.MatchString(text) && vocabulary.MatchString(text) || telltale.MatchString(text)
}

// telltale is how the last word of a failure begins in many languages.
var telltale = late.MustCompile(`(?i)\b(?:fatal|\w*error|\w*exception|errno \d+)\b\]?[:( ]`)

// notKnownWhy says why nothing more is said.
func notKnownWhy(text string) string {
	if answersOfAWS(text) {
		return "It quotes an answer, and none whose meaning is known here: anything more would be a guess."
	}
	return "It names no answer of AWS, no place that refused, and no step of a program that is known here: " +
		"anything more would be a guess."
}

const (
	maxShort = 160
	// maxQuote bounds what a sentence quotes of a line, in characters.
	maxQuote = 110
)

func short(text string) string { return shortTo(text, maxShort) }

func shortTo(text string, most int) string {
	text = oneLine(text)
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// read says what a text tells besides its findings.
func read(text string, chain []link, findings []ledger.Finding) *Reading {
	out := &Reading{Tried: triedIn(text), Hosts: hostsIn(text, answered(chain))}
	for _, l := range chain {
		if len(out.Chain) < maxShown && vocabulary.MatchString(l.text) {
			out.Chain = append(out.Chain, short(hideSecrets(l.text)))
		}
	}
	if len(out.Chain) < 2 {
		out.Chain = nil
	}
	kind := ledger.Kind("not-known")
	if len(findings) > 0 {
		kind = findings[0].Kind
	}
	out.Reproduce = reproduce(out.Hosts, kind)
	if len(out.Hosts) == 0 && !showsPlatform(text) {
		out.Unsure = append(out.Unsure, "on which host the program runs: the text shows none")
	}
	out.Send = toSend(text, kind)
	if of := spoken(text); of != "" {
		out.Certain = append(out.Certain, of)
	}
	if named := evidence(text); named != "" {
		out.Certain = append(out.Certain, "it names "+named)
	}
	if certain, unsure := surety(kind); certain != "" {
		out.Certain, out.Unsure = append([]string{certain}, out.Certain...), append(out.Unsure, unsure)
	}
	return out
}

// maxNamed bounds the hosts and statuses that are repeated.
const maxNamed = 3

// evidence repeats the statuses and AWS's hosts that a text names; empty for none.
func evidence(text string) string {
	var parts []string
	for _, m := range httpStatus.FindAllStringSubmatch(text, maxCalls) {
		if part := "HTTP status " + m[1] + m[2]; !slices.Contains(parts, part) && len(parts) < maxNamed {
			parts = append(parts, part)
		}
	}
	statuses := len(parts)
	for _, host := range awsName.FindAllString(text, maxCalls) {
		if !slices.Contains(parts, host) && len(parts) < statuses+maxNamed && !strings.HasPrefix(host, "docs.") {
			parts = append(parts, host)
		}
	}
	return hideSecrets(strings.Join(parts, ", "))
}

// reproduce is the command that runs a program on the host that a text shows, or on
// one on which findings of the kind are seen.
func reproduce(fits []HostFit, kind ledger.Kind) string {
	switch seen := aboutKind(kind).Hosts; {
	case len(fits) > 0:
		return fits[0].Command()
	case len(seen) > 0:
		return HostFit{Host: seen[0]}.Command() + "   (or the host that it is: hostproof hosts)"
	}
	return HostFit{Host: "HOST"}.Command() + "   (hostproof hosts lists them)"
}

// answered reports whether a text shows an answer of a place of its host.
func answered(chain []link) bool {
	_, ok := refusedByPlace(chain)
	return ok
}

// maxShown bounds the links that are shown.
const maxShown = 8

// surety is what is certain after a finding of a kind, and what stays open; empty
// where neither is known.
func surety(kind ledger.Kind) (certain, unsure string) {
	s := sureties[aboutKind(kind).Stage]
	return s[0], s[1]
}

// sureties are by the stage that the program reached.
var sureties = map[string][2]string{
	"client": {"the program did not get as far as an answer of the AWS service: no permission was judged",
		"whether the credentials would be accepted once they are found"},
	"place": {"it failed at a place that hands out credentials or at the sign-in, before the AWS service: no " +
		"permission of the program was judged", "whether the credentials would be accepted once they are found"},
	"other": {"what answered has a check of its own for who calls, besides AWS's signatures",
		"where the program took its credentials from: only a run shows that"},
	"aws": {"AWS received the request and refused it, or its answer says so",
		"where the program took its credentials from: only a run shows that"},
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
