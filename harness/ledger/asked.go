package ledger

import "fmt"

// AskedHost says in a line each what the host's endpoints were asked and how they
// answered, without secrets: what is the same stands there once, with how often, where
// it was asked first.
func (r *Result) AskedHost() []string {
	var lines []string
	times := map[string]int{}
	for _, l := range r.Lookups {
		line := "asked the host's endpoint " + r.Scrub(l.String())
		if times[line]++; times[line] == 1 {
			lines = append(lines, line)
		}
	}
	for i, line := range lines {
		if n := times[line]; n > 1 {
			lines[i] = fmt.Sprintf("%s, %d times", line, n)
		}
	}
	return lines
}
