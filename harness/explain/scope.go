package explain

import (
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/mockaws/service"
)

// scopeShown is the scope of a signature with a region in it.
var scopeShown = late.MustCompile(`\b\d{8}/([A-Za-z0-9_-]*)/[a-z0-9-]+/aws4_request\b`)

// foreignRegion tells of a signature whose region is the name of none.
func foreignRegion(text string) (nearby, bool) {
	for _, m := range scopeShown.FindAllStringSubmatch(text, maxCalls) {
		region := m[1]
		if region == "" || region == "auto" || service.IsRegion(region) || !likeRegion.MatchString(region) {
			continue
		}
		return nearby{Instead: true, Source: docRegion,
			What: "The request was signed for " + region + ", which is the name of no region.",
			Why: "The region is a part of the signature, and the service refuses one that is not its own before it " +
				"looks at key and permissions. It comes from a setting with a typing error: a missing number " +
				"(us-east), an availability zone (us-east-1a), an underscore.",
			Change: "set the region to a name such as us-east-1 where the program has it from (region of the " +
				"profile, AWS_REGION, AWS_DEFAULT_REGION)"}, true
	}
	return nearby{}, false
}

// regionSet is a setting with a region, as a line of its own or as the value that follows a
// variable's name in the description of a container.
var regionSet = late.MustCompile(`(?i)\b(?:aws_)?(?:default_)?region["']?\s*(?:[:=]|\n\s*"?value"?\s*:)\s*["']?` +
	`([a-z]{2}[-_][a-z]+[-_]?\d?[a-z]?)\b`)

// directions are the second parts of the names of regions.
var directions = late.MustCompile(`^[a-z]{2}-(?:gov-|iso[a-z]?-)?(?:north|south|east|west|central|northeast|` +
	`northwest|` +
	`southeast|southwest)-\d+$`)

// misspeltRegion tells of a setting with a region of no name. Other stores have names of their
// own, and new regions names of the known form.
func misspeltRegion(text string) (nearby, bool) {
	if ownStore.MatchString(text) {
		return nearby{}, false
	}
	for _, m := range regionSet.FindAllStringSubmatch(text, maxCalls) {
		region := m[1]
		if directions.MatchString(region) || !likeRegion.MatchString(region) {
			continue
		}
		return nearby{Instead: true, Source: docRegion,
			What: "The region in the text, " + region + ", is the name of none.",
			Why: "Client libraries make the service's host name from it, and a name with a typing error leads to no " +
				"host: the request does not leave the program. Keys and permissions were not judged.",
			Change: "write the region's name as AWS has it (us-east-1) wherever it is set"}, true
	}
	return nearby{}, false
}

// ownStore is what shows that a store other than AWS's is called.
var ownStore = late.MustCompile(`(?i)endpoint|minio|digitalocean|backblaze|wasabi|hetzner|scaleway|cloudflare`)
