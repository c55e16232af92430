package sns

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is Amazon SNS: topics, and subscriptions that are listed but get nothing
// delivered. It has its own code for what IAM denies, and writes the actions
// with SNS in capitals (aws-ia/terraform-aws-control_tower_account_factory#151).
func New() *service.Service {
	s := &topics{}
	return &service.Service{
		ID: "SNS", EndpointPrefix: "sns", SigningName: "sns", Version: "2010-03-31",
		Dialect: protocol.Dialect{
			Protocol: protocol.Query, Namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
			Errors: protocol.Tabulate(protocol.QueryRows, protocol.SNSRows),
		},
		SkewWindow: 15 * time.Minute, EventSource: "sns.amazonaws.com",
		Operations: append([]service.Operation{
			{Name: "CreateTopic", Action: "SNS:CreateTopic", Resource: newTopicARN, Handle: s.create},
			{Name: "DeleteTopic", Action: "SNS:DeleteTopic", Resource: topicARN, Handle: s.remove},
			{Name: "ListTopics", Action: "SNS:ListTopics", Resource: allTopicsARN, ReadOnly: true, Handle: s.list},
			{Name: "GetTopicAttributes", Action: "SNS:GetTopicAttributes", Resource: topicARN, ReadOnly: true, Handle: s.attributes},
			{Name: "Publish", Action: "SNS:Publish", Resource: publishARN, DataEvent: true, Handle: s.publish},
			{Name: "Subscribe", Action: "SNS:Subscribe", Resource: topicARN, Handle: s.subscribe},
			{Name: "Unsubscribe", Action: "SNS:Unsubscribe", Resource: topicOfSubscriptionARN, Handle: s.unsubscribe},
			{Name: "ListSubscriptionsByTopic", Action: "SNS:ListSubscriptionsByTopic", Resource: topicARN, ReadOnly: true, Handle: s.subscriptions},
		}, service.Unimplemented("PublishBatch", "ListSubscriptions", "ConfirmSubscription", "SetTopicAttributes", "GetSubscriptionAttributes",
			"SetSubscriptionAttributes", "AddPermission", "RemovePermission", "TagResource", "UntagResource", "ListTagsForResource",
			"CreatePlatformApplication", "CreatePlatformEndpoint")...),
	}
}

type topics struct{ service.Regional[*topic] }

type topic struct {
	arn, name, displayName string
	subscriptions          []subscription
}

type subscription struct {
	SubscriptionArn, Owner, Protocol, Endpoint, TopicArn string
}

func newTopicARN(c *service.Call) string  { return c.ARN("sns", c.Input.Form.Get("Name")) }
func allTopicsARN(c *service.Call) string { return c.ARN("sns", "*") }
func topicARN(c *service.Call) string     { return c.Input.Form.Get("TopicArn") }

// publishARN is the topic, the endpoint, or the telephone number
// (functionalone/serverless-iam-roles-per-function#106).
func publishARN(c *service.Call) string {
	for _, name := range []string{"TopicArn", "TargetArn", "PhoneNumber"} {
		if v := c.Input.Form.Get(name); v != "" {
			return v
		}
	}
	return ""
}

func topicOfSubscriptionARN(c *service.Call) string {
	arn := c.Input.Form.Get("SubscriptionArn")
	if i := strings.LastIndexByte(arn, ':'); i > 0 {
		return arn[:i]
	}
	return arn
}

func invalidTopic(name string) *service.Error {
	return service.Errorf("InvalidParameter", "Invalid parameter: %s", name)
}

func (s *topics) find(c *service.Call, arn string) (*topic, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[2] != "sns" {
		return nil, invalidTopic("TopicArn")
	}
	if t := s.In(parts[4], parts[3])[parts[5]]; t != nil && parts[3] == c.Region {
		return t, nil
	}
	return nil, &service.Error{Code: "NotFound", Message: "Topic does not exist", Status: http.StatusNotFound}
}

