package sts

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// constraint is what a member of an STS call must be, as in AWS's service model
// (github.com/aws/aws-models, sts). Lengths are in characters.
type constraint struct {
	name, shown      string // "RoleArn", and "roleArn" as error messages write it
	required         bool
	minimum, maximum int
	pattern          string
	matches          *regexp.Regexp
}

func newConstraint(name string, required bool, minimum, maximum int, pattern string) constraint {
	c := constraint{name: name, shown: lowerFirst(name), required: required, minimum: minimum, maximum: maximum,
		pattern: pattern}
	if pattern != "" {
		c.matches = regexp.MustCompile(`^(?:` + inGo(pattern) + `)$`)
	}
	return c
}

// lowerFirst is a member's name as error messages write it.
func lowerFirst(name string) string {
	if rest, ok := strings.CutPrefix(name, "SAML"); ok {
		return "sAML" + rest
	}
	return strings.ToLower(name[:1]) + name[1:]
}

// arnText is the model's pattern of ARNs.
const arnText = `[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`

// inGo is a pattern of the model in Go's syntax.
func inGo(pattern string) string {
	if pattern == arnText {
		return "[\\t\\n\\r\\x{20}-\\x{7E}\\x{85}\\x{A0}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]+"
	}
	return pattern
}

var (
	roleARN         = newConstraint("RoleArn", true, 20, 2048, arnText)
	roleSessionName = newConstraint("RoleSessionName", true, 2, 64, `[\w+=,.@-]*`)
	federatedName   = newConstraint("Name", true, 2, 32, `[\w+=,.@-]*`)
	externalID      = newConstraint("ExternalId", false, 2, 1224, `[\w+=,.@:\/-]*`)
	serialNumber    = newConstraint("SerialNumber", false, 9, 256, `[\w+=/:,.@-]*`)
	tokenCode       = newConstraint("TokenCode", false, 6, 6, `[\d]*`)
	accessKeyID     = newConstraint("AccessKeyId", true, 16, 128, `[\w]*`)
	encodedMessage  = newConstraint("EncodedMessage", true, 1, 10240, "")
	identityToken   = newConstraint("WebIdentityToken", true, 4, 20000, "")
	principalARN    = newConstraint("PrincipalArn", true, 20, 2048, arnText)
	samlAssertion   = newConstraint("SAMLAssertion", true, 4, 100000, "")
)

// problems are the constraints that a value breaks, the pattern first.
func (c constraint) problems(value string) []string {
	var list []string
	if c.matches != nil && !c.matches.MatchString(value) {
		list = append(list, "Member must satisfy regular expression pattern: "+c.pattern)
	}
	switch n := utf8.RuneCountInString(value); {
	case n < c.minimum:
		list = append(list, fmt.Sprintf("Member must have length greater than or equal to %d", c.minimum))
	case n > c.maximum:
		list = append(list, fmt.Sprintf("Member must have length less than or equal to %d", c.maximum))
	}
	return list
}

// checkMembers refuses members of the wrong shape, all in one message as AWS's
// framework does (mmmorris1975/aws-runas#80 has four in one).
func checkMembers(c *service.Call, constraints ...constraint) error {
	var found []string
	for _, want := range constraints {
		value, sent := c.Input.Form.Get(want.name), c.Input.Form.Has(want.name)
		switch {
		case !sent && want.required:
			found = append(found, "Value null at '"+want.shown+
				"' failed to satisfy constraint: Member must not be null")
		case sent:
			for _, p := range want.problems(value) {
				found = append(found, "Value '"+want.echo(value)+"' at '"+want.shown+"' failed to satisfy constraint: "+
					p)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil
	case 1:
		return service.Errorf("ValidationError", "1 validation error detected: %s", found[0])
	default:
		return service.Errorf("ValidationError", "%d validation errors detected: %s", len(found),
			strings.Join(found, "; "))
	}
}

// checkRole checks the ARN of a role beyond its shape: what is no ARN at all is
// named (localstack/localstack tests/aws/services/sts/test_sts.snapshot.json,
// recorded from AWS), of another one it is not (physera/onelogin-aws-cli#12).
func checkRole(c *service.Call) error {
	arn := member(c, "RoleArn")
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) < 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "":
		return service.Errorf("ValidationError", "%s is invalid", arn)
	case parts[2] == "iam" && parts[3] == "" && len(parts[4]) == 12 && strings.HasPrefix(parts[5], "role/"):
		return nil
	}
	return service.Errorf("ValidationError", "Request ARN is invalid")
}

