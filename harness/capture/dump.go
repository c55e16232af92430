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
// alone: files and credential endpoints are not in it. A line that sets nothing
// belongs to the value before it, as of a certificate, and is left out.
func parseDump(data []byte) (*Observation, error) {
	values := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if m := assignment.FindStringSubmatch(lines.Text()); m != nil && !skipped[m[1]] {
			values[m[1]] = unquote(strings.TrimRight(m[2], "\r"))
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

// unquote takes away the quotation marks that a shell puts around a value.
func unquote(value string) string {
	for _, mark := range []string{`"`, `'`} {
		if len(value) > 1 && strings.HasPrefix(value, mark) && strings.HasSuffix(value, mark) {
			return value[1 : len(value)-1]
		}
	}
	return value
}
