// Package wildcard compares texts as IAM's StringLike does, for those who explain a policy; the
// judge has a matcher of its own.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
package wildcard

import (
	"regexp"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// Fits reports whether a text fits a pattern, in which * is any number of characters and ? is one.
func Fits(pattern, text string) bool {
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return late.MustCompile("^(?s:" + quoted + ")$").MatchString(text)
}