var topicName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,256}$`)

type topicResult struct{ TopicArn string }

func (s *topics) create(c *service.Call) (any, error) {
	if err := c.CheckForm("Name", "Tags", "Attributes"); err != nil {
		return nil, err
	}
	name := c.Input.Form.Get("Name")
	if !topicName.MatchString(name) {
		return nil, invalidTopic("Topic Name")
	}
	s.Lock()
	defer s.Unlock()
	if s.Of(c)[name] == nil {
		s.Of(c)[name] = &topic{arn: newTopicARN(c), name: name}
	}
	return &topicResult{s.Of(c)[name].arn}, nil
}

func (s *topics) remove(c *service.Call) (any, error) {
	if err := c.CheckForm("TopicArn"); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, topicARN(c))
	if err == nil { // deleting what is not there is no mistake
		delete(s.Of(c), t.name)
	}
	return nil, nil
}

type topicList struct {
	Topics    []topicResult `xml:"Topics>member"`
	NextToken string        `xml:",omitempty"`
}

const topicsPerPage = 100

func (s *topics) list(c *service.Call) (any, error) {
	if err := c.CheckForm("NextToken"); err != nil {
		return nil, err
	}
	skip, err := strconv.Atoi("0" + c.Input.Form.Get("NextToken"))
	if err != nil {
		return nil, invalidTopic("NextToken")
	}
	s.Lock()
	defer s.Unlock()
	var all []topicResult
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		all = append(all, topicResult{s.Of(c)[name].arn})
	}
	out := &topicList{Topics: service.Page(all, skip, topicsPerPage)}
	if skip+topicsPerPage < len(all) {
		out.NextToken = strconv.Itoa(skip + topicsPerPage)
	}
	return out, nil
}

type attributeEntry struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

type topicAttributes struct {
	Attributes []attributeEntry `xml:"Attributes>entry"`
}

func (s *topics) attributes(c *service.Call) (any, error) {
	if err := c.CheckForm("TopicArn"); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, topicARN(c))
	if err != nil {
		return nil, err
	}
	return &topicAttributes{[]attributeEntry{
		{"TopicArn", t.arn}, {"Owner", strings.Split(t.arn, ":")[4]}, {"DisplayName", t.displayName},
		{"SubscriptionsConfirmed", strconv.Itoa(len(t.subscriptions))}, {"SubscriptionsPending", "0"}, {"SubscriptionsDeleted", "0"},
	}}, nil
}

const maxNotification = 256 << 10 // bytes

func (s *topics) publish(c *service.Call) (any, error) {
	if err := c.CheckForm("TopicArn", "TargetArn", "Message", "Subject", "MessageAttributes", "MessageStructure"); err != nil {
		return nil, err
	}
	f := c.Input.Form
	switch {
	case f.Get("Message") == "":
		return nil, invalidTopic("Empty message")
	case len(f.Get("Message")) > maxNotification:
		return nil, invalidTopic("Message too long")
	case (f.Get("TopicArn") == "") == (f.Get("TargetArn") == ""):
		return nil, invalidTopic("TopicArn or TargetArn Reason: no value for required parameter")
	}
	s.Lock()
	defer s.Unlock()
	if _, err := s.find(c, publishARN(c)); err != nil {
		return nil, err
	}
	return &struct{ MessageId string }{protocol.NewUUID()}, nil
}

// confirmedAtOnce are the protocols whose endpoints belong to the account; the
// others are asked first.
var confirmedAtOnce = map[string]bool{"sqs": true, "lambda": true, "sms": true, "application": true, "firehose": true, "email": false, "email-json": false, "http": false, "https": false}

func (s *topics) subscribe(c *service.Call) (any, error) {
	if err := c.CheckForm("TopicArn", "Protocol", "Endpoint", "ReturnSubscriptionArn", "Attributes"); err != nil {
		return nil, err
	}
	f := c.Input.Form
	confirmed, ok := confirmedAtOnce[f.Get("Protocol")]
	if !ok {
		return nil, invalidTopic("Does not support this protocol string: " + f.Get("Protocol"))
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, topicARN(c))
	if err != nil {
		return nil, err
	}
	sub := subscription{t.arn + ":" + protocol.NewUUID(), c.Account(), f.Get("Protocol"), f.Get("Endpoint"), t.arn}
	t.subscriptions = append(t.subscriptions, sub)
	if !confirmed && f.Get("ReturnSubscriptionArn") != "true" {
		sub.SubscriptionArn = "pending confirmation"
	}
	return &struct{ SubscriptionArn string }{sub.SubscriptionArn}, nil
}

func (s *topics) unsubscribe(c *service.Call) (any, error) {
	if err := c.CheckForm("SubscriptionArn"); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, topicOfSubscriptionARN(c))
	if err != nil {
		return nil, invalidTopic("SubscriptionArn")
	}
	t.subscriptions = slices.DeleteFunc(t.subscriptions, func(x subscription) bool { return x.SubscriptionArn == c.Input.Form.Get("SubscriptionArn") })
	return nil, nil
}

type subscriptionList struct {
	Subscriptions []subscription `xml:"Subscriptions>member"`
}

func (s *topics) subscriptions(c *service.Call) (any, error) {
	if err := c.CheckForm("TopicArn", "NextToken"); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, topicARN(c))
	if err != nil {
		return nil, err
	}
	return &subscriptionList{slices.Clone(t.subscriptions)}, nil
}
