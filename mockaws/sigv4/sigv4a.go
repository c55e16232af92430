package sigv4

import "strings"

// inRegionSet says whether a region is in a set such as "us-east-1,eu-*". An
// empty region asks only for a well-formed set.
func inRegionSet(set, region string) bool {
	found := false
	for pattern := range strings.SplitSeq(set, ",") {
		pattern = strings.Trim(pattern, " \t")
		if pattern == "" || !isRegion(strings.ReplaceAll(pattern, "*", "x")) {
			return false
		}
		found = found || region == "" || matchRegion(pattern, region)
	}
	return found
}

// matchRegion matches a pattern in which "*" stands for any characters.
func matchRegion(pattern, region string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == region
	}
	if !strings.HasPrefix(region, head) {
		return false
	}
	for i := len(head); i <= len(region); i++ {
		if matchRegion(rest, region[i:]) {
			return true
		}
	}
	return false
}
