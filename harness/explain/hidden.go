package explain

import (
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/mockaws/shown"
)

// A text has no fields that say what may be shown of it. So what may be a secret is told
// by its shape, or by the name in front of it.

var (
	// arn is a name of a resource, which is shown.
	arn = late.MustCompile(`\barn:[a-z-]+:[\w-]*:[\w-]*:\d*:[\w+=@/:*.-]+`)
	// secretShaped is a word that may be a secret: long, and of the letters of base64.
	secretShaped = late.MustCompile(`[A-Za-z0-9+/=_%-]{16,}`)
	// hexadecimal is a key or a digest that is written so; a name has hyphens in between.
	hexadecimal = late.MustCompile(`[0-9a-f]{32,}|[0-9A-F]{32,}`)
	// labelled is a value behind a name that says that it is secret. The name may be in the
	// middle of JSON that is a string itself.
	labelled = late.MustCompile(`(?i)((?:secret|passw(?:or)?d|passphrase|\bpwd|token|bearer|api.?key|access.?key|` +
		`private.?key|credential|authorization|\bauth)\w*[\\"'\x60]*\s?(?:[:=>]|=>)\s?[\\"'\x60]*` +
		`(?:(?:bearer|basic) )?|` +
		`\bbearer )([^\s"'\x60\\,;)}\]<>]{6,})`)
	// assigned is the same without a blank, as in settings, where any value counts.
	assigned = late.MustCompile(`(?i)((?:secret|passw(?:or)?d|passphrase|\bpwd)\w*[\\"']*=[\\"']*)` +
		`([^\s"'\\,;)}\]<>&]{6,})`)
	// fileLike is the end of a name whose value is no secret itself.
	fileLike = late.MustCompile(
		`(?i)(?:_?file|_?path|_?ur[il]|_?id|_?arn|_?type|_?name|_?provider\w*)[\\"'\x60]*\s?(?:[:=>]|=>)`)
	// instant is a date or a time, or any other value of digits.
	instant = late.MustCompile(`^[\d:TZ.+-]+$`)
)

// plain is a path or a name: no key and no token is in small letters alone, or in
// capitals without a digit, as variables are.
var plain = late.MustCompile(`^(?:[a-z0-9/._-]*|[A-Z][A-Z_]*(?:=[a-z_]*)?)$`)

// minLong is the length from which a word is hidden whatever its letters are, in bytes: secret
// access keys have 40 (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html).
const minLong = 40

// hideSecrets takes out what may be a secret, but for names, addresses and ARNs.
func hideSecrets(text string) string {
	text = shown.WithoutPasswords(text)
	var b strings.Builder
	begin := 0
	for _, m := range arn.FindAllStringIndex(text, -1) {
		b.WriteString(hideBetween(text[begin:m[0]]))
		b.WriteString(text[m[0]:m[1]])
		begin = m[1]
	}
	b.WriteString(hideBetween(text[begin:]))
	return b.String()
}

func hideBetween(text string) string {
	text = assigned.ReplaceAllStringFunc(text, func(found string) string {
		return hideNamed(assigned.FindStringSubmatch(found), func(string) bool { return true })
	})
	text = labelled.ReplaceAllStringFunc(text, func(found string) string {
		return hideNamed(labelled.FindStringSubmatch(found), mayBeValue)
	})
	text = hexadecimal.ReplaceAllStringFunc(text, shown.Length)
	return secretShaped.ReplaceAllStringFunc(text, func(word string) string {
		if len(word) >= minLong && !plain.MatchString(word) || looksDrawn(word) {
			return shown.Length(word)
		}
		return word
	})
}

// hideNamed hides the value of a name, if it may be one.
func hideNamed(groups []string, secret func(string) bool) string {
	if name, value := groups[1], groups[2]; !fileLike.MatchString(name) && secret(value) {
		return name + shown.Length(value)
	}
	return groups[0]
}

// mayBeValue reports whether what stands behind the name of a secret is more than a word
// about it, such as "expired", the number of a status, a key id or a place.
func mayBeValue(value string) bool {
	return strings.ContainsAny(value, "0123456789") && !instant.MatchString(value) && !strings.Contains(value, "://") &&
		!(strings.HasPrefix(value, "/") && plain.MatchString(value)) && !keyIDs.MatchString(value) &&
		!strings.Contains(value, "<")
}

// keyIDs are ids, which are public
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes).
var keyIDs = late.MustCompile(`^A[A-Z]{3}[A-Z0-9]{12,}$`)

// looksDrawn reports whether the letters of a word look drawn by lot: capitals, small letters
// and digits follow each other more often than in words that were joined.
func looksDrawn(word string) bool {
	var kinds [4]bool
	pairs, changes := 0, 0
	last := other
	for i := range len(word) {
		kind := letterOf(word[i])
		kinds[kind] = true
		if kind != other && last != other {
			pairs++
			if kind != last {
				changes++
			}
		}
		last = kind
	}
	return kinds[capitalLetter] && kinds[smallLetter] && kinds[digit] && pairs >= 10 && changes*3 > pairs
}

const (
	other = iota
	capitalLetter
	smallLetter
	digit
)

func letterOf(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return capitalLetter
	case 'a' <= c && c <= 'z':
		return smallLetter
	case '0' <= c && c <= '9':
		return digit
	}
	return other
}
