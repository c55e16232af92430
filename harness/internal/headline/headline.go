// Package headline finds the line of a program's output that names its error.
//
// The last line is seldom it: Node.js ends with its version, Java and Go with a
// stack, Rust with a hint. What those have in common is their shape: frames are
// indented or name a place in the code, and the error stands at the beginning of
// a line in front of them.
package headline

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// MaxLength bounds a headline, in characters.
const MaxLength = 300

// maxRead bounds what is looked at, in bytes from the end: an error is printed
// last.
const maxRead = 64 << 10

// Of is the line that names the error in what a program printed, without control
// characters and at most MaxLength characters long. It is the last line where
// none looks like an error, and empty where nothing was printed.
func Of(output []byte) string { return pickOf(output, announced, typed, last) }

// Named is the line that names the error by its form, and empty where none does.
func Named(output []byte) string { return pickOf(output, announced, typed) }

func pickOf(output []byte, picks ...func([]string) string) string {
	if extra := len(output) - maxRead; extra > 0 {
		output = output[extra:]
	}
	lines := clean(string(output))
	for _, pick := range picks {
		if line := pick(lines); line != "" {
			return shorten(line)
		}
	}
	return ""
}

// Printable is a text without escape sequences and control characters other than
// newline and tab.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, ansi.Strip(text))
}

// frame is a line of a stack, or what runtimes print around one.
var frame = regexp.MustCompile(strings.Join([]string{
	`^\s*at .*[:(].*`,                         // JavaScript, Java, .NET
	`^\s*\.\.\. \d+ (more|common frames)`,     // Java
	`^Node\.js v\d`,                           // Node.js
	`^\(node:\d+\) `,                          // Node.js: a warning
	`^\(Use .node --trace-`,                   // Node.js: the end of one
	`^\s*[\^~]+\s*$`,                          // a mark under a piece of code
	`^(goroutine \d+|exit status \d+|\t/)`,    // Go
	`^\S+\.\S+\(.*\)$`,                        // Go: a function with its arguments
	`^created by `,                            // Go
	`^note: `,                                 // Rust
	`^\s+File ".*", line \d+`,                 // Python
	`^\s+from .*:\d+:in `,                     // Ruby
	`^#\d+ .*\(\d+\): `,                       // PHP
	`^\s*thrown in .* on line \d+`,            // PHP
	`^\s+[A-Za-z$_'"\[\]]+: .*,?\s*$`,         // JavaScript: a property of an error that was printed
	`^\s+\d+: \S`,                             // Rust: a function of a stack
	`^npm (ERR!|error|notice)`,                // npm, after a script of its own has failed
	`^\s*[{}\]\[),;]*\s*$`,                    // brackets alone
	`^(file://|/|[A-Za-z]:\\)\S*:\d+(:\d+)?$`, // the place in front of a piece of code
}, "|"))

// titled is a line that looks like "key: value" and is an error all the same.
var titled = regexp.MustCompile(`^\s*(\w+\s)?[\w.$:/@-]*(Error|Exception|Failure|Panic|panic|error|fatal|failed)\b`)

// warning is a warning of Node.js with all its lines, up to what ends it.
var warning = regexp.MustCompile(`(?m)^\(node:\d+\) (?:.*\n){1,10}?\(Use .node --trace-.*$`)

func clean(output string) (lines []string) {
	output = warning.ReplaceAllString(strings.ToValidUTF8(Printable(output), "\uFFFD"), "")
	for line := range strings.SplitSeq(output, "\n") {
		line = strings.TrimRight(line, " \t")
		if strings.TrimSpace(line) == "" || frame.MatchString(line) && !titled.MatchString(line) {
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

// panicked is how Rust announces a panic, whose text is the next line.
var panicked = regexp.MustCompile(`^thread '.*' (\(\d+\) )?panicked at `)

// causedBy is how Java chains exceptions: the innermost one is the cause.
var causedBy = regexp.MustCompile(`^Caused by: (\S.*)`)

// crash is how Go announces what ends a program.
var crash = regexp.MustCompile(`^(panic|fatal error): \S`)

// announced is the error that a runtime announces in a form of its own.
func announced(lines []string) string {
	for i, line := range lines {
		if panicked.MatchString(line) && i+1 < len(lines) {
			return lines[i+1]
		}
		if crash.MatchString(line) {
			return line
		}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if m := causedBy.FindStringSubmatch(lines[i]); m != nil {
			return m[1]
		}
	}
	return ""
}

// named is a line that begins with the name of an error's type, or the word.
var named = regexp.MustCompile(`^(Uncaught |Unhandled |\[|⨯ |✖ |! )*` +
	`(Exception in thread "[^"]*" |PHP Fatal error: {1,2}Uncaught )?` +
	`([\w.$:/@-]*(Error|Exception|Failure|Fault)( \[\w+\])?|(?i:error|fatal|failed|failure)(\[\w+\])?)(:| -| \()` +
	`|^::error[^:]*::`) // GitHub Actions: a command that announces one

// raised is how Ruby ends: file, line, message and class.
var raised = regexp.MustCompile(`^\S+\.rb:\d+:in .*: (.*\(\S+\))$`)

// typed is the last line that begins as an error does.
func typed(lines []string) string {
	for i := len(lines) - 1; i >= 0; i-- {
		if m := raised.FindStringSubmatch(lines[i]); m != nil {
			return m[1]
		}
		if named.MatchString(lines[i]) {
			return lines[i]
		}
	}
	return ""
}

func last(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[len(lines)-1]
}

func shorten(line string) string {
	runes := []rune(strings.TrimSpace(line))
	if len(runes) > MaxLength {
		return string(runes[:MaxLength-1]) + "…"
	}
	return string(runes)
}

// OneLine is a text in one line, without control characters.
func OneLine(text string) string { return strings.Join(strings.Fields(Printable(text)), " ") }
