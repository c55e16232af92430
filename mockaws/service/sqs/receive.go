package sqs

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/service"
)

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
	}{
		{"MaxNumberOfMessages", in.MaxNumberOfMessages, 1, 10},
		{"VisibilityTimeout", in.VisibilityTimeout, 0, 43200},
		{"WaitTimeSeconds", in.WaitTimeSeconds, 0, 20},
	} {
		if x.value != nil && (*x.value < x.low || *x.value > x.high) {
			return invalidValue("Value " + strconv.Itoa(*x.value) + " for parameter " + x.name +
				" is invalid. Reason: Must be between " + strconv.Itoa(x.low) + " and " + strconv.Itoa(x.high) +
				", if provided.")
		}
	}
	return nil
}

type receiveOutput struct {
	Messages []receivedMessage `json:",omitempty"`
}

type receivedMessage struct {
	Attributes             map[string]string `json:",omitempty"`
	Body                   string
	MD5OfBody              string
	MD5OfMessageAttributes string                      `json:",omitempty"`
	MessageAttributes      map[string]messageAttribute `json:",omitempty"`
	MessageId              string
	ReceiptHandle          string
}

// receive waits as long as it was told to for a message, in real time, unless
// the caller goes away.
func (s *queues) receive(c *service.Call, in *receiveInput) (*receiveOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	start := time.Now()
	for {
		waited := time.Since(start)
		t, err := s.take(c, in, c.Now.Add(waited))
		switch {
		case err != nil:
			return nil, err
		case len(t.found) > 0, waited >= t.wait:
			return &receiveOutput{t.found}, nil
		}
		timer := time.NewTimer(min(t.wait-waited, t.next))
		select {
		case <-t.arrived:
		case <-timer.C:
		case <-c.Done:
			timer.Stop()
			return &receiveOutput{}, nil
		}
		timer.Stop()
	}
}

// taken is what a look at the queue has found, and how long to wait for more.
type taken struct {
	found      []receivedMessage
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

func (m *queueMessage) take(now time.Time, hide time.Duration, in *receiveInput) receivedMessage {
	if m.received == 0 {
		m.first = now
	}
	m.received++
	m.visible, m.receipt = now.Add(hide), service.RandomText(service.Letters, 64)
	own := m.wantedAttributes(in.MessageAttributeNames)
	return receivedMessage{
		Attributes: m.systemAttributes(slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)),
		Body:       m.body, MD5OfBody: m.md5, MessageId: m.id, ReceiptHandle: m.receipt,
		MessageAttributes: own, MD5OfMessageAttributes: md5OfAttributes(own),
	}
}

// systemAttributes are what the queue itself knows of a message, as far as it is
// wanted.
func (m *queueMessage) systemAttributes(wanted []string) map[string]string {
	all := map[string]string{
		"SenderId": m.sender, "SentTimestamp": millis(m.sent),
		"ApproximateReceiveCount": strconv.Itoa(m.received), "ApproximateFirstReceiveTimestamp": millis(m.first),
	}
	if !slices.Contains(wanted, "All") {
		maps.DeleteFunc(all, func(name, _ string) bool { return !slices.Contains(wanted, name) })
	}
	return all
}

// wantedAttributes are the sender's attributes that a pattern matches.
func (m *queueMessage) wantedAttributes(patterns []string) map[string]messageAttribute {
	own := map[string]messageAttribute{}
	for name, a := range m.attributes {
		if slices.ContainsFunc(patterns, func(p string) bool { return matchesAttribute(p, name) }) {
			own[name] = a
		}
	}
	return own
}

// matchesAttribute: All, .*, a name, or a prefix with .*
func matchesAttribute(pattern, name string) bool {
	prefix, isPrefix := strings.CutSuffix(pattern, ".*")
	return pattern == "All" || pattern == name || isPrefix && strings.HasPrefix(name, prefix)
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// drop deletes the message that a receipt stands for; one that is gone already
// is no mistake.
func (q *queue) drop(receipt string) *service.Error {
	if receipt == "" || strings.Trim(receipt, service.Letters) != "" {
		return fail("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid",
			"The input receipt handle \""+receipt+"\" is not a valid receipt handle.")
	}
	q.messages = slices.DeleteFunc(q.messages, func(m *queueMessage) bool { return m.receipt == receipt })
	return nil
}

type deleteMessageInput struct{ QueueUrl, ReceiptHandle string }

func (s *queues) deleteMessage(c *service.Call, in *deleteMessageInput) (*service.Nothing, error) {
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := q.drop(in.ReceiptHandle); err != nil {
		return nil, err
	}
	return nil, nil
}

type deleteBatchInput struct {
	QueueUrl string
	Entries  []struct{ Id, ReceiptHandle string }
}

type deleteBatchOutput struct {
	Failed     []batchFailure
	Successful []deletedEntry
}

type deletedEntry struct{ Id string }

func (s *queues) deleteBatch(c *service.Call, in *deleteBatchInput) (*deleteBatchOutput, error) {
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
	out := &deleteBatchOutput{Failed: []batchFailure{}, Successful: []deletedEntry{}}
	for _, e := range in.Entries {
		if err := q.drop(e.ReceiptHandle); err != nil {
			out.Failed = append(out.Failed, failureOf(e.Id, err))
		} else {
			out.Successful = append(out.Successful, deletedEntry{e.Id})
		}
	}
	return out, nil
}

type changeVisibilityInput struct {
	QueueUrl, ReceiptHandle string
	VisibilityTimeout       int
}

func (s *queues) changeVisibility(c *service.Call, in *changeVisibilityInput) (*service.Nothing, error) {
	if err := (&receiveInput{VisibilityTimeout: &in.VisibilityTimeout}).check(); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	q, err := s.find(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(q.messages, func(m *queueMessage) bool {
		return m.receipt == in.ReceiptHandle && m.receipt != ""
	})
	if i < 0 || !q.messages[i].visible.After(c.Now) {
		return nil, fail("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight",
			"The message referred to isn't in flight.")
	}
	q.messages[i].visible = c.Now.Add(time.Duration(in.VisibilityTimeout) * time.Second)
	return nil, nil
}
