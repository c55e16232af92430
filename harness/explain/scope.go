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
