package service

import "strings"

// keyARN is the ARN of a KMS key that is named by id, alias or ARN.
func (c *Call) keyARN(id string) string {
	switch {
	case strings.HasPrefix(id, "arn:"):
		return id
	case strings.HasPrefix(id, "alias/"):
		return c.arn("kms", id)
	default:
		return c.arn("kms", "key/"+id)
	}
}
