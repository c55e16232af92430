package logs

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// New is Amazon CloudWatch Logs: groups, streams and their events.
func New() *service.Service {
	s := &logGroups{}
	return &service.Service{
		ID: "CloudWatch Logs", EndpointPrefix: "logs", SigningName: "logs", TargetPrefix: "Logs_20140328",
		Dialect:    protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "logs.amazonaws.com",
		Operations: []service.Operation{
			{Name: "CreateLogGroup", Action: "logs:CreateLogGroup", Resource: logGroupARN, Handle: s.createGroup},
			{Name: "DeleteLogGroup", Action: "logs:DeleteLogGroup", Resource: logGroupARN, Handle: s.deleteGroup},
			{Name: "DescribeLogGroups", Action: "logs:DescribeLogGroups", Resource: prefixedGroupARN, ReadOnly: true, Handle: s.describeGroups},
			{Name: "PutRetentionPolicy", Action: "logs:PutRetentionPolicy", Resource: logGroupARN, Handle: s.retain},
			{Name: "CreateLogStream", Action: "logs:CreateLogStream", Resource: logStreamARN, Handle: s.createStream},
			{Name: "DeleteLogStream", Action: "logs:DeleteLogStream", Resource: logStreamARN, Handle: s.deleteStream},
			{Name: "DescribeLogStreams", Action: "logs:DescribeLogStreams", Resource: logGroupARN, ReadOnly: true, Handle: s.describeStreams},
			{Name: "PutLogEvents", Action: "logs:PutLogEvents", Resource: logStreamARN, DataEvent: true, Handle: s.put},
			{Name: "GetLogEvents", Action: "logs:GetLogEvents", Resource: logStreamARN, DataEvent: true, ReadOnly: true, Handle: s.get},
			{Name: "FilterLogEvents", Action: "logs:FilterLogEvents", Resource: logGroupARN, DataEvent: true, ReadOnly: true, Handle: s.filter},
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
	return firstText(c.Text("logGroupName"), groupOfIdentifier(c.Text("logGroupIdentifier")))
}

func groupOfIdentifier(id string) string {
	if _, name, ok := strings.Cut(id, ":log-group:"); ok {
		return strings.TrimSuffix(name, ":*")
	}
	return id
}

func firstText(texts ...string) string { return cmp.Or(texts...) }

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

func (s *logGroups) find(c *service.Call) (*logGroup, error) {
	if g := s.Of(c)[groupNameOf(c)]; g != nil {
		return g, nil
	}
	return nil, errNoGroup
}

func (s *logGroups) findStream(c *service.Call) (*logStream, error) {
	g, err := s.find(c)
	if err != nil {
		return nil, err
	}
	if x := g.streams[c.Text("logStreamName")]; x != nil {
		return x, nil
	}
	return nil, errNoStream
}

var (
	logGroupName  = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)
	logStreamName = regexp.MustCompile(`^[^:*]{1,512}$`)
)

func (s *logGroups) createGroup(c *service.Call) (any, error) {
	var in struct {
		Name  string            `json:"logGroupName"`
		Class string            `json:"logGroupClass"`
		KeyID string            `json:"kmsKeyId"`
		Tags  map[string]string `json:"tags"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if !logGroupName.MatchString(in.Name) {
		return nil, badLogs("1 validation error detected: Value '%s' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+", in.Name)
	}
	s.Lock()
	defer s.Unlock()
	if s.Of(c)[in.Name] != nil {
		return nil, errHasGroup
	}
	s.Of(c)[in.Name] = &logGroup{name: in.Name, class: firstText(in.Class, "STANDARD"), keyID: in.KeyID, created: c.Now, streams: map[string]*logStream{}}
	return nil, nil
}

func (s *logGroups) deleteGroup(c *service.Call) (any, error) {
	var in struct {
		Name string `json:"logGroupName"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c)
	if err != nil {
		return nil, err
	}
	delete(s.Of(c), g.name)
	return nil, nil
}

// retentions are the days that AWS keeps events
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

func (s *logGroups) retain(c *service.Call) (any, error) {
	var in struct {
		Name string `json:"logGroupName"`
		Days int    `json:"retentionInDays"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if !slices.Contains(retentions, in.Days) {
		return nil, badLogs("1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set", in.Days)
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c)
	if err != nil {
		return nil, err
	}
	g.retention = in.Days
	return nil, nil
}

func (s *logGroups) createStream(c *service.Call) (any, error) {
	var in struct {
		Group string `json:"logGroupName"`
		Name  string `json:"logStreamName"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if !logStreamName.MatchString(in.Name) {
		return nil, badLogs("1 validation error detected: Value '%s' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*", in.Name)
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c)
	if err != nil {
		return nil, err
	}
	if g.streams[in.Name] != nil {
		return nil, errHasStream
	}
	g.streams[in.Name] = &logStream{name: in.Name, created: c.Now}
	return nil, nil
}

func (s *logGroups) deleteStream(c *service.Call) (any, error) {
	var in struct {
		Group string `json:"logGroupName"`
		Name  string `json:"logStreamName"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	x, err := s.findStream(c)
	if err != nil {
		return nil, err
	}
	delete(s.Of(c)[in.Group].streams, x.name)
	return nil, nil
}

// logPage cuts a list; a token is the name after which to go on.
func logPage[T any](member string, found []T, names []string, limit int) map[string]any {
	if limit == 0 {
		limit = 50
	}
	if len(found) <= limit {
		return map[string]any{member: found}
	}
	return map[string]any{member: found[:limit], "nextToken": names[limit-1]}
}

func (s *logGroups) describeGroups(c *service.Call) (any, error) {
	var in struct {
		Prefix  string `json:"logGroupNamePrefix"`
		Pattern string `json:"logGroupNamePattern"`
		Token   string `json:"nextToken"`
		Limit   int    `json:"limit"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if in.Limit < 0 || in.Limit > 50 || in.Prefix != "" && in.Pattern != "" {
		return nil, badLogs("limit must be from 1 to 50, and only one of logGroupNamePrefix and logGroupNamePattern be given")
	}
	s.Lock()
	defer s.Unlock()
	found, names := []map[string]any{}, []string{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		if name > in.Token && strings.HasPrefix(name, in.Prefix) && strings.Contains(strings.ToLower(name), strings.ToLower(in.Pattern)) {
			found, names = append(found, s.Of(c)[name].document(c)), append(names, name)
		}
	}
	return logPage("logGroups", found, names, in.Limit), nil
}

func (g *logGroup) document(c *service.Call) map[string]any {
	arn := c.ARN("logs", "log-group:"+g.name)
	out := map[string]any{
		"logGroupName": g.name, "arn": arn + ":*", "logGroupArn": arn, "creationTime": g.created.UnixMilli(), "logGroupClass": g.class,
		"metricFilterCount": 0, "storedBytes": 0,
	}
	if g.retention > 0 {
		out["retentionInDays"] = g.retention
	}
	if g.keyID != "" {
		out["kmsKeyId"] = g.keyID
	}
	return out
}

func (s *logGroups) describeStreams(c *service.Call) (any, error) {
	var in struct {
		Group      string `json:"logGroupName"`
		Identifier string `json:"logGroupIdentifier"`
		Prefix     string `json:"logStreamNamePrefix"`
		OrderBy    string `json:"orderBy"`
		Descending bool   `json:"descending"`
		Token      string `json:"nextToken"`
		Limit      int    `json:"limit"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if in.OrderBy == "LastEventTime" && in.Prefix != "" {
		return nil, badLogs("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	skip, err := strconv.Atoi("0" + in.Token)
	if err != nil || in.Limit < 0 || in.Limit > 50 {
		return nil, badLogs("The specified nextToken is invalid, or limit is not from 1 to 50.")
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c)
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
	found := []map[string]any{}
	for _, x := range streams {
		found = append(found, x.document(c, g))
	}
	size := cmp.Or(in.Limit, 50)
	out := map[string]any{"logStreams": service.Page(found, skip, size)}
	if skip+size < len(found) {
		out["nextToken"] = strconv.Itoa(skip + size)
	}
	return out, nil
}

func (x *logStream) last() int64 {
	if len(x.events) == 0 {
		return 0
	}
	return x.events[len(x.events)-1].timestamp
}

func (x *logStream) document(c *service.Call, g *logGroup) map[string]any {
	out := map[string]any{"logStreamName": x.name, "arn": groupARNOf(c, g.name, x.name), "creationTime": x.created.UnixMilli(), "storedBytes": 0, "uploadSequenceToken": sequenceToken}
	if len(x.events) > 0 {
		out["firstEventTimestamp"], out["lastEventTimestamp"], out["lastIngestionTime"] = x.events[0].timestamp, x.last(), x.ingestion
	}
	return out
}

// sequenceToken is one that nobody has to send any more
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html).
const sequenceToken = "49039859600000000000000000000000000000000000000000000001"

// Limits of PutLogEvents.
const (
	maxLogEvents = 10_000
	maxLogBatch  = 1 << 20 // bytes, with 26 for each event
	maxLogSpan   = 24 * time.Hour
	maxLogFuture = 2 * time.Hour
	maxLogPast   = 14 * 24 * time.Hour
)

func (s *logGroups) put(c *service.Call) (any, error) {
	var in struct {
		Group    string `json:"logGroupName"`
		Stream   string `json:"logStreamName"`
		Sequence string `json:"sequenceToken"`
		Events   []struct {
			Message   string `json:"message"`
			Timestamp int64  `json:"timestamp"`
		} `json:"logEvents"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	size := 0
	for i, e := range in.Events {
		if size += len(e.Message) + 26; e.Message == "" {
			return nil, badLogs("1 validation error detected: Value '' at 'logEvents.%d.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1", i+1)
		}
		if i > 0 && e.Timestamp < in.Events[i-1].Timestamp {
			return nil, badLogs("Log events in a single PutLogEvents request must be in chronological order.")
		}
	}
	switch {
	case len(in.Events) == 0 || len(in.Events) > maxLogEvents:
		return nil, badLogs("1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to %d, and greater than or equal to 1", maxLogEvents)
	case size > maxLogBatch:
		return nil, badLogs("Upload too large: %d bytes exceeds limit of %d", size, maxLogBatch)
	case in.Events[len(in.Events)-1].Timestamp-in.Events[0].Timestamp > maxLogSpan.Milliseconds():
		return nil, badLogs("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
	}
	s.Lock()
	defer s.Unlock()
	x, err := s.findStream(c)
	if err != nil {
		return nil, err
	}
	now := c.Now.UnixMilli()
	rejected := map[string]int{}
	for i, e := range in.Events {
		switch {
		case e.Timestamp < now-maxLogPast.Milliseconds():
			rejected["tooOldLogEventEndIndex"] = i + 1
			continue
		case e.Timestamp > now+maxLogFuture.Milliseconds():
			if _, ok := rejected["tooNewLogEventStartIndex"]; !ok {
				rejected["tooNewLogEventStartIndex"] = i
			}
			continue
		}
		x.events = append(x.events, logEvent{protocol.NewUUID(), e.Message, e.Timestamp, now})
		x.ingestion = now
	}
	slices.SortStableFunc(x.events, func(a, b logEvent) int { return cmp.Compare(a.timestamp, b.timestamp) })
	out := map[string]any{"nextSequenceToken": sequenceToken}
	if len(rejected) > 0 {
		out["rejectedLogEventsInfo"] = rejected
	}
	return out, nil
}

// within selects events: from start, and before end.
func within(events []logEvent, start, end *int64) []logEvent {
	var out []logEvent
	for _, e := range events {
		if (start == nil || e.timestamp >= *start) && (end == nil || e.timestamp < *end) {
			out = append(out, e)
		}
	}
	return out
}

func (s *logGroups) get(c *service.Call) (any, error) {
	var in struct {
		Group      string `json:"logGroupName"`
		Identifier string `json:"logGroupIdentifier"`
		Stream     string `json:"logStreamName"`
		Start      *int64 `json:"startTime"`
		End        *int64 `json:"endTime"`
		Head       bool   `json:"startFromHead"`
		Limit      int    `json:"limit"`
		Token      string `json:"nextToken"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if in.Limit < 0 || in.Limit > maxLogEvents {
		return nil, badLogs("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value less than or equal to %d", in.Limit, maxLogEvents)
	}
	s.Lock()
	defer s.Unlock()
	x, err := s.findStream(c)
	if err != nil {
		return nil, err
	}
	all := within(x.events, in.Start, in.End)
	from, to, err := window(len(all), cmp.Or(in.Limit, maxLogEvents), in.Token, in.Head)
	if err != nil {
		return nil, err
	}
	events := []map[string]any{}
	for _, e := range all[from:to] {
		events = append(events, map[string]any{"message": e.message, "timestamp": e.timestamp, "ingestionTime": e.ingestion})
	}
	return map[string]any{"events": events, "nextForwardToken": "f/" + strconv.Itoa(to), "nextBackwardToken": "b/" + strconv.Itoa(from)}, nil
}

// window is what a page shows of n events. Tokens say where it ended, f/ going
// on and b/ going back; at an end they stay the same.
func window(n, limit int, token string, head bool) (from, to int, err error) {
	direction, at := "", 0
	if token != "" {
		var text string
		direction, text, _ = strings.Cut(token, "/")
		if at, err = strconv.Atoi(text); err != nil || at < 0 || direction != "f" && direction != "b" {
			return 0, 0, badLogs("The specified nextToken is invalid.")
		}
		at = min(at, n)
	}
	switch {
	case direction == "f":
		return at, min(at+limit, n), nil
	case direction == "b":
		return max(at-limit, 0), at, nil
	case head:
		return 0, min(limit, n), nil
	}
	return max(n-limit, 0), n, nil
}

func (s *logGroups) filter(c *service.Call) (any, error) {
	var in struct {
		Group       string          `json:"logGroupName"`
		Identifier  string          `json:"logGroupIdentifier"`
		Streams     []string        `json:"logStreamNames"`
		Prefix      string          `json:"logStreamNamePrefix"`
		Pattern     string          `json:"filterPattern"`
		Start       *int64          `json:"startTime"`
		End         *int64          `json:"endTime"`
		Limit       int             `json:"limit"`
		Token       string          `json:"nextToken"`
		Interleaved service.Ignored `json:"interleaved"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	matches, err := filterPattern(c, in.Pattern)
	if err != nil {
		return nil, err
	}
	skip, err := strconv.Atoi("0" + in.Token)
	if err != nil || in.Limit < 0 || in.Limit > maxLogEvents || len(in.Streams) > 0 && in.Prefix != "" {
		return nil, badLogs("The specified nextToken is invalid, limit is not from 1 to 10000, or both logStreamNames and logStreamNamePrefix are given.")
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c)
	if err != nil {
		return nil, err
	}
	type found struct {
		logEvent
		stream string
	}
	var all []found
	for _, name := range slices.Sorted(maps.Keys(g.streams)) {
		if !strings.HasPrefix(name, in.Prefix) || len(in.Streams) > 0 && !slices.Contains(in.Streams, name) {
			continue
		}
		for _, e := range within(g.streams[name].events, in.Start, in.End) {
			if matches(e.message) {
				all = append(all, found{e, name})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.timestamp, b.timestamp) })
	size := cmp.Or(in.Limit, maxLogEvents)
	events := []map[string]any{}
	for _, e := range service.Page(all, skip, size) {
		events = append(events, map[string]any{"eventId": e.id, "logStreamName": e.stream, "message": e.message, "timestamp": e.timestamp, "ingestionTime": e.ingestion})
	}
	out := map[string]any{"events": events, "searchedLogStreams": []any{}}
	if skip+size < len(all) {
		out["nextToken"] = strconv.Itoa(skip + size)
	}
	return out, nil
}

var filterTerm = regexp.MustCompile(`[-?]?"[^"]*"|[^\s"]+`)

// filterPattern understands patterns of terms: each must occur, of those with ?
// one, and none of those with -
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
// Patterns for JSON, for columns and regular expressions are not implemented.
func filterPattern(c *service.Call, pattern string) (func(message string) bool, error) {
	if strings.ContainsAny(pattern, "{}[]%") {
		return nil, verdict.Refuse(verdict.StageHandle, verdict.UnsupportedOperation, "this mock implements filter patterns of terms only, not for JSON, columns or regular expressions",
			"service", c.Service.ID, "operation", c.Operation.Name, "member", "filterPattern")
	}
	var all, any, none []string
	for _, term := range filterTerm.FindAllString(pattern, -1) {
		list := &all
		if strings.HasPrefix(term, "?") {
			list, term = &any, term[1:]
		} else if strings.HasPrefix(term, "-") {
			list, term = &none, term[1:]
		}
		*list = append(*list, strings.Trim(term, `"`))
	}
	return func(message string) bool {
		has := func(term string) bool { return strings.Contains(message, term) }
		return !slices.ContainsFunc(none, has) && (len(any) == 0 || slices.ContainsFunc(any, has)) &&
			!slices.ContainsFunc(all, func(term string) bool { return !has(term) })
	}, nil
}
