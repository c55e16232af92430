package main

import (
	"embed"
	"fmt"
	"io"
)

//go:embed examples
var examples embed.FS

// printExample prints a way to run the matrix in shards: "github" or
// "kubernetes".
func printExample(w io.Writer, name string) error {
	data, err := examples.ReadFile("examples/" + name + ".yaml")
	if err != nil {
		return fmt.Errorf("no example %q", name)
	}
	_, err = w.Write(data)
	return err
}
