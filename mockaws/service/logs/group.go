package logs

import (
	"cmp"
	"slices"

	"github.com/hostproof/hostproof/mockaws/service"
)

type createGroupInput struct {
	Name  string            `json:"logGroupName"`
	Class string            `json:"logGroupClass"`
	KeyID string            `json:"kmsKeyId"`
	Tags  map[string]string `json:"tags"`
}

func (s *logGroups) createGroup(c *service.Call, in *createGroupInput) (*service.Nothing, error) {
	if !logGroupName().MatchString(in.Name) {
		return nil, badLogs("1 validation error detected: Value '%s' at 'logGroupName' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+", in.Name)
	}
	s.Lock()
	defer s.Unlock()
	if s.Of(c)[in.Name] != nil {
		return nil, errHasGroup
	}
	s.Of(c)[in.Name] = &logGroup{name: in.Name, class: cmp.Or(in.Class, "STANDARD"), keyID: in.KeyID, created: c.Now,
		streams: map[string]*logStream{}}
	return nil, nil
}

type deleteGroupInput struct {
	Name string `json:"logGroupName"`
}

func (s *logGroups) deleteGroup(c *service.Call, in *deleteGroupInput) (*service.Nothing, error) {
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c, in.Name)
	if err != nil {
		return nil, err
	}
	delete(s.Of(c), g.name)
	return nil, nil
}

// retentions are the days that AWS keeps events
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
	3288, 3653}

type retainInput struct {
	Name string `json:"logGroupName"`
	Days int    `json:"retentionInDays"`
}

func (s *logGroups) retain(c *service.Call, in *retainInput) (*service.Nothing, error) {
	if !slices.Contains(retentions, in.Days) {
		return nil, badLogs(
			"1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: "+
				"Member must satisfy enum value set", in.Days)
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c, in.Name)
	if err != nil {
		return nil, err
	}
	g.retention = in.Days
	return nil, nil
}
