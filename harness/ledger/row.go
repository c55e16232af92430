package ledger

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
)

// Row says of one place that hands out credentials whether the subject asked for
// it, with which answers, and which calls used what it gave.
type Row struct {
	// Sort says what the row is about; empty for a place that hands out credentials.
	Sort Sort `json:"sort,omitempty"`
	// Offer is the place, as the host's fixture or the project declares it. Its Kind
	// is empty for a place that the host does not have and the subject asked.
	Offer fixtures.Offer `json:"offer"`
	// There says that the host has the place, and that the environment leads to it.
	There bool `json:"there"`
	// Principal is whose credentials it hands out: an ARN; empty where that is not
	// known before they are used.
	Principal string `json:"principal,omitempty"`
	Asked     Asked  `json:"asked"`
	// Used are the AWS calls that were made with what it gave, by the numbers of
	// their exchanges.
	Used []int64 `json:"used,omitempty"`
	// TokenOnly are the calls that used its session token with another key.
	TokenOnly []int64 `json:"tokenOnly,omitempty"`
	// Issued are the credentials that it has handed out, in order: their time is what
	// tells why a program works for a while.
	Issued []Issue `json:"issued,omitempty"`
}

// Sort is what a row is about, where that is no place with credentials.
type Sort string

// The sorts of rows. All but a file and a process are of what was asked for and the
// host does not offer.
const (
	OfPlace   Sort = "place"   // where credentials are looked for and this host has none
	OfFile    Sort = "file"    // of the host, that leads to credentials or holds none
	OfProcess Sort = "process" // a program of the host that prints credentials
	OfName    Sort = "name"    // a host name that did not resolve, or that nothing answers for
	OfPort    Sort = "port"    // a port that refused
	OfTLS     Sort = "tls"     // a connection whose TLS failed
)

// Issue is one set of credentials that a place has handed out.
type Issue struct {
	KeyID string `json:"keyId"`
	// First and Last are when it was handed out; Count is how often.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	Count int       `json:"count,omitempty"`
	// End is when it ends; zero where that is not known, or never.
	End time.Time `json:"end,omitzero"`
	// Used are the calls made with it, and Late the ones among them that were made after
	// its end.
	Used []int64 `json:"used,omitempty"`
	Late []int64 `json:"late,omitempty"`
	// Superseded are the ones that were made with it after the place had handed out
	// another: a copy, which nothing renews.
	Superseded []int64 `json:"superseded,omitempty"`
}

// Asked is what was seen of a subject asking for credentials.
type Asked struct {
	// Seen says that asking would have been noticed. It is not where the place is a
	// variable or a file.
	Seen  bool      `json:"seen"`
	Count int       `json:"count"`
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Answers are what was answered, each once, in order.
	Answers []string `json:"answers,omitempty"`
	// Versions are the versions of the protocol that it was asked in, each once, where
	// there are several: "1" and "2" of instance metadata.
	Versions []string `json:"versions,omitempty"`
}

// Note adds one request and its answer.
func (a *Asked) Note(at time.Time, times int, answer string) {
	if a.Count == 0 {
		a.First = at
	}
	a.Seen, a.Last = true, at
	a.Count += times
	for _, known := range a.Answers {
		if known == answer {
			return
		}
	}
	if answer != "" {
		a.Answers = append(a.Answers, answer)
	}
}

// In notes the version of the protocol in which it was asked.
func (a *Asked) In(version string) {
	if version != "" && !slices.Contains(a.Versions, version) {
		a.Versions = append(a.Versions, version)
	}
}

// Refusals are the answers that were no success, in words.
func (a *Asked) Refusals() string {
	var out []string
	for _, answer := range a.Answers {
		if strings.HasPrefix(answer, "refused") || strings.HasPrefix(answer, NoAnswer) {
			out = append(out, answer)
		}
	}
	return strings.Join(out, "; ")
}

// NoAnswer is the answer of a place that did not answer.
const NoAnswer = "gave no answer"

// String is how often it was asked, and with which answers.
func (a *Asked) String() string {
	var text string
	switch {
	case !a.Seen:
		return "not seen"
	case a.Count == 0:
		return "never"
	case a.Count == 1:
		text = "once"
	default:
		text = fmt.Sprintf("%d times", a.Count)
	}
	if len(a.Versions) > 0 {
		text += ", version " + strings.Join(a.Versions, " and ")
	}
	if len(a.Answers) > 0 {
		text += ": " + strings.Join(a.Answers, "; ")
	}
	return text
}

