// Package ini reads the files in which AWS's SDKs and tools have their profiles
// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html): sections with
// settings. It passes over every line that is neither, since a file with a key pasted
// into it must still show its shape.
package ini

import "strings"

// Section is what stands below a line in square brackets.
type Section struct {
	Name string // what stands between the brackets, such as "profile ci"
	// Broken says that the bracket is not closed.
	Broken   bool
	Settings []Setting
}

// Setting is a line with an equal sign.
type Setting struct{ Name, Value string }

// Read reads a file's text. Settings in front of the first section belong to none, and
// are left out; a line that begins with # or ; is a comment.
func Read(text string) (out []Section) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "["); ok {
			name, _, closed := strings.Cut(rest, "]")
			out = append(out, Section{Name: strings.TrimSpace(name), Broken: !closed})
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || len(out) == 0 {
			continue
		}
		last := &out[len(out)-1]
		last.Settings = append(last.Settings, Setting{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
	return out
}
