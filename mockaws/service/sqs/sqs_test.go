package sqs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func newQueue(t *testing.T, w *mocktest.World) (*sqs.Client, *string) {
	t.Helper()
	client := sqs.NewFromConfig(w.Good())
	created, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("jobs"),
		Attributes: map[string]string{"VisibilityTimeout": "60"}})
	if err != nil {
		t.Fatal(err)
	}
	return client, created.QueueUrl
}

// The SDK itself compares the MD5 sums of what it sent and received.
func TestSQS(t *testing.T) {
	w := mocktest.New(t)
	client, url := newQueue(t, w)
	ctx := t.Context()
	if *url != w.URL+"/"+mocktest.Account+"/jobs" {
		t.Errorf("the queue is at %s, not where the call was sent", *url)
	}
	sent, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("hëllo"),
		MessageAttributes: map[string]types.MessageAttributeValue{
			"n": {DataType: aws.String("Number"), StringValue: aws.String("1")}, "b": {DataType: aws.String("Binary"),
				BinaryValue: []byte{0, 1}}}})
	if err != nil || sent.MD5OfMessageAttributes == nil {
		t.Fatalf("sent %v, %v", sent, err)
	}
	receive := &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}}
	got, err := client.ReceiveMessage(ctx, receive)
	if err != nil || len(got.Messages) != 1 {
		t.Fatalf("received %v, %v", got, err)
	}
	m := got.Messages[0]
	if *m.Body != "hëllo" || *m.MessageId != *sent.MessageId ||
		*m.MD5OfMessageAttributes != *sent.MD5OfMessageAttributes || m.Attributes["ApproximateReceiveCount"] != "1" ||
		!strings.HasPrefix(m.Attributes["SenderId"], "AIDA") {
		t.Errorf("received %+v", m)
	}
	if again, err := client.ReceiveMessage(ctx, receive); err != nil || len(again.Messages) != 0 {
		t.Errorf("a message in flight was received again: %v, %v", again, err)
	}
	state, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: url,
		AttributeNames: []types.QueueAttributeName{"All"}})
	if err != nil || state.Attributes["ApproximateNumberOfMessagesNotVisible"] != "1" ||
		state.Attributes["QueueArn"] != "arn:aws:sqs:us-east-1:111122223333:jobs" {
		t.Errorf("attributes %v, %v", state, err)
	}
	w.Clock().Advance(61 * time.Second) // a minute later the message is back
	back, err := client.ReceiveMessage(ctx, receive)
	if err != nil || len(back.Messages) != 1 || back.Messages[0].Attributes["ApproximateReceiveCount"] != "2" {
		t.Fatalf("received %v, %v", back, err)
	}
	if _, err := client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url,
		ReceiptHandle: back.Messages[0].ReceiptHandle, VisibilityTimeout: 0}); err != nil {
		t.Error(err)
	}
	if back, err = client.ReceiveMessage(ctx, receive); err != nil || len(back.Messages) != 1 {
		t.Fatalf("received %v, %v", back, err)
	}
	if _, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: url,
		ReceiptHandle: back.Messages[0].ReceiptHandle}); err != nil {
		t.Error(err)
	}
	batch, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url,
		Entries: []types.SendMessageBatchRequestEntry{
			{Id: aws.String("a"), MessageBody: aws.String("1")}, {Id: aws.String("b"), MessageBody: aws.String("2"),
				DelaySeconds: 900}}})
	if err != nil || len(batch.Successful) != 2 {
		t.Errorf("sent %v, %v", batch, err)
	}
	if got, err = client.ReceiveMessage(ctx, receive); err != nil || len(got.Messages) != 1 ||
		*got.Messages[0].Body != "1" {
		t.Errorf("received %v, %v; the other one is delayed", got, err)
	}
	found, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("jobs")})
	list, err2 := client.ListQueues(ctx, &sqs.ListQueuesInput{})
	if err != nil || err2 != nil || *found.QueueUrl != *url || len(list.QueueUrls) != 1 {
		t.Errorf("found %v, %v; listed %v, %v", found, err, list, err2)
	}
	if _, err := client.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: url}); err != nil {
		t.Error(err)
	}
	_, err = client.ReceiveMessage(ctx, receive)
	var gone *types.QueueDoesNotExist
	if !errors.As(err, &gone) {
		t.Errorf("got %v", err)
	}
	mocktest.WantError(t, err, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
}

