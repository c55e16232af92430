package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/explain"
	"github.com/hostproof/hostproof/harness/ledger"
)

// TestTexts is of texts of errors alone: the innermost error of the chain says what
// happened, whatever was wrapped around it.
func TestTexts(t *testing.T) {
	type row struct {
		Text, Says, Call, Host, Tried string
		Kind                          ledger.Kind
		Hides                         []string
	}
	rows := explain.Rows[row](t, "texts.yaml", 20)
	for _, row := range rows {
		t.Run(row.Text[:min(40, len(row.Text))], func(t *testing.T) {
			r, err := explain.Explain([]byte(row.Text), explain.Options{})
			if err != nil {
				t.Fatal(err)
			}
			f := r.Findings[0]
			if f.Kind != row.Kind || !strings.Contains(f.Paragraph(), row.Says) || f.Change == "" {
				t.Errorf("says %s: %q, want %s with %q", f.Kind, f.Paragraph(), row.Kind, row.Says)
			}
			for _, text := range row.Hides {
				if strings.Contains(textOf(t, r), text) {
					t.Errorf("says %q", text)
				}
			}
			if row.Call != "" && !slices.Contains(r.Calls, row.Call) {
				t.Errorf("calls %q, want %q", r.Calls, row.Call)
			}
			if row.Host != "" && !slices.ContainsFunc(r.Reading.Hosts,
				func(h explain.HostFit) bool { return h.Host == row.Host }) {
				t.Errorf("hosts %+v, want %s", r.Reading.Hosts, row.Host)
			}
			if row.Tried != "" && !slices.Contains(r.Reading.Tried, row.Tried) {
				t.Errorf("tried %q, want %q", r.Reading.Tried, row.Tried)
			}
			if !strings.HasPrefix(r.Reading.Reproduce, "hostproof run --host ") || len(r.Reading.Send) == 0 {
				t.Errorf("reproduce %q, send %q", r.Reading.Reproduce, r.Reading.Send)
			}
		})
	}
}
