// Package programfailed is the rule program-failed: the program failed by itself.
package programfailed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "program-failed"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The program failed by itself",
		Text: "Either it says that it cannot begin (a missing module, a syntax error), or nothing that it " +
			"did or said has to do with credentials.",
		Example: "The program failed by itself: exit code 1, \"Error: Cannot find module 'next'\".",
	},
	Needs:      facts.Calls | facts.Attempts | facts.Lookups | facts.Output | facts.Ending | facts.Environment,
	Uses:       facts.Offers,
	Source:     rule.DocExitCodes,
	Confidence: "V",
	Run:        check,
}

// startFailures are how runtimes say that a program cannot even begin.
var startFailures = []struct {
	says         *late.Regexp
	what, change string // $1 is the group of the pattern
}{
	{
		late.MustCompile(`Cannot find (?:module|package) '([^']+)'`),
		"It lacks the module $1.",
		"Install what the program needs in the folder that it runs in (npm ci), or correct the path",
	},
	{
		late.MustCompile(`(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)`),
		"It lacks the module $1.",
		"Install it for the interpreter that runs the program (python -m pip install …), or name the one of its " +
			"virtual environment",
	},
	{
		late.MustCompile(`(?:NoClassDefFoundError|ClassNotFoundException): ([\w./$]+)`),
		"It lacks the class $1.", "Add the library that has it to the class path",
	},
	{
		late.MustCompile(`\(LoadError\)|cannot load such file -- (\S+)`),
		"It lacks the library $1.", "Install it for the Ruby that runs the program (bundle install)",
	},
	{
		late.MustCompile(`error while loading shared libraries: ([^:\s]+)`),
		"It lacks the shared library $1.", "Install the package that has it",
	},
	{
		late.MustCompile(`(?m)^(SyntaxError: .*|\s*SyntaxError: .*)$`),
		"Its source cannot be read: $1.",
		"Mend the source, or run it with the version of the language that it is written for",
	},
	{
		late.MustCompile(`(?m)^(?:\S+\.go:\d+:\d+|go): (\S+@v\S+): Get "`),
		"It is compiled where it runs, and nothing there leads to its module $1.",
		"Compile it first (go build, go test -c), and run the program that comes of it",
	},
	{
		late.MustCompile(`(?m)^(\S+\.go:\d+:\d+: .*)$`),
		"It does not compile: $1.", "Mend the source; go build shows the same",
	},
	{
		late.MustCompile(`(?m)^(error(?:\[E\d+\])?: .*)\n\s*--> `),
		"It does not compile: $1.", "Mend the source; cargo build shows the same",
	},
	{
		late.MustCompile(`(?m)^(\S+\.(?:java|kt|ts|tsx|cs)[:(]\d+.*error.*)$`),
		"It does not compile: $1.", "Mend the source; the compiler shows the same",
	},
	{
		// As shells say it: with the line of the script or its name in front
		// (https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html).
		late.MustCompile(`(?m)^((?:\S*sh|\S+): (?:line )?\d+: [^:\s]+: (?:command )?not found|` +
			`\S+: command not found)$`),
		"A command that it starts is not on PATH: $1.", "Install it, or give its path",
	},
}

// check: the program failed by itself. Either it says that it cannot
// begin, or nothing that it did or said has to do with credentials.
func check(d *facts.Facts) (rule.Telling, bool) {
	r := d.Result
	if !r.Failed() || r.TimedOut || len(r.Exchanges) > 0 || len(r.TLSFailures) > 0 {
		return rule.Telling{}, false
	}
	t := rule.Telling{What: "The program failed by itself" + ended(d) + "."}
	if why, change, known := cannotBegin(d); known {
		t.Why, t.Change = why+" This says nothing of its credentials.", change
		return t, true
	}
	if wantedAny(d) || speaksOfCredentials(d) {
		return rule.Telling{}, false
	}
	t.Why = "It asked for credentials nowhere and made no AWS call, and nothing that it printed speaks of either: " +
		"nothing says that " +
		"credentials are the reason."
	t.Change = "Mend the program's own error first; it fails before it uses anything of this host"
	if blind := d.OutOfReach(); blind != "" {
		t.Why = "It asked none of the host's places for credentials, and nothing that it printed speaks " +
			"of them. " + blind
	}
	if r.Headline() == "" {
		t.Why = "It printed nothing. " + t.Why
	}
	neverMade(d, &t)
	return t, true
}

