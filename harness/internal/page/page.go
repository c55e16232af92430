// Package page reads the pages of the handbook as a reader follows them: files to write,
// commands to give, and what they print. Only tests import it.
package page

import (
	"regexp"
	"strings"
)

// Block is a fenced block of a page: a file, where its opening line names one, or a
// console with commands and what they print.
type Block struct {
	Language string
	File     string // empty for a block that is not a file
	Text     string
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)(?: (\\S+))?\n(.*?)^```$")

// Blocks are the blocks of a page, in order.
func Blocks(page string) (out []Block) {
	for _, m := range fence.FindAllStringSubmatch(page, -1) {
		out = append(out, Block{Language: m[1], File: m[2], Text: m[3]})
	}
	return out
}

// Step is a command of a console and the lines that must be in its output, in this
// order. A line may leave out what follows it, and "…" what is in its midst. A command
// goes on in the next line after a backslash.
type Step struct {
	Command string
	Printed []string
}

// Steps are the commands of a console.
func Steps(console string) (out []Step) {
	for line := range strings.Lines(strings.ReplaceAll(console, "\\\n", "")) {
		line = strings.TrimSuffix(line, "\n")
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			out = append(out, Step{Command: command})
		} else if line = strings.TrimSpace(line); line != "" {
			last := &out[len(out)-1]
			last.Printed = append(last.Printed, line)
		}
	}
	return out
}

// Missing is the first line that the output does not have after those before it.
func (s Step) Missing(output string) string {
	rest := strings.Join(strings.Fields(output), " ")
	for _, line := range s.Printed {
		for part := range strings.SplitSeq(strings.Join(strings.Fields(line), " "), "…") {
			part = strings.TrimSpace(part)
			i := strings.Index(rest, part)
			if i < 0 {
				return part
			}
			rest = rest[i+len(part):]
		}
	}
	return ""
}
