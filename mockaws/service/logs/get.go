package logs

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
)

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

type getInput struct {
	groupReference
	Stream string `json:"logStreamName"`
	Start  *int64 `json:"startTime"`
	End    *int64 `json:"endTime"`
	Head   bool   `json:"startFromHead"`
	Limit  int    `json:"limit"`
	Token  string `json:"nextToken"`
}

type getOutput struct {
	Events            []shownEvent `json:"events"`
	NextBackwardToken string       `json:"nextBackwardToken"`
	NextForwardToken  string       `json:"nextForwardToken"`
}

type shownEvent struct {
	IngestionTime int64  `json:"ingestionTime"`
	Message       string `json:"message"`
	Timestamp     int64  `json:"timestamp"`
}

func (s *logGroups) get(c *service.Call, in *getInput) (*getOutput, error) {
	if in.Limit < 0 || in.Limit > maxLogEvents {
		return nil, badLogs(
			"1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must "+
				"have value less than or equal to %d", in.Limit, maxLogEvents)
	}
	s.Lock()
	defer s.Unlock()
	x, err := s.findStream(c, in.group(), in.Stream)
	if err != nil {
		return nil, err
	}
	all := within(x.events, in.Start, in.End)
	from, to, err := window(len(all), cmp.Or(in.Limit, maxLogEvents), in.Token, in.Head)
	if err != nil {
		return nil, err
	}
	out := &getOutput{
		Events:            []shownEvent{},
		NextBackwardToken: "b/" + strconv.Itoa(from), NextForwardToken: "f/" + strconv.Itoa(to),
	}
	for _, e := range all[from:to] {
		out.Events = append(out.Events, shownEvent{e.ingestion, e.message, e.timestamp})
	}
	return out, nil
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
