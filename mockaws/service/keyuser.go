package service

// KeyUser asks KMS whether the caller may do something with a key through another
// service, as AWS does for a secret that is encrypted with a key of the customer.
type KeyUser interface {
	// MayUse is nil where the caller may do action ("kms:Decrypt") with the key
	// that id, an alias or an ARN names, called through a service ("ssm").
	MayUse(c *Call, action, id, service string) error
}
