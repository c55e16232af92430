package sns_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestSNS(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := sns.NewFromConfig(w.Good())
	created, err := client.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("news")})
	if err != nil || *created.TopicArn != "arn:aws:sns:us-east-1:111122223333:news" {
		t.Fatalf("created %v, %v", created, err)
	}
	topic := created.TopicArn
	published, err := client.Publish(ctx, &sns.PublishInput{TopicArn: topic, Message: aws.String("<hi> & bye"),
		Subject: aws.String("s")})
	if err != nil || len(*published.MessageId) != 36 {
		t.Errorf("published %v, %v", published, err)
	}
	subscribed, err := client.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: aws.String("sqs"),
		Endpoint: aws.String("arn:aws:sqs:us-east-1:111122223333:jobs")})
	if err != nil {
		t.Fatal(err)
	}
	if pending, err := client.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: aws.String("email"),
		Endpoint: aws.String("a@example.com")}); err != nil || *pending.SubscriptionArn != "pending confirmation" {
		t.Errorf("subscribed %v, %v", pending, err)
	}
	list, err := client.ListSubscriptionsByTopic(ctx, &sns.ListSubscriptionsByTopicInput{TopicArn: topic})
	if err != nil || len(list.Subscriptions) != 2 ||
		*list.Subscriptions[0].SubscriptionArn != *subscribed.SubscriptionArn {
		t.Errorf("listed %v, %v", list, err)
	}
	if _, err := client.Unsubscribe(ctx,
		&sns.UnsubscribeInput{SubscriptionArn: subscribed.SubscriptionArn}); err != nil {
		t.Error(err)
	}
	attributes, err := client.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: topic})
	if err != nil || attributes.Attributes["SubscriptionsConfirmed"] != "1" ||
		attributes.Attributes["Owner"] != mocktest.Account {
		t.Errorf("attributes %v, %v", attributes, err)
	}
	topics, err := client.ListTopics(ctx, &sns.ListTopicsInput{})
	if err != nil || len(topics.Topics) != 1 {
		t.Errorf("listed %v, %v", topics, err)
	}
	if _, err := client.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: topic}); err != nil {
		t.Error(err)
	}
	_, err = client.Publish(ctx, &sns.PublishInput{TopicArn: topic, Message: aws.String("x")})
	mocktest.WantError(t, err, "NotFound", "Topic does not exist")
	if e := w.Last(t); e.Status != 404 {
		t.Errorf("exchange: %s", &e)
	}
	_, err = client.Publish(ctx, &sns.PublishInput{TopicArn: aws.String("news"), Message: aws.String("x")})
	mocktest.WantError(t, err, "InvalidParameter", "Invalid parameter: TopicArn")

	// SNS has a code of its own for what IAM denies, and writes SNS in capitals.
	_, err = sns.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "nobody"})).Publish(ctx,
		&sns.PublishInput{TopicArn: topic, Message: aws.String("x")})
	mocktest.WantError(t, err, "AuthorizationError",
		"User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: SNS:Publish on resource: "+
			"arn:aws:sns:us-east-1:111122223333:news because no identity-based policy allows the SNS:Publish action")
	_, err = sns.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "publisher", Allow: []string{"sns:Publish"}})).Publish(
		ctx, &sns.PublishInput{TopicArn: topic, Message: aws.String("x")})
	mocktest.WantError(t, err, "NotFound", "") // allowed, only that the topic is gone
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "SNS", "query of SNS", func(ctx context.Context, c aws.Config) error {
		_, err := sns.NewFromConfig(c).ListTopics(ctx, &sns.ListTopicsInput{})
		return err
	})
}
