package service

import (
	"regexp"
)

var region = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-\d+$`)

// IsRegion reports whether a name has the form of an AWS region.
func IsRegion(name string) bool { return region.MatchString(name) }
