package explain

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// The facts about what programs and services print are data: words/*.yaml.
//
//go:embed words/*.yaml
var wordFiles embed.FS

// saying is something that programs or services print, and what it means.
type saying struct {
	Kind ledger.Kind `yaml:"kind"`
	// Says are expressions, one of which the text has; the case of letters does not
	// count.
	Says []string `yaml:"says"`
	// Also is what the text has to have as well, Not what it must not have.
	Also string `yaml:"also"`
	Not  string `yaml:"not"`
	// What, Why and Change may use the groups of the expression: {1}, or {1|2|else}
	// for the first that is not empty.
	What   string   `yaml:"what"`
	Why    string   `yaml:"why"`
	Change string   `yaml:"change"`
	Near   []nearby `yaml:"near"`
	// Weak says that anything else in the text says more.
	Weak bool `yaml:"weak"`
	// Times says that two times in the text, where there are two, tell how far apart
	// they are.
	Times bool `yaml:"times"`
	// First says that it is asked before whether a way to AWS failed.
	First      bool   `yaml:"first"`
	Source     string `yaml:"source"`
	Confidence string `yaml:"confidence"`
}

// nearby is what other things in the text add.
type nearby struct {
	Shows string `yaml:"shows"`
	// Also is what the text has to show as well, anywhere.
	Also  string `yaml:"also"`
	Lacks string `yaml:"lacks"`
	What  string `yaml:"what"`
	Why   string `yaml:"why"`
	// Why and Change are added, or stand alone where Instead is set.
	Change  string `yaml:"change"`
	Instead bool   `yaml:"instead"`
	// Source takes the place of the finding's own, where it is set.
	Source string `yaml:"source"`
	// Unanswered says that it holds for a place that gave no answer, and for none that
	// refused.
	Unanswered bool `yaml:"unanswered"`
}

// about is what is known of all findings of a kind.
type about struct {
	Kind ledger.Kind `yaml:"kind"`
	// Stage is how far the program got: "client" (nothing was sent), "place" (a place
	// of the host or of the sign-in), "aws", "other" (something that is not AWS).
	Stage string `yaml:"stage"`
	// Hosts are those of ours on which it is seen, the best first.
	Hosts []string `yaml:"hosts"`
	// Send is what to send where the finding leaves causes open.
	Send []string `yaml:"send"`
}

// speaker is a program, an SDK or a language, and how it is made to say more.
type speaker struct {
	Name string `yaml:"name"`
	// Shows is what it prints itself, Names what anybody writes of it.
	Shows  string `yaml:"shows"`
	Names  string `yaml:"names"`
	Louder string `yaml:"louder"`
	shows  *late.Regexp
	names  *late.Regexp
}

// wordData is what the files hold together.
type wordData struct {
	Sayings  []saying  `yaml:"sayings"`
	Kinds    []about   `yaml:"kinds"`
	Speakers []speaker `yaml:"speakers"`
	// Denials are AWS's reasons of a refusal, Actions what is particular to an action.
	Denials []denialReason `yaml:"denials"`
	Actions []actionNote   `yaml:"actions"`
	// Callers are kinds of principals, told by their names.
	Callers []callerNote `yaml:"callers"`
	// Lacks are what other things in a text say of a program without credentials,
	// Places of a place of the host that gave no answer.
	Lacks  []nearby `yaml:"lacks"`
	Places []nearby `yaml:"places"`
	// Beside are what they say of a meaning whose words stand in the program.
	Beside []besides `yaml:"beside"`
	// Decides are what other things in a text say of findings of some kinds, whatever
	// found them, where they decide between the causes that such a finding leaves open.
	Decides []besides `yaml:"decides"`
	// Names are expressions that the others use as {NAME}.
	Names map[string]string `yaml:"names"`
}

// besides is what other things in a text add to findings of some kinds.
type besides struct {
	Kinds []ledger.Kind `yaml:"kinds"`
	Near  []nearby      `yaml:"near"`
}

// knownWords are the facts of all files, in the order of their names.
var knownWords = sync.OnceValue(func() wordData {
	d, err := readWords()
	if err != nil {
		panic(err) // the files are part of the program, and its tests read them
	}
	return d
})

