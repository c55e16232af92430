package kms_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestKMS(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := kms.NewFromConfig(w.Good())
	created, err := client.CreateKey(ctx, &kms.CreateKeyInput{Description: aws.String("d")})
	if err != nil {
		t.Fatal(err)
	}
	key := created.KeyMetadata
	if _, err := client.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/app"),
		TargetKeyId: key.KeyId}); err != nil {
		t.Fatal(err)
	}
	where := map[string]string{"bucket": "b", "app": "x"}
	for _, id := range []*string{key.KeyId, key.Arn, aws.String("alias/app"),
		aws.String("arn:aws:kms:us-east-1:111122223333:alias/app")} {
		sealed, err := client.Encrypt(ctx, &kms.EncryptInput{KeyId: id, Plaintext: []byte("secret"),
			EncryptionContext: where})
		if err != nil || *sealed.KeyId != *key.Arn || bytes.Contains(sealed.CiphertextBlob, []byte("secret")) {
			t.Fatalf("%s: %v, %v", *id, sealed, err)
		}
		opened, err := client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob,
			EncryptionContext: where})
		if err != nil || string(opened.Plaintext) != "secret" {
			t.Errorf("%s: %v, %v", *id, opened, err)
		}
	}
	data, err := client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: key.KeyId,
		KeySpec: types.DataKeySpecAes256})
	if err != nil || len(data.Plaintext) != 32 {
		t.Fatalf("data key %v, %v", data, err)
	}
	if opened, err := client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: data.CiphertextBlob,
		KeyId: key.KeyId}); err != nil || !bytes.Equal(opened.Plaintext, data.Plaintext) {
		t.Errorf("data key: %v, %v", opened, err)
	}
	without, err := client.GenerateDataKeyWithoutPlaintext(ctx,
		&kms.GenerateDataKeyWithoutPlaintextInput{KeyId: key.KeyId, NumberOfBytes: aws.Int32(7)})
	if err != nil || len(without.CiphertextBlob) == 0 {
		t.Errorf("without plaintext: %v, %v", without, err)
	}
	described, err := client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/app")})
	if err != nil || *described.KeyMetadata.Arn != *key.Arn || described.KeyMetadata.KeyState != types.KeyStateEnabled {
		t.Errorf("described %v, %v", described, err)
	}

	sealed, err := client.Encrypt(ctx, &kms.EncryptInput{KeyId: key.KeyId, Plaintext: []byte("secret"),
		EncryptionContext: where})
	if err != nil {
		t.Fatal(err)
	}
	other, err := client.CreateKey(ctx, &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	tampered := bytes.Clone(sealed.CiphertextBlob)
	tampered[len(tampered)-1] ^= 1
	decrypt := func(in kms.DecryptInput) error {
		_, err := client.Decrypt(ctx, &in)
		return err
	}
	// without its context
	mocktest.WantError(t, decrypt(kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob}),
		"InvalidCiphertextException", "")
	if e := w.Last(t); e.ResponseSize != int64(len(`{"__type":"InvalidCiphertextException"}`)) {
		t.Errorf("a body of %d bytes: it has no message", e.ResponseSize)
	}
	mocktest.WantError(t, decrypt(kms.DecryptInput{CiphertextBlob: tampered, EncryptionContext: where}),
		"InvalidCiphertextException", "")
	mocktest.WantError(t, decrypt(kms.DecryptInput{CiphertextBlob: []byte("x")}), "InvalidCiphertextException", "")
	mocktest.WantError(t, decrypt(kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: where,
		KeyId: other.KeyMetadata.KeyId}), "IncorrectKeyException", "")
	elsewhere := w.Good()
	elsewhere.Region = "eu-west-1"
	_, err = kms.NewFromConfig(elsewhere).Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob,
		EncryptionContext: where})
	mocktest.WantError(t, err, "AccessDeniedException", "The ciphertext refers to a customer master key that does "+
		"not exist, does not exist in this region, or you are not allowed to access.")
	_, err = client.Encrypt(ctx, &kms.EncryptInput{KeyId: aws.String("00000000-0000-0000-0000-000000000000"),
		Plaintext: []byte("x")})
	mocktest.WantError(t, err, "NotFoundException",
		"Key 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000' does not exist")
	// 4096 bytes at most: https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
	_, err = client.Encrypt(ctx, &kms.EncryptInput{KeyId: key.KeyId, Plaintext: make([]byte, 4096)})
	if err != nil {
		t.Errorf("4096 bytes: %v", err)
	}
	_, err = client.Encrypt(ctx, &kms.EncryptInput{KeyId: key.KeyId, Plaintext: make([]byte, 4097)})
	mocktest.WantError(t, err, "ValidationException", "")
	if _, err := client.DisableKey(ctx, &kms.DisableKeyInput{KeyId: key.KeyId}); err != nil {
		t.Fatal(err)
	}
	mocktest.WantError(t, decrypt(kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: where}),
		"DisabledException", *key.Arn+" is disabled.")
	list, err := client.ListKeys(ctx, &kms.ListKeysInput{Limit: aws.Int32(1)})
	if err != nil || len(list.Keys) != 1 || !list.Truncated {
		t.Errorf("listed %v, %v", list, err)
	}
}

