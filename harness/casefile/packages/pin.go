package packages

import (
	"fmt"
	"regexp"
	"strings"
)

// pin is one package in one version.
type pin struct{ Name, Version string }

// exact is a version that stands for itself alone: no range, and no tag such as
// latest.
var exact = regexp.MustCompile(`^v?[0-9][0-9A-Za-z.+_!-]*$`)

// safeName is a package's name, and no flag of an installer, path or address.
var safeName = regexp.MustCompile(`^(@[A-Za-z0-9._~-]+/)?[A-Za-z0-9_][A-Za-z0-9._~/-]*(\[[A-Za-z0-9._,-]+\])?$`)

// at parses NAME@VERSION; a name may begin with @.
func at(text string) (pin, error) {
	i := strings.LastIndex(text, "@")
	if i < 1 {
		return pin{}, fmt.Errorf("%q has no version: want NAME@VERSION", text)
	}
	return checked(text, pin{text[:i], text[i+1:]})
}

// equals parses NAME==VERSION as well as NAME@VERSION.
func equals(text string) (pin, error) {
	if name, version, ok := strings.Cut(text, "=="); ok {
		return checked(text, pin{name, version})
	}
	return at(text)
}

// coordinates parses GROUP:ARTIFACT:VERSION; its name is GROUP:ARTIFACT.
func coordinates(text string) (pin, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" {
		return pin{}, fmt.Errorf("%q: want GROUP:ARTIFACT:VERSION", text)
	}
	p, err := checked(text, pin{parts[0] + "/" + parts[1], parts[2]})
	p.Name = parts[0] + ":" + parts[1]
	return p, err
}

func checked(text string, p pin) (pin, error) {
	switch {
	case !safeName.MatchString(p.Name) || strings.Contains(p.Name, ".."):
		return p, fmt.Errorf("%q: %q is no name of a package", text, p.Name)
	case !exact.MatchString(p.Version):
		return p, fmt.Errorf("%q: %q is no version of one release, such as 1.2.3", text, p.Version)
	}
	return p, nil
}
