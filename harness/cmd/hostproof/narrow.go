package main

import (
	"os"
	"reflect"
	"strings"
)

// narrowed returns the commands that this command line can be about: where its first word names one,
// that one alone. Kong reads every help text of what it is given, and the texts of all commands take it
// longer than a host takes to start. A command that describes all the others has the tag "whole".
func narrowed(args []string) any {
	if len(args) == 0 || os.Getenv(completionVariable) != "" {
		return &commands{}
	}
	all := reflect.TypeFor[commands]()
	for i := range all.NumField() {
		f := all.Field(i)
		if _, whole := f.Tag.Lookup("whole"); !whole && args[0] == strings.ToLower(f.Name) {
			return reflect.New(reflect.StructOf([]reflect.StructField{f})).Interface()
		}
	}
	return &commands{}
}
