// Package plural counts things in words.
package plural

import "strconv"

// Count is a number and the noun for it: "1 cell", "2 cells". The noun takes an s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