// echo is the value as an error message repeats it: never a token, and no
// megabytes.
func (c constraint) echo(value string) string {
	if c.name == identityToken.name || c.name == samlAssertion.name || c.name == tokenCode.name || len(value) > 4096 {
		return "***"
	}
	return value
}

func member(c *service.Call, name string) string { return c.Input.Form.Get(name) }

func mfaInput(c *service.Call) iam.MFAInput {
	return iam.MFAInput{SerialNumber: member(c, "SerialNumber"), TokenCode: member(c, "TokenCode")}
}

// durationSeconds is the member DurationSeconds, 0 where it was not sent.
func durationSeconds(c *service.Call) (int, error) {
	text := member(c, "DurationSeconds")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	switch {
	case err != nil:
		// A guess: no recorded answer is known.
		return 0, service.Errorf("MalformedInput", "Invalid input: DurationSeconds is not a number")
	case n == 0:
		return 0, service.Errorf("ValidationError",
			"1 validation error detected: Value '0' at 'durationSeconds' failed to satisfy constraint: Member "+
				"must have value greater than or equal to 900")
	}
	return int(n), nil
}

// minimumTokenSize is the member MinimumSessionTokenSize, 0 where it was not sent.
func minimumTokenSize(c *service.Call) (int, error) {
	text := member(c, "MinimumSessionTokenSize")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	broken := func(bound string) error {
		return service.Errorf("ValidationError", "1 validation error detected: Value '%s' at "+
			"'minimumSessionTokenSize' failed to satisfy constraint: Member must have value %s", text, bound)
	}
	switch {
	case err != nil:
		// A guess: no recorded answer is known.
		return 0, service.Errorf("MalformedInput", "Invalid input: MinimumSessionTokenSize is not a number")
	case n < 0:
		return 0, broken("greater than or equal to 0")
	case n > iam.MaxSessionToken:
		return 0, broken(fmt.Sprintf("less than or equal to %d", iam.MaxSessionToken))
	}
	return int(n), nil
}

// sessionInput reads the members that operations which issue sessions share.
// Lists are numbered from 1 ("Tags.member.1.Key").
func sessionInput(c *service.Call, name string) (iam.SessionInput, error) {
	seconds, err := durationSeconds(c)
	if err != nil {
		return iam.SessionInput{}, err
	}
	least, err := minimumTokenSize(c)
	if err != nil {
		return iam.SessionInput{}, err
	}
	in := iam.SessionInput{
		MinimumTokenSize: least, Name: member(c, name), DurationSeconds: seconds, Policy: member(c, "Policy"),
		SourceIdentity: member(c, "SourceIdentity"), Context: c.Conditions,
	}
	for i := range listed(c, "PolicyArns") {
		in.PolicyARNs = append(in.PolicyARNs, member(c, fmt.Sprintf("PolicyArns.member.%d.arn", i+1)))
	}
	for i := range listed(c, "Tags") {
		at := fmt.Sprintf("Tags.member.%d.", i+1)
		in.Tags = append(in.Tags, iam.Tag{Key: member(c, at+"Key"), Value: member(c, at+"Value")})
	}
	for i := range listed(c, "TransitiveTagKeys") {
		in.TransitiveTagKeys = append(in.TransitiveTagKeys, member(c, fmt.Sprintf("TransitiveTagKeys.member.%d", i+1)))
	}
	return in, nil
}

// listed counts the elements of a list, which are numbered without gaps.
func listed(c *service.Call, name string) int {
	highest := 0
	for key := range c.Input.Form {
		var n int
		if _, err := fmt.Sscanf(key, name+".member.%d", &n); err == nil && n > highest {
			highest = n
		}
	}
	return min(highest, len(c.Input.Form))
}
