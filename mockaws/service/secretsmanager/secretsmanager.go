package secretsmanager

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is AWS Secrets Manager, its secrets kept in memory. Where a
// text of an error names no source, the code is of the service's model and the
// wording ours.
func New(keys service.KeyUser) *service.Service {
	s := &secrets{keys: keys}
	return &service.Service{
		ID: "Secrets Manager", EndpointPrefix: "secretsmanager", SigningName: "secretsmanager", TargetPrefix: "secretsmanager",
		Dialect:    protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "secretsmanager.amazonaws.com", Complete: true,
		Operations: append([]service.Operation{
			{Name: "CreateSecret", Action: "secretsmanager:CreateSecret", Resource: s.newARN, Handle: s.create},
			{Name: "GetSecretValue", Action: "secretsmanager:GetSecretValue", Resource: s.arn, ReadOnly: true, Handle: s.value},
			{Name: "PutSecretValue", Action: "secretsmanager:PutSecretValue", Resource: s.arn, Handle: s.put},
			{Name: "UpdateSecret", Action: "secretsmanager:UpdateSecret", Resource: s.arn, Handle: s.update},
			{Name: "DescribeSecret", Action: "secretsmanager:DescribeSecret", Resource: s.arn, ReadOnly: true, Handle: s.describe},
			{Name: "ListSecrets", Action: "secretsmanager:ListSecrets", Resource: service.NoResource, ReadOnly: true, Handle: s.list},
			{Name: "DeleteSecret", Action: "secretsmanager:DeleteSecret", Resource: s.arn, Handle: s.remove},
			{Name: "RestoreSecret", Action: "secretsmanager:RestoreSecret", Resource: s.arn, Handle: s.restore},
		}, service.Unimplemented("BatchGetSecretValue", "CancelRotateSecret", "DeleteResourcePolicy", "GetRandomPassword", "GetResourcePolicy",
			"ListSecretVersionIds", "PutResourcePolicy", "RemoveRegionsFromReplication", "ReplicateSecretToRegions", "RotateSecret",
			"StopReplicationToReplica", "TagResource", "UntagResource", "UpdateSecretVersionStage", "ValidateResourcePolicy")...),
	}
}

type secrets struct {
	service.Regional[*secret]
	keys service.KeyUser
}

type secret struct {
	arn, name, description, keyID string
	tags                          []secretTag
	created, changed              time.Time
	deleteAt                      *time.Time
	versions                      map[string]*secretVersion
}

type secretTag struct{ Key, Value string }

type secretVersion struct {
	id      string
	text    *string
	binary  []byte
	stages  []string
	created time.Time
}

const (
	stageCurrent  = "AWSCURRENT"
	stagePrevious = "AWSPREVIOUS"
)

func secretsError(code, text string) *service.Error {
	return &service.Error{Code: code, Message: text, MessageKey: "Message"}
}

// errNoSecret has the text of digitalis-io/vals-operator#44.
var errNoSecret = secretsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

// errSecretDeleted has the text of external-secrets/kubernetes-external-secrets#415.
var errSecretDeleted = secretsError("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.")

// newARN is what CreateSecret is authorized for: the suffix is not known yet.
func (s *secrets) newARN(c *service.Call) string {
	return c.ARN("secretsmanager", "secret:"+c.Text("Name"))
}

// arn is the secret's full ARN, with which AWS authorizes also where the caller
// gave a name; for a secret that is not there it is what the caller gave.
func (s *secrets) arn(c *service.Call) string {
	id := c.Text("SecretId")
	s.Lock()
	defer s.Unlock()
	if k := s.find(c, id); k != nil {
		return k.arn
	}
	return id
}

// find looks a secret up by name, ARN, or ARN without its suffix.
func (s *secrets) find(c *service.Call, id string) *secret {
	in := s.Of(c)
	if parts := strings.SplitN(id, ":", 7); len(parts) == 7 && parts[0] == "arn" && parts[5] == "secret" {
		in, id = s.In(parts[4], parts[3]), parts[6]
	}
	if k := in[id]; k != nil {
		return k
	}
	if i := strings.LastIndexByte(id, '-'); i > 0 {
		if k := in[id[:i]]; k != nil && strings.HasSuffix(k.arn, id[i:]) {
			return k
		}
	}
	return nil
}

