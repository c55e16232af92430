package logs

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
)

type describeGroupsInput struct {
	Prefix  string `json:"logGroupNamePrefix"`
	Pattern string `json:"logGroupNamePattern"`
	Token   string `json:"nextToken"`
	Limit   int    `json:"limit"`
}

type groupPage struct {
	LogGroups []shownGroup `json:"logGroups"`
	NextToken string       `json:"nextToken,omitempty"`
}

type shownGroup struct {
	ARN               string `json:"arn"`
	CreationTime      int64  `json:"creationTime"`
	KmsKeyID          string `json:"kmsKeyId,omitempty"`
	LogGroupARN       string `json:"logGroupArn"`
	LogGroupClass     string `json:"logGroupClass"`
	LogGroupName      string `json:"logGroupName"`
	MetricFilterCount int    `json:"metricFilterCount"`
	RetentionInDays   int    `json:"retentionInDays,omitempty"`
	StoredBytes       int    `json:"storedBytes"`
}

// describeGroups lists groups by name; the token of a page is its last name.
func (s *logGroups) describeGroups(c *service.Call, in *describeGroupsInput) (*groupPage, error) {
	if in.Limit < 0 || in.Limit > 50 || in.Prefix != "" && in.Pattern != "" {
		return nil, badLogs(
			"limit must be from 1 to 50, and only one of logGroupNamePrefix and logGroupNamePattern be given")
	}
	s.Lock()
	defer s.Unlock()
	limit := cmp.Or(in.Limit, 50)
	out := &groupPage{LogGroups: []shownGroup{}}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		if name <= in.Token || !in.wants(name) {
			continue
		}
		if n := len(out.LogGroups); n == limit {
			out.NextToken = out.LogGroups[n-1].LogGroupName
			break
		}
		out.LogGroups = append(out.LogGroups, s.Of(c)[name].show(c))
	}
	return out, nil
}

func (in *describeGroupsInput) wants(name string) bool {
	return strings.HasPrefix(name, in.Prefix) && strings.Contains(strings.ToLower(name), strings.ToLower(in.Pattern))
}

func (g *logGroup) show(c *service.Call) shownGroup {
	arn := c.ARN("logs", "log-group:"+g.name)
	return shownGroup{
		LogGroupName: g.name, ARN: arn + ":*", LogGroupARN: arn, CreationTime: g.created.UnixMilli(),
		LogGroupClass: g.class, RetentionInDays: g.retention, KmsKeyID: g.keyID,
	}
}

// groupReference names a group, or gives its ARN.
type groupReference struct {
	Group      string `json:"logGroupName"`
	Identifier string `json:"logGroupIdentifier"`
}

func (r *groupReference) group() string { return cmp.Or(r.Group, groupOfIdentifier(r.Identifier)) }

type describeStreamsInput struct {
	groupReference
	Prefix     string `json:"logStreamNamePrefix"`
	OrderBy    string `json:"orderBy"`
	Descending bool   `json:"descending"`
	Token      string `json:"nextToken"`
	Limit      int    `json:"limit"`
}

type streamPage struct {
	LogStreams []shownStream `json:"logStreams"`
	NextToken  string        `json:"nextToken,omitempty"`
}

type shownStream struct {
	ARN                 string `json:"arn"`
	CreationTime        int64  `json:"creationTime"`
	FirstEventTimestamp *int64 `json:"firstEventTimestamp,omitempty"`
	LastEventTimestamp  *int64 `json:"lastEventTimestamp,omitempty"`
	LastIngestionTime   *int64 `json:"lastIngestionTime,omitempty"`
	LogStreamName       string `json:"logStreamName"`
	StoredBytes         int    `json:"storedBytes"`
	UploadSequenceToken string `json:"uploadSequenceToken"`
}

func (s *logGroups) describeStreams(c *service.Call, in *describeStreamsInput) (*streamPage, error) {
	if in.OrderBy == "LastEventTime" && in.Prefix != "" {
		return nil, badLogs("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	skip, err := strconv.Atoi("0" + in.Token)
	if err != nil || in.Limit < 0 || in.Limit > 50 {
		return nil, badLogs("The specified nextToken is invalid, or limit is not from 1 to 50.")
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c, in.group())
	if err != nil {
		return nil, err
	}
	streams := slices.Collect(maps.Values(g.streams))
	streams = slices.DeleteFunc(streams, func(x *logStream) bool { return !strings.HasPrefix(x.name, in.Prefix) })
	slices.SortFunc(streams, func(a, b *logStream) int {
		if in.OrderBy == "LastEventTime" {
			return cmp.Or(cmp.Compare(a.last(), b.last()), strings.Compare(a.name, b.name))
		}
		return strings.Compare(a.name, b.name)
	})
	if in.Descending {
		slices.Reverse(streams)
	}
	found := []shownStream{}
	for _, x := range streams {
		found = append(found, x.show(c, g))
	}
	size := cmp.Or(in.Limit, 50)
	out := &streamPage{LogStreams: service.Page(found, skip, size)}
	if skip+size < len(found) {
		out.NextToken = strconv.Itoa(skip + size)
	}
	return out, nil
}

func (x *logStream) last() int64 {
	if len(x.events) == 0 {
		return 0
	}
	return x.events[len(x.events)-1].timestamp
}

func (x *logStream) show(c *service.Call, g *logGroup) shownStream {
	out := shownStream{
		LogStreamName: x.name, ARN: groupARNOf(c, g.name, x.name), CreationTime: x.created.UnixMilli(),
		UploadSequenceToken: sequenceToken,
	}
	if len(x.events) > 0 {
		first, last, ingestion := x.events[0].timestamp, x.last(), x.ingestion
		out.FirstEventTimestamp, out.LastEventTimestamp, out.LastIngestionTime = &first, &last, &ingestion
	}
	return out
}
