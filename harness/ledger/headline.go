package ledger

import (
	"github.com/hostproof/hostproof/harness/internal/headline"
)

// Headline is the line of the subject's output that names its error, without
// secrets and control characters: of standard error, else of standard output, or
// the error that a Go function returned. It is at most 300 characters long, and
// empty where the subject said nothing.
func (r *Result) Headline() string {
	// A line that has the form of an error says more than the last one of another stream,
	// which may be a warning.
	for _, of := range []func([]byte) string{headline.Named, headline.Of} {
		for _, said := range [][]byte{r.saidByError(), r.Stderr, r.Stdout} {
			// The secrets go before the line is cut: half a secret is not recognised.
			if line := of([]byte(r.Scrub(string(said)))); line != "" {
				return line
			}
		}
	}
	return ""
}

func (r *Result) saidByError() []byte {
	if r.Err == nil {
		return nil
	}
	return []byte(r.Err.Error())
}
