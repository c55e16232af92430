package ddb

import "strings"

// token is a piece of an expression. A name is an identifier, which may be a
// keyword; a reference begins with # or :.
type token struct {
	kind       tokenKind
	text       string
	start, end int
}

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNameRef
	tokenValueRef
	tokenNumber
	tokenSymbol
)

const maxExpression = 4096 // bytes

// lex takes an expression apart. What is not a token of the language is a
// symbol of one character, for the parser to stumble over.
func lex(text string) []token {
	var tokens []token
	for i := 0; i < len(text); {
		c := text[i]
		if isSpace(c) {
			i++
			continue
		}
		kind, end := tokenSymbol, i+1
		switch {
		case c == '#':
			kind, end = tokenNameRef, i+1+wordLength(text[i+1:])
		case c == ':':
			kind, end = tokenValueRef, i+1+wordLength(text[i+1:])
		case isDigit(c):
			kind, end = tokenNumber, i+digitLength(text[i:])
		case isWord(c):
			kind, end = tokenName, i+wordLength(text[i:])
		case c == '<' && strings.HasPrefix(text[i+1:], ">"), (c == '<' || c == '>') && strings.HasPrefix(text[i+1:],
			"="):
			end = i + 2
		}
		tokens = append(tokens, token{kind, text[i:end], i, end})
		i = end
	}
	return append(tokens, token{kind: tokenEnd, text: "<EOF>", start: len(text), end: len(text)})
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isWord(c byte) bool {
	return c == '_' || isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func wordLength(text string) int {
	n := 0
	for n < len(text) && isWord(text[n]) {
		n++
	}
	return n
}

func digitLength(text string) int {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return n
}

// isKeyword compares a name with a keyword; case does not matter.
func (t token) isKeyword(word string) bool {
	return t.kind == tokenName && strings.EqualFold(t.text, word)
}