// Usage says in which calls the row's credentials were used.
func (r *Row) Usage() string {
	var parts []string
	if len(r.Used) > 0 {
		parts = append(parts, calls(r.Used))
	}
	parts = append(parts, r.late()...)
	if len(r.TokenOnly) > 0 {
		parts = append(parts, "its token alone in "+calls(r.TokenOnly))
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, "; ")
}

// late says which calls used credentials of the row too late.
func (r *Row) late() (parts []string) {
	var late, superseded []int64
	for _, i := range r.Issued {
		late = append(late, i.Late...)
		superseded = append(superseded, i.Superseded...)
	}
	if len(late) > 0 {
		parts = append(parts, "after its end in "+calls(late))
	}
	superseded = slices.DeleteFunc(superseded, func(seq int64) bool { return slices.Contains(late, seq) })
	if len(superseded) > 0 {
		parts = append(parts, "after newer ones in "+calls(superseded))
	}
	if len(r.Issued) > 1 {
		parts = append(parts, fmt.Sprintf("%d sets given", len(r.Issued)))
	}
	return parts
}

// maxCalls bounds the calls of a row that are named.
const maxCalls = 4

func calls(seqs []int64) string {
	var names []string
	for _, seq := range seqs[:min(len(seqs), maxCalls)] {
		names = append(names, fmt.Sprintf("#%d", seq))
	}
	text := "call " + strings.Join(names, ", ")
	if more := len(seqs) - maxCalls; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// The widths of the table's columns, in characters.
const (
	placeWidth = 50
	askedWidth = 34
	usedWidth  = 24
)

// writeLedger shows the rows as a table.
func (r *Result) writeLedger(w io.Writer) {
	if len(r.Ledger) == 0 {
		return
	}
	fmt.Fprintf(
		w,
		"\n%-*s  %-*s  %s\n",
		placeWidth,
		"where credentials could come from on "+r.Host,
		askedWidth,
		"asked for",
		"used",
	)
	for i := range r.Ledger {
		row := &r.Ledger[i]
		writeColumns(w, row.place(), fold(r.Scrub(row.asked()), askedWidth), fold(row.Usage(), usedWidth))
	}
}

// Texts are the columns of a row: the place, how a program finds it, what was seen of
// asking there, and which calls used what it gave.
type Texts struct{ Place, How, Asked, Used string }

// Texts are the row's columns for a person.
func (r *Row) Texts() Texts { return Texts{r.title(), r.how(), r.asked(), r.Usage()} }

// place is the first column: the place, and in further lines how a program finds
// it.
func (r *Row) place() []string {
	lines := indent(fold(r.title(), placeWidth-2), "  ")
	if how := r.how(); how != "" {
		lines = append(lines, indent(fold(how, placeWidth-4), "    ")...)
	}
	return lines
}

// title names the place.
func (r *Row) title() string {
	name := r.Offer.Name
	if title, ok := titles[r.Sort]; ok {
		name = title + r.Offer.Name
	}
	switch {
	case r.Sort != "" && r.Sort != OfPlace:
	case !r.There && r.Offer.Kind == "":
		name += ", which this host does not have"
	case !r.There:
		name += ", to which nothing leads here"
	case r.Offer.Ended:
		name += ", which has ended"
	case r.Offer.Role != "":
		name += " (role " + r.Offer.Role + ")"
	}
	return name
}

// how is how a program finds the place.
func (r *Row) how() string {
	if r.Offer.Kind != "" {
		return r.Offer.How()
	}
	return strings.Join(r.Offer.Variables, ", ")
}

// titles begin the names of rows that are about no place with credentials.
var titles = map[Sort]string{OfName: "the name ", OfTLS: "TLS to "}

// asked is what was seen of the subject asking, in the words of the row's sort.
func (r *Row) asked() string {
	ofFile := r.Sort == OfFile || r.Sort == OfProcess || r.Sort == "" && r.Offer.Endpoint == "" &&
		len(r.Offer.Files) > 0
	if !ofFile || !r.Asked.Seen {
		return r.Asked.String()
	}
	if r.Asked.Count == 0 && r.Offer.Program {
		return "not started"
	}
	if r.Asked.Count == 0 {
		return "not opened"
	}
	return strings.Join(r.Asked.Answers, ", ")
}

// writeColumns writes three columns side by side.
func writeColumns(w io.Writer, place, asked, used []string) {
	for i := range max(len(place), len(asked), len(used)) {
		line := fmt.Sprintf("%-*s  %-*s  %s", placeWidth, at(place, i), askedWidth, at(asked, i), at(used, i))
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func indent(lines []string, by string) []string {
	for i := range lines {
		lines[i] = by + lines[i]
	}
	return lines
}

// fold breaks a text into lines of at most a width, in characters. A longer word
// has a line of its own.
func fold(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
