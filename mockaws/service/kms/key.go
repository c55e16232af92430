package kms

import (
	"crypto/cipher"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

type kmsKey struct {
	arn, id, account, region string
	description              string
	created                  time.Time
	enabled                  bool
	material                 cipher.AEAD
	policyText               string
	policy                   *iam.Policy
}

// defaultKeyPolicy leaves it to the account's own policies who may use the key
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
func defaultKeyPolicy(account string) string {
	return `{"Version":"2012-10-17","Id":"key-default-1","Statement":[` +
		`{"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` +
		account + `:root"},"Action":"kms:*","Resource":"*"}]}`
}

// keyARN is the ARN of the key that somebody calls by id, alias or ARN. An alias
// that is not there stays an alias.
func (k *Keys) keyARN(c *service.Call, id string) string {
	arn := id
	switch {
	case strings.HasPrefix(id, "arn:"):
	case strings.HasPrefix(id, "alias/"):
		arn = c.ARN("kms", id)
	default:
		arn = c.ARN("kms", "key/"+id)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if target, ok := k.aliases[arn]; ok {
		return target
	}
	return arn
}

// resource is the key that a call is about; of Decrypt it may stand in the
// ciphertext alone.
func (k *Keys) resource(c *service.Call) string {
	var in struct {
		KeyId          string
		CiphertextBlob []byte
	}
	_ = c.Peek(&in) // the handler decodes again and says what is wrong
	if in.KeyId != "" {
		return k.keyARN(c, in.KeyId)
	}
	if arn, _, ok := openEnvelope(in.CiphertextBlob); ok {
		return arn
	}
	return "*"
}

// policy returns the key's policy. A key that does not exist is treated as having
// the default policy, so that a caller who is allowed learns that it does not exist.
func (k *Keys) policy(c *service.Call) (*iam.Policy, string) {
	return k.policyOf(c, k.resource(c))
}

func (k *Keys) policyOf(c *service.Call, arn string) (*iam.Policy, string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key := k.keys[arn]; key != nil {
		return key.policy, key.account
	}
	account := c.Account()
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		account = parts[4]
	}
	p, err := iam.ParsePolicy(iam.ResourcePolicy, defaultKeyPolicy(account))
	if err != nil {
		return nil, account // an account that is no account has no policy
	}
	return p, account
}

// MayUse asks whether the caller may do something with a key through another
// service.
func (k *Keys) MayUse(c *service.Call, action, id, service string) error {
	arn := k.keyARN(c, id)
	ask := iam.Call{Action: action, Resource: arn, ResourcePolicyRequired: true, Context: maps.Clone(c.Conditions)}
	ask.Context["kms:ViaService"] = []string{service + "." + c.Region + ".amazonaws.com"}
	ask.ResourcePolicy, ask.ResourceAccount = k.policyOf(c, arn)
	if refusal := c.IAM.Authorize(c.Caller, ask); refusal != nil {
		return refusal
	}
	return nil
}

// encryptionContext fills kms:EncryptionContext:key.
func encryptionContext(c *service.Call) map[string][]string {
	var in struct{ EncryptionContext map[string]string }
	if c.Peek(&in) != nil || len(in.EncryptionContext) == 0 {
		return nil
	}
	out := map[string][]string{"kms:EncryptionContextKeys": slices.Sorted(maps.Keys(in.EncryptionContext))}
	for name, value := range in.EncryptionContext {
		out["kms:EncryptionContext:"+name] = []string{value}
	}
	return out
}

// find looks the key of a call up; callers hold the lock.
func (k *Keys) find(arn string) (*kmsKey, error) {
	if key := k.keys[arn]; key != nil {
		return key, nil
	}
	if strings.Contains(arn, ":alias/") {
		return nil, service.Errorf("NotFoundException", "Alias %s is not found.", arn)
	}
	return nil, service.Errorf("NotFoundException", "Key '%s' does not exist", arn) // boto/botocore#2107
}

// usable is find for operations that a disabled key refuses.
func (k *Keys) usable(arn string) (*kmsKey, error) {
	key, err := k.find(arn)
	if err == nil && !key.enabled {
		return nil, service.Errorf("DisabledException", "%s is disabled.", arn)
	}
	return key, err
}
