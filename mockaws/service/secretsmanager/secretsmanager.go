package secretsmanager

import (
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
		ID: "Secrets Manager", EndpointPrefix: "secretsmanager", SigningName: "secretsmanager",
		TargetPrefix: "secretsmanager",
		Dialect:      protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow:   5 * time.Minute, EventSource: "secretsmanager.amazonaws.com", Complete: true,
		Operations: append([]service.Operation{
			{Name: "CreateSecret", Action: "secretsmanager:CreateSecret", Resource: s.newARN,
				Handle: service.Handle(s.create)},
			{Name: "GetSecretValue", Action: "secretsmanager:GetSecretValue", Resource: s.arn, ReadOnly: true,
				Handle: service.Handle(s.value)},
			{Name: "PutSecretValue", Action: "secretsmanager:PutSecretValue", Resource: s.arn,
				Handle: service.Handle(s.put)},
			{Name: "UpdateSecret", Action: "secretsmanager:UpdateSecret", Resource: s.arn,
				Handle: service.Handle(s.update)},
			{Name: "DescribeSecret", Action: "secretsmanager:DescribeSecret", Resource: s.arn, ReadOnly: true,
				Handle: service.Handle(s.describe)},
			{Name: "ListSecrets", Action: "secretsmanager:ListSecrets", Resource: service.NoResource, ReadOnly: true,
				Handle: service.Handle(s.list)},
			{Name: "DeleteSecret", Action: "secretsmanager:DeleteSecret", Resource: s.arn,
				Handle: service.Handle(s.remove)},
			{Name: "RestoreSecret", Action: "secretsmanager:RestoreSecret", Resource: s.arn,
				Handle: service.Handle(s.restore)},
		}, service.Unimplemented("BatchGetSecretValue", "CancelRotateSecret", "DeleteResourcePolicy",
			"GetRandomPassword",
			"GetResourcePolicy",
			"ListSecretVersionIds", "PutResourcePolicy", "RemoveRegionsFromReplication", "ReplicateSecretToRegions",
			"RotateSecret",
			"StopReplicationToReplica", "TagResource", "UntagResource", "UpdateSecretVersionStage",
			"ValidateResourcePolicy")...),
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
var errSecretDeleted = secretsError("InvalidRequestException",
	"You can't perform this operation on the secret because it was marked for deletion.")

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
