package explain

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

var (
	// prompted is a command that somebody typed at a prompt, with variables set for it alone.
	prompted = late.MustCompile(`^(?:[\w.@~:/\[\]() -]{0,40}[$%#➤>]|[$%#➤>])\s*((?:[A-Z][A-Z0-9_]*=\S*\s+)+)(\S.*)$`)
	// isPrompt is a line that begins with a prompt.
	isPrompt = late.MustCompile(`^(?:[\w.@~:/\[\]() -]{0,40}[$%#➤>]|[$%#➤>])\s`)
	// setName is the name of a variable that is set.
	setName = late.MustCompile(`([A-Z][A-Z0-9_]*)=`)
	// complains is output of a command that failed.
	complains = late.MustCompile(
		`(?i)unable to|error|could not|cannot|denied|not found|fail|invalid|expired|no valid|missing`)
)

// typed is a command of a transcript: the variables that were set for it, what was called,
// and whether its output is of a failure.
type typed struct {
	variables, command string
	failed, spoke      bool
}

// typedIn are the commands of a transcript with variables of their own.
func typedIn(text string) (out []typed) {
	var last *typed
	for line := range strings.SplitSeq(text, "\n") {
		if m := prompted.FindStringSubmatch(line); m != nil {
			out = append(out, typed{variables: strings.Join(namesSet(m[1]), ", "), command: strings.TrimSpace(m[2])})
			last = &out[len(out)-1]
			continue
		}
		if isPrompt.MatchString(line) {
			last = nil
		}
		if last != nil && strings.TrimSpace(line) != "" {
			last.spoke = true
			last.failed = last.failed || complains.MatchString(line)
		}
	}
	return out
}

// namesSet are the names of variables in front of a command.
func namesSet(text string) (out []string) {
	for _, m := range setName.FindAllStringSubmatch(text, maxCalls) {
		out = append(out, m[1])
	}
	return out
}

// otherVariable tells of a transcript in which one command fails with one variable and
// works with another.
func otherVariable(text string) (nearby, bool) {
	all := typedIn(text)
	for _, bad := range all {
		at := slices.IndexFunc(all, func(good typed) bool {
			return bad.failed && good.spoke && !good.failed && good.command == bad.command &&
				good.variables != bad.variables
		})
		if at < 0 {
			continue
		}
		good := all[at].variables
		return nearby{Instead: true, Source: docVariables,
			What: "The same command fails with " + bad.variables + " and works with " + good + ".",
			Why: "So credentials, files and host are good, and the variable " + bad.variables + " does not reach the " +
				"program that calls AWS: a wrapper or a container passes on a fixed list of names, or its version " +
				"does not read this one. No permission was judged.",
			Change: "set " + good + " for this program, or have its wrapper pass " + bad.variables +
				" on (docker run -e, env, a newer version)"}, true
	}
	return nearby{}, false
}

const docVariables = "https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html"
