package service

import (
	"encoding/json"
	"sync"
	"time"
)

// Trail is CloudTrail's event history. AWS records what an identified caller
// asked for, allowed or denied; a request whose credentials were refused leaves
// nothing
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging.html).
// The real history lags by up to 15 minutes; this one does not.
type Trail struct {
	mu     sync.Mutex
	events []TrailEvent
}

// maxEvents bounds the history's memory; the oldest go first. AWS keeps 90 days.
const maxEvents = 100_000

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
}

// Record adds an event.
func (t *Trail) Record(e TrailEvent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.events) >= maxEvents {
		t.events = append(t.events[:0], t.events[maxEvents/10:]...)
	}
	t.events = append(t.events, e)
}

// Events are the events of an account, newest first; with an empty account, of
// all.
func (t *Trail) Events(account string) []TrailEvent {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []TrailEvent
	for i := len(t.events) - 1; i >= 0; i-- {
		if account == "" || t.events[i].Account == account {
			out = append(out, t.events[i])
		}
	}
	return out
}

// document is the event as CloudTrail's JSON has it
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
func (e *TrailEvent) document() string {
	identity := map[string]any{"principalId": e.PrincipalID, "arn": e.PrincipalARN, "accountId": e.Account, "accessKeyId": e.KeyID, "type": "IAMUser"}
	if e.Username == "" {
		identity["type"] = "AssumedRole"
	} else {
		identity["userName"] = e.Username
	}
	doc := map[string]any{
		"eventVersion": "1.11", "userIdentity": identity, "eventTime": e.Time.UTC().Format(time.RFC3339),
		"eventSource": e.Source, "eventName": e.Name, "awsRegion": e.Region, "sourceIPAddress": e.SourceIP,
		"userAgent": e.UserAgent, "requestID": e.RequestID, "eventID": e.ID, "readOnly": e.ReadOnly,
		"eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": e.Account, "eventCategory": "Management",
	}
	if e.ErrorCode != "" {
		doc["errorCode"], doc["errorMessage"] = e.ErrorCode, e.ErrorMessage
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return "{}"
	}
	return string(b)
}
