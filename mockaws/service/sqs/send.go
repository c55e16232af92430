package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

type newMessage struct {
	MessageBody       string
	DelaySeconds      *int
	MessageAttributes map[string]messageAttribute
}

func (in *newMessage) check(q *queue) *service.Error {
	size := len(in.MessageBody)
	for name, a := range in.MessageAttributes {
		if a.DataType == "" || (a.StringValue == nil) == (a.BinaryValue == nil) ||
			len(a.StringListValues)+len(a.BinaryListValues) > 0 {
			return invalidValue("The message attribute '" + name +
				"' must have a DataType, and either a StringValue or a BinaryValue.")
		}
		size += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			size += len(*a.StringValue)
		}
	}
	most, _ := strconv.Atoi(q.settings["MaximumMessageSize"])
	switch {
	case in.MessageBody == "":
		return fail("MissingRequiredParameterException", "MissingParameter",
			"The request must contain the parameter MessageBody.")
	case size > most:
		return invalidValue("One or more parameters are invalid. Reason: Message must be shorter than " +
			strconv.Itoa(most) + " bytes.")
	case in.DelaySeconds != nil && (*in.DelaySeconds < 0 || *in.DelaySeconds > 900):
		return invalidValue("Value " + strconv.Itoa(*in.DelaySeconds) +
			" for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.")
	}
	return nil
}

// put adds a message; callers hold the lock.
func (s *queues) put(c *service.Call, q *queue, in *newMessage) *queueMessage {
	sum := md5.Sum([]byte(in.MessageBody))
	m := &queueMessage{
		id: protocol.NewUUID(), body: in.MessageBody, md5: hex.EncodeToString(sum[:]), attributes: in.MessageAttributes,
		attributesMD5: md5OfAttributes(in.MessageAttributes), sender: c.Caller.Principal.UserID, sent: c.Now,
		visible: c.Now.Add(q.seconds("DelaySeconds")),
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

// sentMessage is what a sender gets to know of its message.
type sentMessage struct {
	MD5OfMessageAttributes string `json:",omitempty"`
	MD5OfMessageBody       string
	MessageId              string
}

func (m *queueMessage) result() sentMessage { return sentMessage{m.attributesMD5, m.md5, m.id} }

type sendInput struct {
	QueueUrl string
	newMessage
}

func (s *queues) send(c *service.Call, in *sendInput) (*sentMessage, error) {
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := in.check(q); err != nil {
		return nil, err
	}
	sent := s.put(c, q, &in.newMessage).result()
	return &sent, nil
}

const maxBatch = 10

// checkBatch wants 1 to 10 entries whose ids are distinct.
func checkBatch(ids []string) error {
	sorted := slices.Sorted(slices.Values(ids))
	switch {
	case len(ids) == 0:
		return fail("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest",
			"There should be at least one SendMessageBatchRequestEntry in the request.")
	case len(ids) > maxBatch:
		return fail("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
			"Maximum number of entries per request are 10. You have sent "+strconv.Itoa(len(ids))+".")
	case len(slices.Compact(sorted)) != len(ids):
		return fail("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
			"Two or more batch entries in the request have the same Id.")
	case slices.ContainsFunc(ids, func(id string) bool { return !queueName.MatchString(id) }):
		return fail("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId",
			"A batch entry id can only contain alphanumeric characters, hyphens and underscores. "+
				"It can be at most 80 letters long.")
	}
	return nil
}

type sendBatchInput struct {
	QueueUrl string
	Entries  []struct {
		Id string
		newMessage
	}
}

type sendBatchOutput struct {
	Failed     []batchFailure
	Successful []sentEntry
}

type sentEntry struct {
	Id string
	sentMessage
}

func (s *queues) sendBatch(c *service.Call, in *sendBatchInput) (*sendBatchOutput, error) {
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
	out := &sendBatchOutput{Failed: []batchFailure{}, Successful: []sentEntry{}}
	for i := range in.Entries {
		e := &in.Entries[i]
		if err := e.check(q); err != nil {
			out.Failed = append(out.Failed, failureOf(e.Id, err))
			continue
		}
		out.Successful = append(out.Successful, sentEntry{e.Id, s.put(c, q, &e.newMessage).result()})
	}
	return out, nil
}

// batchFailure is an entry of a batch that was refused while others were done.
type batchFailure struct {
	Code        string
	Id          string
	Message     string
	SenderFault bool
}

func failureOf(id string, err *service.Error) batchFailure {
	code, _, _ := strings.Cut(err.QueryError, ";")
	return batchFailure{code, id, err.Message, true}
}
