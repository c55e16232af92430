package facts

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/library"
)

// Said is something that a subject said.
type Said struct{ Text, Where string }

// Sayings are all that the subject said: on its streams, as a Go error, and as a
// server in its answers; or the one that is looked at alone.
func (d *Facts) Sayings() []Said {
	if d.About != nil {
		return []Said{*d.About}
	}
	r := d.Result
	out := []Said{{string(r.Stderr), "printed"}, {string(r.Stdout), "printed"}}
	if r.Err != nil {
		out = append(out, Said{r.Err.Error(), "returned"})
	}
	for i := range r.Visits {
		v := &r.Visits[i]
		out = append(out, Said{string(v.Body), "answered"})
	}
	return out
}

// EndOfSearch is how a library said that the last place had no credentials
// either: the line that it stands in, and where the subject said so.
func (d *Facts) EndOfSearch() (line, where string) {
	for _, situation := range fixtures.Situations() {
		if _, in, at := d.Saying(situation); at != nil {
			return d.LineAround(in.Text, at), in.Where
		}
	}
	return "", ""
}

// Quoted is what the subject said that matches, as the line that it stands in,
// and where it said so. Its output comes first, then what it answered.
func (d *Facts) Quoted(text *regexp.Regexp) (line, where string) {
	for _, said := range d.Sayings() {
		at := text.FindStringIndex(said.Text)
		if at == nil {
			continue
		}
		return d.LineAround(said.Text, at), said.Where
	}
	return "", ""
}

// Says reports whether the subject said what a library says in a situation.
func (d *Facts) Says(situation string) bool {
	_, _, at := d.Saying(situation)
	return at != nil
}

// Saying is what a library said in a situation, and where in what the subject
// Said.
func (d *Facts) Saying(situation string) (found library.Saying, in Said, at []int) {
	for _, said := range d.Sayings() {
		if found, at := library.Find(said.Text, situation); at != nil {
			return found, said, at
		}
	}
	return library.Saying{}, Said{}, nil
}

// SaidWhy quotes how the subject said that it found no credentials, or else the
// error that it ended with.
func (d *Facts) SaidWhy() string {
	for _, situation := range fixtures.Situations() {
		if _, in, at := d.Saying(situation); at != nil {
			return fmt.Sprintf(": %q", in.Text[at[0]:at[1]])
		}
	}
	if line := d.Result.Headline(); line != "" && !d.Result.TimedOut {
		return fmt.Sprintf(": %q", line)
	}
	return ""
}

// Said is what the subject printed, returned or answered of a text.
func (d *Facts) Said(text *regexp.Regexp) string {
	for _, said := range d.Sayings() {
		if m := text.FindString(said.Text); m != "" {
			return m
		}
	}
	return ""
}

// MaxQuote bounds what is quoted of a subject, in characters.
const MaxQuote = 200

// LineAround is the line of a text that a match stands in, without secrets; of a
// long line the part around the match.
func (d *Facts) LineAround(text string, at []int) string {
	begin := strings.LastIndexByte(text[:at[0]], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[at[1]:], '\n'); i >= 0 {
		end = at[1] + i
	}
	line := headline.OneLine(d.Result.Scrub(strings.ToValidUTF8(text[begin:end], "")))
	if utf8.RuneCountInString(line) <= MaxQuote {
		return line
	}
	match := headline.OneLine(d.Result.Scrub(text[at[0]:at[1]]))
	return excerpt(line, match)
}

// excerpt is the part of a long line around a match, in whole words.
func excerpt(line, match string) string {
	before, after, _ := strings.Cut(line, match)
	if fields := strings.Fields(before); len(fields) > wordsBefore {
		before = "… " + strings.Join(fields[len(fields)-wordsBefore:], " ") + " "
	}
	rest := []rune(after)
	if room := max(0, MaxQuote-utf8.RuneCountInString(before+match)); len(rest) > room {
		cut := string(rest[:room])
		after = cut[:max(0, strings.LastIndexByte(cut, ' '))] + " …"
	}
	return before + match + after
}

// wordsBefore is how many words of a long line are quoted in front of a match.
const wordsBefore = 5