// A receiver that waits gets a message as soon as it is sent.
func TestSQSLongPolling(t *testing.T) {
	w := mocktest.New(t)
	client, url := newQueue(t, w)
	got := make(chan string)
	go func() {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
		if err != nil || len(out.Messages) != 1 {
			got <- "nothing"
			return
		}
		got <- *out.Messages[0].Body
	}()
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url,
		MessageBody: aws.String("now")}); err != nil {
		t.Fatal(err)
	}
	if body := <-got; body != "now" {
		t.Errorf("received %s", body)
	}
}

func TestSQSErrors(t *testing.T) {
	w := mocktest.New(t)
	client, url := newQueue(t, w)
	ctx := t.Context()
	_, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url,
		MessageBody: aws.String(strings.Repeat("x", 1<<20+1))})
	mocktest.WantError(t, err, "InvalidParameterValue",
		"One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.")
	_, err = client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
	mocktest.WantError(t, err, "InvalidParameterValue", "")
	sent, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("1")})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url})
	if err != nil || len(got.Messages) != 1 || *got.Messages[0].MessageId != *sent.MessageId {
		t.Fatalf("got %v, %v", got, err)
	}
	show := &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: got.Messages[0].ReceiptHandle}
	if _, err := client.ChangeMessageVisibility(ctx, show); err != nil {
		t.Error(err)
	}
	// It is in flight no more, and only messages in flight can be hidden longer
	// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html).
	show.VisibilityTimeout = 60
	_, err = client.ChangeMessageVisibility(ctx, show)
	mocktest.WantError(t, err, "AWS.SimpleQueueService.MessageNotInflight", "")
	_, err = client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("no/handle")})
	mocktest.WantError(t, err, "ReceiptHandleIsInvalid", "")
	_, err = client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url,
		Entries: []types.SendMessageBatchRequestEntry{
			{Id: aws.String("a"), MessageBody: aws.String("1")}, {Id: aws.String("a"), MessageBody: aws.String("2")}}})
	mocktest.WantError(t, err, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "")
	if same := new(types.BatchEntryIdsNotDistinct); !errors.As(err, &same) {
		t.Errorf("the SDK knows the error as %T", err) // by the shape's name in __type
	}
	_, err = client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("jobs"),
		Attributes: map[string]string{"VisibilityTimeout": "1"}})
	mocktest.WantError(t, err, "QueueAlreadyExists", "")
	for _, in := range []*sqs.CreateQueueInput{
		{QueueName: aws.String("x.fifo"), Attributes: map[string]string{"FifoQueue": "true"}},
		{QueueName: aws.String("x"), Attributes: map[string]string{"RedrivePolicy": "{}"}},
	} {
		if _, err := client.CreateQueue(ctx, in); err == nil || w.Last(t).Status != 501 {
			t.Errorf("%v: got %v; what the mock would not keep to is a 501", in.Attributes, err)
		}
	}
	// AWS writes the action in lower case, and batches as the single operation.
	denied := sqs.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "nobody"}))
	_, err = denied.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url,
		Entries: []types.SendMessageBatchRequestEntry{{Id: aws.String("a"), MessageBody: aws.String("1")}}})
	mocktest.WantError(t, err, "AccessDenied",
		"User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: sqs:sendmessage on resource: "+
			"arn:aws:sqs:us-east-1:111122223333:jobs because no identity-based policy allows the "+
			"sqs:sendmessage action")
	allowed := sqs.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "sender", Allow: []string{"sqs:SendMessage"}}))
	if _, err := allowed.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url,
		MessageBody: aws.String("1")}); err != nil {
		t.Errorf("a policy that writes sqs:SendMessage: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "SQS", "json-1.0 of SQS", func(ctx context.Context, c aws.Config) error {
		_, err := sqs.NewFromConfig(c).ListQueues(ctx, &sqs.ListQueuesInput{})
		return err
	})
}
