package protocol

import (
	"bytes"
	"io"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
)

// EventStream is a result sent as a stream of messages in the format
// application/vnd.amazon.eventstream
// (https://smithy.io/2.0/aws/amazon-eventstream.html). The SDK's own encoder
// writes the frames.
type EventStream struct {
	Header map[string]string
	Events iter.Seq[Event]
}

// Event is one message of a stream: its type, and a value sent as JSON.
type Event struct {
	Type  string
	Value any
	// Exception marks a message that ends the stream with an error.
	Exception bool
}

func (s *EventStream) response(c *Context) *Response {
	r := &Response{Status: 200}
	r.Set("Content-Type", "application/vnd.amazon.eventstream")
	r.Set("x-amzn-RequestId", c.RequestID)
	for name, value := range s.Header {
		r.Set(name, value)
	}
	r.Stream = s.Write
	return r
}

// Write encodes the messages one by one.
func (s *EventStream) Write(w io.Writer) error {
	enc := eventstream.NewEncoder()
	for e := range s.Events {
		if err := enc.Encode(w, message(e)); err != nil {
			return err
		}
	}
	return nil
}

func message(e Event) eventstream.Message {
	kind, typeName := "event", ":event-type"
	if e.Exception {
		kind, typeName = "exception", ":exception-type"
	}
	return eventstream.Message{
		Headers: eventstream.Headers{
			{Name: typeName, Value: eventstream.StringValue(e.Type)},
			{Name: ":content-type", Value: eventstream.StringValue("application/json")},
			{Name: ":message-type", Value: eventstream.StringValue(kind)},
		},
		Payload: jsonText(e.Value),
	}
}

// DecodeEvent reads one message: its type and its payload.
func DecodeEvent(b []byte) (eventType string, payload []byte, err error) {
	m, err := eventstream.NewDecoder().Decode(bytes.NewReader(b), nil)
	if err != nil {
		return "", nil, err
	}
	if v := m.Headers.Get(":event-type"); v != nil {
		eventType = v.String()
	}
	return eventType, m.Payload, nil
}
