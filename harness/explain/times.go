package explain

import (
	"fmt"
	"strconv"
	"time"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// timePair are two times that an answer of AWS shows, and what lies between them.
type timePair struct {
	match *late.Regexp
	// text says what lies between them; its first verb is the span.
	later, earlier string
}

// timePairs are of the forms in which AWS gives them: in the message of a signature
// that is too old, in S3's XML, and as seconds since 1970.
var timePairs = []timePair{
	{late.MustCompile(`Signature (?:expired|not yet current): (\d{8}T\d{6}Z) is (?:now earlier|still later) than ` +
		`\d{8}T\d{6}Z \((\d{8}T\d{6}Z)`),
		"Its date was %v behind the server's time.", "Its date was %v ahead of the server's time."},
	{late.MustCompile(`(?s)RequestTime>\s*([^<]+?)\s*<.{0,200}ServerTime>\s*([^<]+?)\s*<`),
		"Its date was %v behind the server's time.", "Its date was %v ahead of the server's time."},
	{late.MustCompile(`(?s)<Expires>\s*([^<]+?)\s*</Expires>.{0,200}ServerTime>\s*([^<]+?)\s*<`),
		"It was used %v after its end.", ""},
	{late.MustCompile(`current date/time (\d{10}) must be before the expiration date/time (\d{10})`),
		"", "It had ended %v before."},
}

// between says what lies between two times that a text shows; empty for none.
func between(text string) string {
	for _, p := range timePairs {
		m := p.match.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		a, ok1 := anyTime(m[1])
		b, ok2 := anyTime(m[2])
		form := p.later
		span := b.Sub(a)
		if span < 0 {
			form, span = p.earlier, -span
		}
		if ok1 && ok2 && form != "" {
			return " " + fmt.Sprintf(form, span.Round(time.Second))
		}
	}
	return ""
}

// timeForms are how AWS writes times.
var timeForms = []string{"20060102T150405Z", time.RFC3339, time.RFC1123, time.RFC1123Z, "2006-01-02T15:04:05.000Z"}

// anyTime reads a time in one of those forms, or seconds since 1970.
func anyTime(text string) (time.Time, bool) {
	for _, form := range timeForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && len(text) == 10 {
		return time.Unix(n, 0), true
	}
	return time.Time{}, false
}
