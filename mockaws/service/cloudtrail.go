package service

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// CloudTrail answers LookupEvents from the event history that the mock keeps.
func CloudTrail() *Service {
	return &Service{
		ID: "CloudTrail", EndpointPrefix: "cloudtrail", SigningName: "cloudtrail", TargetPrefix: "CloudTrail_20131101",
		Dialect:    protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "cloudtrail.amazonaws.com",
		Operations: []Operation{
			{Name: "LookupEvents", Action: "cloudtrail:LookupEvents", ReadOnly: true, Handle: lookupEvents},
		},
	}
}

type lookupInput struct {
	LookupAttributes []struct{ AttributeKey, AttributeValue string }
	StartTime        *float64
	EndTime          *float64
	MaxResults       int
	NextToken        string
}

type lookupEvent struct {
	EventId, EventName, ReadOnly, AccessKeyId, EventSource, Username string
	EventTime                                                        float64
	Resources                                                        []any
	CloudTrailEvent                                                  string
}

// attributes are the keys of
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html
var attributes = map[string]func(*TrailEvent) string{
	"EventId":     func(e *TrailEvent) string { return e.ID },
	"EventName":   func(e *TrailEvent) string { return e.Name },
	"EventSource": func(e *TrailEvent) string { return e.Source },
	"ReadOnly":    func(e *TrailEvent) string { return strconv.FormatBool(e.ReadOnly) },
	"AccessKeyId": func(e *TrailEvent) string { return e.KeyID },
	"Username":    func(e *TrailEvent) string { return e.Username },
}

// lookupEvents lists the newest events first, 50 a page at most.
func lookupEvents(c *Call) (any, error) {
	var in lookupInput
	if err := json.Unmarshal(c.Input.Body, &in); err != nil {
		return nil, invalid("SerializationException", "the request body is not the JSON of LookupEvents: %v", err)
	}
	if in.MaxResults < 0 || in.MaxResults > 50 {
		return nil, invalid("InvalidMaxResultsException", "MaxResults must be from 1 to 50.")
	}
	for _, a := range in.LookupAttributes {
		if attributes[a.AttributeKey] == nil {
			return nil, invalid("InvalidLookupAttributesException", "The lookup attribute %s is not known.", a.AttributeKey)
		}
	}
	skip, err := strconv.Atoi("0" + in.NextToken)
	if err != nil {
		return nil, invalid("InvalidNextTokenException", "The token is not valid.")
	}
	size := in.MaxResults
	if size == 0 {
		size = 50
	}
	found := in.find(c.Trail.Events(c.Account()))
	out := map[string]any{"Events": page(found, skip, size)}
	if skip+size < len(found) {
		out["NextToken"] = itoa(skip + size)
	}
	return out, nil
}

func (in *lookupInput) find(events []TrailEvent) []lookupEvent {
	found := []lookupEvent{}
	for i := range events {
		e := &events[i]
		at := float64(e.Time.UnixMilli()) / 1000
		if in.StartTime != nil && at < *in.StartTime || in.EndTime != nil && at > *in.EndTime || !in.matches(e) {
			continue
		}
		found = append(found, lookupEvent{
			EventId: e.ID, EventName: e.Name, ReadOnly: strconv.FormatBool(e.ReadOnly), AccessKeyId: e.KeyID,
			EventSource: e.Source, Username: e.Username, EventTime: at, Resources: []any{}, CloudTrailEvent: e.document(),
		})
	}
	return found
}

func (in *lookupInput) matches(e *TrailEvent) bool {
	for _, a := range in.LookupAttributes {
		if attributes[a.AttributeKey](e) != a.AttributeValue {
			return false
		}
	}
	return true
}

func page[T any](list []T, skip, size int) []T {
	if skip >= len(list) {
		return list[:0]
	}
	return list[skip:min(skip+size, len(list))]
}
