package service

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hostproof/hostproof/mockaws/internal/spool"
)

// Trail is CloudTrail's event history. AWS records what an identified caller
// asked for, allowed or denied; a request whose credentials were refused leaves
// nothing
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging.html).
// The real history lags by up to 15 minutes; this one does not.
type Trail struct {
	once   sync.Once
	events *spool.Spool // in CBOR; long histories go to a file without a name
}

// trailBudget is how many bytes of the history are kept in memory.
const trailBudget = 8 << 20

func (t *Trail) spool() *spool.Spool {
	t.once.Do(func() { t.events = spool.New(trailBudget) })
	return t.events
}

// TrailEvent is one event of the history.
type TrailEvent struct {
	ID           string
	Time         time.Time
	Name         string // "Converse"
	Source       string // "bedrock.amazonaws.com"
	ReadOnly     bool
	Region       string
	Account      string
	PrincipalARN string
	PrincipalID  string
	KeyID        string // the ASIA id for temporary credentials
	Username     string
	SourceIP     string
	UserAgent    string
	RequestID    string
	ErrorCode    string
	ErrorMessage string
	// IdentityProvider of a caller that was identified by a token; Username is
	// then the token's subject.
	IdentityProvider string
}

// Record adds an event.
func (t *Trail) Record(e TrailEvent) {
	record, err := cbor.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("an event does not encode: %v", err)) // a defect of TrailEvent
	}
	// When the file cannot be written, the events stay in memory.
	_, _ = t.spool().Append(record)
}

var trailDecoder = func() cbor.DecMode {
	m, err := cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid}.DecMode()
	if err != nil {
		panic(err) // options that do not go together: a defect of this file
	}
	return m
}()

// Events are the events of an account, newest first; with an empty account, of
// all. An event that cannot be read any more says so in its error.
func (t *Trail) Events(account string) []TrailEvent {
	var out []TrailEvent
	err := t.spool().Read(0, func(_ int64, record []byte) bool {
		var e TrailEvent
		if err := trailDecoder.Unmarshal(record, &e); err != nil {
			e = unreadableEvent(err)
		}
		if account == "" || e.Account == account || e.Account == "" {
			out = append(out, e)
		}
		return true
	})
	if err != nil {
		out = append(out, unreadableEvent(err))
	}
	slices.Reverse(out)
	return out
}

func unreadableEvent(err error) TrailEvent {
	return TrailEvent{Name: "unreadable", ErrorCode: "HistoryUnreadable", ErrorMessage: err.Error()}
}

// Close gives the history's file back.
func (t *Trail) Close() error { return t.spool().Close() }