func readWords() (all wordData, err error) {
	all.Names = map[string]string{}
	entries, err := wordFiles.ReadDir("words")
	if err != nil {
		return all, err
	}
	for _, e := range entries {
		data, err := wordFiles.ReadFile("words/" + e.Name())
		if err != nil {
			return all, err
		}
		var d wordData
		decoder := yaml.NewDecoder(bytes.NewReader(data))
		decoder.KnownFields(true)
		if err := decoder.Decode(&d); err != nil && !errors.Is(err, io.EOF) {
			return all, fmt.Errorf("%s: %w", e.Name(), err)
		}
		all.Sayings = append(all.Sayings, d.Sayings...)
		all.Kinds = append(all.Kinds, d.Kinds...)
		all.Speakers = append(all.Speakers, d.Speakers...)
		all.Denials = append(all.Denials, d.Denials...)
		all.Actions = append(all.Actions, d.Actions...)
		all.Callers = append(all.Callers, d.Callers...)
		all.Lacks = append(all.Lacks, d.Lacks...)
		all.Places = append(all.Places, d.Places...)
		all.Beside = append(all.Beside, d.Beside...)
		all.Decides = append(all.Decides, d.Decides...)
		maps.Copy(all.Names, d.Names)
	}
	return all, all.compile()
}

// compile makes the expressions of speakers and callers.
func (d *wordData) compile() (err error) {
	for i := range d.Speakers {
		if err = d.Speakers[i].compile(); err != nil {
			return err
		}
	}
	for i := range d.Callers {
		if d.Callers[i].named, err = late.Compile(d.Callers[i].Named); err != nil {
			return err
		}
	}
	for i := range d.Actions {
		if d.Actions[i].action, err = late.Compile(`^(?:` + d.Actions[i].Action + `)$`); err != nil {
			return err
		}
	}
	return nil
}

// compile makes its expressions; what names it may be missing, and is in no text then.
func (s *speaker) compile() (err error) {
	if s.shows, err = late.Compile(s.Shows); err != nil {
		return err
	}
	s.names = never
	if s.Names != "" {
		s.names, err = late.Compile(s.Names)
	}
	return err
}

// never is in no text.
var never = late.MustCompile(`[^\x00-\x{10FFFF}]`)

// phrase is a saying, ready to be looked for.
type phrase struct {
	saying
	match     []*late.Regexp
	also, not *late.Regexp
	near      []note
}

// note is what other things in the text add.
type note struct {
	nearby
	shows, also, lacks *late.Regexp
}

// phrases are the sayings of one rank.
func (d wordData) phrases(first, weak bool) (out []phrase) {
	for _, s := range d.Sayings {
		if s.Weak != weak || s.First != first {
			continue
		}
		p := phrase{saying: s, also: anyCase(s.Also), not: anyCase(s.Not)}
		for _, says := range s.Says {
			p.match = append(p.match, anyCase(says))
		}
		p.near = notesOf(s.Near)
		out = append(out, p)
	}
	return out
}

// notesOf makes the expressions of notes.
func notesOf(list []nearby) (out []note) {
	for _, n := range list {
		out = append(out, note{nearby: n, shows: anyCase(n.Shows), also: anyCase(n.Also), lacks: anyCase(n.Lacks)})
	}
	return out
}

// fits reports whether a text is one of which the note is said.
func (n *note) fits(text string) bool {
	return (n.shows == nil || n.shows.MatchString(text)) && (n.also == nil || n.also.MatchString(text)) &&
		(n.lacks == nil || !n.lacks.MatchString(text))
}

// firstOf is the first of notes that is one to say of a text; nil for none.
func firstOf(notes []note, text string) *note {
	for i := range notes {
		if notes[i].fits(text) {
			return &notes[i]
		}
	}
	return nil
}

// beside adds to why and change what the first fitting note says of a text, whose source
// then counts.
func beside(notes []note, text, why, change, source string) (newWhy, newChange, newSource string) {
	n := firstOf(notes, text)
	if n == nil {
		return why, change, source
	}
	why, change = noted([]note{*n}, text, why, change, 1)
	return why, change, cmp.Or(n.Source, source)
}

// besideNotes are the notes on meanings whose words stand in the program, by kind.
var besideNotes = sync.OnceValue(func() map[ledger.Kind][]note {
	out := map[ledger.Kind][]note{}
	for _, b := range knownWords().Beside {
		for _, kind := range b.Kinds {
			out[kind] = append(out[kind], notesOf(b.Near)...)
		}
	}
	return out
})

// showsPlatform reports whether a text shows on which platform the program runs, also
// where none of our hosts has just these traits.
func showsPlatform(text string) bool {
	return firstOf(besideNotes()["no-credentials"], running(text)) != nil
}

// noted adds to why and change what the notes say of a text, as many of them as most. It
// comes before what holds everywhere, so that a finding that is too long loses the latter.
func noted(notes []note, text, why, change string, most int) (newWhy, newChange string) {
	said := 0
	for i := range notes {
		n := &notes[i]
		if said >= most || !n.fits(text) {
			continue
		}
		said++
		if n.Instead {
			why, change = cmp.Or(n.Why, why), cmp.Or(n.Change, change)
			continue
		}
		why = strings.TrimSpace(n.Why + " " + why)
		if n.Change != "" {
			change = n.Change + "; " + strings.TrimRight(change, ".")
		}
	}
	return why, change
}

