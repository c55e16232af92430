package mockaws

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/fxamacker/cbor/v2"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// A record of the journal is an exchange in CBOR, by the names of its JSON, and beside it
// the cause of its refusal: which struct that is, the refusal's reason says.
type (
	refusedRecord struct {
		*Exchange
		Cause verdict.Cause `cbor:"cause"`
	}
	readRecord struct {
		*Exchange
		Cause cbor.RawMessage `cbor:"cause"`
	}
)

var (
	recordEncoder = must(cbor.EncOptions{Time: cbor.TimeRFC3339Nano}.UserBufferEncMode())
	// Headers and paths are bytes that a client chose: they need not be UTF-8,
	// nor few.
	recordDecoder = must(cbor.DecOptions{
		UTF8: cbor.UTF8DecodeInvalid, MaxArrayElements: math.MaxInt32, MaxMapPairs: math.MaxInt32,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // options that do not go together: a defect of this file
	}
	return v
}

// recordBytes is a buffer that encodes one exchange.
type recordBytes struct{ bytes.Buffer }

var recordBuffers = sync.Pool{New: func() any { return new(recordBytes) }}

func recordBuffer() *recordBytes { return recordBuffers.Get().(*recordBytes) }

func (b *recordBytes) release() {
	if b.Cap() <= 1<<20 {
		b.Reset()
		recordBuffers.Put(b)
	}
}

func (b *recordBytes) encode(e *Exchange) []byte {
	var what any = e
	if r := e.Verdict.Refusal; r != nil && r.Cause != nil {
		what = refusedRecord{e, r.Cause}
	}
	if err := recordEncoder.MarshalToBuffer(what, &b.Buffer); err != nil {
		panic(fmt.Sprintf("an exchange does not encode: %v", err)) // a defect of Exchange
	}
	return b.Bytes()
}

func decodeExchange(seq int64, record []byte) *Exchange {
	if record == nil {
		return unreadableExchange(seq, errors.New("its bytes in the file are damaged"))
	}
	e := new(Exchange)
	in := readRecord{Exchange: e}
	if err := recordDecoder.Unmarshal(record, &in); err != nil {
		return unreadableExchange(seq, err)
	}
	if err := readCause(e.Verdict.Refusal, in.Cause); err != nil {
		return unreadableExchange(seq, err)
	}
	e.Seq = seq
	return e
}

func readCause(r *Refusal, text cbor.RawMessage) error {
	if r == nil || len(text) == 0 {
		return nil
	}
	var err error
	r.Cause, err = verdict.ReadCause(r.Reason, func(into any) error { return recordDecoder.Unmarshal(text, into) })
	return err
}

// unreadableExchange stands for one that was recorded and is lost: that must
// not pass for a call that never came.
func unreadableExchange(seq int64, err error) *Exchange {
	return &Exchange{Seq: seq, Call: "unknown", Presented: Presented{Scheme: "none"},
		Aborted: "the journal's record of this exchange cannot be read: " + err.Error()}
}