// TestNothingIsDrawnTwice: data keys are unique
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html), each
// encryption has a random nonce of its own, and each KMS key has material of its own
// (https://docs.aws.amazon.com/kms/latest/cryptographic-details/crypto-primitives.html).
func TestNothingIsDrawnTwice(t *testing.T) {
	client := kms.NewFromConfig(mocktest.New(t).Good())
	ctx := t.Context()
	var keys, dataKeys, sealed [2][]byte
	for i := range 2 {
		key, err := client.CreateKey(ctx, &kms.CreateKeyInput{})
		if err != nil {
			t.Fatal(err)
		}
		keys[i] = []byte(*key.KeyMetadata.KeyId)
		first := string(keys[0])
		data, err := client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: &first,
			KeySpec: types.DataKeySpecAes128})
		if err != nil || len(data.Plaintext) != 16 {
			t.Fatalf("%v, %v", data, err)
		}
		dataKeys[i] = data.Plaintext
		one, err := client.Encrypt(ctx, &kms.EncryptInput{KeyId: &first, Plaintext: []byte("secret")})
		if err != nil {
			t.Fatal(err)
		}
		sealed[i] = one.CiphertextBlob
	}
	if bytes.Equal(dataKeys[0], dataKeys[1]) || bytes.Equal(sealed[0], sealed[1]) {
		t.Errorf("data keys %x, ciphertexts %x", dataKeys, sealed)
	}
	_, err := client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: bytes.Replace(sealed[0], keys[0], keys[1], 1)})
	mocktest.WantError(t, err, "InvalidCiphertextException", "")
}

// A key's policy decides before the caller's own policies do; Decrypt is
// authorized for the key that the ciphertext names.
func TestKMSPolicies(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	admin := kms.NewFromConfig(w.Good())
	everything := iam.UserSeed{Name: "everything", Allow: []string{"*"}}
	stranger := kms.NewFromConfig(w.UserWith(t, everything))
	nothing := kms.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "nothing"}))
	open, err := admin.CreateKey(ctx, &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	closed, err := admin.CreateKey(ctx, &kms.CreateKeyInput{Policy: aws.String(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/app"},
		 "Action": "kms:*", "Resource": "*"},
		{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/nothing"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContext:app": "x"}}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	seal := func(key *string, context map[string]string) []byte {
		t.Helper()
		out, err := admin.Encrypt(ctx, &kms.EncryptInput{KeyId: key, Plaintext: []byte("s"),
			EncryptionContext: context})
		if err != nil {
			t.Fatal(err)
		}
		return out.CiphertextBlob
	}
	decrypt := func(client *kms.Client, blob []byte, context map[string]string) error {
		_, err := client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: blob, EncryptionContext: context})
		return err
	}
	x := map[string]string{"app": "x"}
	if err := decrypt(stranger, seal(open.KeyMetadata.KeyId, nil), nil); err != nil {
		t.Errorf("the default policy leaves it to IAM: %v", err)
	}
	mocktest.WantError(t, decrypt(nothing, seal(open.KeyMetadata.KeyId, nil), nil), "AccessDeniedException",
		"User: arn:aws:iam::111122223333:user/nothing is not authorized to perform: kms:Decrypt on resource: "+
			*open.KeyMetadata.Arn+" because no identity-based policy allows the kms:Decrypt action")
	mocktest.WantError(t, decrypt(stranger, seal(closed.KeyMetadata.KeyId, x), x), "AccessDeniedException",
		"User: arn:aws:iam::111122223333:user/everything is not authorized to perform: kms:Decrypt on resource: "+
			*closed.KeyMetadata.Arn+" because no resource-based policy allows the kms:Decrypt action")
	if err := decrypt(nothing, seal(closed.KeyMetadata.KeyId, x), x); err != nil {
		t.Errorf("the key's policy names the caller and the context: %v", err)
	}
	mocktest.WantError(t, decrypt(nothing, seal(closed.KeyMetadata.KeyId, nil), nil), "AccessDeniedException", "")
}

// A SecureString under a key of one's own takes kms:Decrypt on that key.
func TestSSMUnderAKeyOfOnesOwn(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	key, err := kms.NewFromConfig(w.Good()).CreateKey(ctx, &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = ssm.NewFromConfig(w.Good()).PutParameter(ctx, &ssm.PutParameterInput{Name: aws.String("/p"),
		Value: aws.String("v"), Type: ssmtypes.ParameterTypeSecureString, KeyId: key.KeyMetadata.KeyId})
	if err != nil {
		t.Fatal(err)
	}
	get := func(cfg aws.Config) error {
		_, err := ssm.NewFromConfig(cfg).GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/p"),
			WithDecryption: aws.Bool(true)})
		return err
	}
	err = get(w.UserWith(t, iam.UserSeed{Name: "without", Allow: []string{"ssm:*"}}))
	mocktest.WantError(t, err, "AccessDeniedException", "")
	if !strings.Contains(err.Error(), "kms:Decrypt on resource: "+*key.KeyMetadata.Arn) {
		t.Errorf("got %v", err)
	}
	if err := get(w.UserWith(t, iam.UserSeed{Name: "via", Policies: []iam.PolicySeed{{Document: `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"},
		{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "ssm.us-east-1.amazonaws.com"}}}]}`}}})); err != nil {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "KMS", "json-1.1", func(ctx context.Context, c aws.Config) error {
		_, err := kms.NewFromConfig(c).ListKeys(ctx, &kms.ListKeysInput{})
		return err
	})
}