// groupsIn are the groups of the phrase's match in a text, or in the text with its
// broken lines joined; nil for none.
func (p *phrase) groupsIn(text, joined string) []string {
	if p.also != nil && !p.also.MatchString(text) || p.not != nil && p.not.MatchString(text) {
		return nil
	}
	for _, t := range []string{text, joined} {
		for _, m := range p.match {
			if groups := m.FindStringSubmatch(t); groups != nil && t != "" {
				return groups
			}
		}
	}
	return nil
}

// finding says what the phrase means in a text.
func (p *phrase) finding(text string, groups []string) ledger.Finding {
	what := p.What
	if n := firstOf(p.near, text); n != nil { // only the first that fits is said
		what = cmp.Or(n.What, what)
	}
	why, change, source := beside(p.near, text, p.Why, p.Change, p.Source)
	what = filled(what, groups)
	if p.Times {
		what += between(text)
	}
	return ledger.Finding{Kind: p.Kind, What: what, Why: filled(why, groups),
		Change: prose.Sentence(filled(change, groups)), Source: source, Confidence: p.Confidence}
}

// anyCase compiles an expression for any case of letters; nil for none.
func anyCase(expression string) *late.Regexp {
	if expression == "" {
		return nil
	}
	return late.MustCompile("(?i)" + wholeExpression(expression))
}

// reference is the place of a named expression in another.
var reference = late.MustCompile(`\{[a-z]+\}`)

// wholeExpression is an expression with those that it names.
func wholeExpression(expression string) string {
	return reference.ReplaceAllStringFunc(expression, func(name string) string {
		known, ok := knownWords().Names[strings.Trim(name, "{}")]
		if !ok {
			panic("no expression has the name " + name) // as one that does not compile
		}
		return "(?:" + known + ")"
	})
}

var (
	lackNotes  = sync.OnceValue(func() []note { return notesOf(knownWords().Lacks) })
	placeNotes = sync.OnceValue(func() []note { return notesOf(knownWords().Places) })

	firstPhrases  = sync.OnceValue(func() []phrase { return knownWords().phrases(true, false) })
	strongPhrases = sync.OnceValue(func() []phrase { return knownWords().phrases(false, false) })
	weakPhrases   = sync.OnceValue(func() []phrase { return knownWords().phrases(false, true) })
)

// saidIn is the finding about what a text says: the first in the order of the data, or,
// where AWS answered, the first about an answer, since a failure before it was not the
// last. What follows from it is not said.
func saidIn(phrases []phrase, text, joined string) []ledger.Finding {
	var first []ledger.Finding
	answered := answersOfAWS(text)
	for i := range phrases {
		p := &phrases[i]
		groups := p.groupsIn(text, joined)
		if groups == nil {
			continue
		}
		found := []ledger.Finding{p.finding(text, groups)}
		if !answered || aboutKind(p.Kind).Stage == "aws" {
			return found
		}
		if first == nil {
			first = found
		}
	}
	return first
}

// aboutKind is what is known of a kind; the zero value for nothing.
func aboutKind(kind ledger.Kind) about {
	kinds := knownWords().Kinds
	if i := slices.IndexFunc(kinds, func(a about) bool { return a.Kind == kind }); i >= 0 {
		return kinds[i]
	}
	return about{}
}

// around is what stands around a value in a text and is no part of it.
const around = " .,;:'\"`"

// optional puts a value in brackets where nothing stands in its place without it.
func optional(place, value string) string {
	if strings.HasSuffix(place, "|}") || strings.HasSuffix(place, "| }") {
		return " (" + value + ")"
	}
	return value
}

// slot is a place for a group in a sentence.
var slot = late.MustCompile(`\{(\d(?:\|[^{}|]*)*)\}`)

// filled puts the groups of a match into a sentence.
func filled(sentence string, groups []string) string {
	return slot.ReplaceAllStringFunc(sentence, func(s string) string {
		for _, part := range strings.Split(strings.Trim(s, "{}"), "|") {
			n := 0
			if _, err := fmt.Sscanf(part, "%d", &n); err != nil || len(part) > 1 {
				return strings.TrimSpace(part)
			}
			if n < len(groups) && strings.Trim(groups[n], around) != "" {
				return optional(s, hideSecrets(strings.Trim(oneLine(groups[n]), around)))
			}
		}
		return ""
	})
}
