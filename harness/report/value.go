package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/shown"
)

func environment(r *ledger.Result, host *fixtures.Host) []Variable {
	out := []Variable{}
	for _, v := range r.Environment {
		shown, secret := show(v, r, host)
		out = append(out, Variable{v.Name, string(v.SetBy), string(v.Overrides), shown, secret})
	}
	return out
}

var (
	keyID = regexp.MustCompile(`^A[KS]IA[A-Z2-7]{16}$`)
	// secretWord marks names whose values are never shown.
	secretWord = regexp.MustCompile(`SECRET|TOKEN|BEARER|PASSW|PRIVATE|CREDENTIAL|API_?KEY|AUTH`)
	// pointer ends names that say where something is, not what it is.
	pointer = regexp.MustCompile(`_(FILE|URI|URL|HOST|PORT|PATH|ENABLED|TIMEOUT|ENDPOINT)$`)
)

// show is a variable's value as it may be printed. Only what is known to be
// public is printed whole.
func show(v ledger.Variable, r *ledger.Result, host *fixtures.Host) (shown string, secret bool) {
	name := strings.ToUpper(v.Name)
	switch {
	case v.Value == "":
		return `""`, false
	case keyID.MatchString(v.Value):
		return v.Value, false
	case secretWord.MatchString(name) && !pointer.MatchString(name):
		return opaque(v), true
	case r.Scrub(v.Value) != v.Value:
		return opaque(v), true
	case v.SetBy != ledger.ByUser, len(v.Value) < 16, declared(host, v):
		return firstLine(v.Value), false
	}
	return opaque(v), true
}

// declared reports whether the value is the fixture's, not one that somebody
// typed.
func declared(host *fixtures.Host, v ledger.Variable) bool {
	for _, d := range host.Variables {
		if d.Name == v.Name && v.Provenance != nil {
			return true
		}
	}
	return false
}

// opaque describes a secret: tokens with their first characters, which say what
// kind they are, all else by its length.
func opaque(v ledger.Variable) string {
	if o := exchange.Describe(v.Value); strings.Contains(strings.ToUpper(v.Name), "TOKEN") && o.Length > 100 {
		return fmt.Sprintf("%d characters, %s…", o.Length, o.Prefix)
	}
	return fmt.Sprintf("%d characters", utf8.RuneCountInString(v.Value))
}

func firstLine(value string) string {
	line, rest, cut := strings.Cut(value, "\n")
	if cut && rest != "" {
		return line + " …"
	}
	return line
}

// maxSaid bounds what is kept of a subject's output, in bytes.
const maxSaid = 2000

// said is what the subject printed last: on standard error, else on standard
// output.
func said(r *ledger.Result) string {
	text := string(r.Stderr)
	if r.Err != nil {
		text = r.Err.Error()
	} else if strings.TrimSpace(text) == "" {
		text = string(r.Stdout)
	}
	// The secrets go before the text is cut: half a secret is not recognised.
	text = strings.TrimSpace(headline.Printable(opaqueWords(r.Scrub(strings.ToValidUTF8(text, "�")))))
	if len(text) > maxSaid {
		text = "…" + strings.ToValidUTF8(text[len(text)-maxSaid:], "")
	}
	return text
}

// longWord matches what looks like an unknown secret: a run of base64. Names,
// addresses and ARNs have dots, dashes or colons within such a length.
var longWord = regexp.MustCompile(`[A-Za-z0-9+/=]{40,}`)

func opaqueWords(text string) string {
	return longWord.ReplaceAllStringFunc(text, shown.Length)
}
