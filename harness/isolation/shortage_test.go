package isolation

import (
	"syscall"
	"testing"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// TestShortageNamesAName: of many things that could not be opened a name is told, whichever came first.
func TestShortageNamesAName(t *testing.T) {
	const accept, of = "no connection", "No files were left to answer for b1: too many open files"
	for _, row := range []struct {
		notes []string
		want  string
	}{
		{nil, ""},
		{[]string{accept}, accept},
		{[]string{accept, accept}, accept + ", and so 1 more times"},
		{[]string{"b1"}, of},
		{[]string{"b1", "b2", accept}, of + ", and so 2 more times"},
		{[]string{accept, "b1", "b2"}, of + ", and so 2 more times"},
	} {
		var s shortage
		for _, n := range row.notes {
			if n == accept {
				s.note(accept, false)
			} else {
				s.unanswered(n, syscall.EMFILE)
			}
		}
		got := ""
		for _, m := range s.met() {
			if m.Bound != seen.Descriptors {
				t.Errorf("%v", m)
			}
			got += m.Text
		}
		if got != row.want {
			t.Errorf("%q: got %q, want %q", row.notes, got, row.want)
		}
	}
}
