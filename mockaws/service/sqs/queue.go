package sqs

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// queueURL is the answer of those that make or find a queue.
type queueURL struct{ QueueUrl string }

type createInput struct {
	QueueName  string
	Attributes map[string]string
	Tags       service.Ignored `json:"tags"`
}

func (s *queues) create(c *service.Call, in *createInput) (*queueURL, error) {
	if strings.HasSuffix(in.QueueName, ".fifo") {
		return nil, verdict.Because(verdict.StageHandle,
			verdict.Gap{Service: "SQS", Operation: "CreateQueue"}, "this mock does not implement FIFO queues")
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
				return nil, fail("QueueNameExists", "QueueAlreadyExists",
					"A queue already exists with the same name and a different value for attribute "+name)
			}
		}
		return &queueURL{q.url}, nil
	}
	q := &queue{
		name: in.QueueName, url: c.Origin + "/" + c.Account() + "/" + in.QueueName, arn: namedQueueARN(c),
		created:  c.Now,
		settings: map[string]string{},
	}
	for name, d := range queueDefaults {
		q.settings[name] = d.value
	}
	maps.Copy(q.settings, in.Attributes)
	s.Of(c)[q.name] = q
	return &queueURL{q.url}, nil
}

type urlInput struct{ QueueName, QueueOwnerAWSAccountId string }

func (s *queues) url(c *service.Call, in *urlInput) (*queueURL, error) {
	if in.QueueOwnerAWSAccountId == "" {
		in.QueueOwnerAWSAccountId = c.Account()
	}
	s.Lock()
	defer s.Unlock()
	q := s.In(in.QueueOwnerAWSAccountId, c.Region)[in.QueueName]
	if q == nil {
		return nil, errNoQueue
	}
	return &queueURL{q.url}, nil
}

type listInput struct {
	QueueNamePrefix, NextToken string
	MaxResults                 int
}

type listOutput struct {
	NextToken string   `json:",omitempty"`
	QueueUrls []string `json:",omitempty"`
}

func (s *queues) list(c *service.Call, in *listInput) (*listOutput, error) {
	s.Lock()
	defer s.Unlock()
	out := &listOutput{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		if name <= in.NextToken || !strings.HasPrefix(name, in.QueueNamePrefix) {
			continue
		}
		if n := len(out.QueueUrls); in.MaxResults > 0 && n == in.MaxResults {
			_, out.NextToken, _ = splitQueueURL(out.QueueUrls[n-1])
			break
		}
		out.QueueUrls = append(out.QueueUrls, s.Of(c)[name].url)
	}
	return out, nil
}

// onlyQueue is the input of those that need to know the queue only.
type onlyQueue struct{ QueueUrl string }

// onQueue finds the queue of a call and does something with it.
func (s *queues) onQueue(do func(*service.Call, *queue)) service.Handler {
	return service.Handle(func(c *service.Call, in *onlyQueue) (*service.Nothing, error) {
		s.Lock()
		defer s.Unlock()
		q, err := s.find(c, in.QueueUrl)
		if err != nil {
			return nil, err
		}
		do(c, q)
		return nil, nil
	})
}

func (s *queues) remove(c *service.Call, q *queue) { delete(s.Of(c), q.name) }
func (s *queues) purge(_ *service.Call, q *queue)  { q.messages = nil }

type attributesInput struct {
	QueueUrl       string
	AttributeNames []string
}

type attributesOutput struct {
	Attributes map[string]string `json:",omitempty"`
}

func (s *queues) attributes(c *service.Call, in *attributesInput) (*attributesOutput, error) {
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
	return &attributesOutput{out}, nil
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
	created := strconv.Itoa(int(q.created.Unix()))
	out["QueueArn"], out["CreatedTimestamp"], out["LastModifiedTimestamp"] = q.arn, created, created
	out["ApproximateNumberOfMessages"] = strconv.Itoa(visible)
	out["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(hidden)
	out["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(delayed)
	return out
}

type setAttributesInput struct {
	QueueUrl   string
	Attributes map[string]string
}

func (s *queues) setAttributes(c *service.Call, in *setAttributesInput) (*service.Nothing, error) {
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
