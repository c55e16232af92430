package kms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
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
			{Name: "CreateKey", Action: "kms:CreateKey", Handle: keys.create},
			{Name: "ListKeys", Action: "kms:ListKeys", ReadOnly: true, Handle: keys.list},
			{Name: "ListAliases", Action: "kms:ListAliases", ReadOnly: true, Handle: keys.listAliases},
			{Name: "CreateAlias", Action: "kms:CreateAlias", Resource: keys.aliasARN, Handle: keys.createAlias},
			keys.operation("DescribeKey", true, keys.describe),
			keys.operation("GetKeyPolicy", true, keys.getPolicy),
			keys.operation("PutKeyPolicy", false, keys.putPolicy),
			keys.operation("EnableKey", false, func(c *service.Call) (any, error) { return keys.enable(c, true) }),
			keys.operation("DisableKey", false, func(c *service.Call) (any, error) { return keys.enable(c, false) }),
			keys.operation("Encrypt", true, keys.encrypt),
			keys.operation("Decrypt", true, keys.decrypt),
			keys.operation("GenerateDataKey", true, keys.generate),
			keys.operation("GenerateDataKeyWithoutPlaintext", true, keys.generate),
		},
	}
}

// operation is a row of an operation on one key, which asks the key's policy.
func (k *Keys) operation(name string, readOnly bool, handle func(*service.Call) (any, error)) service.Operation {
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
	return `{"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` +
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

// policy is the key's; one that is not there is asked for like a key with the
// default policy, so that whoever may is told that it is not there.
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

func (k *Keys) create(c *service.Call) (any, error) {
	var in struct {
		Description, Policy, KeyUsage, KeySpec, CustomerMasterKeySpec, Origin string
		MultiRegion, BypassPolicyLockoutSafetyCheck                           bool
		Tags                                                                  service.Ignored
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	for _, x := range [][2]string{{in.KeyUsage, "ENCRYPT_DECRYPT"}, {in.KeySpec, "SYMMETRIC_DEFAULT"}, {in.CustomerMasterKeySpec, "SYMMETRIC_DEFAULT"}, {in.Origin, "AWS_KMS"}} {
		if x[0] != "" && x[0] != x[1] {
			return nil, service.Errorf("UnsupportedOperationException", "this mock has keys of %s only, not of %s", x[1], x[0])
		}
	}
	if in.Policy == "" {
		in.Policy = defaultKeyPolicy(c.Account())
	}
	policy, err := iam.ParsePolicy(iam.ResourcePolicy, in.Policy)
	if err != nil {
		return nil, service.Errorf("MalformedPolicyDocumentException", "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	key := &kmsKey{
		id: protocol.NewUUID(), account: c.Account(), region: c.Region, description: in.Description, created: c.Now, enabled: true,
		material: newMaterial(), policyText: in.Policy, policy: policy,
	}
	key.arn = c.ARN("kms", "key/"+key.id)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[key.arn] = key
	return map[string]any{"KeyMetadata": key.metadata()}, nil
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

func (key *kmsKey) metadata() map[string]any {
	state := "Enabled"
	if !key.enabled {
		state = "Disabled"
	}
	return map[string]any{
		"AWSAccountId": key.account, "KeyId": key.id, "Arn": key.arn, "CreationDate": service.Epoch(key.created), "Enabled": key.enabled,
		"Description": key.description, "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": state, "Origin": "AWS_KMS", "KeyManager": "CUSTOMER",
		"KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "EncryptionAlgorithms": []string{"SYMMETRIC_DEFAULT"}, "MultiRegion": false,
	}
}

// keyInput decodes a call about one key.
type keyInput struct {
	KeyId       string
	GrantTokens []string
}

func (k *Keys) describe(c *service.Call) (any, error) {
	var in keyInput
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	arn := k.keyARN(c, in.KeyId)
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.find(arn)
	if err != nil {
		return nil, err
	}
	return map[string]any{"KeyMetadata": key.metadata()}, nil
}

func (k *Keys) getPolicy(c *service.Call) (any, error) {
	var in struct{ KeyId, PolicyName string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	arn := k.keyARN(c, in.KeyId)
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.find(arn)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Policy": key.policyText, "PolicyName": "default"}, nil
}

func (k *Keys) putPolicy(c *service.Call) (any, error) {
	var in struct {
		KeyId, PolicyName, Policy      string
		BypassPolicyLockoutSafetyCheck bool
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	policy, err := iam.ParsePolicy(iam.ResourcePolicy, in.Policy)
	if err != nil {
		return nil, service.Errorf("MalformedPolicyDocumentException", "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
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

func (k *Keys) enable(c *service.Call, enabled bool) (any, error) {
	var in keyInput
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	arn := k.keyARN(c, in.KeyId)
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.find(arn)
	if err != nil {
		return nil, err
	}
	key.enabled = enabled
	return nil, nil
}

func (k *Keys) list(c *service.Call) (any, error) {
	var in struct {
		Limit  int
		Marker string
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	list, last := []map[string]string{}, ""
	for _, arn := range slices.Sorted(maps.Keys(k.keys)) {
		key := k.keys[arn]
		if key.account != c.Account() || key.region != c.Region || key.id <= in.Marker {
			continue
		}
		if in.Limit > 0 && len(list) == in.Limit {
			return map[string]any{"Keys": list, "Truncated": true, "NextMarker": last}, nil
		}
		list, last = append(list, map[string]string{"KeyArn": arn, "KeyId": key.id}), key.id
	}
	return map[string]any{"Keys": list, "Truncated": false}, nil
}

// aliasARN is what CreateAlias is authorized for; the key is asked for too.
func (k *Keys) aliasARN(c *service.Call) string { return c.ARN("kms", c.Text("AliasName")) }

func (k *Keys) createAlias(c *service.Call) (any, error) {
	var in struct{ AliasName, TargetKeyId string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	name, ok := strings.CutPrefix(in.AliasName, "alias/")
	if !ok || name == "" || len(name) > 250 || strings.Trim(name, service.Letters+"0123456789/_-") != "" {
		return nil, service.Errorf("InvalidAliasNameException", "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html")
	}
	if strings.HasPrefix(name, "aws/") {
		return nil, service.Errorf("NotAuthorizedException", "Alias names beginning with alias/aws/ are reserved for AWS managed keys")
	}
	target := k.keyARN(c, in.TargetKeyId)
	if err := c.Authorize("kms:CreateAlias", target, nil); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, err := k.find(target); err != nil {
		return nil, err
	}
	arn := c.ARN("kms", in.AliasName)
	if k.aliases[arn] != "" {
		return nil, service.Errorf("AlreadyExistsException", "An alias with the name %s already exists", arn)
	}
	k.aliases[arn] = target
	return nil, nil
}

func (k *Keys) listAliases(c *service.Call) (any, error) {
	var in struct{ KeyId string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	of := ""
	if in.KeyId != "" {
		of = k.keyARN(c, in.KeyId)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	list := []map[string]string{}
	prefix := c.ARN("kms", "")
	for _, arn := range slices.Sorted(maps.Keys(k.aliases)) {
		name, mine := strings.CutPrefix(arn, prefix)
		if target := k.aliases[arn]; mine && (of == "" || of == target) {
			list = append(list, map[string]string{"AliasArn": arn, "AliasName": name, "TargetKeyId": k.keys[target].id})
		}
	}
	return map[string]any{"Aliases": list, "Truncated": false}, nil
}

// A ciphertext names its key, as KMS's do, so that Decrypt needs no KeyId:
// envelopeMark, the length of the ARN in two bytes, the ARN, nonce and sealed
// text.
const envelopeMark = "\x01\x02\x02\x00"

func sealEnvelope(key *kmsKey, plaintext []byte, context map[string]string) []byte {
	nonce := make([]byte, key.material.NonceSize())
	_, _ = rand.Read(nonce)
	b := binary.BigEndian.AppendUint16([]byte(envelopeMark), uint16(len(key.arn)))
	b = append(append(b, key.arn...), nonce...)
	return key.material.Seal(b, nonce, plaintext, service.MustJSON(context)) // encoding/json sorts keys
}

// openEnvelope reads the key's ARN and what follows it.
func openEnvelope(blob []byte) (arn string, rest []byte, ok bool) {
	body, ok := strings.CutPrefix(string(blob), envelopeMark)
	if !ok || len(body) < 2 {
		return "", nil, false
	}
	n := int(binary.BigEndian.Uint16([]byte(body)))
	if body = body[2:]; len(body) < n {
		return "", nil, false
	}
	return body[:n], []byte(body[n:]), true
}

const maxPlaintext = 4096 // bytes

type cryptInput struct {
	keyInput
	EncryptionContext   map[string]string
	EncryptionAlgorithm string
	DryRun              bool
}

func (in *cryptInput) check() error {
	switch {
	case in.EncryptionAlgorithm != "" && in.EncryptionAlgorithm != "SYMMETRIC_DEFAULT":
		return service.Errorf("InvalidKeyUsageException", "Algorithm %s is incompatible with key spec SYMMETRIC_DEFAULT.", in.EncryptionAlgorithm)
	case in.DryRun:
		return service.Errorf("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
	}
	return nil
}

func (k *Keys) encrypt(c *service.Call) (any, error) {
	var in struct {
		Plaintext []byte
		cryptInput
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if len(in.Plaintext) == 0 || len(in.Plaintext) > maxPlaintext {
		return nil, service.Errorf("ValidationException", "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to %d, and greater than or equal to 1", maxPlaintext)
	}
	arn := k.keyARN(c, in.KeyId)
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.usable(arn)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	return map[string]any{"CiphertextBlob": sealEnvelope(key, in.Plaintext, in.EncryptionContext), "KeyId": key.arn, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}, nil
}

func (k *Keys) decrypt(c *service.Call) (any, error) {
	var in struct {
		CiphertextBlob []byte
		cryptInput
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	// Without a message, whatever is wrong with it (aws/aws-sdk-java#1323).
	wrong := service.Errorf("InvalidCiphertextException", "")
	arn, rest, ok := openEnvelope(in.CiphertextBlob)
	if !ok {
		return nil, wrong
	}
	if in.KeyId != "" && k.keyARN(c, in.KeyId) != arn {
		return nil, service.Errorf("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.usable(arn)
	if err != nil || key.region != c.Region {
		if key == nil && k.keys[arn] != nil {
			return nil, err // disabled
		}
		// aws/aws-encryption-sdk-javascript#1005
		return nil, service.Errorf("AccessDeniedException", "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.")
	}
	size := key.material.NonceSize()
	if len(rest) < size {
		return nil, wrong
	}
	plaintext, err := key.material.Open(nil, rest[:size], rest[size:], service.MustJSON(in.EncryptionContext))
	if err != nil {
		return nil, wrong
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	return map[string]any{"Plaintext": plaintext, "KeyId": key.arn, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}, nil
}

// dataKeySizes are the lengths of data keys by KeySpec, in bytes.
var dataKeySizes = map[string]int{"AES_256": 32, "AES_128": 16}

func (k *Keys) generate(c *service.Call) (any, error) {
	var in struct {
		KeySpec       string
		NumberOfBytes int
		cryptInput
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	size := dataKeySizes[in.KeySpec]
	switch {
	case (in.KeySpec == "") == (in.NumberOfBytes == 0):
		return nil, service.Errorf("ValidationException", "Please specify either number of bytes or key spec.")
	case in.KeySpec == "":
		size = in.NumberOfBytes
	}
	if size < 1 || size > 1024 {
		return nil, service.Errorf("ValidationException", "1 validation error detected: NumberOfBytes must be from 1 to 1024, and KeySpec AES_256 or AES_128")
	}
	arn := k.keyARN(c, in.KeyId)
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.usable(arn)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	dataKey := make([]byte, size)
	_, _ = rand.Read(dataKey)
	out := map[string]any{"CiphertextBlob": sealEnvelope(key, dataKey, in.EncryptionContext), "KeyId": key.arn}
	if c.Operation.Name == "GenerateDataKey" {
		out["Plaintext"] = base64.StdEncoding.EncodeToString(dataKey)
	}
	return out, nil
}
