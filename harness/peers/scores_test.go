package peers

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/hostproof/hostproof/harness/conformance"
)

const scores = "testdata/scores.txt"

// TestScores asks each peer to judge right and wrong credentials. What each
// came to is in testdata/scores.txt, which UPDATE=1 writes anew.
func TestScores(t *testing.T) {
	data, err := os.ReadFile(scores)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	for _, s := range start(t) {
		claims := s.Peer.Claims
		if claims == nil {
			claims = conformance.Services()
		}
		list, err := conformance.Probe(t.Context(), conformance.Target{Endpoint: s.URL, KeyID: s.KeyID,
			Secret: s.Secret, Claims: claims})
		if err != nil {
			t.Fatal(err)
		}
		got := line(s.Peer.String(), conformance.Count(list))
		at := slices.IndexFunc(known, func(l string) bool { return strings.HasPrefix(l, s.Peer.Name+" ") })
		switch {
		case at < 0:
			known = append(known, got)
		case known[at] == got:
			continue
		default:
			known[at] = got
		}
		if os.Getenv("UPDATE") == "" {
			t.Errorf("not as in %s:\n%s\n%s", scores, header, got)
			details(t, list)
		}
	}
	table := strings.Join(known, "\n") + "\n"
	t.Log("\n" + table)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(scores, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const header = "peer                      offered  as AWS  other text  other code  accepted  unproven  no answer"

func line(name string, s conformance.Score) string {
	return fmt.Sprintf("%-24s  %7d  %6d  %10d  %10d  %8d  %8d  %9d", name, s.Asked-s.NotOffered, s.OK, s.OtherText,
		s.OtherCode, s.Fooled, s.Unproven, s.NoAnswer)
}

// details lists the answers that are not AWS's.
func details(t *testing.T, list []conformance.Outcome) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, o := range list {
		if o.Kind != conformance.AsAWS && o.Kind != conformance.NotOffered {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s %q\tAWS %s %q\t%s\n", o.Service, o.Case, o.Kind, o.Got, o.Got.Text, o.Want,
				o.Want.Text, o.Err)
		}
	}
	w.Flush()
	t.Log("\n" + b.String())
}

// TestDocumentation: it tells the scores as they are known.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../docs/peers.md")
	if err != nil {
		t.Fatal(err)
	}
	known, err := os.ReadFile(scores)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(known)), "\n")[1:]
	if len(lines) != len(table) {
		t.Errorf("%s has %d peers of %d", scores, len(lines), len(table))
	}
	for i, l := range lines {
		name, numbers := strings.TrimSpace(l[:24]), strings.Fields(l[24:])
		if i == 0 {
			name = "this mock"
		}
		if want := fmt.Sprintf("| %s | %s of %s | %s |", name, numbers[1], numbers[0],
			numbers[4]); !strings.Contains(string(text), want) {
			t.Errorf("no row %q", want)
		}
	}
}
