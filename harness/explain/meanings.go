package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// meaningsOf are what the errors in a text mean. The particular comes first: what
// AWS or an SDK says of the very reason; then codes, places and what is missing.
func meaningsOf(text string) []ledger.Finding {
	text = searched(text)
	out := undecided(text)
	if len(out) > 0 {
		out[0] = decidedFor(text, out[0])
	}
	for i := range out {
		inBrief(&out[i])
	}
	return out
}

// undecided are what the errors in a text mean, before what else is in it is looked at.
func undecided(text string) (out []ledger.Finding) {
	flat, joined := "", ""
	if len(text) <= maxWrapped {
		flat, joined = oneLine(text), unwrapped(text)
	}
	if out = particular(text, joined); len(out) > 0 {
		return advisedBy(library.In(text), out)
	}
	out = general(text, flat)
	if len(out) == 0 || vague(out[0]) {
		weak := saidIn(weakPhrases(), text, joined)
		if len(weak) > 0 && (len(out) == 0 || !isLack(out[0].Kind) || aboutKind(weak[0].Kind).Stage == "client") {
			return weak
		}
	}
	return out
}

// isLack reports whether a kind is that a program has no credentials.
func isLack(kind ledger.Kind) bool { return kind == "no-credentials" || kind == "no-role-at-host" }

// vague reports whether a finding says less than a weak saying does.
func vague(f ledger.Finding) bool {
	return lessThanCode(f) || f.Kind == "anonymous"
}

// particular are the findings about what a text says of the very reason.
func particular(text, joined string) (out []ledger.Finding) {
	for _, find := range []func(string) (ledger.Finding, bool){canonicalFinding, headerFinding} {
		if f, ok := find(text); ok {
			return []ledger.Finding{f}
		}
	}
	if f, ok := denialIn(cmp.Or(joined, text)); ok {
		return []ledger.Finding{f}
	}
	if out = saidIn(firstPhrases(), text, joined); len(out) > 0 {
		return out
	}
	if f, ok := noRegionOfAWS(text); ok {
		return []ledger.Finding{f}
	}
	if f, ok := wayToAWS(text); ok {
		return []ledger.Finding{f}
	}
	return saidIn(strongPhrases(), text, joined)
}

// wayToAWS is the finding about a way to AWS that failed, in a text without any
// answer of AWS: what an SDK says around it (that it has no credentials) follows from
// it.
func wayToAWS(text string) (ledger.Finding, bool) {
	if answersOfAWS(text) {
		return ledger.Finding{}, false
	}
	l, how := unreachedLink(chainOf(text))
	if l == nil || l.at.local {
		return ledger.Finding{}, false
	}
	return regionalTokens(text, l, how.finding(l)), true
}

// advisedBy adds a library's own way to the first finding.
func advisedBy(used library.Library, out []ledger.Finding) []ledger.Finding {
	if a, ok := advised[out[0].Kind]; ok && used.ID != "" {
		to := ""
		if a == library.KeysAlone {
			to = ", for a key that has no token"
		}
		advice := "With " + used.Name + to + ": " + used.Advise(a) + "."
		if saidPlainly(out[0]) {
			out[0].Change = advice + " " + out[0].Change
		} else { // what the text itself shows tells more than the library's own way
			out[0].Change += " " + advice
		}
	}
	out[0].Library = used.Name
	return out
}

// saidPlainly reports whether a finding says what its saying does of any text.
func saidPlainly(f ledger.Finding) bool {
	return !slices.ContainsFunc(knownWords().Sayings, func(s saying) bool {
		return s.Kind == f.Kind && slices.ContainsFunc(s.Near, func(n nearby) bool {
			return n.Instead && n.Why == f.Why
		})
	})
}

// troublesIn are the findings about places that a text shows, or, where nothing else is
// known, that it shows after its words that a terminal broke are whole again.
func troublesIn(text string, alone bool) []ledger.Finding {
	out := troubles(chainOf(text))
	if len(out) == 0 && alone && len(text) <= maxWrapped {
		out = troubles(chainOf(brokenWord.ReplaceAllString(text, "$1$2")))
	}
	return out
}

// brokenWord is a place at which a terminal broke a line, in the middle of a word, too.
var brokenWord = late.MustCompile(`([a-zA-Z])\n[ \t]+([a-z])`)

// ofHost reports whether a finding is about a place of the host that was not reached.
func ofHost(f ledger.Finding) bool {
	return slices.ContainsFunc(places, func(p *place) bool {
		return p.local && strings.HasPrefix(f.What, capital(p.name)+" ")
	})
}

// general are the findings about codes, places and what is missing. What ended before
// AWS could answer is looked for where no error of AWS is among them, and that there
// are no credentials is said where nothing says why.
func general(text, flat string) (out []ledger.Finding) {
	used := library.In(text)
	for _, m := range allMeanings() {
		groups := m.groupsIn(text, flat)
		if groups == nil {
			continue
		}
		if len(out) > 0 && (m.id == "token-or-key" || m.id == diagnose.NotAllowed && len(groups) == 1) {
			continue // the message said more than the code
		}
		f := m.finding(text, groups, used)
		if m.id == diagnose.NotAllowed && len(groups) == 1 && m.match == lastResort {
			f = deniedNamed(text, f)
		}
		if !says(out, f) && !repeats(out, f) { // several libraries say the same
			out = append(out, f)
		}
	}
	out = decided(text, out, func(m *meaning) ledger.Finding { return m.finding(text, []string{""}, used) })
	if !specific(out) {
		out = append(troublesIn(text, len(out) == 0), out...)
		if len(out) > 0 && (aboutKind(out[0].Kind).Stage == "place" || ofHost(out[0])) {
			atPlace(text, &out[0])
		}
	}
	if f, ok := noRegionSet(text); ok && len(out) == 0 {
		out = append(out, f)
	}
	if f, ok := saidLack(text, used); ok && len(out) == 0 {
		out = append(out, f)
	}
	if f, ok := otherSender(text); ok && len(out) == 0 {
		out = append(out, f)
	}
	if specific(out) {
		out = slices.DeleteFunc(out, func(f ledger.Finding) bool { return f.Kind == "no-role-at-host" })
	}
	return out
}

// atPlace adds what other things in a text say of a place that gave nothing. Where they
// say nothing of the place, and it did not answer at all, what they say of a program
// without credentials holds: SDKs ask these places last.
func atPlace(text string, f *ledger.Finding) {
	notes := placeNotes()
	if f.Kind == "endpoint-refused" {
		notes = slices.DeleteFunc(slices.Clone(notes), func(n note) bool { return n.Unanswered })
	}
	if firstOf(notes, running(text)) == nil && f.Kind == "no-answer" {
		notes = lackNotes()
	}
	why, change := noted(notes, running(text), f.Why, strings.TrimSuffix(f.Change, "."), 1)
	f.Why, f.Change = why, prose.Sentence(change)
}
