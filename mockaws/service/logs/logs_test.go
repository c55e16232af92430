package logs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// logStream makes a group with a stream of four events, a second apart.
func logStream(t *testing.T, w *mocktest.World) (client *logs.Client, group, stream *string, start int64) {
	t.Helper()
	client, group, stream = logs.NewFromConfig(w.Good()), aws.String("/aws/lambda/fn"),
		aws.String("2026/01/02/[$LATEST]abc")
	start = time.Now().Add(-time.Minute).UnixMilli()
	if _, err := client.CreateLogGroup(t.Context(), &logs.CreateLogGroupInput{LogGroupName: group}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateLogStream(t.Context(), &logs.CreateLogStreamInput{LogGroupName: group,
		LogStreamName: stream}); err != nil {
		t.Fatal(err)
	}
	var events []types.InputLogEvent
	for i, text := range []string{"START", "ERROR no token", "ERROR timeout", "END"} {
		events = append(events, types.InputLogEvent{Message: &text, Timestamp: aws.Int64(start + int64(i)*1000)})
	}
	if _, err := client.PutLogEvents(t.Context(), &logs.PutLogEventsInput{LogGroupName: group, LogStreamName: stream,
		LogEvents: events}); err != nil {
		t.Fatal(err)
	}
	return client, group, stream, start
}

func TestCloudWatchLogs(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client, group, stream, start := logStream(t, w)
	get := func(in logs.GetLogEventsInput) (string, *logs.GetLogEventsOutput) {
		t.Helper()
		in.LogGroupName, in.LogStreamName = group, stream
		out, err := client.GetLogEvents(ctx, &in)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, e := range out.Events {
			all = append(all, *e.Message)
		}
		return strings.Join(all, ","), out
	}
	if all, _ := get(logs.GetLogEventsInput{}); all != "START,ERROR no token,ERROR timeout,END" {
		t.Errorf("got %s", all)
	}
	if part, _ := get(logs.GetLogEventsInput{StartTime: aws.Int64(start + 1000),
		EndTime: aws.Int64(start + 3000)}); part != "ERROR no token,ERROR timeout" {
		t.Errorf("between: %s", part)
	}
	if last, _ := get(logs.GetLogEventsInput{Limit: aws.Int32(1)}); last != "END" {
		t.Errorf("without startFromHead the last ones come first: %s", last)
	}
	first, out := get(logs.GetLogEventsInput{Limit: aws.Int32(3), StartFromHead: aws.Bool(true)})
	next, out2 := get(logs.GetLogEventsInput{Limit: aws.Int32(3), NextToken: out.NextForwardToken})
	none, out3 := get(logs.GetLogEventsInput{Limit: aws.Int32(3), NextToken: out2.NextForwardToken})
	if first != "START,ERROR no token,ERROR timeout" || next != "END" || none != "" ||
		*out3.NextForwardToken != *out2.NextForwardToken {
		t.Errorf("pages: %s; %s; %s, and the token stays at the end", first, next, none)
	}
	for pattern, want := range map[string]int{"": 4, "ERROR": 2, "ERROR -timeout": 1, `"no token"`: 1, "?START ?END": 2,
		"error": 0} {
		found, err := client.FilterLogEvents(ctx, &logs.FilterLogEventsInput{LogGroupName: group,
			FilterPattern: &pattern})
		if err != nil || len(found.Events) != want {
			t.Errorf("%q: found %v, %v", pattern, found, err)
		}
	}
	groups, err := client.DescribeLogGroups(ctx, &logs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/")})
	if err != nil || len(groups.LogGroups) != 1 ||
		*groups.LogGroups[0].Arn != "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/fn:*" {
		t.Errorf("groups %v, %v", groups, err)
	}
	streams, err := client.DescribeLogStreams(ctx, &logs.DescribeLogStreamsInput{LogGroupName: group,
		OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true)})
	if err != nil || len(streams.LogStreams) != 1 || *streams.LogStreams[0].LastEventTimestamp != start+3000 {
		t.Errorf("streams %v, %v", streams, err)
	}
	old, err := client.PutLogEvents(ctx, &logs.PutLogEventsInput{LogGroupName: group, LogStreamName: stream,
		LogEvents: []types.InputLogEvent{{Message: aws.String("old"), Timestamp: aws.Int64(start - 15*24*3600*1000)}}})
	if err != nil || old.RejectedLogEventsInfo == nil || *old.RejectedLogEventsInfo.TooOldLogEventEndIndex != 1 {
		t.Errorf("an event of 15 days ago: %v, %v", old, err)
	}
}

func TestCloudWatchLogsErrors(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client, group, stream, start := logStream(t, w)
	size := func(want int64) {
		t.Helper()
		if e := w.Last(t); e.ResponseSize != want || e.Status != 400 {
			t.Errorf("a body of %d bytes, want %d", e.ResponseSize, want)
		}
	}
	// With the lengths that AWS answered (aws-robotics/cloudwatchlogs-ros1#1).
	_, err := client.CreateLogGroup(ctx, &logs.CreateLogGroupInput{LogGroupName: group})
	mocktest.WantError(t, err, "ResourceAlreadyExistsException", "The specified log group already exists")
	size(94)
	_, err = client.CreateLogStream(ctx, &logs.CreateLogStreamInput{LogGroupName: group, LogStreamName: stream})
	mocktest.WantError(t, err, "ResourceAlreadyExistsException", "The specified log stream already exists")
	size(95)
	_, err = client.GetLogEvents(ctx, &logs.GetLogEventsInput{LogGroupName: aws.String("absent"),
		LogStreamName: stream})
	mocktest.WantError(t, err, "ResourceNotFoundException", "The specified log group does not exist.")
	_, err = client.GetLogEvents(ctx, &logs.GetLogEventsInput{LogGroupName: group, LogStreamName: aws.String("absent")})
	mocktest.WantError(t, err, "ResourceNotFoundException", "The specified log stream does not exist.")
	_, err = client.PutLogEvents(ctx, &logs.PutLogEventsInput{LogGroupName: group, LogStreamName: stream,
		LogEvents: []types.InputLogEvent{
			{Message: aws.String("b"), Timestamp: aws.Int64(start + 1)}, {Message: aws.String("a"),
				Timestamp: aws.Int64(start)}}})
	mocktest.WantError(t, err, "InvalidParameterException",
		"Log events in a single PutLogEvents request must be in chronological order.")
	_, err = client.FilterLogEvents(ctx, &logs.FilterLogEventsInput{LogGroupName: group,
		FilterPattern: aws.String("{ $.level = 1 }")})
	if e := w.Last(t); err == nil || e.Status != 501 {
		t.Errorf("a pattern for JSON: %v", err)
	}

	// AWS denies calls on a group with an empty stream in the ARN.
	denied := logs.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "nobody"}))
	because := func(action string) string {
		return " because no identity-based policy allows the " + action + " action"
	}
	const who = "User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: "
	_, err = denied.DescribeLogGroups(ctx, &logs.DescribeLogGroupsInput{})
	mocktest.WantError(t, err, "AccessDeniedException",
		who+"logs:DescribeLogGroups on resource: arn:aws:logs:us-east-1:111122223333:log-group::log-stream:"+
			because("logs:DescribeLogGroups"))
	_, err = denied.CreateLogGroup(ctx, &logs.CreateLogGroupInput{LogGroupName: aws.String("g")})
	mocktest.WantError(t, err, "AccessDeniedException",
		who+"logs:CreateLogGroup on resource: arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:"+
			because("logs:CreateLogGroup"))
	_, err = denied.CreateLogStream(ctx, &logs.CreateLogStreamInput{LogGroupName: aws.String("g"),
		LogStreamName: aws.String("s")})
	mocktest.WantError(t, err, "AccessDeniedException",
		who+"logs:CreateLogStream on resource: arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:s"+
			because("logs:CreateLogStream"))
	writer := logs.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "writer", Policies: []iam.PolicySeed{{Document: `{"Version": "2012-10-17", "Statement":
		{"Effect": "Allow", "Action": "logs:*", "Resource": "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/fn:*"}}`}}}))
	if _, err := writer.DescribeLogStreams(ctx, &logs.DescribeLogStreamsInput{LogGroupName: group}); err != nil {
		t.Errorf("the usual policy: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "CloudWatch Logs", "json-1.1", func(ctx context.Context, c aws.Config) error {
		_, err := logs.NewFromConfig(c).DescribeLogGroups(ctx, &logs.DescribeLogGroupsInput{})
		return err
	})
}
