package logs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference makes the calls of AWS's reference, at the bounds that it names.
func TestReference(t *testing.T) {
	mocktest.New(t).Script(t, mocktest.Wire{Host: "logs.us-east-1.amazonaws.com", Scope: "logs",
		Target: "Logs_20140328"}, "testdata/reference.txt")
}

// TestPagesOfEvents pages through two streams of events, forwards and backwards, and
// by time: from the start, and before the end.
func TestPagesOfEvents(t *testing.T) {
	w := mocktest.New(t)
	client := logs.NewFromConfig(w.Good())
	group := aws.String("g")
	if _, err := client.CreateLogGroup(t.Context(), &logs.CreateLogGroupInput{LogGroupName: group}); err != nil {
		t.Fatal(err)
	}
	start := w.Clock().Now().Add(-time.Hour).UnixMilli()
	for _, stream := range []string{"a", "b"} {
		if _, err := client.CreateLogStream(t.Context(), &logs.CreateLogStreamInput{LogGroupName: group,
			LogStreamName: &stream}); err != nil {
			t.Fatal(err)
		}
		var events []types.InputLogEvent
		for i := range int64(5) {
			events = append(events, types.InputLogEvent{Message: aws.String(fmt.Sprint(stream, i)),
				Timestamp: aws.Int64(start + i)})
		}
		if _, err := client.PutLogEvents(t.Context(), &logs.PutLogEventsInput{LogGroupName: group,
			LogStreamName: &stream, LogEvents: events}); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name, want string
		in         logs.GetLogEventsInput
	}{
		{"the end", "[a3 a4]", logs.GetLogEventsInput{Limit: aws.Int32(2)}},
		{"the beginning", "[a0 a1]", logs.GetLogEventsInput{Limit: aws.Int32(2), StartFromHead: aws.Bool(true)}},
		{"on", "[a2 a3]", logs.GetLogEventsInput{Limit: aws.Int32(2), NextToken: aws.String("f/2")}},
		{"back", "[a0 a1]", logs.GetLogEventsInput{Limit: aws.Int32(2), NextToken: aws.String("b/2")}},
		{"back to the beginning", "[a0]", logs.GetLogEventsInput{Limit: aws.Int32(2), NextToken: aws.String("b/1")}},
		{"beyond", "[]", logs.GetLogEventsInput{Limit: aws.Int32(2), NextToken: aws.String("f/9")}},
		{"by time", "[a1 a2]", logs.GetLogEventsInput{StartTime: aws.Int64(start + 1), EndTime: aws.Int64(start + 3)}},
	} {
		row.in.LogGroupName, row.in.LogStreamName = group, aws.String("a")
		out, err := client.GetLogEvents(t.Context(), &row.in)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, e := range out.Events {
			got = append(got, *e.Message)
		}
		if fmt.Sprint(got) != row.want {
			t.Errorf("%s: got %v, want %s", row.name, got, row.want)
		}
	}
	for _, row := range []struct {
		name, want string
		in         logs.FilterLogEventsInput
	}{
		{"both streams, by time", "[a0 b0 a1 b1]", logs.FilterLogEventsInput{EndTime: aws.Int64(start + 2)}},
		{"one stream", "[b3 b4]", logs.FilterLogEventsInput{LogStreamNames: []string{"b"},
			StartTime: aws.Int64(start + 3)}},
		{"a prefix", "[a4]", logs.FilterLogEventsInput{LogStreamNamePrefix: aws.String("a"),
			StartTime: aws.Int64(start + 4)}},
		{"a page", "[a0 b0 a1]", logs.FilterLogEventsInput{Limit: aws.Int32(3)}},
		{"a page on", "[b1 a2 b2]", logs.FilterLogEventsInput{Limit: aws.Int32(3), NextToken: aws.String("3")}},
	} {
		row.in.LogGroupName = group
		out, err := client.FilterLogEvents(t.Context(), &row.in)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, e := range out.Events {
			got = append(got, *e.Message)
			if *e.LogStreamName != (*e.Message)[:1] || *e.EventId == "" {
				t.Errorf("%s: %+v", row.name, e)
			}
		}
		if fmt.Sprint(got) != row.want || (out.NextToken != nil) != (row.in.Limit != nil) {
			t.Errorf("%s: got %v and %v, want %s", row.name, got, out.NextToken, row.want)
		}
	}
}
