package iam

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// nameProblem says what is wrong with the name of a user, role or policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func nameProblem(name string, limit int) string {
	switch {
	case name == "":
		return "is missing"
	case len(name) > limit:
		return fmt.Sprintf("has %d characters, at most %d are possible", len(name), limit)
	case strings.Trim(name, alphanumeric+"+=,.@_-") != "":
		return fmt.Sprintf("%q may hold only letters, digits and any of +=,.@_-", name)
	}
	return ""
}

const pathProblem = "must begin and end with / and hold printable ASCII only"

// cleanPath is the path of a user, role or policy; "" is "/".
func cleanPath(path string) (string, bool) {
	if path == "" {
		return "/", true
	}
	if path[0] != '/' || path[len(path)-1] != '/' || len(path) > 512 {
		return "/", false
	}
	for _, c := range path {
		if c <= ' ' || c > '~' {
			return "/", false
		}
	}
	return path, true
}

// sameName finds a name that differs at most in case: IAM keeps the case of
// names but does not tell them apart by it.
func sameName(m map[string]*identity, name string) *identity {
	for n, id := range m {
		if strings.EqualFold(n, name) {
			return id
		}
	}
	return nil
}

// isSessionName: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func isSessionName(s string) bool {
	return len(s) >= 2 && len(s) <= 64 && strings.Trim(s, alphanumeric+"_+=,.@-") == ""
}

func (t Tag) problem() string {
	switch {
	case t.Key == "":
		return "a tag has no key"
	case utf8.RuneCountInString(t.Key) > 128:
		return "a tag's key has more than 128 characters"
	case utf8.RuneCountInString(t.Value) > 256:
		return fmt.Sprintf("the value of tag %q has more than 256 characters", t.Key)
	case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
		return fmt.Sprintf("tag %q: keys with aws: are reserved", t.Key)
	}
	return ""
}
