package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// names are the values of a flag that takes several, with commas between them or
// by giving it again. An empty one, as of a variable of the shell that is not set,
// is an error: without it the flag would be as good as not given.
type names []string

// Decode takes what stands behind the flag.
func (n *names) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("name", &text); err != nil {
		return err
	}
	list := strings.Split(text, ",")
	if slices.Contains(list, "") {
		return fmt.Errorf("%q has an empty name in it: write names with commas between them, or leave the flag out",
			text)
	}
	*n = append(*n, list...)
	return nil
}
