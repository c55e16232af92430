package kms

import (
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is AWS Key Management Service with symmetric keys: it really encrypts,
// with AES-256-GCM, and a key's policy is asked as AWS asks it.
func New(keys *Keys) *service.Service {
	return &service.Service{
		ID: "KMS", EndpointPrefix: "kms", SigningName: "kms", TargetPrefix: "TrentService",
		Dialect:    protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "kms.amazonaws.com",
		Operations: []service.Operation{
			{Name: "CreateKey", Action: "kms:CreateKey", Handle: service.Handle(keys.create)},
			{Name: "ListKeys", Action: "kms:ListKeys", ReadOnly: true, Handle: service.Handle(keys.list)},
			{Name: "ListAliases", Action: "kms:ListAliases", ReadOnly: true, Handle: service.Handle(keys.listAliases)},
			{Name: "CreateAlias", Action: "kms:CreateAlias", Resource: keys.aliasARN,
				Handle: service.Handle(keys.createAlias)},
			keys.operation("DescribeKey", true, service.Handle(keys.describe)),
			keys.operation("GetKeyPolicy", true, service.Handle(keys.getPolicy)),
			keys.operation("PutKeyPolicy", false, service.Handle(keys.putPolicy)),
			keys.operation("EnableKey", false, keys.enable(true)),
			keys.operation("DisableKey", false, keys.enable(false)),
			keys.operation("Encrypt", true, service.Handle(keys.encrypt)),
			keys.operation("Decrypt", true, service.Handle(keys.decrypt)),
			keys.operation("GenerateDataKey", true, service.Handle(keys.generate)),
			keys.operation("GenerateDataKeyWithoutPlaintext", true, service.Handle(keys.generate)),
		},
	}
}

// operation is a row of an operation on one key, which asks the key's policy.
func (k *Keys) operation(name string, readOnly bool, handle service.Handler) service.Operation {
	return service.Operation{
		Name: name, Action: "kms:" + name, Resource: k.resource, ResourcePolicy: k.policy, PolicyRequired: true,
		Conditions: encryptionContext, ReadOnly: readOnly, Handle: handle,
	}
}

// Keys holds KMS's keys, which other services use too.
type Keys struct {
	mu      sync.Mutex
	keys    map[string]*kmsKey // by ARN
	aliases map[string]string  // alias ARN -> key ARN
}

// NewKeys makes a KMS without keys.
func NewKeys() *Keys { return &Keys{keys: map[string]*kmsKey{}, aliases: map[string]string{}} }

// symmetric is the specification of all keys here.
const symmetric = "SYMMETRIC_DEFAULT"
