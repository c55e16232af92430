package mockaws

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// A bidirectional operation is accepted by the signature of its first request;
// each message that follows is signed over the one before it. A message whose
// signature is wrong ends the stream with an exception.

// isLive says whether a body is a stream of events. The Go SDK sends no
// content type, callers with a bearer token sign no events.
func isLive(r *http.Request) bool {
	return r.Method == http.MethodPost &&
		(r.Header.Get("X-Amz-Content-Sha256") == "STREAMING-AWS4-HMAC-SHA256-EVENTS" ||
			strings.HasPrefix(r.Header.Get("Content-Type"), "application/vnd.amazon.eventstream"))
}

// events are the messages of the body as they arrive, each verified.
func (f *flight) events() iter.Seq[[]byte] {
	next, end := unsignedMessage, func() *verdict.Refusal { return nil }
	if f.auth != nil {
		v := f.server.verifier.Events(f.auth, f.caller.Secret)
		next, end = signedMessage(v), v.End
	}
	return func(yield func([]byte) bool) {
		body := http.MaxBytesReader(nil, f.http.Body, f.server.maxBody)
		var pending []byte
		chunk := make([]byte, 32<<10)
		for {
			n, err := body.Read(chunk)
			f.streamed += int64(n)
			pending = append(pending, chunk[:n]...)
			var on bool
			if pending, on = f.deliver(pending, next, yield); !on {
				return
			}
			if err != nil {
				f.endOfEvents(err, len(pending), end)
				return
			}
		}
	}
}

// nextMessage takes the first message off b. It is nil as long as b does not
// hold the whole of it, and empty at the signed end of a stream.
type nextMessage func(b []byte) (message, rest []byte, refusal *verdict.Refusal)

func signedMessage(v *sigv4.EventVerifier) nextMessage {
	return func(b []byte) ([]byte, []byte, *verdict.Refusal) {
		event, rest, refusal := sigv4.ReadEvent(b)
		if refusal != nil || event == nil {
			return nil, b, refusal
		}
		return append([]byte{}, event.Payload...), rest, v.Verify(event)
	}
}

// unsignedMessage is for callers with a bearer token, who sign nothing.
func unsignedMessage(b []byte) ([]byte, []byte, *verdict.Refusal) {
	if len(b) < 4 {
		return nil, b, nil
	}
	size := binary.BigEndian.Uint32(b)
	if size < 16 || size > 24<<20 { // the bounds of the format
		problem := fmt.Sprintf("a message of the event stream says that it has %d bytes", size)
		return nil, b, verdict.Because(verdict.StageAuthenticate, verdict.BadChunk{Problem: problem}, problem)
	}
	if uint64(len(b)) < uint64(size) {
		return nil, b, nil
	}
	return b[:size:size], b[size:], nil
}

// deliver hands out the whole messages of b and returns what is left.
func (f *flight) deliver(b []byte, next nextMessage, yield func([]byte) bool) (rest []byte, on bool) {
	for {
		message, after, refusal := next(b)
		switch {
		case refusal != nil:
			f.cancelled = refusal
			return nil, false
		case message == nil:
			return b, true
		case len(message) > 0 && !yield(message):
			return nil, false
		}
		b = after
	}
}

func (f *flight) endOfEvents(err error, left int, end func() *verdict.Refusal) {
	if !errors.Is(err, io.EOF) {
		f.exchange.Aborted = "the stream of events broke off: " + err.Error()
		return
	}
	if f.cancelled = end(); f.cancelled == nil && left > 0 {
		const problem = "the event stream ends within a message"
		f.cancelled = verdict.Because(verdict.StageAuthenticate, verdict.BadChunk{Problem: problem}, problem)
	}
}

// converse writes the response while the request goes on. The response ends when the
// request's life ends, after the exchange was recorded.
func (f *flight) converse(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex() // HTTP/2 is so anyway
	h := w.Header()
	for name, value := range f.response.Header {
		h[name] = []string{value}
	}
	h["Date"] = []string{f.now.UTC().Format(http.TimeFormat)}
	w.WriteHeader(f.response.Status)
	out := &flushed{w: w, flush: control.Flush}
	out.err = control.Flush()
	err := f.response.Stream(out)
	if err == nil && f.cancelled != nil {
		err = f.writeCancelled(out)
	}
	if err != nil && f.exchange.Aborted == "" {
		f.exchange.Aborted = "the response broke off: " + err.Error()
	}
	f.sent = out.n
}

// writeCancelled ends the stream with an exception. That AWS does so, and by
// this name, is a guess: no public record of it is known.
func (f *flight) writeCancelled(w io.Writer) error {
	f.refusal = f.cancelled
	r := f.target.Service.Dialect.EncodeError(f.refusal, &f.context)
	f.response.Code, f.response.Message, f.response.Row = r.Code, r.Message, r.Row
	stream := &protocol.EventStream{Events: func(yield func(protocol.Event) bool) {
		yield(protocol.Event{Type: r.Code, Exception: true, Value: map[string]string{"message": r.Message}})
	}}
	return stream.Write(w)
}

// flushed sends every message on its way at once.
type flushed struct {
	w     io.Writer
	flush func() error
	n     int64
	err   error
}

func (f *flushed) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.w.Write(p)
	f.n += int64(n)
	if err == nil {
		err = f.flush()
	}
	f.err = err
	return n, err
}
