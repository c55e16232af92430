package logs

import (
	"cmp"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is Amazon CloudWatch Logs: groups, streams and their events.
func New() *service.Service {
	s := &logGroups{}
	return &service.Service{
		ID: "CloudWatch Logs", EndpointPrefix: "logs", SigningName: "logs", TargetPrefix: "Logs_20140328",
		Dialect:    protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "logs.amazonaws.com",
		Operations: []service.Operation{
			{Name: "CreateLogGroup", Action: "logs:CreateLogGroup", Resource: logGroupARN,
				Handle: service.Handle(s.createGroup)},
			{Name: "DeleteLogGroup", Action: "logs:DeleteLogGroup", Resource: logGroupARN,
				Handle: service.Handle(s.deleteGroup)},
			{Name: "DescribeLogGroups", Action: "logs:DescribeLogGroups", Resource: prefixedGroupARN, ReadOnly: true,
				Handle: service.Handle(s.describeGroups)},
			{Name: "PutRetentionPolicy", Action: "logs:PutRetentionPolicy", Resource: logGroupARN,
				Handle: service.Handle(s.retain)},
			{Name: "CreateLogStream", Action: "logs:CreateLogStream", Resource: logStreamARN,
				Handle: service.Handle(s.createStream)},
			{Name: "DeleteLogStream", Action: "logs:DeleteLogStream", Resource: logStreamARN,
				Handle: service.Handle(s.deleteStream)},
			{Name: "DescribeLogStreams", Action: "logs:DescribeLogStreams", Resource: logGroupARN, ReadOnly: true,
				Handle: service.Handle(s.describeStreams)},
			{Name: "PutLogEvents", Action: "logs:PutLogEvents", Resource: logStreamARN, DataEvent: true,
				Handle: service.Handle(s.put)},
			{Name: "GetLogEvents", Action: "logs:GetLogEvents", Resource: logStreamARN, DataEvent: true, ReadOnly: true,
				Handle: service.Handle(s.get)},
			{Name: "FilterLogEvents", Action: "logs:FilterLogEvents", Resource: logGroupARN, DataEvent: true,
				ReadOnly: true,
				Handle:   service.Handle(s.filter)},
		},
	}
}

type logGroups struct{ service.Regional[*logGroup] }

type logGroup struct {
	name, class, keyID string
	created            time.Time
	retention          int // days; 0 is forever
	streams            map[string]*logStream
}

type logStream struct {
	name      string
	created   time.Time
	ingestion int64 // of the last event, in milliseconds
	events    []logEvent
}

type logEvent struct {
	id                   string
	message              string
	timestamp, ingestion int64
}

// groupARNOf is the form in which AWS authorizes and denies calls on a group:
// with an empty stream (hashicorp/terraform-provider-aws#8804).
func groupARNOf(c *service.Call, group, stream string) string {
	return c.ARN("logs", "log-group:"+group+":log-stream:"+stream)
}

func logGroupARN(c *service.Call) string { return groupARNOf(c, groupNameOf(c), "") }
func logStreamARN(c *service.Call) string {
	return groupARNOf(c, groupNameOf(c), c.Text("logStreamName"))
}
func prefixedGroupARN(c *service.Call) string { return groupARNOf(c, c.Text("logGroupNamePrefix"), "") }

// groupNameOf is the group's name, which may be given as an ARN.
func groupNameOf(c *service.Call) string {
	return cmp.Or(c.Text("logGroupName"), groupOfIdentifier(c.Text("logGroupIdentifier")))
}

func groupOfIdentifier(id string) string {
	if _, name, ok := strings.Cut(id, ":log-group:"); ok {
		return strings.TrimSuffix(name, ":*")
	}
	return id
}

// The texts of osperlabs/logbeam#7, mentum/lawgs#11 and
// aws-robotics/cloudwatchlogs-ros1#1.
var (
	errNoGroup   = service.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
	errNoStream  = service.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
	errHasGroup  = service.Errorf("ResourceAlreadyExistsException", "The specified log group already exists")
	errHasStream = service.Errorf("ResourceAlreadyExistsException", "The specified log stream already exists")
)

func badLogs(format string, args ...any) *service.Error {
	return service.Errorf("InvalidParameterException", format, args...)
}

func (s *logGroups) find(c *service.Call, name string) (*logGroup, error) {
	if g := s.Of(c)[name]; g != nil {
		return g, nil
	}
	return nil, errNoGroup
}

func (s *logGroups) findStream(c *service.Call, group, name string) (*logStream, error) {
	g, err := s.find(c, group)
	if err != nil {
		return nil, err
	}
	if x := g.streams[name]; x != nil {
		return x, nil
	}
	return nil, errNoStream
}

var (
	logGroupName  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`) })
	logStreamName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[^:*]{1,512}$`) })
)
