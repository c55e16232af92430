package mistakes

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

// Redact hides the session tokens in a canonical request, or in a line of one,
// so that it can be printed: of each it leaves the length and the first eight
// characters.
func Redact(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		switch name, value, ok := strings.Cut(line, ":"); {
		case ok && strings.EqualFold(name, canonical.SecurityTokenHeader):
			lines[i] = name + ":" + redacted(value)
		case strings.Contains(line, canonical.SecurityTokenParameter+"="):
			lines[i] = redactQuery(line)
		}
	}
	return strings.Join(lines, "\n")
}

func redactQuery(query string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if before, value, ok := strings.Cut(part, canonical.SecurityTokenParameter+"="); ok {
			parts[i] = before + canonical.SecurityTokenParameter + "=" + redacted(value)
		}
	}
	return strings.Join(parts, "&")
}

func redacted(token string) string {
	const shown = 8
	if len(token) < 4*shown {
		return fmt.Sprintf("<%d characters>", len(token))
	}
	return fmt.Sprintf("<%d characters, %s…>", len(token), token[:shown])
}
