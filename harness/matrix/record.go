package matrix

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/harness/report"
)

// WriteExpectations writes what came of a report's cells as rules that
// ReadExpected reads, one for the hosts on which a subject and strategy came to
// the same: to be read by a person, corrected, and kept, so that a later change
// of a library is seen. A cell that was not judged or not run is an error.
func WriteExpectations(w io.Writer, r *report.Report) error {
	rules, err := record(r)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w,
		"# What came of these cells on %s. Say why in each \"because\", and correct what is wrong.\n",
		r.Started.Format("2006-01-02")); err != nil {
		return err
	}
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	return errors.Join(enc.Encode(rules), enc.Close())
}

func record(r *report.Report) ([]*rule, error) {
	var rules []*rule
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Outcome == report.Broken || c.Outcome == report.Skipped {
			return nil, fmt.Errorf("%s was %s: %s", c.Name(), c.Outcome, c.Problem)
		}
		same := slices.IndexFunc(rules, func(r *rule) bool {
			return r.Subjects[0] == c.Subject && r.Strategies[0] == c.Strategy && r.status() == c.Status
		})
		if same >= 0 {
			rules[same].Hosts = append(rules[same].Hosts, c.Host)
			continue
		}
		rules = append(rules, &rule{Hosts: []string{c.Host}, Subjects: []string{c.Subject},
			Strategies: []string{c.Strategy},
			Is:         c.Outcome, As: c.As, Code: c.Code, Finding: c.Finding, Because: because(c)})
	}
	slices.SortStableFunc(rules, func(a, b *rule) int { return slices.Compare(a.columns(), b.columns()) })
	return rules, nil
}

func (r *rule) status() report.Status {
	return report.Status{Outcome: r.Is, As: r.As, Code: r.Code, Finding: r.Finding}
}

func (r *rule) columns() []string { return []string{r.Subjects[0], r.Strategies[0]} }

// because is what the diagnosis found, where a rule needs a reason.
func because(c *report.Cell) string {
	switch {
	case c.Outcome == report.Accepted:
		return ""
	case c.Run != nil && len(c.Run.Findings) > 0:
		return "Seen: " + c.Run.Findings[0].What
	}
	return "Seen: " + string(c.Outcome) + "."
}
