package project

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

var (
	assigned     = regexp.MustCompile(`^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*)$`)
	inComment    = regexp.MustCompile(`(?:^|[ \t])#.*$`)
	singleQuoted = regexp.MustCompile(`^'([^']*)'[ \t]*(?:#.*)?$`)
	doubleQuoted = regexp.MustCompile(`^"((?:[^"\\]|\\.)*)"[ \t]*(?:#.*)?$`)
	escapes      = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\"`, `"`, `\\`, `\`, `\$`, `$`)
)

// maxLine bounds a line of an env file, in bytes.
const maxLine = 1 << 20

// ReadEnv reads variables from a .env file: a NAME=VALUE a line, with "export" in
// front or not, comments behind "#". In double quotes \n, \r, \t, \", \\ and \$
// are escapes; in single quotes all is as it stands. "$" is not expanded. What is
// no such line, or a name that stands twice, is an error that gives the line's
// number and not its value, which may be a secret.
func ReadEnv(r io.Reader) (map[string]string, error) {
	out, lines := map[string]string{}, bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := assigned.FindStringSubmatch(line)
		if parts == nil {
			return nil, fmt.Errorf("line %d is no NAME=VALUE", n)
		}
		name := parts[1]
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("line %d: %s stands twice: keep one", n, name)
		}
		value, err := unquote(parts[2])
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", n, name, err)
		}
		out[name] = value
	}
	return out, lines.Err()
}

func unquote(text string) (string, error) {
	switch {
	case strings.HasPrefix(text, "'"):
		if m := singleQuoted.FindStringSubmatch(text); m != nil {
			return m[1], nil
		}
	case strings.HasPrefix(text, `"`):
		if m := doubleQuoted.FindStringSubmatch(text); m != nil {
			return escapes.Replace(m[1]), nil
		}
	default:
		return strings.TrimSpace(inComment.ReplaceAllString(text, "")), nil
	}
	return "", errors.New("the quotes do not end in this line, or something follows them: " +
		"write a line break as \\n in double quotes")
}
