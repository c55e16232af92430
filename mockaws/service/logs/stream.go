package logs

import (
	"github.com/hostproof/hostproof/mockaws/service"
)

type createStreamInput struct {
	Group string `json:"logGroupName"`
	Name  string `json:"logStreamName"`
}

func (s *logGroups) createStream(c *service.Call, in *createStreamInput) (*service.Nothing, error) {
	if !logStreamName().MatchString(in.Name) {
		return nil, badLogs("1 validation error detected: Value '%s' at 'logStreamName' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: [^:*]*", in.Name)
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c, in.Group)
	if err != nil {
		return nil, err
	}
	if g.streams[in.Name] != nil {
		return nil, errHasStream
	}
	g.streams[in.Name] = &logStream{name: in.Name, created: c.Now}
	return nil, nil
}

type deleteStreamInput struct {
	Group string `json:"logGroupName"`
	Name  string `json:"logStreamName"`
}

func (s *logGroups) deleteStream(c *service.Call, in *deleteStreamInput) (*service.Nothing, error) {
	s.Lock()
	defer s.Unlock()
	x, err := s.findStream(c, in.Group, in.Name)
	if err != nil {
		return nil, err
	}
	delete(s.Of(c)[in.Group].streams, x.name)
	return nil, nil
}
