// Package prose shapes text for a person.
package prose

import "strings"

// Sentence is a text with a capital at its beginning and a period at its end;
// nothing of nothing.
func Sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	text = Capital(text)
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// Capital is a text with a capital at its beginning; an ARN stays as it is, for it is
// written in small letters.
func Capital(text string) string {
	if text == "" {
		return ""
	}
	if strings.HasPrefix(text, "arn:") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// Lower is a sentence with a small letter at its beginning, as part of another one.
func Lower(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}
