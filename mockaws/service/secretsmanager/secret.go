package secretsmanager

import (
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

type secretValueInput struct {
	SecretString       *string
	SecretBinary       []byte
	ClientRequestToken string
}

func (in *secretValueInput) given() bool { return in.SecretString != nil || in.SecretBinary != nil }

func (in *secretValueInput) check() error {
	if in.SecretString != nil && in.SecretBinary != nil {
		return secretsError("InvalidParameterException",
			"You can't specify both a binary secret value and a string secret value in the same secret.")
	}
	if in.ClientRequestToken == "" {
		in.ClientRequestToken = protocol.NewUUID()
	}
	return nil
}

// secretResult is what most operations say of a secret and, where they made or
// changed one, of its version.
type secretResult struct {
	ARN       string
	Name      string
	VersionId string `json:",omitempty"`
}

func (k *secret) result() *secretResult { return &secretResult{ARN: k.arn, Name: k.name} }

type createInput struct {
	Name, Description, KmsKeyId string
	Tags                        []secretTag
	secretValueInput
	AddReplicaRegions           []struct{}
	ForceOverwriteReplicaSecret service.Ignored
}

func (s *secrets) create(c *service.Call, in *createInput) (*secretResult, error) {
	if !isSecretName(in.Name) {
		return nil, secretsError("ValidationException",
			"Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	if k := s.Of(c)[in.Name]; k != nil {
		if k.deleteAt != nil { // text of redpanda-data/console#1835
			return nil, secretsError("InvalidRequestException",
				"You can't create this secret because a secret with this name is already scheduled for deletion.")
		}
		return nil, secretsError("ResourceExistsException",
			"The operation failed because the secret "+in.Name+" already exists.")
	}
	k := &secret{
		arn: c.ARN("secretsmanager", "secret:"+in.Name+"-"+service.RandomText(service.Letters, 6)), name: in.Name,
		description: in.Description,
		keyID:       in.KmsKeyId, tags: in.Tags, created: c.Now, changed: c.Now, versions: map[string]*secretVersion{},
	}
	s.Of(c)[in.Name] = k
	out := k.result()
	if in.given() {
		out.VersionId = k.add(&in.secretValueInput, []string{stageCurrent}, c.Now).id
	}
	return out, nil
}

func isSecretName(name string) bool {
	return name != "" && len(name) <= 512 && strings.Trim(name, service.Letters+"0123456789-/_+=.@!") == ""
}

// add makes a version and moves the stages to it; AWSPREVIOUS follows
// AWSCURRENT.
func (k *secret) add(in *secretValueInput, stages []string, now time.Time) *secretVersion {
	v := &secretVersion{id: in.ClientRequestToken, text: in.SecretString, binary: in.SecretBinary, created: now}
	for _, stage := range stages {
		old := k.staged(stage)
		if stage == stageCurrent && old != nil {
			k.unstage(stagePrevious)
			old.stages = append(old.stages, stagePrevious)
		}
		k.unstage(stage)
		v.stages = append(v.stages, stage)
	}
	k.versions[v.id], k.changed = v, now
	for id, old := range k.versions {
		if len(old.stages) == 0 {
			delete(k.versions, id) // AWS deletes deprecated versions when it likes
		}
	}
	return v
}

func (k *secret) staged(stage string) *secretVersion {
	for _, v := range k.versions {
		if slices.Contains(v.stages, stage) {
			return v
		}
	}
	return nil
}

func (k *secret) unstage(stage string) {
	for _, v := range k.versions {
		v.stages = slices.DeleteFunc(v.stages, func(s string) bool { return s == stage })
	}
}
