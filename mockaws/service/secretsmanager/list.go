package secretsmanager

import (
	"maps"
	"slices"
	"strconv"

	"github.com/hostproof/hostproof/mockaws/service"
)

// secretEntry is a secret without its values. A list shows the stages of its versions
// under another name than DescribeSecret does.
type secretEntry struct {
	ARN                    string
	CreatedDate            float64
	DeletedDate            *float64 `json:",omitempty"`
	Description            string   `json:",omitempty"`
	KmsKeyId               string   `json:",omitempty"`
	LastChangedDate        float64
	Name                   string
	SecretVersionsToStages map[string][]string `json:",omitzero"`
	Tags                   []secretTag         `json:",omitempty"`
	VersionIdsToStages     map[string][]string `json:",omitzero"`
}

func (k *secret) entry() secretEntry {
	out := secretEntry{
		ARN: k.arn, Name: k.name, CreatedDate: service.Epoch(k.created), LastChangedDate: service.Epoch(k.changed),
		Description: k.description, KmsKeyId: k.keyID, Tags: k.tags,
	}
	if k.deleteAt != nil {
		at := service.Epoch(*k.deleteAt)
		out.DeletedDate = &at
	}
	return out
}

// stages are the versions' stages by the id of the version.
func (k *secret) stages() map[string][]string {
	out := map[string][]string{}
	for id, v := range k.versions {
		out[id] = v.stages
	}
	return out
}

type describeInput struct{ SecretId string }

func (s *secrets) describe(c *service.Call, in *describeInput) (*secretEntry, error) {
	s.Lock()
	defer s.Unlock()
	k := s.find(c, in.SecretId)
	if k == nil {
		return nil, errNoSecret
	}
	out := k.entry()
	out.VersionIdsToStages = k.stages()
	return &out, nil
}

type listInput struct {
	MaxResults             int
	NextToken              string
	IncludePlannedDeletion bool
}

type listOutput struct {
	NextToken  string `json:",omitempty"`
	SecretList []secretEntry
}

// list sorts by name; AWS sorts by date of change unless told otherwise.
func (s *secrets) list(c *service.Call, in *listInput) (*listOutput, error) {
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
	entries := []secretEntry{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		if k := s.Of(c)[name]; k.deleteAt == nil || in.IncludePlannedDeletion {
			entry := k.entry()
			entry.SecretVersionsToStages = k.stages()
			entries = append(entries, entry)
		}
	}
	out := &listOutput{SecretList: service.Page(entries, skip, size)}
	if skip+size < len(entries) {
		out.NextToken = strconv.Itoa(skip + size)
	}
	return out, nil
}

type removeInput struct {
	SecretId                   string
	ForceDeleteWithoutRecovery bool
	RecoveryWindowInDays       *int
}

type removeOutput struct {
	ARN          string
	DeletionDate float64
	Name         string
}

func (s *secrets) remove(c *service.Call, in *removeInput) (*removeOutput, error) {
	days := 30
	if in.RecoveryWindowInDays != nil {
		days = *in.RecoveryWindowInDays
		if in.ForceDeleteWithoutRecovery {
			return nil, secretsError("InvalidParameterException",
				"You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
		}
		if days < 7 || days > 30 {
			return nil, secretsError("InvalidParameterException",
				"The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
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
	return &removeOutput{k.arn, service.Epoch(when), k.name}, nil
}

type restoreInput struct{ SecretId string }

func (s *secrets) restore(c *service.Call, in *restoreInput) (*secretResult, error) {
	s.Lock()
	defer s.Unlock()
	k := s.find(c, in.SecretId)
	if k == nil {
		return nil, errNoSecret
	}
	k.deleteAt = nil
	return k.result(), nil
}