// notThere is how languages say that a value which was used is not there.
var notThere = late.MustCompile(`'NoneType' object |Cannot read propert(?:y|ies) of (?:undefined|null)|` +
	`(?:undefined|null) is not an object|NullPointerException|nil pointer dereference|for nil(?::NilClass)?\b|` +
	`Object reference not set`)

// neverMade adds what else an error of a missing value may come from, where the host gives
// the program a role and nothing asked for its credentials: libraries make their client
// only where they are handed a key
// (https://github.com/mardix/ses-mailer/issues/3).
func neverMade(d *facts.Facts, t *rule.Telling) {
	all := d.Misses()
	if !notThere.MatchString(d.Result.Headline()) || len(all) == 0 || !all[0].Unasked || all[0].Row.Offer.Role == "" {
		return
	}
	o := &all[0].Row.Offer
	t.Why = fmt.Sprintf("A value that it used is not there. It may be the client of a library that makes one only "+
		"where it is handed a key: this host has %s (role %s), and nothing asked there.", o.Name, o.Role)
	t.Change = fmt.Sprintf("See what should have made that value. If a key is what it wants: hand it key, secret and "+
		"session token that an AWS SDK got from %s, or use a version of the library that asks there", o.Name)
	t.Source, t.Confidence = rule.DocChain, "L"
}

// wantedAny reports whether the program did anything to find credentials, or to reach AWS.
func wantedAny(d *facts.Facts) bool {
	r := d.Result
	return len(d.Vainly()) > 0 || len(r.Lookups) > 0 || len(r.NameFailures) > 0 || openedOne(r) || d.ReachedOut()
}

// openedOne reports whether the program opened a file of the host that has credentials
// or leads to them.
func openedOne(r *ledger.Result) bool {
	return slices.ContainsFunc(r.Files, func(f ledger.FileAccess) bool { return f.Count > 0 })
}

// ended says how, and with which words.
func ended(d *facts.Facts) string {
	r := d.Result
	text := fmt.Sprintf(": exit code %d", r.ExitCode)
	if r.Signal != "" {
		text = ": ended by signal " + r.Signal
	}
	if line := r.Headline(); line != "" {
		text += fmt.Sprintf(", %q", line)
	}
	return text
}

// cannotBegin says what a program lacks to begin at all.
func cannotBegin(d *facts.Facts) (why, change string, known bool) {
	for _, said := range d.Sayings() {
		for _, f := range startFailures {
			m := f.says.FindStringSubmatchIndex(said.Text)
			if m == nil {
				continue
			}
			why := headline.OneLine(d.Result.Scrub(string(f.says.ExpandString(nil, f.what, said.Text, m))))
			return strings.ReplaceAll(why, "..", "."), f.change, true
		}
	}
	switch d.Result.ExitCode {
	case exitNotFound:
		return "Exit code 127 is how a shell says that there is no such " +
			"command.", "Install the command, or give its path", true
	case exitNotExecutable:
		return "Exit code 126 is how a shell says that a file is no program, or may " +
			"not be run.", "Make it executable (chmod +x)", true
	}
	return "", "", false
}

// What shells end with, rule.DocExitCodes.
const (
	exitNotExecutable = 126
	exitNotFound      = 127
)

// speaksOfCredentials reports whether anything that the subject said may have to
// do with credentials: a word, or the name of a variable of the project's.
func speaksOfCredentials(d *facts.Facts) bool {
	for _, said := range d.Sayings() {
		if facts.Vocabulary.MatchString(said.Text) {
			return true
		}
		for _, name := range d.Result.Hidden {
			if strings.Contains(said.Text, name) {
				return true
			}
		}
		for _, v := range d.Result.Environment {
			if v.SetBy == ledger.ByUser && strings.Contains(said.Text, v.Name) ||
				v.Secret() && strings.Contains(said.Text, v.Value) {
				return true
			}
		}
	}
	return false
}
