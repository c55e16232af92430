package capture

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"time"
)

// byDump is who made an Observation of a dump.
const byDump = "env"

// assignment is a line of what env, export -p, set or a .env file prints.
var assignment = regexp.MustCompile(`^\s*(?:(?:export|declare -x)\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$`)

// isDump reports whether data is a plain dump of an environment: its first line
// with anything on it sets a variable.
func isDump(data []byte) bool {
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
			return assignment.MatchString(line)
		}
	}
	return false
}

// maxLine bounds a line of a dump, in bytes.
const maxLine = 1 << 20

// parseDump takes the shapes of the variables of a dump. It shows variables
// alone: files and credential endpoints are not in it. A line that belongs to the
// value before it, as of a certificate, is left out.
func parseDump(data []byte) (*Observation, error) {
	values := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxLine)
	var inside continuation
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r")
		m := assignment.FindStringSubmatch(line)
		if within := inside.next(line, m); m != nil && !within && !skipped[m[1]] {
			values[m[1]] = unquote(m[2])
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("no dump of an environment: a line is longer than %d bytes: %w", maxLine, err)
	}
	s, o := newSalter(), &Observation{Version: Version, By: byDump, Time: time.Now().UTC().Truncate(time.Second)}
	for name, value := range values {
		o.Variables = append(o.Variables, Variable{name, s.shape(value)})
	}
	sort.Slice(o.Variables, func(i, j int) bool { return o.Variables[i].Name < o.Variables[j].Name })
	return o, nil
}

// continuation is how far a value of several lines has come. The last line of one in base64
// looks as if it set a variable, whose name would be shown.
type continuation struct {
	armoured bool // between the lines BEGIN and END of a key or a certificate
	went     bool // the line before belonged to a value
}

// next reports whether a line goes on with the value before it; m is what it sets if it does
// not.
func (c *continuation) next(line string, m []string) bool {
	switch {
	case c.armoured, m != nil && m[2] == "=":
		c.went = true
	case m == nil:
		c.went = strings.TrimSpace(line) != ""
	default:
		const telling = 16 // of fewer letters nothing is lost, and a variable may have so many
		c.went = c.went && m[2] == "" && len(line)%4 == 0 && len(line) >= telling
	}
	if strings.Contains(line, "-----BEGIN ") {
		c.armoured = true
	}
	if strings.Contains(line, "-----END ") {
		c.armoured = false
	}
	return c.went
}

// unquote takes away the quotation marks that a shell puts around a value.
func unquote(value string) string {
	for _, mark := range []string{`"`, `'`} {
		if len(value) > 1 && strings.HasPrefix(value, mark) && strings.HasSuffix(value, mark) {
			return value[1 : len(value)-1]
		}
	}
	return value
}