// usable is find for operations that a secret marked for deletion refuses.
func (s *secrets) usable(c *service.Call, id string) (*secret, error) {
	k := s.find(c, id)
	switch {
	case k == nil:
		return nil, errNoSecret
	case k.deleteAt != nil:
		return nil, errSecretDeleted
	}
	return k, nil
}

type secretValueInput struct {
	SecretString       *string
	SecretBinary       []byte
	ClientRequestToken string
}

func (in *secretValueInput) given() bool { return in.SecretString != nil || in.SecretBinary != nil }

func (in *secretValueInput) check() error {
	if in.SecretString != nil && in.SecretBinary != nil {
		return secretsError("InvalidParameterException", "You can't specify both a binary secret value and a string secret value in the same secret.")
	}
	if in.ClientRequestToken == "" {
		in.ClientRequestToken = protocol.NewUUID()
	}
	return nil
}

func (s *secrets) create(c *service.Call) (any, error) {
	var in struct {
		Name, Description, KmsKeyId string
		Tags                        []secretTag
		secretValueInput
		AddReplicaRegions           []struct{}
		ForceOverwriteReplicaSecret service.Ignored
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if !isSecretName(in.Name) {
		return nil, secretsError("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	if k := s.Of(c)[in.Name]; k != nil {
		if k.deleteAt != nil { // text of redpanda-data/console#1835
			return nil, secretsError("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.")
		}
		return nil, secretsError("ResourceExistsException", "The operation failed because the secret "+in.Name+" already exists.")
	}
	k := &secret{
		arn: c.ARN("secretsmanager", "secret:"+in.Name+"-"+service.RandomText(service.Letters, 6)), name: in.Name, description: in.Description,
		keyID: in.KmsKeyId, tags: in.Tags, created: c.Now, changed: c.Now, versions: map[string]*secretVersion{},
	}
	s.Of(c)[in.Name] = k
	if !in.given() {
		return map[string]any{"ARN": k.arn, "Name": k.name}, nil
	}
	v := k.add(&in.secretValueInput, []string{stageCurrent}, c.Now)
	return map[string]any{"ARN": k.arn, "Name": k.name, "VersionId": v.id}, nil
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

func (s *secrets) value(c *service.Call) (any, error) {
	var in struct{ SecretId, VersionId, VersionStage string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
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
	out := map[string]any{"ARN": k.arn, "Name": k.name, "VersionId": v.id, "VersionStages": v.stages, "CreatedDate": service.Epoch(v.created)}
	if v.text != nil {
		out["SecretString"] = *v.text
	} else {
		out["SecretBinary"] = v.binary
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
		return nil, secretsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: "+stage)
	}
	v := k.versions[id]
	switch {
	case v == nil:
		return nil, secretsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for VersionId: "+id)
	case stage != "" && !slices.Contains(v.stages, stage):
		return nil, secretsError("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.")
	}
	return v, nil
}

// mayDecrypt: the caller needs kms:Decrypt on a key of their own; AWS's own key
// aws/secretsmanager serves everybody whom Secrets Manager serves
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).
// The answer is that of external-secrets/external-secrets#390.
func (s *secrets) mayDecrypt(c *service.Call, k *secret) error {
	if k.keyID == "" || strings.HasSuffix(k.keyID, "alias/aws/secretsmanager") {
		return nil
	}
	if s.keys.MayUse(c, "kms:Decrypt", k.keyID, "secretsmanager") != nil {
		return secretsError("AccessDeniedException", "Access to KMS is not allowed")
	}
	return nil
}

func (s *secrets) put(c *service.Call) (any, error) {
	var in struct {
		SecretId      string
		VersionStages []string
		secretValueInput
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
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
	return map[string]any{"ARN": k.arn, "Name": k.name, "VersionId": v.id, "VersionStages": v.stages}, nil
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
		return nil, secretsError("ResourceExistsException", "You can't use ClientRequestToken "+v.id+" because that value is already in use for a version of secret "+k.arn+".")
	}
	return v, nil
}

func (s *secrets) update(c *service.Call) (any, error) {
	var in struct {
		SecretId    string
		Description *string
		KmsKeyId    *string
		secretValueInput
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
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
	out := map[string]any{"ARN": k.arn, "Name": k.name}
	if in.given() {
		out["VersionId"] = k.add(&in.secretValueInput, []string{stageCurrent}, c.Now).id
	}
	return out, nil
}

func (k *secret) entry() map[string]any {
	stages := map[string][]string{}
	for id, v := range k.versions {
		stages[id] = v.stages
	}
	out := map[string]any{
		"ARN": k.arn, "Name": k.name, "CreatedDate": service.Epoch(k.created), "LastChangedDate": service.Epoch(k.changed), "SecretVersionsToStages": stages,
	}
	if k.description != "" {
		out["Description"] = k.description
	}
	if k.keyID != "" {
		out["KmsKeyId"] = k.keyID
	}
	if len(k.tags) > 0 {
		out["Tags"] = k.tags
	}
	if k.deleteAt != nil {
		out["DeletedDate"] = service.Epoch(*k.deleteAt)
	}
	return out
}

func (s *secrets) describe(c *service.Call) (any, error) {
	var in struct{ SecretId string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	k := s.find(c, in.SecretId)
	if k == nil {
		return nil, errNoSecret
	}
	out := k.entry()
	out["VersionIdsToStages"] = out["SecretVersionsToStages"]
	delete(out, "SecretVersionsToStages")
	return out, nil
}

// list sorts by name; AWS sorts by date of change unless told otherwise.
func (s *secrets) list(c *service.Call) (any, error) {
	var in struct {
		MaxResults             int
		NextToken              string
		IncludePlannedDeletion bool
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if in.MaxResults < 0 || in.MaxResults > 100 {
		return nil, secretsError("InvalidParameterException", "MaxResults must be from 1 to 100.")
	}
	skip, err := strconv.Atoi("0" + in.NextToken)
	if err != nil {
		return nil, secretsError("InvalidNextTokenException", "The NextToken value is invalid.")
	}
	size := in.MaxResults
	if size == 0 {
		size = 100
	}
	s.Lock()
	defer s.Unlock()
	entries := []map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		if k := s.Of(c)[name]; k.deleteAt == nil || in.IncludePlannedDeletion {
			entries = append(entries, k.entry())
		}
	}
	out := map[string]any{"SecretList": service.Page(entries, skip, size)}
	if skip+size < len(entries) {
		out["NextToken"] = strconv.Itoa(skip + size)
	}
	return out, nil
}

func (s *secrets) remove(c *service.Call) (any, error) {
	var in struct {
		SecretId                   string
		ForceDeleteWithoutRecovery bool
		RecoveryWindowInDays       *int
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	days := 30
	if in.RecoveryWindowInDays != nil {
		days = *in.RecoveryWindowInDays
		if in.ForceDeleteWithoutRecovery {
			return nil, secretsError("InvalidParameterException", "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
		}
		if days < 7 || days > 30 {
			return nil, secretsError("InvalidParameterException", "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
		}
	}
	s.Lock()
	defer s.Unlock()
	k := s.find(c, in.SecretId)
	if k == nil {
		return nil, errNoSecret
	}
	when := c.Now.AddDate(0, 0, days)
	if in.ForceDeleteWithoutRecovery {
		when = c.Now
		delete(s.Of(c), k.name)
	}
	k.deleteAt = &when
	return map[string]any{"ARN": k.arn, "Name": k.name, "DeletionDate": service.Epoch(when)}, nil
}

func (s *secrets) restore(c *service.Call) (any, error) {
	var in struct{ SecretId string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	k := s.find(c, in.SecretId)
	if k == nil {
		return nil, errNoSecret
	}
	k.deleteAt = nil
	return map[string]any{"ARN": k.arn, "Name": k.name}, nil
}
