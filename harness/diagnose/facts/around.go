package facts

import (
	"fmt"
	"strings"
)

// Around says what stands around a right value in another one, without the value:
// "a newline after it". It is empty where the other one is no more than the right value.
func Around(value, right string) string {
	before, after, _ := strings.Cut(value, right)
	var parts []string
	for _, x := range []struct{ text, where string }{{before, "in front of it"}, {after, "after it"}} {
		if x.text != "" {
			parts = append(parts, fmt.Sprintf("%s %s", spelled(x.text), x.where))
		}
	}
	return strings.Join(parts, " and ")
}

func spelled(text string) string {
	switch {
	case strings.Trim(text, "\r\n") == "":
		return "a newline"
	case strings.TrimSpace(text) == "":
		return "white space"
	case strings.Trim(text, "\"' \r\n\t") == "":
		return "a quotation mark"
	}
	return fmt.Sprintf("%d characters", len(text))
}

// Wrapped says what stands around a key id where the request had a text in its place
// that is none, and in which variable; empty where no key id is in it.
func (c *Call) Wrapped() (around, variable string) {
	for _, name := range c.Trace.KeyID.Variables {
		value, _ := c.Env.Lookup(name)
		id := anyKeyID.FindString(value)
		if id == "" || strings.Trim(strings.Replace(value, id, "", 1), "\"' \r\n\t") != "" {
			continue
		}
		return Around(value, id), name
	}
	return "", ""
}
