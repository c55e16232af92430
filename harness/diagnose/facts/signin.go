package facts

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
)

// missedSignIn says of an endpoint that was not asked that the program did open the
// file with the token for it, and how old that is.
func (d *Facts) missedSignIn(row *ledger.Row) (Miss, bool) {
	if row.Offer.Endpoint == "" || row.Asked.Count > 0 {
		return Miss{}, false
	}
	at := slices.IndexFunc(d.Result.Files, func(f ledger.FileAccess) bool {
		return f.Count > 0 && slices.Contains(row.Offer.Files, f.Declared)
	})
	if at < 0 {
		return Miss{}, false
	}
	file := d.Result.Files[at]
	end, known := d.endIn(file.Path)
	if !known || !end.Before(file.Last) {
		return Miss{}, false
	}
	p, _ := d.ProfileTaken()
	m := Miss{Row: row, Source: docSSO}
	m.Why = fmt.Sprintf("This host has %s. The program opened %s, whose token ended at %s, %s before, and asked no "+
		"further.", d.place(row), file.Declared, Clock(end), Span(file.Last.Sub(end)))
	m.Change = "Sign in again: aws sso login"
	if p.Name != "" && p.By != "" {
		m.Change += " --profile " + p.Name
	}
	return m, true
}

// endIn is when the token in a file of the host ends, where the file says so: as the
// caches of sign-ins do
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html).
func (d *Facts) endIn(path string) (end time.Time, known bool) {
	var cache struct{ ExpiresAt time.Time }
	err := json.Unmarshal([]byte(d.Files[path]), &cache)
	return cache.ExpiresAt, err == nil && !cache.ExpiresAt.IsZero()
}
