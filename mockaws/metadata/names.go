package metadata

import (
	"cmp"
	"strings"
	"time"
)

// stamp is a time as the credential endpoints write it: to the second, in UTC.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// role is the name of the credentials' role.
func (c Credentials) role() string {
	return cmp.Or(c.RoleName, c.RoleARN[strings.LastIndexByte(c.RoleARN, '/')+1:])
}

// account is the account of credentials.
func (c Credentials) account() string {
	if parts := strings.Split(c.RoleARN, ":"); len(parts) > 4 {
		return cmp.Or(c.AccountID, parts[4])
	}
	return c.AccountID
}

// partition returns the partition of a region.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// domain returns the domain of the services in a region.
func domain(region string) string {
	if partition(region) == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}
