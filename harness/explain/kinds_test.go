package explain

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// said are all kinds of findings that an explanation may have.
func said() map[ledger.Kind]bool {
	kinds := map[ledger.Kind]bool{"damaged-token": true, "malformed-signature": true}
	for _, m := range allMeanings() {
		kinds[m.id] = true
	}
	for _, c := range checks {
		kinds[c.id] = true
	}
	for _, k := range knownWords().Kinds {
		kinds[k.Kind] = true
	}
	for _, r := range diagnose.Rules() {
		kinds[r.Kind] = true
	}
	return kinds
}

// TestTablesNameKindsThatAreSaid: a table that names another kind than one that is said
// has no effect there.
func TestTablesNameKindsThatAreSaid(t *testing.T) {
	kinds := said()
	check := func(table string, named ...ledger.Kind) {
		for _, kind := range named {
			if !kinds[kind] {
				t.Errorf("%s names %q, which nothing says", table, kind)
			}
		}
	}
	for kind, others := range explains {
		check("explains", append(others, kind)...)
	}
	for kind, others := range outdone {
		check("outdone", append(others, kind)...)
	}
	check("advised", slices.Collect(maps.Keys(advised))...)
	check("beside", slices.Collect(maps.Keys(besideNotes()))...)
}

// TestNamedExpressions: a name stands for its whole expression, and an unknown one is
// none.
func TestNamedExpressions(t *testing.T) {
	m := anyCase("^{partition}$|{github}")
	for text, want := range map[string]bool{
		"govcloud": true, "a govcloud": false, "see Runs-On: x": true, "{github}": false,
	} {
		if got := m.MatchString(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for name, expression := range knownWords().Names {
		if expression == "" || reference.MatchString(expression) {
			t.Errorf("%s is %q", name, expression)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown name is taken")
		}
	}()
	anyCase("{nobody}")
}

// TestAFindingMakesMessagesSuperfluous: who knows that the token is another key's learns
// nothing from "the token is invalid". AWS answers with these messages where the finding
// in front is the reason.
func TestAFindingMakesMessagesSuperfluous(t *testing.T) {
	for kind, messages := range map[ledger.Kind][]ledger.Kind{
		"mixed-credentials":   {"token-invalid", "s3-token-malformed", "token-or-key"},
		"damaged-token":       {"token-invalid", "s3-token-malformed", "token-or-key"},
		"expired-credentials": {"token-invalid", "expired-credentials"},
		"token-left-out":      {"token-invalid", "key-unknown", "token-or-key"},
		"swapped-credentials": {"token-invalid", "key-unknown", "token-or-key"},
		"clock-skew":          {"clock-skew", "wrong-signature"},
		"wrong-region":        {"wrong-region"},
		"unsigned":            {"unsigned"},
		"wrong-secret":        {"wrong-signature"},
		"malformed-signature": {"malformed-signature"},
	} {
		for _, message := range messages {
			if !explained([]ledger.Finding{{Kind: "another"}, {Kind: kind}}, message) {
				t.Errorf("%s does not make %s superfluous", kind, message)
			}
		}
		if explained([]ledger.Finding{{Kind: kind}}, "not-allowed") || explained(nil, messages[0]) {
			t.Errorf("%s makes superfluous what it does not explain", kind)
		}
	}
}

// TestALibrarysOwnWayIsTold for each kind that a client's settings can mend.
func TestALibrarysOwnWayIsTold(t *testing.T) {
	used := library.ByID("boto3")
	for kind, way := range map[ledger.Kind]library.Advice{
		"token-invalid": library.KeysAlone, "s3-token-malformed": library.KeysAlone,
		"expired-credentials": library.Refreshing, "wrong-region": library.OwnRegion, "bad-bearer": library.NoBearer,
	} {
		m := meaning{id: kind, change: "Mend it"}
		f := m.finding("", []string{""}, used)
		if want := "Mend it. With boto3: " + used.Advise(way); !strings.HasPrefix(f.Change, want) {
			t.Errorf("%s: %q, want %q", kind, f.Change, want)
		}
		if f := m.finding("", []string{""}, library.Library{}); f.Change != "Mend it." && f.Change != "Mend it" {
			t.Errorf("%s of no library: %q", kind, f.Change)
		}
	}
}
