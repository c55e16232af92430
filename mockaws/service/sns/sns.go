package sns

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
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
			Errors: protocol.Tabulate(protocol.QueryRows, rows),
		},
		SkewWindow: 15 * time.Minute, EventSource: "sns.amazonaws.com",
		Operations: append([]service.Operation{
			{Name: "CreateTopic", Action: "SNS:CreateTopic", Resource: newTopicARN,
				Handle: service.HandleForm(s.create)},
			{Name: "DeleteTopic", Action: "SNS:DeleteTopic", Resource: topicARN, Handle: service.HandleForm(s.remove)},
			{Name: "ListTopics", Action: "SNS:ListTopics", Resource: allTopicsARN, ReadOnly: true,
				Handle: service.HandleForm(s.list)},
			{Name: "GetTopicAttributes", Action: "SNS:GetTopicAttributes", Resource: topicARN, ReadOnly: true,
				Handle: service.HandleForm(s.attributes)},
			{Name: "Publish", Action: "SNS:Publish", Resource: publishARN, DataEvent: true,
				Handle: service.HandleForm(s.publish)},
			{Name: "Subscribe", Action: "SNS:Subscribe", Resource: topicARN, Handle: service.HandleForm(s.subscribe)},
			{Name: "Unsubscribe", Action: "SNS:Unsubscribe", Resource: topicOfSubscriptionARN,
				Handle: service.HandleForm(s.unsubscribe)},
			{Name: "ListSubscriptionsByTopic", Action: "SNS:ListSubscriptionsByTopic", Resource: topicARN,
				ReadOnly: true,
				Handle:   service.HandleForm(s.subscriptions)},
		}, service.Unimplemented("PublishBatch", "ListSubscriptions", "ConfirmSubscription", "SetTopicAttributes",
			"GetSubscriptionAttributes",
			"SetSubscriptionAttributes", "AddPermission", "RemovePermission", "TagResource", "UntagResource",
			"ListTagsForResource",
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

var topicName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9_-]{1,256}$`) })

type topicResult struct{ TopicArn string }

type createInput struct {
	Name             string
	Tags, Attributes service.Ignored
}

func (s *topics) create(c *service.Call, in *createInput) (*topicResult, error) {
	if !topicName().MatchString(in.Name) {
		return nil, invalidTopic("Topic Name")
	}
	s.Lock()
	defer s.Unlock()
	if s.Of(c)[in.Name] == nil {
		s.Of(c)[in.Name] = &topic{arn: newTopicARN(c), name: in.Name}
	}
	return &topicResult{s.Of(c)[in.Name].arn}, nil
}

type removeInput struct{ TopicArn string }

func (s *topics) remove(c *service.Call, in *removeInput) (*service.Nothing, error) {
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, in.TopicArn)
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

type listInput struct{ NextToken string }

func (s *topics) list(c *service.Call, in *listInput) (*topicList, error) {
	skip, err := strconv.Atoi("0" + in.NextToken)
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

type attributesInput struct{ TopicArn string }

func (s *topics) attributes(c *service.Call, in *attributesInput) (*topicAttributes, error) {
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, in.TopicArn)
	if err != nil {
		return nil, err
	}
	return &topicAttributes{[]attributeEntry{
		{"TopicArn", t.arn}, {"Owner", strings.Split(t.arn, ":")[4]}, {"DisplayName", t.displayName},
		{"SubscriptionsConfirmed", strconv.Itoa(len(t.subscriptions))}, {"SubscriptionsPending", "0"},
		{"SubscriptionsDeleted", "0"},
	}}, nil
}

const maxNotification = 256 << 10 // bytes

type publishOutput struct{ MessageId string }

type publishInput struct {
	TopicArn, TargetArn                          string
	Message                                      string
	Subject, MessageAttributes, MessageStructure service.Ignored
}

func (s *topics) publish(c *service.Call, in *publishInput) (*publishOutput, error) {
	switch {
	case in.Message == "":
		return nil, invalidTopic("Empty message")
	case len(in.Message) > maxNotification:
		return nil, invalidTopic("Message too long")
	case (in.TopicArn == "") == (in.TargetArn == ""):
		return nil, invalidTopic("TopicArn or TargetArn Reason: no value for required parameter")
	}
	s.Lock()
	defer s.Unlock()
	if _, err := s.find(c, in.TopicArn+in.TargetArn); err != nil {
		return nil, err
	}
	return &publishOutput{protocol.NewUUID()}, nil
}

// confirmedAtOnce are the protocols whose endpoints belong to the account; the
// others are asked first.
var confirmedAtOnce = map[string]bool{"sqs": true, "lambda": true, "sms": true, "application": true, "firehose": true,
	"email": false, "email-json": false, "http": false, "https": false}

type subscribeOutput struct{ SubscriptionArn string }

type subscribeInput struct {
	TopicArn, Protocol, Endpoint string
	ReturnSubscriptionArn        bool
	Attributes                   service.Ignored
}

func (s *topics) subscribe(c *service.Call, in *subscribeInput) (*subscribeOutput, error) {
	confirmed, ok := confirmedAtOnce[in.Protocol]
	if !ok {
		return nil, invalidTopic("Does not support this protocol string: " + in.Protocol)
	}
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, in.TopicArn)
	if err != nil {
		return nil, err
	}
	sub := subscription{t.arn + ":" + protocol.NewUUID(), c.Account(), in.Protocol, in.Endpoint, t.arn}
	t.subscriptions = append(t.subscriptions, sub)
	if !confirmed && !in.ReturnSubscriptionArn {
		sub.SubscriptionArn = "pending confirmation"
	}
	return &subscribeOutput{sub.SubscriptionArn}, nil
}

type unsubscribeInput struct{ SubscriptionArn string }

func (s *topics) unsubscribe(c *service.Call, in *unsubscribeInput) (*service.Nothing, error) {
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, topicOfSubscriptionARN(c))
	if err != nil {
		return nil, invalidTopic("SubscriptionArn")
	}
	t.subscriptions = slices.DeleteFunc(t.subscriptions,
		func(x subscription) bool { return x.SubscriptionArn == in.SubscriptionArn })
	return nil, nil
}

type subscriptionList struct {
	Subscriptions []subscription `xml:"Subscriptions>member"`
}

type subscriptionsInput struct {
	TopicArn  string
	NextToken service.Ignored
}

func (s *topics) subscriptions(c *service.Call, in *subscriptionsInput) (*subscriptionList, error) {
	s.Lock()
	defer s.Unlock()
	t, err := s.find(c, in.TopicArn)
	if err != nil {
		return nil, err
	}
	return &subscriptionList{slices.Clone(t.subscriptions)}, nil
}
