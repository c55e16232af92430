// Package late has regular expressions that are compiled when they are first used: a
// command that asks few of them does not wait for all.
package late

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is an expression, with the methods of [regexp.Regexp] that are asked for. It is
// safe for use by several goroutines.
type Regexp struct {
	text    string
	compile func() *regexp.Regexp
}

// inTest is true in the program of a test, as Go names it.
var inTest = len(os.Args) > 0 && strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")

// MustCompile notes an expression. One that is wrong panics at its first use, and at once
// in a test.
func MustCompile(text string) *Regexp {
	r := &Regexp{text, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
	if inTest {
		r.compile()
	}
	return r
}

// Compile is MustCompile for a text that is data: it compiles at once, to say what is
// wrong.
func Compile(text string) (*Regexp, error) {
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	return Of(compiled), nil
}

// Of is an expression that is compiled already.
func Of(compiled *regexp.Regexp) *Regexp {
	return &Regexp{compiled.String(), func() *regexp.Regexp { return compiled }}
}

// String is the expression.
func (r *Regexp) String() string { return r.text }

// MatchString is as in [regexp.Regexp].
func (r *Regexp) MatchString(text string) bool { return r.compile().MatchString(text) }

// FindString is as in [regexp.Regexp].
func (r *Regexp) FindString(text string) string { return r.compile().FindString(text) }

// FindStringIndex is as in [regexp.Regexp].
func (r *Regexp) FindStringIndex(text string) []int { return r.compile().FindStringIndex(text) }

// FindStringSubmatch is as in [regexp.Regexp].
func (r *Regexp) FindStringSubmatch(text string) []string {
	return r.compile().FindStringSubmatch(text)
}

// FindStringSubmatchIndex is as in [regexp.Regexp].
func (r *Regexp) FindStringSubmatchIndex(text string) []int {
	return r.compile().FindStringSubmatchIndex(text)
}

// ExpandString is as in [regexp.Regexp].
func (r *Regexp) ExpandString(dst []byte, template, src string, match []int) []byte {
	return r.compile().ExpandString(dst, template, src, match)
}

// FindAllString is as in [regexp.Regexp].
func (r *Regexp) FindAllString(text string, n int) []string {
	return r.compile().FindAllString(text, n)
}

// FindAllStringIndex is as in [regexp.Regexp].
func (r *Regexp) FindAllStringIndex(text string, n int) [][]int {
	return r.compile().FindAllStringIndex(text, n)
}

// FindAllStringSubmatch is as in [regexp.Regexp].
func (r *Regexp) FindAllStringSubmatch(text string, n int) [][]string {
	return r.compile().FindAllStringSubmatch(text, n)
}

// FindAllStringSubmatchIndex is as in [regexp.Regexp].
func (r *Regexp) FindAllStringSubmatchIndex(text string, n int) [][]int {
	return r.compile().FindAllStringSubmatchIndex(text, n)
}

// ReplaceAllString is as in [regexp.Regexp].
func (r *Regexp) ReplaceAllString(text, with string) string {
	return r.compile().ReplaceAllString(text, with)
}

// ReplaceAllStringFunc is as in [regexp.Regexp].
func (r *Regexp) ReplaceAllStringFunc(text string, with func(string) string) string {
	return r.compile().ReplaceAllStringFunc(text, with)
}

// Split is as in [regexp.Regexp].
func (r *Regexp) Split(text string, n int) []string { return r.compile().Split(text, n) }

// NumSubexp is as in [regexp.Regexp].
func (r *Regexp) NumSubexp() int { return r.compile().NumSubexp() }

// Match is as in [regexp.Regexp].
func (r *Regexp) Match(text []byte) bool { return r.compile().Match(text) }

// FindIndex is as in [regexp.Regexp].
func (r *Regexp) FindIndex(text []byte) []int { return r.compile().FindIndex(text) }

// ReplaceAll is as in [regexp.Regexp].
func (r *Regexp) ReplaceAll(text, with []byte) []byte { return r.compile().ReplaceAll(text, with) }
