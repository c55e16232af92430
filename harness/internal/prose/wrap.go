package prose

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks a text at white space into lines of at most width columns, of which
// the first begins with first and the others with rest. A word that is longer
// than a line stays whole. Columns are terminal columns: colours take no room, a
// wide character two.
func Wrap(width int, first, rest, text string) string {
	var b strings.Builder
	b.WriteString(first)
	start := ansi.StringWidth(first)
	at, indent := start, ansi.StringWidth(rest)
	for _, word := range strings.Fields(text) {
		wide := ansi.StringWidth(word)
		switch {
		case at == start:
		case at+1+wide > width:
			b.WriteString("\n" + rest)
			at, start = indent, indent
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += wide
	}
	return b.String()
}
