package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
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
			Protocol: protocol.JSON10, Namespace: "com.amazon.coral.service#", ModelNamespace: "com.amazonaws.sqs#", Errors: protocol.Tabulate(protocol.SQSRows),
		},
		SkewWindow: 15 * time.Minute, EventSource: "sqs.amazonaws.com",
		Operations: []service.Operation{
			{Name: "CreateQueue", Action: "sqs:createqueue", Resource: namedQueueARN, Handle: s.create},
			{Name: "GetQueueUrl", Action: "sqs:getqueueurl", Resource: namedQueueARN, ReadOnly: true, Handle: s.url},
			{Name: "ListQueues", Action: "sqs:listqueues", Resource: allQueuesARN, ReadOnly: true, Handle: s.list},
			{Name: "DeleteQueue", Action: "sqs:deletequeue", Resource: queueARN, Handle: s.remove},
			{Name: "PurgeQueue", Action: "sqs:purgequeue", Resource: queueARN, Handle: s.purge},
			{Name: "GetQueueAttributes", Action: "sqs:getqueueattributes", Resource: queueARN, ReadOnly: true, Handle: s.attributes},
			{Name: "SetQueueAttributes", Action: "sqs:setqueueattributes", Resource: queueARN, Handle: s.setAttributes},
			{Name: "SendMessage", Action: send, Resource: queueARN, DataEvent: true, Handle: s.send},
			{Name: "SendMessageBatch", Action: send, Resource: queueARN, DataEvent: true, Handle: s.sendBatch},
			{Name: "ReceiveMessage", Action: receive, Resource: queueARN, DataEvent: true, Handle: s.receive},
			{Name: "DeleteMessage", Action: remove, Resource: queueARN, DataEvent: true, Handle: s.deleteMessage},
			{Name: "DeleteMessageBatch", Action: remove, Resource: queueARN, DataEvent: true, Handle: s.deleteBatch},
			{Name: "ChangeMessageVisibility", Action: "sqs:changemessagevisibility", Resource: queueARN, DataEvent: true, Handle: s.changeVisibility},
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
var errNoQueue = fail("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")

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
			return verdict.Refuse(verdict.StageHandle, verdict.UnsupportedOperation, "this mock does not implement the attribute "+name+" of SQS queues",
				"service", "SQS", "operation", c.Operation.Name, "member", name)
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

func (s *queues) create(c *service.Call) (any, error) {
	var in struct {
		QueueName  string
		Attributes map[string]string
		Tags       service.Ignored `json:"tags"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if strings.HasSuffix(in.QueueName, ".fifo") {
		return nil, verdict.Refuse(verdict.StageHandle, verdict.UnsupportedOperation, "this mock does not implement FIFO queues", "service", "SQS", "operation", "CreateQueue")
	}
	if !queueName.MatchString(in.QueueName) {
		return nil, invalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	if err := checkAttributes(c, in.Attributes); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	if q := s.Of(c)[in.QueueName]; q != nil {
		for name, value := range in.Attributes {
			if q.settings[name] != value {
				return nil, fail("QueueNameExists", "QueueAlreadyExists", "A queue already exists with the same name and a different value for attribute "+name)
			}
		}
		return map[string]string{"QueueUrl": q.url}, nil
	}
	q := &queue{
		name: in.QueueName, url: c.Origin + "/" + c.Account() + "/" + in.QueueName, arn: namedQueueARN(c), created: c.Now, settings: map[string]string{},
	}
	for name, d := range queueDefaults {
		q.settings[name] = d.value
	}
	maps.Copy(q.settings, in.Attributes)
	s.Of(c)[q.name] = q
	return map[string]string{"QueueUrl": q.url}, nil
}

func (s *queues) url(c *service.Call) (any, error) {
	var in struct{ QueueName, QueueOwnerAWSAccountId string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if in.QueueOwnerAWSAccountId == "" {
		in.QueueOwnerAWSAccountId = c.Account()
	}
	s.Lock()
	defer s.Unlock()
	q := s.In(in.QueueOwnerAWSAccountId, c.Region)[in.QueueName]
	if q == nil {
		return nil, errNoQueue
	}
	return map[string]string{"QueueUrl": q.url}, nil
}

func (s *queues) list(c *service.Call) (any, error) {
	var in struct {
		QueueNamePrefix, NextToken string
		MaxResults                 int
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	urls, out := []string{}, map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		if name <= in.NextToken || !strings.HasPrefix(name, in.QueueNamePrefix) {
			continue
		}
		if in.MaxResults > 0 && len(urls) == in.MaxResults {
			_, out["NextToken"], _ = splitQueueURL(urls[len(urls)-1])
			break
		}
		urls = append(urls, s.Of(c)[name].url)
	}
	if len(urls) > 0 {
		out["QueueUrls"] = urls
	}
	return out, nil
}

// onQueue decodes a call that has a QueueUrl only, and finds the queue.
func (s *queues) onQueue(c *service.Call, do func(*queue)) (any, error) {
	var in struct{ QueueUrl string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	do(q)
	return nil, nil
}

func (s *queues) remove(c *service.Call) (any, error) {
	return s.onQueue(c, func(q *queue) { delete(s.Of(c), q.name) })
}

func (s *queues) purge(c *service.Call) (any, error) {
	return s.onQueue(c, func(q *queue) { q.messages = nil })
}

func (s *queues) attributes(c *service.Call) (any, error) {
	var in struct {
		QueueUrl       string
		AttributeNames []string
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	q.expire(c.Now)
	all := q.describe(c.Now)
	out := map[string]string{}
	for _, name := range in.AttributeNames {
		value, ok := all[name]
		switch {
		case name == "All":
			maps.Copy(out, all)
		case ok:
			out[name] = value
		default:
			return nil, fail("InvalidAttributeName", "InvalidAttributeName", "Unknown Attribute "+name+".")
		}
	}
	if len(out) == 0 {
		return map[string]any{}, nil
	}
	return map[string]any{"Attributes": out}, nil
}

func (q *queue) describe(now time.Time) map[string]string {
	visible, hidden, delayed := 0, 0, 0
	for _, m := range q.messages {
		switch {
		case !m.visible.After(now):
			visible++
		case m.received > 0:
			hidden++
		default:
			delayed++
		}
	}
	out := maps.Clone(q.settings)
	out["QueueArn"], out["CreatedTimestamp"], out["LastModifiedTimestamp"] = q.arn, strconv.Itoa(int(q.created.Unix())), strconv.Itoa(int(q.created.Unix()))
	out["ApproximateNumberOfMessages"], out["ApproximateNumberOfMessagesNotVisible"], out["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(visible), strconv.Itoa(hidden), strconv.Itoa(delayed)
	return out
}

func (s *queues) setAttributes(c *service.Call) (any, error) {
	var in struct {
		QueueUrl   string
		Attributes map[string]string
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if err := checkAttributes(c, in.Attributes); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	maps.Copy(q.settings, in.Attributes)
	return nil, nil
}

type sendInput struct {
	MessageBody       string
	DelaySeconds      *int
	MessageAttributes map[string]messageAttribute
}

func (in *sendInput) check(q *queue) error {
	size := len(in.MessageBody)
	for name, a := range in.MessageAttributes {
		if a.DataType == "" || (a.StringValue == nil) == (a.BinaryValue == nil) || len(a.StringListValues)+len(a.BinaryListValues) > 0 {
			return invalidValue("The message attribute '" + name + "' must have a DataType, and either a StringValue or a BinaryValue.")
		}
		size += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			size += len(*a.StringValue)
		}
	}
	most, _ := strconv.Atoi(q.settings["MaximumMessageSize"])
	switch {
	case in.MessageBody == "":
		return fail("MissingRequiredParameterException", "MissingParameter", "The request must contain the parameter MessageBody.")
	case size > most:
		return invalidValue("One or more parameters are invalid. Reason: Message must be shorter than " + strconv.Itoa(most) + " bytes.")
	case in.DelaySeconds != nil && (*in.DelaySeconds < 0 || *in.DelaySeconds > 900):
		return invalidValue("Value " + strconv.Itoa(*in.DelaySeconds) + " for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.")
	}
	return nil
}

// put adds a message; callers hold the lock.
func (s *queues) put(c *service.Call, q *queue, in *sendInput) *queueMessage {
	sum := md5.Sum([]byte(in.MessageBody))
	m := &queueMessage{
		id: protocol.NewUUID(), body: in.MessageBody, md5: hex.EncodeToString(sum[:]), attributes: in.MessageAttributes,
		attributesMD5: md5OfAttributes(in.MessageAttributes), sender: c.Caller.Principal.UserID, sent: c.Now, visible: c.Now.Add(q.seconds("DelaySeconds")),
	}
	if in.DelaySeconds != nil {
		m.visible = c.Now.Add(time.Duration(*in.DelaySeconds) * time.Second)
	}
	q.messages = append(q.messages, m)
	close(s.arrived)
	s.arrived = make(chan struct{})
	return m
}

// md5OfAttributes follows
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
func md5OfAttributes(attributes map[string]messageAttribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var b []byte
	add := func(text string) { b = append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...) }
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		add(name)
		add(a.DataType)
		if a.StringValue != nil {
			b = append(b, 1)
			add(*a.StringValue)
		} else {
			b = append(b, 2)
			add(string(a.BinaryValue))
		}
	}
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

func (m *queueMessage) sentResult() map[string]any {
	out := map[string]any{"MessageId": m.id, "MD5OfMessageBody": m.md5}
	if m.attributesMD5 != "" {
		out["MD5OfMessageAttributes"] = m.attributesMD5
	}
	return out
}

func (s *queues) send(c *service.Call) (any, error) {
	var in struct {
		QueueUrl string
		sendInput
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := in.check(q); err != nil {
		return nil, err
	}
	return s.put(c, q, &in.sendInput).sentResult(), nil
}

const maxBatch = 10

// checkBatch wants 1 to 10 entries whose ids are distinct.
func checkBatch(ids []string) error {
	sorted := slices.Sorted(slices.Values(ids))
	switch {
	case len(ids) == 0:
		return fail("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request.")
	case len(ids) > maxBatch:
		return fail("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10. You have sent "+strconv.Itoa(len(ids))+".")
	case len(slices.Compact(sorted)) != len(ids):
		return fail("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
	}
	return nil
}

func (s *queues) sendBatch(c *service.Call) (any, error) {
	var in struct {
		QueueUrl string
		Entries  []struct {
			Id string
			sendInput
		}
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	ids := make([]string, len(in.Entries))
	for i := range in.Entries {
		ids[i] = in.Entries[i].Id
	}
	if err := checkBatch(ids); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	sent, failed := []map[string]any{}, []map[string]any{}
	for i := range in.Entries {
		e := &in.Entries[i]
		if err := e.check(q); err != nil {
			failed = append(failed, batchFailure(e.Id, err))
			continue
		}
		result := s.put(c, q, &e.sendInput).sentResult()
		result["Id"] = e.Id
		sent = append(sent, result)
	}
	return map[string]any{"Successful": sent, "Failed": failed}, nil
}

func batchFailure(id string, err error) map[string]any {
	failure := map[string]any{"Id": id, "SenderFault": true, "Message": err.Error()}
	if e, ok := err.(*service.Error); ok {
		failure["Code"], _, _ = strings.Cut(e.QueryError, ";")
		failure["Message"] = e.Message
	}
	return failure
}

type receiveInput struct {
	QueueUrl                    string
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
	AttributeNames              []string
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
	ReceiveRequestAttemptId     service.Ignored
}

func (in *receiveInput) check() error {
	for _, x := range []struct {
		name      string
		value     *int
		low, high int
	}{{"MaxNumberOfMessages", in.MaxNumberOfMessages, 1, 10}, {"VisibilityTimeout", in.VisibilityTimeout, 0, 43200}, {"WaitTimeSeconds", in.WaitTimeSeconds, 0, 20}} {
		if x.value != nil && (*x.value < x.low || *x.value > x.high) {
			return invalidValue("Value " + strconv.Itoa(*x.value) + " for parameter " + x.name + " is invalid. Reason: Must be between " + strconv.Itoa(x.low) + " and " + strconv.Itoa(x.high) + ", if provided.")
		}
	}
	return nil
}

// receive waits as long as it was told to for a message, in real time, unless
// the caller goes away.
func (s *queues) receive(c *service.Call) (any, error) {
	var in receiveInput
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	start := time.Now()
	for {
		waited := time.Since(start)
		t, err := s.take(c, &in, c.Now.Add(waited))
		switch {
		case err != nil:
			return nil, err
		case len(t.found) > 0:
			return map[string]any{"Messages": t.found}, nil
		case waited >= t.wait:
			return map[string]any{}, nil
		}
		timer := time.NewTimer(min(t.wait-waited, t.next))
		select {
		case <-t.arrived:
		case <-timer.C:
		case <-c.Done:
			timer.Stop()
			return map[string]any{}, nil
		}
		timer.Stop()
	}
}

// taken is what a look at the queue has found, and how long to wait for more.
type taken struct {
	found      []map[string]any
	wait, next time.Duration // as long as the caller waits; until a hidden message shows
	arrived    <-chan struct{}
}

// take hands out what is visible now, and hides it for a while.
func (s *queues) take(c *service.Call, in *receiveInput, now time.Time) (*taken, error) {
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	q.expire(now)
	t := &taken{arrived: s.arrived, wait: q.seconds("ReceiveMessageWaitTimeSeconds"), next: time.Hour}
	most, hide := 1, q.seconds("VisibilityTimeout")
	if in.MaxNumberOfMessages != nil {
		most = *in.MaxNumberOfMessages
	}
	if in.VisibilityTimeout != nil {
		hide = time.Duration(*in.VisibilityTimeout) * time.Second
	}
	if in.WaitTimeSeconds != nil {
		t.wait = time.Duration(*in.WaitTimeSeconds) * time.Second
	}
	for _, m := range q.messages {
		switch hidden := m.visible.Sub(now); {
		case hidden > 0:
			t.next = min(t.next, hidden)
		case len(t.found) < most:
			t.found = append(t.found, m.take(now, hide, in))
		}
	}
	return t, nil
}

// expire drops what was kept long enough.
func (q *queue) expire(now time.Time) {
	keep := q.seconds("MessageRetentionPeriod")
	q.messages = slices.DeleteFunc(q.messages, func(m *queueMessage) bool { return now.Sub(m.sent) > keep })
}

func (m *queueMessage) take(now time.Time, hide time.Duration, in *receiveInput) map[string]any {
	if m.received == 0 {
		m.first = now
	}
	m.received++
	m.visible, m.receipt = now.Add(hide), service.RandomText(service.Letters, 64)
	out := map[string]any{"MessageId": m.id, "ReceiptHandle": m.receipt, "MD5OfBody": m.md5, "Body": m.body}
	system := map[string]string{
		"SenderId": m.sender, "SentTimestamp": millis(m.sent), "ApproximateReceiveCount": strconv.Itoa(m.received), "ApproximateFirstReceiveTimestamp": millis(m.first),
	}
	wanted := slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
	if !slices.Contains(wanted, "All") {
		maps.DeleteFunc(system, func(name, _ string) bool { return !slices.Contains(wanted, name) })
	}
	if len(system) > 0 {
		out["Attributes"] = system
	}
	own := map[string]messageAttribute{}
	for name, a := range m.attributes {
		if slices.ContainsFunc(in.MessageAttributeNames, func(pattern string) bool { return matchesAttribute(pattern, name) }) {
			own[name] = a
		}
	}
	if len(own) > 0 {
		out["MessageAttributes"], out["MD5OfMessageAttributes"] = own, md5OfAttributes(own)
	}
	return out
}

// matchesAttribute: All, .*, a name, or a prefix with .*
func matchesAttribute(pattern, name string) bool {
	prefix, isPrefix := strings.CutSuffix(pattern, ".*")
	return pattern == "All" || pattern == name || isPrefix && strings.HasPrefix(name, prefix)
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// drop deletes the message that a receipt stands for; one that is gone already
// is no mistake.
func (q *queue) drop(receipt string) error {
	if receipt == "" || strings.Trim(receipt, service.Letters) != "" {
		return fail("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle \""+receipt+"\" is not a valid receipt handle.")
	}
	q.messages = slices.DeleteFunc(q.messages, func(m *queueMessage) bool { return m.receipt == receipt })
	return nil
}

func (s *queues) deleteMessage(c *service.Call) (any, error) {
	var in struct{ QueueUrl, ReceiptHandle string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, q.drop(in.ReceiptHandle)
}

func (s *queues) deleteBatch(c *service.Call) (any, error) {
	var in struct {
		QueueUrl string
		Entries  []struct{ Id, ReceiptHandle string }
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	ids := make([]string, len(in.Entries))
	for i, e := range in.Entries {
		ids[i] = e.Id
	}
	if err := checkBatch(ids); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	done, failed := []map[string]any{}, []map[string]any{}
	for _, e := range in.Entries {
		if err := q.drop(e.ReceiptHandle); err != nil {
			failed = append(failed, batchFailure(e.Id, err))
		} else {
			done = append(done, map[string]any{"Id": e.Id})
		}
	}
	return map[string]any{"Successful": done, "Failed": failed}, nil
}

func (s *queues) changeVisibility(c *service.Call) (any, error) {
	var in struct {
		QueueUrl, ReceiptHandle string
		VisibilityTimeout       int
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if err := (&receiveInput{VisibilityTimeout: &in.VisibilityTimeout}).check(); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(q.messages, func(m *queueMessage) bool { return m.receipt == in.ReceiptHandle && m.receipt != "" })
	if i < 0 || !q.messages[i].visible.After(c.Now) {
		return nil, fail("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", "The message referred to isn't in flight.")
	}
	q.messages[i].visible = c.Now.Add(time.Duration(in.VisibilityTimeout) * time.Second)
	return nil, nil
}
