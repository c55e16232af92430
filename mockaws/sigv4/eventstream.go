package sigv4

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Signed event streams, as bidirectional operations send them: each message of
// the application travels as the payload of an outer message with two headers,
// ":date" and ":chunk-signature"; an outer message without payload ends the
// stream. Each signature is made over the one before it, the first over that of
// the request
// (https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html,
// https://smithy.io/2.0/aws/amazon-eventstream.html).

// Event is one outer message of a signed event stream.
type Event struct {
	Payload   []byte // the message inside; empty at the end of the stream
	Date      time.Time
	Signature []byte

	signed []byte // the headers that are signed, encoded: ":date"
}

const (
	preludeSize   = 12               // two lengths and a checksum
	maxEventFrame = 16<<20 + 128<<10 // 16 MiB of payload and 128 KiB of headers
	dateHeader    = ":date"
	signatureName = ":chunk-signature"
)

// header value types of the encoding
const (
	typeByteArray = 6
	typeTimestamp = 8
)

func malformedEvent(format string, args ...any) *verdict.Refusal {
	problem := fmt.Sprintf(format, args...)
	return refuse(verdict.BadChunk{Problem: problem}, "the event stream: "+problem)
}

// ReadEvent reads the first outer message of b, and returns what follows it. A
// nil Event means that b does not yet hold the whole of it.
func ReadEvent(b []byte) (event *Event, rest []byte, refusal *verdict.Refusal) {
	if len(b) < preludeSize {
		return nil, b, nil
	}
	total, headers := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	switch {
	case crc32.ChecksumIEEE(b[:8]) != binary.BigEndian.Uint32(b[8:]):
		return nil, b, malformedEvent("the checksum of a message's prelude is wrong")
	case total > maxEventFrame, total < preludeSize+4, headers > total-preludeSize-4:
		return nil, b, malformedEvent("a message says %d bytes, of them %d of headers", total, headers)
	case uint64(len(b)) < uint64(total):
		return nil, b, nil
	}
	frame := b[:total]
	if crc32.ChecksumIEEE(frame[:total-4]) != binary.BigEndian.Uint32(frame[total-4:]) {
		return nil, b, malformedEvent("the checksum of a message is wrong")
	}
	event = &Event{Payload: frame[preludeSize+headers : total-4]}
	if refusal := event.readHeaders(frame[preludeSize : preludeSize+headers]); refusal != nil {
		return nil, b, refusal
	}
	return event, b[total:], nil
}

// readHeaders reads ":date" and ":chunk-signature". What is signed are all the
// headers but the signature, which comes last.
func (e *Event) readHeaders(b []byte) *verdict.Refusal {
	all := b
	for len(b) > 0 {
		start := len(all) - len(b)
		n := int(b[0])
		if len(b) < 1+n+1 {
			return malformedEvent("a header is cut off")
		}
		name, kind := string(b[1:1+n]), b[1+n]
		b = b[n+2:]
		value, rest, ok := headerValue(kind, b)
		if !ok {
			return malformedEvent("the header %.40q is cut off, or of no known type", name)
		}
		b = rest
		switch {
		case name == dateHeader && kind == typeTimestamp:
			e.Date = time.UnixMilli(int64(binary.BigEndian.Uint64(value))).UTC()
		case name == signatureName && kind == typeByteArray:
			e.Signature = value
			if len(b) > 0 {
				return malformedEvent("%s is not the last header", signatureName)
			}
			e.signed = all[:start]
		}
	}
	if e.Date.IsZero() || e.Signature == nil {
		return malformedEvent("a message lacks %s or %s", dateHeader, signatureName)
	}
	return nil
}

// fixedSizes are the lengths of header values by type; types 6 and 7, byte
// array and string, have their length in front.
var fixedSizes = map[byte]int{0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}

func headerValue(kind byte, b []byte) (value, rest []byte, ok bool) {
	n, fixed := fixedSizes[kind]
	if !fixed {
		if kind != typeByteArray && kind != typeByteArray+1 || len(b) < 2 {
			return nil, nil, false
		}
		n, b = int(binary.BigEndian.Uint16(b)), b[2:]
	}
	if len(b) < n {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// EventVerifier checks the signatures of an event stream one after the other,
// as they arrive.
type EventVerifier struct {
	keys     *keyCache
	auth     *Authorization
	secret   string
	previous string
	count    int
	ended    bool
}

// Events starts to check the event stream of a request that Verify accepted.
func (v *Verifier) Events(a *Authorization, secret string) *EventVerifier {
	return &EventVerifier{keys: &v.keys, auth: a, secret: secret, previous: a.Signature}
}

// Verify checks the next event of the stream.
func (v *EventVerifier) Verify(e *Event) *verdict.Refusal {
	if v.ended {
		return malformedEvent("a message follows the end of the stream")
	}
	a, day := v.auth, e.Date.Format(canonical.DayFormat)
	b := make([]byte, 0, 320)
	b = append(b, algorithmHMAC+"-PAYLOAD\n"...)
	b = e.Date.AppendFormat(b, canonical.BasicFormat)
	b = append(b, "\n"+day+"/"+a.Region+"/"+a.Service+"/"+canonical.Terminator+"\n"+v.previous+"\n"...)
	b = canonical.AppendHash(b, e.signed)
	b = append(b, '\n')
	b = canonical.AppendHash(b, e.Payload)
	signature := hex.EncodeToString(e.Signature)
	if !equalMAC(v.keys.get(keyName{v.secret, day, a.Region, a.Service}), b, signature) {
		return refuse(verdict.OtherChunkSignature{Chunk: v.count, StringToSign: string(b)},
			fmt.Sprintf("the signature of event %d is not that of its bytes after the event before it", v.count))
	}
	v.previous, v.ended = signature, len(e.Payload) == 0
	v.count++
	return nil
}

// End says whether the stream was ended by the client, as it must be.
func (v *EventVerifier) End() *verdict.Refusal {
	if v.ended || v.count == 0 {
		return nil
	}
	return malformedEvent("it is cut off: the signed empty message at its end is missing")
}

// verifyEvents checks an event stream that has arrived as a whole.
func (v *Verifier) verifyEvents(r *Request, a *Authorization, secret string) *verdict.Refusal {
	events := v.Events(a, secret)
	refusal := eachEvent(r.Body, events.Verify)
	if refusal != nil {
		return refusal
	}
	return events.End()
}

func eachEvent(body []byte, do func(*Event) *verdict.Refusal) *verdict.Refusal {
	for len(body) > 0 {
		event, rest, refusal := ReadEvent(body)
		if refusal == nil && event == nil {
			refusal = malformedEvent("the last message is cut off")
		}
		if refusal == nil {
			refusal = do(event)
		}
		if refusal != nil {
			return refusal
		}
		body = rest
	}
	return nil
}

// unwrapEvents is the event stream inside a signed one.
func unwrapEvents(body []byte) ([]byte, *verdict.Refusal) {
	inner := make([]byte, 0, len(body))
	refusal := eachEvent(body, func(e *Event) *verdict.Refusal {
		inner = append(inner, e.Payload...)
		return nil
	})
	if refusal != nil {
		return nil, refusal
	}
	return inner, nil
}
