package lack

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// nowhere says that nothing was asked at all, where that would have been seen: the
// program ended before it asked, or what looked was content with what it was given.
func nowhere(d *facts.Facts, t *rule.Telling, all []facts.Miss) []string {
	asked := func(rows []ledger.Row) bool {
		return slices.ContainsFunc(rows, func(r ledger.Row) bool { return r.Asked.Count > 0 })
	}
	searched, _ := d.EndOfSearch() // it did look: in variables and files, whose reading is not seen
	other := searched != "" || missingProfile(d) != "" || d.OutOfReach() != ""
	if other || len(all) == 0 || !all[0].Unasked || asked(d.Rows) || asked(d.Others) {
		return nil
	}
	if said, _ := d.PartLacking(); said != "" {
		return nil // that is why
	}
	if endedBefore(d) {
		return []string{beforeAsking(d, t, all[0])}
	}
	return []string{"It asked nowhere: a client that is handed credentials, empty or undefined ones too, looks no " +
		"further; nor does one that ends before it needs any."}
}

// ofValues is how a program may say that credentials that it was handed are no good.
var ofValues = regexp.MustCompile(`(?i)(credential|access.?key|secret|token|identity)[^\n]{0,60}` +
	`\b(not valid|invalid|undefined|empty|null|nil|none|missing|required|must|malformed|not a )`)

// endedBefore reports whether the program ended with an error that says nothing of
// credentials that it lacks or was handed, or that a part of the search threw.
func endedBefore(d *facts.Facts) bool {
	line := d.Result.Headline()
	if line == "" || d.Result.TimedOut || ofValues.MatchString(line) {
		return false
	}
	return thrower(d) != "" || !facts.Lack.MatchString(line)
}

// frame is a line of a stack, as JavaScript and the JVM print it, the innermost first.
var frame = regexp.MustCompile(`(?m)^\s+at .*$`)

// provider is a part of a library's search for credentials, as a stack names it.
var provider = regexp.MustCompile(`credential-provider-[\w-]+|\w+CredentialsProvider\b`)

// thrower is the part of a library's search for credentials that the error comes from;
// empty where the stack does not begin in one.
func thrower(d *facts.Facts) string { return provider.FindString(d.Said(frame)) }

// beforeAsking says that the program ended before it asked, where in its search that was,
// if its stack tells, and what to change.
func beforeAsking(d *facts.Facts, t *rule.Telling, meant facts.Miss) string {
	part, place := thrower(d), meant.Row.Offer.Name
	if part == "" {
		t.Change = "Mend the error that it ended with. If that is the library's own: " +
			prose.Lower(facts.WithoutOther(meant.Change))
		return "It asked nowhere: it ended with this error before it asked for credentials."
	}
	t.Change = fmt.Sprintf("Use a version of the library in which %s goes on, or give the client the one provider "+
		"that asks %s, in place of the chain", part, place)
	return fmt.Sprintf("It asked nowhere: the error comes from %s, a part of the library's search for credentials, "+
		"and ended the search before it reached %s.", part, place)
}
