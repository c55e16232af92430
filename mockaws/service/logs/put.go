package logs

import (
	"cmp"
	"slices"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// sequenceToken is returned for old clients; callers need not send it any more
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

type putInput struct {
	Group    string `json:"logGroupName"`
	Stream   string `json:"logStreamName"`
	Sequence string `json:"sequenceToken"`
	Events   []struct {
		Message   string `json:"message"`
		Timestamp int64  `json:"timestamp"`
	} `json:"logEvents"`
}

func (in *putInput) check() error {
	size := 0
	for i, e := range in.Events {
		if size += len(e.Message) + 26; e.Message == "" {
			return badLogs("1 validation error detected: Value '' at 'logEvents.%d.member.message' failed to satisfy "+
				"constraint: Member must have length greater than or equal to 1", i+1)
		}
		if i > 0 && e.Timestamp < in.Events[i-1].Timestamp {
			return badLogs("Log events in a single PutLogEvents request must be in chronological order.")
		}
	}
	switch {
	case len(in.Events) == 0 || len(in.Events) > maxLogEvents:
		return badLogs(
			"1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have "+
				"length less than or equal to %d, and greater than or equal to 1", maxLogEvents)
	case size > maxLogBatch:
		return badLogs("Upload too large: %d bytes exceeds limit of %d", size, maxLogBatch)
	case in.Events[len(in.Events)-1].Timestamp-in.Events[0].Timestamp > maxLogSpan.Milliseconds():
		return badLogs("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
	}
	return nil
}

type putOutput struct {
	NextSequenceToken     string          `json:"nextSequenceToken"`
	RejectedLogEventsInfo *rejectedEvents `json:"rejectedLogEventsInfo,omitempty"`
}

// rejectedEvents are the ends of the batch that were not taken, by the index of an
// event.
type rejectedEvents struct {
	TooNewStart *int `json:"tooNewLogEventStartIndex,omitempty"`
	TooOldEnd   *int `json:"tooOldLogEventEndIndex,omitempty"`
}

func (s *logGroups) put(c *service.Call, in *putInput) (*putOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	x, err := s.findStream(c, in.Group, in.Stream)
	if err != nil {
		return nil, err
	}
	now := c.Now.UnixMilli()
	rejected := rejectedEvents{}
	for i, e := range in.Events {
		switch {
		case e.Timestamp < now-maxLogPast.Milliseconds():
			end := i + 1
			rejected.TooOldEnd = &end
			continue
		case e.Timestamp > now+maxLogFuture.Milliseconds():
			if rejected.TooNewStart == nil {
				rejected.TooNewStart = &i
			}
			continue
		}
		x.events = append(x.events, logEvent{protocol.NewUUID(), e.Message, e.Timestamp, now})
		x.ingestion = now
	}
	slices.SortStableFunc(x.events, func(a, b logEvent) int { return cmp.Compare(a.timestamp, b.timestamp) })
	out := &putOutput{NextSequenceToken: sequenceToken}
	if rejected != (rejectedEvents{}) {
		out.RejectedLogEventsInfo = &rejected
	}
	return out, nil
}
