package explain

import (
	"html"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// What people paste has been through terminals, log collectors and issue forms.

var (
	// ansi are the colours of terminals, also where a log wrote the escape out.
	ansi = late.MustCompile(`(?:\x1b|\\u001b|\\x1b|\\033|␛)\[[0-9;?]*[A-Za-z]`)
	// markup are the tags that issue forms and web pages put around text; the tags of
	// AWS's answers are others.
	markup = late.MustCompile(
		`(?i)</?(?:br|p|pre|code|span|div|b|i|em|strong|details|summary|a|html|body|head|title|h[1-6]|` +
			`hr|ul|li|tt|table|tbody|tr|td|center)(?:\s[^<>]*)?/?>`)
	// fence is a line of markdown around code.
	fence = late.MustCompile("(?m)^[ \t>]*(?:```|~~~)[\\w-]*[ \t]*$")
	// stamp is the time that a collector of logs writes before each line, and the frame
	// that some tools draw at its left.
	stamp = late.MustCompile(
		`(?m)^(?:[ \t]*[│|>][ \t]?)*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]?\d*(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]+){1,2}`)
	// framed is what is left of such a frame.
	framed = late.MustCompile(`(?m)^[ \t]*[│╷╵┃][ \t]?`)
	// anyFailure is the exception of Java's into which Hadoop puts whatever failed.
	anyFailure = late.MustCompile(`\bjava\.nio\.file\.AccessDeniedException\b`)
	// drive is the beginning of a path of Windows, in which \n is no newline.
	drive = late.MustCompile(`\b[A-Za-z]:\\{1,2}\w`)
)

// invisible are characters that look like blanks or like nothing.
var invisible = strings.NewReplacer("\u00a0", " ", "\u200b", "", "\u200c", "", "\u200d", "", "\ufeff", "", "\r", "\n",
	"\u2028", "\n")

// plainText takes out of a text what terminals, collectors of logs and forms put
// around what a program printed.
func plainText(text string) string {
	text = ansi.ReplaceAllString(invisible.Replace(text), "")
	if strings.Contains(text, "<") {
		text = markup.ReplaceAllString(text, "\n")
	}
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	text = fence.ReplaceAllString(text, "")
	text = framed.ReplaceAllString(text, "")
	text = stamp.ReplaceAllString(text, "")
	text = anyFailure.ReplaceAllString(text, "java.nio.file")
	return unescaped(text)
}

// escapes are what a log of JSON makes of quotes and ends of lines.
var escapes = strings.NewReplacer(`\\n`, "\n", `\\t`, " ", `\n`, "\n", `\r`, "", `\t`, " ", `\\"`, `"`, `\"`, `"`,
	`\/`, "/", `\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\_`, "_", `\*`, "*")

// unescaped undoes the escapes of strings in lines that name no path of Windows.
func unescaped(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !drive.MatchString(line) {
			lines[i] = escapes.Replace(line)
		}
	}
	return strings.Join(lines, "\n")
}

// searched is what is looked at of a text.
func searched(text string) string {
	return straight.Replace(plainText(essence(text[:min(len(text), maxErrorText)])))
}

// maxSearched bounds what is searched for what it means, in bytes.
const maxSearched = 192 << 10

// essence is a text, or of a long one the lines that say that something failed, each
// with the lines around it, as many as there is room for; the last ones count most.
func essence(text string) string {
	if len(text) <= maxSearched {
		return text
	}
	const around, longest = 3, 4 << 10
	lines := strings.Split(text, "\n")
	keep := make([]bool, len(lines))
	room := maxSearched
	for i := len(lines) - 1; i >= 0 && room > 0; i-- {
		if !failure.MatchString(lines[i][:min(len(lines[i]), longest)]) {
			continue
		}
		for j := max(0, i-around); j <= min(len(lines)-1, i+around); j++ {
			if !keep[j] {
				keep[j], room = true, room-min(len(lines[j]), longest)-1
			}
		}
	}
	var b strings.Builder
	for i, line := range lines {
		if keep[i] {
			b.WriteString(strings.ToValidUTF8(line[:min(len(line), longest)], ""))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// minBroken is the least length, in bytes, of a line that somebody may have broken.
const minBroken = 40

// unwrapped joins lines that were broken where somebody pasted them: a long one that
// goes on in small letters.
func unwrapped(text string) string {
	var b strings.Builder
	last := ""
	for i, line := range strings.Split(text, "\n") {
		next := strings.TrimSpace(line)
		switch {
		case i == 0:
		case len(last) >= minBroken && next != "" && goesOn.MatchString(next):
			b.WriteByte(' ')
			line = next
		default:
			b.WriteByte('\n')
		}
		b.WriteString(line)
		last = line
	}
	return b.String()
}

// goesOn is how a line begins that goes on with the one before.
var goesOn = late.MustCompile(`^(?:[a-z][\w-]*[ ,.:;)'"]|[a-z/:-]+$|arn:|'[\w-]+'|https?://|\()`)
