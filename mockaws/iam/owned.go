package iam

import "strings"

// The paths of roles that AWS itself makes: service-linked ones, and those of IAM
// Identity Center.
const (
	pathServiceLinked = "/aws-service-role/"
	pathReserved      = "/aws-reserved/"
)

// checkOwned refuses a path of AWS's own for a user or role that a caller makes
// (tilfin/aws-iam-policy-tool#9 has the answer for service-linked roles; that the other
// path is answered alike is inferred).
func checkOwned(path string) error {
	switch {
	case strings.HasPrefix(path, pathServiceLinked):
		return failf(400, "InvalidInput", "Path prefix '%s' can only be used for AWS Service linked Roles",
			pathServiceLinked)
	case strings.HasPrefix(path, pathReserved):
		return failf(400, "InvalidInput", "Path prefix '%s' can only be used for AWS reserved Roles", pathReserved)
	}
	return nil
}

// owned says whether AWS alone may change a role, as a seed can have one.
func (i *identity) owned() bool {
	return i.kind == KindAssumedRole && (strings.HasPrefix(i.path, pathServiceLinked) ||
		strings.HasPrefix(i.path, pathReserved))
}

// unmodifiable is the answer to whoever changes such a role (gruntwork-io/cloud-nuke#880,
// rebuy-de/aws-nuke#441).
func (i *identity) unmodifiable() *Error {
	return failf(400, "UnmodifiableEntity",
		"Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", i.name)
}
