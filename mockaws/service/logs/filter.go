package logs

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

type filterInput struct {
	groupReference
	Streams     []string        `json:"logStreamNames"`
	Prefix      string          `json:"logStreamNamePrefix"`
	Pattern     string          `json:"filterPattern"`
	Start       *int64          `json:"startTime"`
	End         *int64          `json:"endTime"`
	Limit       int             `json:"limit"`
	Token       string          `json:"nextToken"`
	Interleaved service.Ignored `json:"interleaved"`
}

type filterOutput struct {
	Events             []foundEvent `json:"events"`
	NextToken          string       `json:"nextToken,omitempty"`
	SearchedLogStreams []struct{}   `json:"searchedLogStreams"` // always empty
}

type foundEvent struct {
	EventID       string `json:"eventId"`
	IngestionTime int64  `json:"ingestionTime"`
	LogStreamName string `json:"logStreamName"`
	Message       string `json:"message"`
	Timestamp     int64  `json:"timestamp"`
}

func (s *logGroups) filter(c *service.Call, in *filterInput) (*filterOutput, error) {
	matches, err := filterPattern(c, in.Pattern)
	if err != nil {
		return nil, err
	}
	skip, err := strconv.Atoi("0" + in.Token)
	if err != nil || in.Limit < 0 || in.Limit > maxLogEvents || len(in.Streams) > 0 && in.Prefix != "" {
		return nil, badLogs(
			"The specified nextToken is invalid, limit is not from 1 to 10000, or both logStreamNames and " +
				"logStreamNamePrefix are given.")
	}
	s.Lock()
	defer s.Unlock()
	g, err := s.find(c, in.group())
	if err != nil {
		return nil, err
	}
	all := []foundEvent{}
	for _, name := range slices.Sorted(maps.Keys(g.streams)) {
		if !strings.HasPrefix(name, in.Prefix) || len(in.Streams) > 0 && !slices.Contains(in.Streams, name) {
			continue
		}
		for _, e := range within(g.streams[name].events, in.Start, in.End) {
			if matches(e.message) {
				all = append(all, foundEvent{e.id, e.ingestion, name, e.message, e.timestamp})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b foundEvent) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
	size := cmp.Or(in.Limit, maxLogEvents)
	out := &filterOutput{Events: service.Page(all, skip, size), SearchedLogStreams: []struct{}{}}
	if skip+size < len(all) {
		out.NextToken = strconv.Itoa(skip + size)
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
		return nil, verdict.Because(verdict.StageHandle,
			verdict.Gap{Service: c.Service.ID, Operation: c.Operation.Name, Member: "filterPattern"},
			"this mock implements filter patterns of terms only, not for JSON, columns or regular expressions")
	}
	var all, some, none []string
	for _, term := range filterTerm.FindAllString(pattern, -1) {
		list := &all
		if strings.HasPrefix(term, "?") {
			list, term = &some, term[1:]
		} else if strings.HasPrefix(term, "-") {
			list, term = &none, term[1:]
		}
		*list = append(*list, strings.Trim(term, `"`))
	}
	return func(message string) bool {
		has := func(term string) bool { return strings.Contains(message, term) }
		return !slices.ContainsFunc(none, has) && (len(some) == 0 || slices.ContainsFunc(some, has)) &&
			!slices.ContainsFunc(all, func(term string) bool { return !has(term) })
	}, nil
}
