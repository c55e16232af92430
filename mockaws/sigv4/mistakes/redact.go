package mistakes

import "github.com/hostproof/hostproof/mockaws/shown"

// Redact hides what may be a secret in a canonical request, or in a line of one, so that
// it can be printed: see package shown.
func Redact(text string) string { return shown.Canonical(text) }
