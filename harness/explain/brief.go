package explain

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// maxWords is the most that a finding about a text says: what, why and what to change.
const maxWords = 90

// inBrief takes sentences out of a finding that says too much: the shortest one that is
// enough, or else the last ones. The first of why and of what to change stay, since what
// is particular to the text stands there.
func inBrief(f *ledger.Finding) {
	why, change := sentencesOf(f.Why), sentencesOf(f.Change)
	for {
		over := len(strings.Fields(f.What)) + wordsIn(why) + wordsIn(change) - maxWords
		if over <= 0 || len(why) <= 1 && len(change) <= 1 {
			break
		}
		if len(why) > 1 && (len(change) <= 1 || spare(why, over) <= spare(change, over)) {
			why = without(why, over)
		} else {
			change = without(change, over)
		}
	}
	f.Why, f.Change = strings.Join(why, " "), strings.Join(change, " ")
}

func wordsIn(sentences []string) (n int) {
	for _, s := range sentences {
		n += len(strings.Fields(s))
	}
	return n
}

// lastOf is the sentence to take out: the shortest that is long enough, or the last.
func lastOf(sentences []string, over int) int {
	at := len(sentences) - 1
	for i := at; i > 0; i-- {
		n, best := len(strings.Fields(sentences[i])), len(strings.Fields(sentences[at]))
		if n >= over && (best < over || n < best) {
			at = i
		}
	}
	return at
}

// spare is how many words are lost by that; a sentence that is not enough counts as many.
func spare(sentences []string, over int) int {
	n := len(strings.Fields(sentences[lastOf(sentences, over)]))
	if n < over {
		return n + maxWords
	}
	return n
}

// without is the sentences but one, whose end the one before takes over.
func without(sentences []string, over int) []string {
	at := lastOf(sentences, over)
	gone := sentences[at]
	out := slices.Delete(slices.Clone(sentences), at, at+1)
	if strings.HasSuffix(gone, ";") && !strings.HasSuffix(out[at-1], ";") {
		out[at] = prose.Capital(out[at])
		return out
	}
	out[at-1] = strings.TrimRight(out[at-1], ".;") + gone[len(gone)-1:]
	return out
}

// sentencesOf are the sentences of a text; where it has brackets, what is in them is whole.
// A part after a semicolon is one by itself.
func sentencesOf(text string) (out []string) {
	depth, from := 0, 0
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '(':
			depth++
		case ')':
			depth--
		case ' ':
			if depth == 0 && (text[at-1] == '.' || text[at-1] == ';') {
				out = append(out, text[from:at])
				from = at + 1
			}
		}
	}
	return append(out, text[from:])
}
