package kms

import (
	"crypto/rand"
	"encoding/binary"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
)

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
		return service.Errorf("InvalidKeyUsageException",
			"Algorithm %s is incompatible with key spec SYMMETRIC_DEFAULT.",
			in.EncryptionAlgorithm)
	case in.DryRun:
		return service.Errorf("DryRunOperationException",
			"The request would have succeeded, but the DryRun option is set.")
	}
	return nil
}

type encryptInput struct {
	Plaintext []byte
	cryptInput
}

type encryptOutput struct {
	CiphertextBlob      []byte
	EncryptionAlgorithm string
	KeyId               string
}

func (k *Keys) encrypt(c *service.Call, in *encryptInput) (*encryptOutput, error) {
	if len(in.Plaintext) == 0 || len(in.Plaintext) > maxPlaintext {
		return nil, service.Errorf("ValidationException",
			"1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have "+
				"length less "+
				"than or equal to %d, and greater than or equal to 1", maxPlaintext)
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
	return &encryptOutput{sealEnvelope(key, in.Plaintext, in.EncryptionContext), symmetric, key.arn}, nil
}

type decryptInput struct {
	CiphertextBlob []byte
	cryptInput
}

type decryptOutput struct {
	EncryptionAlgorithm string
	KeyId               string
	Plaintext           []byte
}

func (k *Keys) decrypt(c *service.Call, in *decryptInput) (*decryptOutput, error) {
	// Without a message, whatever is wrong with it (aws/aws-sdk-java#1323).
	wrong := service.Errorf("InvalidCiphertextException", "")
	arn, rest, ok := openEnvelope(in.CiphertextBlob)
	if !ok {
		return nil, wrong
	}
	if in.KeyId != "" && k.keyARN(c, in.KeyId) != arn {
		return nil, service.Errorf("IncorrectKeyException",
			"The key ID in the request does not identify a CMK that can perform this operation.")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	key, err := k.usable(arn)
	if err != nil || key.region != c.Region {
		if key == nil && k.keys[arn] != nil {
			return nil, err // disabled
		}
		// aws/aws-encryption-sdk-javascript#1005
		return nil, service.Errorf("AccessDeniedException",
			"The ciphertext refers to a customer master key that does not exist, does not exist in this region, "+
				"or you are "+
				"not allowed to access.")
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
	return &decryptOutput{symmetric, key.arn, plaintext}, nil
}

// dataKeySizes are the lengths of data keys by KeySpec, in bytes.
var dataKeySizes = map[string]int{"AES_256": 32, "AES_128": 16}

type generateInput struct {
	KeySpec       string
	NumberOfBytes int
	cryptInput
}

type generateOutput struct {
	CiphertextBlob []byte
	KeyId          string
	Plaintext      []byte `json:",omitempty"` // not of GenerateDataKeyWithoutPlaintext
}

func (k *Keys) generate(c *service.Call, in *generateInput) (*generateOutput, error) {
	size := dataKeySizes[in.KeySpec]
	switch {
	case (in.KeySpec == "") == (in.NumberOfBytes == 0):
		return nil, service.Errorf("ValidationException", "Please specify either number of bytes or key spec.")
	case in.KeySpec == "":
		size = in.NumberOfBytes
	}
	if size < 1 || size > 1024 {
		return nil, service.Errorf("ValidationException",
			"1 validation error detected: NumberOfBytes must be from 1 to 1024, and KeySpec AES_256 or AES_128")
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
	out := &generateOutput{CiphertextBlob: sealEnvelope(key, dataKey, in.EncryptionContext), KeyId: key.arn}
	if c.Operation.Name == "GenerateDataKey" {
		out.Plaintext = dataKey
	}
	return out, nil
}
