package explain

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

var (
	// saysWorks and saysFails are lines that say of the command after them how it ended.
	saysWorks = late.MustCompile(`(?i)^\W*(?:this|that|it|the following|which|with \S+)?\W*(?:works?|worked|` +
		`succeeds?|` +
		`succeeded|is (?:ok|fine))\b[^.\n]{0,40}:?\W*$`)
	saysFails = late.MustCompile(`(?i)^\W*(?:this|that|it|the following|but this|which|with \S+)?\W*(?:fails?|failed|` +
		`does ?n[o']t work|is (?:broken|refused))\b[^.\n]{0,40}:?\W*$`)
	// aroundCode is a line around code, or one without words.
	aroundCode = late.MustCompile("^\\W*(?:`{3}\\w*)?\\W*$")
	// commandLike is a line that may be a command: it begins with a word in small letters or
	// with variables that are set.
	commandLike = late.MustCompile(`^\W{0,3}(?:[A-Z][A-Z0-9_]*=\S*\s+)*[a-z./~][\w./~-]*(?:\s|$)`)
)

// twoLabelled are the commands that a text labels as working and as failing.
func twoLabelled(text string) (works, fails []string) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		command := after(lines[i+1:])
		switch {
		case command == "":
		case saysWorks.MatchString(line):
			works = append(works, command)
		case saysFails.MatchString(line):
			fails = append(fails, command)
		}
	}
	return works, fails
}

// after is the command that follows a label; empty for none.
func after(lines []string) string {
	for _, line := range lines[:min(len(lines), 4)] {
		if aroundCode.MatchString(line) {
			continue
		}
		if commandLike.MatchString(line) {
			return strings.TrimSpace(strings.TrimLeft(line, "$%># "))
		}
		return ""
	}
	return ""
}

// maxDiffer is in how many words two commands may differ that are nearly the same.
const maxDiffer = 3

// onlyIn are the words of a command that another does not have.
func onlyIn(command, other string) (out []string) {
	has := strings.Fields(other)
	for _, word := range strings.Fields(command) {
		if !slices.Contains(has, word) {
			out = append(out, word)
		}
	}
	return out
}

// nearlySame tells of two commands of which one is said to work and one to fail, and that
// differ in a few words.
func nearlySame(text string) (nearby, bool) {
	works, fails := twoLabelled(text)
	for _, good := range works {
		for _, bad := range fails {
			has, lacks := onlyIn(bad, good), onlyIn(good, bad)
			same := len(strings.Fields(bad)) - len(has)
			if len(has)+len(lacks) == 0 || len(has) > maxDiffer || len(lacks) > maxDiffer || same < 2 {
				continue
			}
			return differs(strings.Join(lacks, " "), strings.Join(has, " ")), true
		}
	}
	return nearby{}, false
}

// differs is what is said of them.
func differs(good, bad string) nearby {
	n := nearby{Instead: true, Source: docVariables,
		What: "The text has the same command twice: it works with " + inWords(good) + ", and fails with " +
			inWords(bad) + ".",
		Why: "So policies, files and network are good, and what differs decides who calls: an option or a variable " +
			"that this program takes otherwise than you think (a part of the credentials, such as the session token " +
			"or a role, is left out, or others come first).",
		Change: "use the form that works, compare aws sts get-caller-identity under both (or the key id in the debug " +
			"log), and report the other to the program's maintainers with its version"}
	n.What, n.Change = hideSecrets(n.What), hideSecrets(n.Change)
	return n
}

// inWords are some words in a sentence, or that there are none.
func inWords(some string) string {
	if some == "" {
		return "nothing in its place"
	}
	return some
}
