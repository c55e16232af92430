package diagnose

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/ledger"
)

// The kinds of findings about the program itself.
const (
	ProgramFailed  ledger.Kind = "program-failed"  // it failed, and nothing speaks for its credentials as the reason
	UncalledServer ledger.Kind = "uncalled-server" // it listens and nobody called it
	NotServing     ledger.Kind = "not-serving"     // it was called at a port where it does not listen
)

const (
	docListen    = "https://man7.org/linux/man-pages/man2/listen.2.html"
	docExitCodes = "https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html"
)

// uncalledServer: the program's time was up because it is a server.
func uncalledServer(d *diagnosis) (telling, bool) {
	r := d.result
	if !r.TimedOut || r.Port != 0 || len(r.Listening) == 0 {
		return telling{}, false
	}
	return telling{
		what: fmt.Sprintf(
			"The program listened at port %s and did not end within %v.",
			inWords(r.Listening),
			r.Duration.Round(time.Second),
		),
		why: "It is a server: it waits for requests, and nobody sent it any.",
		change: fmt.Sprintf(
			"Have it called: hostproof run --host %s --port %d --get / -- CMD; in Go, Deployment.Serve",
			r.Host,
			r.Listening[0],
		),
	}, true
}

func inWords(ports []uint16) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(ports), "[]")), ", ")
}

// notServing: the program was called at a port, and nothing ever listened there.
func notServing(d *diagnosis) (telling, bool) {
	r := d.result
	if r.Port == 0 || len(r.Visits) == 0 || r.Failed() && !r.TimedOut {
		return telling{}, false
	}
	for i := range r.Visits {
		if r.Visits[i].Status != 0 {
			return telling{}, false
		}
	}
	t := telling{
		what: fmt.Sprintf(
			"Nothing listened at port %d while the program ran (%v).",
			r.Port,
			r.Duration.Round(time.Second),
		),
		why: "It listened at no port at all, as far as can be seen.",
		change: "Have the program listen there, give it more time to start (--timeout), or name its own port " +
			"(--port, Deployment.Serve)",
	}
	switch {
	case len(r.Listening) > 0:
		t.why = fmt.Sprintf("The program listened at port %s.", inWords(r.Listening))
		t.change = fmt.Sprintf("Name the port at which the program listens: --port %d", r.Listening[0])
	case !r.Stopped && !r.TimedOut:
		t.why = "The program ended by itself, with exit code 0."
		t.change = "Start it in the foreground: the command after -- has to run for as long as the server does"
	}
	return t, true
}

// startFailures are how runtimes say that a program cannot even begin.
var startFailures = []struct {
	says         *regexp.Regexp
	what, change string // $1 is the group of the pattern
}{
	{
		regexp.MustCompile(`Cannot find (?:module|package) '([^']+)'`),
		"It lacks the module $1.",
		"Install what the program needs in the folder that it runs in (npm ci), or correct the path",
	},
	{
		regexp.MustCompile(`(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)`),
		"It lacks the module $1.",
		"Install it for the interpreter that runs the program (python -m pip install …), or name the one of its " +
			"virtual environment",
	},
	{
		regexp.MustCompile(`(?:NoClassDefFoundError|ClassNotFoundException): ([\w./$]+)`),
		"It lacks the class $1.", "Add the library that has it to the class path",
	},
	{
		regexp.MustCompile(`\(LoadError\)|cannot load such file -- (\S+)`),
		"It lacks the library $1.", "Install it for the Ruby that runs the program (bundle install)",
	},
	{
		regexp.MustCompile(`error while loading shared libraries: ([^:\s]+)`),
		"It lacks the shared library $1.", "Install the package that has it",
	},
	{
		regexp.MustCompile(`(?m)^(SyntaxError: .*|\s*SyntaxError: .*)$`),
		"Its source cannot be read: $1.",
		"Mend the source, or run it with the version of the language that it is written for",
	},
	{
		regexp.MustCompile(`(?m)^(\S+\.go:\d+:\d+: .*)$`),
		"It does not compile: $1.", "Mend the source; go build shows the same",
	},
	{
		regexp.MustCompile(`(?m)^(error(?:\[E\d+\])?: .*)\n\s*--> `),
		"It does not compile: $1.", "Mend the source; cargo build shows the same",
	},
	{
		regexp.MustCompile(`(?m)^(\S+\.(?:java|kt|ts|tsx|cs)[:(]\d+.*error.*)$`),
		"It does not compile: $1.", "Mend the source; the compiler shows the same",
	},
	{
		regexp.MustCompile(`(?m)^(.*: (?:command )?not found)$`),
		"A command that it starts is not on PATH: $1.", "Install it, or give its path",
	},
}

// programFailed: the program failed by itself. Either it says that it cannot
// begin, or nothing that it did or said has to do with credentials.
func programFailed(d *diagnosis) (telling, bool) {
	r := d.result
	if !r.Failed() || r.TimedOut || len(r.Exchanges) > 0 || len(r.TLSFailures) > 0 {
		return telling{}, false
	}
	t := telling{what: "The program failed by itself" + d.ended() + "."}
	if why, change, known := d.cannotBegin(); known {
		t.why, t.change = why+" This says nothing of its credentials.", change
		return t, true
	}
	if len(d.vainly()) > 0 || len(r.Lookups) > 0 || len(r.NameFailures) > 0 || d.speaksOfCredentials() {
		return telling{}, false
	}
	t.why = "It asked for credentials nowhere and made no AWS call, and nothing that it printed speaks of either: " +
		"nothing says that " +
		"credentials are the reason."
	t.change = "Mend the program's own error first; it fails before it uses anything of this host"
	if blind := d.outOfReach(); blind != "" {
		t.why = "It asked none of the host's places for credentials, and nothing that it printed speaks " +
			"of them. " + blind
	}
	if r.Headline() == "" {
		t.why = "It printed nothing. " + t.why
	}
	return t, true
}

// ended says how, and with which words.
func (d *diagnosis) ended() string {
	r := d.result
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
func (d *diagnosis) cannotBegin() (why, change string, known bool) {
	for _, said := range d.sayings() {
		for _, f := range startFailures {
			m := f.says.FindStringSubmatchIndex(said.text)
			if m == nil {
				continue
			}
			why := headline.OneLine(d.result.Scrub(string(f.says.ExpandString(nil, f.what, said.text, m))))
			return strings.ReplaceAll(why, "..", "."), f.change, true
		}
	}
	switch d.result.ExitCode {
	case exitNotFound:
		return "Exit code 127 is how a shell says that there is no such " +
			"command.", "Install the command, or give its path", true
	case exitNotExecutable:
		return "Exit code 126 is how a shell says that a file is no program, or may " +
			"not be run.", "Make it executable (chmod +x)", true
	}
	return "", "", false
}

// What shells end with, docExitCodes.
const (
	exitNotExecutable = 126
	exitNotFound      = 127
)

// speaksOfCredentials reports whether anything that the subject said may have to
// do with credentials: a word, or the name of a variable of the project's.
func (d *diagnosis) speaksOfCredentials() bool {
	for _, said := range d.sayings() {
		if vocabulary.MatchString(said.text) {
			return true
		}
		for _, name := range d.result.Hidden {
			if strings.Contains(said.text, name) {
				return true
			}
		}
		for _, v := range d.result.Environment {
			if v.SetBy == ledger.ByUser && strings.Contains(said.text, v.Name) ||
				v.Secret() && strings.Contains(said.text, v.Value) {
				return true
			}
		}
	}
	return false
}
