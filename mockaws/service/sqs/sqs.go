package sqs

import (
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

// New is Amazon SQS with standard queues, over JSON. Of a denied call it writes
// the action in lower case, and batches are authorized as the single operation
// (aws/serverless-application-model#3633).
func New() *service.Service {
	s := &queues{arrived: make(chan struct{})}
	const send, receive, remove = "sqs:sendmessage", "sqs:receivemessage", "sqs:deletemessage"
	return &service.Service{
		ID: "SQS", EndpointPrefix: "sqs", SigningName: "sqs", TargetPrefix: "AmazonSQS",
		Dialect: protocol.Dialect{
			Protocol: protocol.JSON10, Namespace: "com.amazon.coral.service#", ModelNamespace: "com.amazonaws.sqs#",
			Errors: protocol.Tabulate(rows),
		},
		SkewWindow: 15 * time.Minute, EventSource: "sqs.amazonaws.com",
		Operations: []service.Operation{
			{Name: "CreateQueue", Action: "sqs:createqueue", Resource: namedQueueARN, Handle: service.Handle(s.create)},
			{Name: "GetQueueUrl", Action: "sqs:getqueueurl", Resource: namedQueueARN, ReadOnly: true,
				Handle: service.Handle(s.url)},
			{Name: "ListQueues", Action: "sqs:listqueues", Resource: allQueuesARN, ReadOnly: true,
				Handle: service.Handle(s.list)},
			{Name: "DeleteQueue", Action: "sqs:deletequeue", Resource: queueARN, Handle: s.onQueue(s.remove)},
			{Name: "PurgeQueue", Action: "sqs:purgequeue", Resource: queueARN, Handle: s.onQueue(s.purge)},
			{Name: "GetQueueAttributes", Action: "sqs:getqueueattributes", Resource: queueARN, ReadOnly: true,
				Handle: service.Handle(s.attributes)},
			{Name: "SetQueueAttributes", Action: "sqs:setqueueattributes", Resource: queueARN,
				Handle: service.Handle(s.setAttributes)},
			{Name: "SendMessage", Action: send, Resource: queueARN, DataEvent: true, Handle: service.Handle(s.send)},
			{Name: "SendMessageBatch", Action: send, Resource: queueARN, DataEvent: true,
				Handle: service.Handle(s.sendBatch)},
			{Name: "ReceiveMessage", Action: receive, Resource: queueARN, DataEvent: true,
				Handle: service.Handle(s.receive)},
			{Name: "DeleteMessage", Action: remove, Resource: queueARN, DataEvent: true,
				Handle: service.Handle(s.deleteMessage)},
			{Name: "DeleteMessageBatch", Action: remove, Resource: queueARN, DataEvent: true,
				Handle: service.Handle(s.deleteBatch)},
			{Name: "ChangeMessageVisibility", Action: "sqs:changemessagevisibility", Resource: queueARN,
				DataEvent: true,
				Handle:    service.Handle(s.changeVisibility)},
		},
	}
}

type queues struct {
	service.Regional[*queue]
	arrived chan struct{} // closed and renewed when a message arrives anywhere
}

type queue struct {
	name, url, arn string
	created        time.Time
	settings       map[string]string
	messages       []*queueMessage
}

type queueMessage struct {
	id, body, md5, attributesMD5 string
	attributes                   map[string]messageAttribute
	sender                       string
	sent, visible, first         time.Time
	received                     int
	receipt                      string // of the last time it was received
}

type messageAttribute struct {
	DataType         string
	StringValue      *string  `json:",omitempty"`
	BinaryValue      []byte   `json:",omitempty"`
	StringListValues []string `json:",omitempty"`
	BinaryListValues [][]byte `json:",omitempty"`
}

// fail makes an error that clients know by its name of the Query era too.
func fail(code, queryCode, message string) *service.Error {
	return &service.Error{Code: code, Message: message, QueryError: queryCode + ";Sender"}
}

func invalidValue(message string) *service.Error {
	return fail("InvalidParameterValueException", "InvalidParameterValue", message)
}

// errNoQueue has the code of softwaremill/elasticmq#825.
var errNoQueue = fail("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue",
	"The specified queue does not exist.")

func namedQueueARN(c *service.Call) string { return c.ARN("sqs", c.Text("QueueName")) }
func allQueuesARN(c *service.Call) string  { return c.ARN("sqs", "*") }

// queueARN reads account and name from the end of a queue's URL.
func queueARN(c *service.Call) string {
	account, name, ok := splitQueueURL(c.Text("QueueUrl"))
	if !ok {
		return c.ARN("sqs", "")
	}
	return "arn:aws:sqs:" + c.Region + ":" + account + ":" + name
}

func splitQueueURL(url string) (account, name string, ok bool) {
	parts := strings.Split(url, "/")
	if len(parts) < 2 {
		return "", "", false
	}
	return parts[len(parts)-2], parts[len(parts)-1], true
}

func (s *queues) find(c *service.Call, url string) (*queue, error) {
	account, name, ok := splitQueueURL(url)
	if ok {
		if q := s.In(account, c.Region)[name]; q != nil {
			return q, nil
		}
	}
	return nil, errNoQueue
}

// queueName is the shape of a queue's name, and of the id of an entry in a batch.
var queueName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,80}$`)

// queueDefaults are the attributes that a caller may set, with their ranges
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html).
var queueDefaults = map[string]struct {
	value     string
	low, high int
}{
	"DelaySeconds":                  {"0", 0, 900},
	"MaximumMessageSize":            {"1048576", 1024, 1 << 20},
	"MessageRetentionPeriod":        {"345600", 60, 1209600},
	"ReceiveMessageWaitTimeSeconds": {"0", 0, 20},
	"VisibilityTimeout":             {"30", 0, 43200},
	"SqsManagedSseEnabled":          {"true", 0, 0},
}

// checkAttributes refuses what the mock would not keep to.
func checkAttributes(c *service.Call, attributes map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		known, ok := queueDefaults[name]
		if !ok {
			return verdict.Because(verdict.StageHandle,
				verdict.Gap{Service: "SQS", Operation: c.Operation.Name, Member: name},
				"this mock does not implement the attribute "+name+" of SQS queues")
		}
		n, err := strconv.Atoi(attributes[name])
		if known.high > 0 && (err != nil || n < known.low || n > known.high) {
			return fail("InvalidAttributeValue", "InvalidAttributeValue", "Invalid value for the parameter "+name+".")
		}
	}
	return nil
}

func (q *queue) seconds(name string) time.Duration {
	n, _ := strconv.Atoi(q.settings[name]) // checked when it was set
	return time.Duration(n) * time.Second
}
