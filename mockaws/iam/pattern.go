package iam

import (
	"strings"
	"unicode/utf8"
)

// In a compiled pattern a wildcard is a byte that valid UTF-8 never holds, so
// that a "*" that came out of a variable stays a plain character.
const (
	anyRun = '\xff' // "*": any characters, also none
	anyOne = '\xfe' // "?": one character

	anyRunAtEnd = "\xff:" // "*" at the end of a part of an ARN
)

// A pattern is a text with wildcards and policy variables.
type pattern struct {
	source string
	parts  []part
}

// A part is either text with wildcard bytes, or a variable.
type part struct {
	text       string
	variable   string // condition key, "" for a text
	fallback   string
	hasDefault bool
}

// compile reads wildcards and, for a policy of version 2012-10-17, variables:
// ${key}, ${key, 'default'}, and ${*}, ${?}, ${$} for the plain characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func compile(source string, wildcards, variables bool) pattern {
	p := pattern{source: source}
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			p.parts = append(p.parts, part{text: text.String()})
			text.Reset()
		}
	}
	rest := strings.ToValidUTF8(source, "\uFFFD")
	for rest != "" {
		if variables && strings.HasPrefix(rest, "${") {
			if name, after, ok := strings.Cut(rest[2:], "}"); ok {
				rest = after
				if name == "*" || name == "?" || name == "$" {
					text.WriteString(name)
					continue
				}
				flush()
				p.parts = append(p.parts, variable(name))
				continue
			}
		}
		switch c := rest[0]; {
		case wildcards && c == '*':
			text.WriteByte(anyRun)
		case wildcards && c == '?':
			text.WriteByte(anyOne)
		default:
			text.WriteByte(c)
		}
		rest = rest[1:]
	}
	flush()
	return p
}

func variable(inner string) part {
	key, fallback, ok := strings.Cut(inner, ",")
	p := part{variable: strings.ToLower(strings.TrimSpace(key))}
	if ok {
		fallback = strings.TrimSpace(fallback)
		if len(fallback) >= 2 && fallback[0] == '\'' && fallback[len(fallback)-1] == '\'' {
			p.fallback, p.hasDefault = fallback[1:len(fallback)-1], true
		}
	}
	return p
}

// expand puts the request's values in the place of variables. It reports false
// where the request has none, or more than one, and there is no default.
func (p pattern) expand(r *request) (string, bool) {
	switch {
	case len(p.parts) == 0:
		return "", true
	case len(p.parts) == 1 && p.parts[0].variable == "":
		return p.parts[0].text, true
	}
	var b strings.Builder
	for _, part := range p.parts {
		if part.variable == "" {
			b.WriteString(part.text)
			continue
		}
		values, ok := r.value(part.variable)
		switch {
		case ok && len(values) == 1:
			b.WriteString(strings.ToValidUTF8(values[0], "\uFFFD"))
		case part.hasDefault:
			b.WriteString(part.fallback)
		default:
			return "", false
		}
	}
	return b.String(), true
}

// glob reports whether s matches an expanded pattern. It backtracks to the last
// "*" only, so that its time is bounded by the product of both lengths.
func glob(pattern, s string) bool {
	p, i := 0, 0
	star, mark := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == anyRun:
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == anyOne:
			_, n := utf8.DecodeRuneInString(s[i:])
			i += n
			p++
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == anyRun {
		p++
	}
	return p == len(pattern)
}

// globResource matches the ARN of a resource. As in globARN, but a "*" at the end
// of a part also runs on into the next ones.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func globResource(pattern, arn string) bool {
	return globARN(pattern, arn) || strings.Contains(pattern, anyRunAtEnd) && glob(pattern, arn)
}

// globARN matches each of the six parts of an ARN on its own: "*" runs over "/"
// but not from one part to the next. A pattern of fewer
// parts matches nothing, but for one that ends in a part "*" alone.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
func globARN(pattern, arn string) bool {
	for range 5 {
		want, restWant, moreWant := strings.Cut(pattern, ":")
		have, restHave, moreHave := strings.Cut(arn, ":")
		if !glob(want, have) {
			return false
		}
		if !moreWant {
			return len(want) == 1 && want[0] == anyRun
		}
		if !moreHave {
			return false
		}
		pattern, arn = restWant, restHave
	}
	return glob(pattern, arn)
}

// constant is the text of a pattern without variables.
func (p pattern) constant() string {
	if len(p.parts) == 0 {
		return ""
	}
	return p.parts[0].text
}
