package ledger

import (
	"encoding/json"

	"github.com/hostproof/hostproof/harness/leak"
)

// Leaks says which form of a result shows a secret of the run.
func (r *Result) Leaks() string {
	s := leak.New(r.secrets)
	if _, found := s.Text(r.String()); found {
		return "text"
	}
	j, err := json.Marshal(r)
	if err != nil {
		return "JSON, which cannot be made: " + err.Error()
	}
	if _, found := s.Text(string(j)); found {
		return "JSON"
	}
	return ""
}

// Secrets reports whether a text holds a secret of the run: of its keys and
// sessions, a session token beyond its beginning, a bearer key.
func (r *Result) Secrets(text []byte) bool {
	_, found := leak.New(r.secrets).Text(string(text))
	return found
}
