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

// matchRegion matches a pattern in which "*" stands for any characters. It
// takes the shortest stretch for each star, so that it never goes back.
func matchRegion(pattern, region string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == region
	}
	region, ok := strings.CutPrefix(region, head)
	if !ok {
		return false
	}
	for {
		middle, more, wild := strings.Cut(rest, "*")
		if !wild {
			return strings.HasSuffix(region, rest)
		}
		i := strings.Index(region, middle)
		if i < 0 {
			return false
		}
		region, rest = region[i+len(middle):], more
	}
}
