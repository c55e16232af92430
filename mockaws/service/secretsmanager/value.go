package secretsmanager

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
)

type valueInput struct{ SecretId, VersionId, VersionStage string }

type valueOutput struct {
	ARN           string
	CreatedDate   float64
	Name          string
	SecretBinary  []byte  `json:",omitzero"`
	SecretString  *string `json:",omitempty"`
	VersionId     string
	VersionStages []string
}

func (s *secrets) value(c *service.Call, in *valueInput) (*valueOutput, error) {
	s.Lock()
	defer s.Unlock()
	k, err := s.usable(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	if err := s.mayDecrypt(c, k); err != nil {
		return nil, err
	}
	v, err := k.version(in.VersionId, in.VersionStage)
	if err != nil {
		return nil, err
	}
	out := &valueOutput{
		ARN: k.arn, Name: k.name, VersionId: v.id, VersionStages: v.stages, CreatedDate: service.Epoch(v.created),
		SecretString: v.text,
	}
	if v.text == nil {
		out.SecretBinary = v.binary
	}
	return out, nil
}

// version finds one by id, by stage or by both.
func (k *secret) version(id, stage string) (*secretVersion, error) {
	if id == "" {
		if stage == "" {
			stage = stageCurrent
		}
		if v := k.staged(stage); v != nil {
			return v, nil
		}
		return nil, secretsError("ResourceNotFoundException",
			"Secrets Manager can't find the specified secret value for staging label: "+stage)
	}
	v := k.versions[id]
	switch {
	case v == nil:
		return nil, secretsError("ResourceNotFoundException",
			"Secrets Manager can't find the specified secret value for VersionId: "+id)
	case stage != "" && !slices.Contains(v.stages, stage):
		return nil, secretsError("InvalidRequestException",
			"You provided a VersionStage that is not associated to the provided VersionId.")
	}
	return v, nil
}

// mayDecrypt: the caller needs kms:Decrypt on a key of their own; AWS's own key
// aws/secretsmanager serves everybody whom Secrets Manager serves
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).
// The answer is recorded in external-secrets/external-secrets#390.
func (s *secrets) mayDecrypt(c *service.Call, k *secret) error {
	if k.keyID == "" || strings.HasSuffix(k.keyID, "alias/aws/secretsmanager") {
		return nil
	}
	if s.keys.MayUse(c, "kms:Decrypt", k.keyID, "secretsmanager") != nil {
		return secretsError("AccessDeniedException", "Access to KMS is not allowed")
	}
	return nil
}

type putInput struct {
	SecretId      string
	VersionStages []string
	secretValueInput
}

type putOutput struct {
	ARN           string
	Name          string
	VersionId     string
	VersionStages []string
}

func (s *secrets) put(c *service.Call, in *putInput) (*putOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if !in.given() {
		return nil, secretsError("InvalidRequestException", "You must provide either SecretString or SecretBinary.")
	}
	if in.VersionStages == nil {
		in.VersionStages = []string{stageCurrent}
	}
	s.Lock()
	defer s.Unlock()
	k, err := s.usable(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	v, err := k.again(&in.secretValueInput)
	if err != nil {
		return nil, err
	}
	if v == nil {
		v = k.add(&in.secretValueInput, in.VersionStages, c.Now)
	}
	return &putOutput{k.arn, k.name, v.id, v.stages}, nil
}

// again is the version that an earlier call with the same token made.
func (k *secret) again(in *secretValueInput) (*secretVersion, error) {
	v := k.versions[in.ClientRequestToken]
	if v == nil {
		return nil, nil
	}
	same := string(v.binary) == string(in.SecretBinary) && (v.text == nil) == (in.SecretString == nil) &&
		(v.text == nil || *v.text == *in.SecretString)
	if !same {
		return nil, secretsError("ResourceExistsException",
			"You can't use ClientRequestToken "+v.id+" because that value is already in use for a version of secret "+
				k.arn+".")
	}
	return v, nil
}

type updateInput struct {
	SecretId    string
	Description *string
	KmsKeyId    *string
	secretValueInput
}

func (s *secrets) update(c *service.Call, in *updateInput) (*secretResult, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	k, err := s.usable(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	if in.Description != nil {
		k.description = *in.Description
	}
	if in.KmsKeyId != nil {
		k.keyID = *in.KmsKeyId
	}
	out := k.result()
	if in.given() {
		out.VersionId = k.add(&in.secretValueInput, []string{stageCurrent}, c.Now).id
	}
	return out, nil
}
