package kms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

type createInput struct {
	Description, Policy, KeyUsage, KeySpec, CustomerMasterKeySpec, Origin string
	MultiRegion, BypassPolicyLockoutSafetyCheck                           bool
	Tags                                                                  service.Ignored
}

func (k *Keys) create(c *service.Call, in *createInput) (*keyResult, error) {
	for _, x := range [][2]string{
		{in.KeyUsage, "ENCRYPT_DECRYPT"}, {in.KeySpec, symmetric},
		{in.CustomerMasterKeySpec, symmetric}, {in.Origin, "AWS_KMS"},
	} {
		if x[0] != "" && x[0] != x[1] {
			return nil, service.Errorf("UnsupportedOperationException", "this mock has keys of %s only, not of %s",
				x[1], x[0])
		}
	}
	if in.Policy == "" {
		in.Policy = defaultKeyPolicy(c.Account())
	}
	policy, err := iam.ParsePolicy(iam.ResourcePolicy, in.Policy)
	if err != nil {
		return nil, service.Errorf("MalformedPolicyDocumentException", "%s", strings.ReplaceAll(err.Error(), "\n",
			"; "))
	}
	key := &kmsKey{
		id: protocol.NewUUID(), account: c.Account(), region: c.Region, description: in.Description, created: c.Now,
		enabled:  true,
		material: newMaterial(), policyText: in.Policy, policy: policy,
	}
	key.arn = c.ARN("kms", "key/"+key.id)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[key.arn] = key
	return &keyResult{key.metadata()}, nil
}

func newMaterial() cipher.AEAD {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // does not fail (crypto/rand)
	block, err := aes.NewCipher(secret)
	if err != nil {
		panic("service: AES-256 does not take 32 bytes: " + err.Error())
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("service: GCM does not take AES: " + err.Error())
	}
	return aead
}

type keyResult struct{ KeyMetadata keyMetadata }

type keyMetadata struct {
	AWSAccountId          string
	Arn                   string
	CreationDate          float64
	CustomerMasterKeySpec string
	Description           string
	Enabled               bool
	EncryptionAlgorithms  []string
	KeyId                 string
	KeyManager            string
	KeySpec               string
	KeyState              string
	KeyUsage              string
	MultiRegion           bool
	Origin                string
}

func (key *kmsKey) metadata() keyMetadata {
	state := "Enabled"
	if !key.enabled {
		state = "Disabled"
	}
	return keyMetadata{
		AWSAccountId: key.account, KeyId: key.id, Arn: key.arn, CreationDate: service.Epoch(key.created),
		Enabled: key.enabled, Description: key.description, KeyUsage: "ENCRYPT_DECRYPT", KeyState: state,
		Origin: "AWS_KMS", KeyManager: "CUSTOMER", KeySpec: symmetric, CustomerMasterKeySpec: symmetric,
		EncryptionAlgorithms: []string{symmetric},
	}
}

// keyInput is the input of those that need to know the key only.
type keyInput struct {
	KeyId       string
	GrantTokens []string
}

func (k *Keys) describe(c *service.Call, in *keyInput) (*keyResult, error) {
	arn := k.keyARN(c, in.KeyId)
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.find(arn)
	if err != nil {
		return nil, err
	}
	return &keyResult{key.metadata()}, nil
}

type getPolicyInput struct{ KeyId, PolicyName string }

type policyResult struct{ Policy, PolicyName string }

func (k *Keys) getPolicy(c *service.Call, in *getPolicyInput) (*policyResult, error) {
	arn := k.keyARN(c, in.KeyId)
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.find(arn)
	if err != nil {
		return nil, err
	}
	return &policyResult{key.policyText, "default"}, nil
}

type putPolicyInput struct {
	KeyId, PolicyName, Policy      string
	BypassPolicyLockoutSafetyCheck bool
}

func (k *Keys) putPolicy(c *service.Call, in *putPolicyInput) (*service.Nothing, error) {
	policy, err := iam.ParsePolicy(iam.ResourcePolicy, in.Policy)
	if err != nil {
		return nil, service.Errorf("MalformedPolicyDocumentException", "%s", strings.ReplaceAll(err.Error(), "\n",
			"; "))
	}
	arn := k.keyARN(c, in.KeyId)
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.find(arn)
	if err != nil {
		return nil, err
	}
	key.policyText, key.policy = in.Policy, policy
	return nil, nil
}

// enable is the handler of EnableKey and of DisableKey.
func (k *Keys) enable(enabled bool) service.Handler {
	return service.Handle(func(c *service.Call, in *keyInput) (*service.Nothing, error) {
		arn := k.keyARN(c, in.KeyId)
		k.mu.Lock()
		defer k.mu.Unlock()
		key, err := k.find(arn)
		if err != nil {
			return nil, err
		}
		key.enabled = enabled
		return nil, nil
	})
}

type listInput struct {
	Limit  int
	Marker string
}

type keyList struct {
	Keys       []keyEntry
	NextMarker string `json:",omitempty"`
	Truncated  bool
}

type keyEntry struct{ KeyArn, KeyId string }

func (k *Keys) list(c *service.Call, in *listInput) (*keyList, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := &keyList{Keys: []keyEntry{}}
	for _, arn := range slices.Sorted(maps.Keys(k.keys)) {
		key := k.keys[arn]
		if key.account != c.Account() || key.region != c.Region || key.id <= in.Marker {
			continue
		}
		if n := len(out.Keys); in.Limit > 0 && n == in.Limit {
			out.Truncated, out.NextMarker = true, out.Keys[n-1].KeyId
			break
		}
		out.Keys = append(out.Keys, keyEntry{arn, key.id})
	}
	return out, nil
}
