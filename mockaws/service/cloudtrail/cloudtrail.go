package cloudtrail

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New answers LookupEvents from the event history that the mock keeps.
func New() *service.Service {
	return &service.Service{
		ID: "CloudTrail", EndpointPrefix: "cloudtrail", SigningName: "cloudtrail", TargetPrefix: "CloudTrail_20131101",
		Dialect:    protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "cloudtrail.amazonaws.com",
		Operations: []service.Operation{
			{Name: "LookupEvents", Action: "cloudtrail:LookupEvents", ReadOnly: true,
				Handle: service.HandleWith(readLookup, lookupEvents)},
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
var attributes = map[string]func(*service.TrailEvent) string{
	"EventId":     func(e *service.TrailEvent) string { return e.ID },
	"EventName":   func(e *service.TrailEvent) string { return e.Name },
	"EventSource": func(e *service.TrailEvent) string { return e.Source },
	"ReadOnly":    func(e *service.TrailEvent) string { return strconv.FormatBool(e.ReadOnly) },
	"AccessKeyId": func(e *service.TrailEvent) string { return e.KeyID },
	"Username":    func(e *service.TrailEvent) string { return e.Username },
}

type lookupOutput struct {
	Events    []lookupEvent
	NextToken string `json:",omitempty"`
}

// readLookup reads the members that are known here and leaves out the others.
func readLookup(c *service.Call, in any) error {
	if err := json.Unmarshal(c.Input.Body, in); err != nil {
		return service.Errorf("SerializationException", "the request body is not the JSON of LookupEvents: %v", err)
	}
	return nil
}

// lookupEvents lists the newest events first, 50 a page at most.
func lookupEvents(c *service.Call, in *lookupInput) (*lookupOutput, error) {
	if in.MaxResults < 0 || in.MaxResults > 50 {
		return nil, service.Errorf("InvalidMaxResultsException", "MaxResults must be from 1 to 50.")
	}
	for _, a := range in.LookupAttributes {
		if attributes[a.AttributeKey] == nil {
			return nil, service.Errorf("InvalidLookupAttributesException", "The lookup attribute %s is not known.",
				a.AttributeKey)
		}
	}
	skip, err := strconv.Atoi("0" + in.NextToken)
	if err != nil {
		return nil, service.Errorf("InvalidNextTokenException", "The token is not valid.")
	}
	size := in.MaxResults
	if size == 0 {
		size = 50
	}
	found := in.find(c.Trail.Events(c.Account()))
	out := &lookupOutput{Events: service.Page(found, skip, size)}
	if skip+size < len(found) {
		out.NextToken = strconv.Itoa(skip + size)
	}
	return out, nil
}

func (in *lookupInput) find(events []service.TrailEvent) []lookupEvent {
	found := []lookupEvent{}
	for i := range events {
		e := &events[i]
		at := float64(e.Time.UnixMilli()) / 1000
		if in.StartTime != nil && at < *in.StartTime || in.EndTime != nil && at > *in.EndTime || !in.matches(e) {
			continue
		}
		found = append(found, lookupEvent{
			EventId: e.ID, EventName: e.Name, ReadOnly: strconv.FormatBool(e.ReadOnly), AccessKeyId: e.KeyID,
			EventSource: e.Source, Username: e.Username, EventTime: at, Resources: []any{},
			CloudTrailEvent: eventDocument(e),
		})
	}
	return found
}

func (in *lookupInput) matches(e *service.TrailEvent) bool {
	for _, a := range in.LookupAttributes {
		if attributes[a.AttributeKey](e) != a.AttributeValue {
			return false
		}
	}
	return true
}

// eventDocument is the event as CloudTrail's JSON has it
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
func eventDocument(e *service.TrailEvent) string {
	identity := map[string]any{"principalId": e.PrincipalID, "arn": e.PrincipalARN, "accountId": e.Account,
		"accessKeyId": e.KeyID, "type": "IAMUser"}
	switch {
	case e.IdentityProvider != "":
		// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
		identity = map[string]any{"type": "WebIdentityUser", "principalId": e.PrincipalID, "userName": e.Username,
			"identityProvider": e.IdentityProvider}
	case e.Username == "":
		identity["type"] = "AssumedRole"
	default:
		identity["userName"] = e.Username
	}
	doc := map[string]any{
		"eventVersion": "1.11", "userIdentity": identity, "eventTime": e.Time.UTC().Format(time.RFC3339),
		"eventSource": e.Source, "eventName": e.Name, "awsRegion": e.Region, "sourceIPAddress": e.SourceIP,
		"userAgent": e.UserAgent, "requestID": e.RequestID, "eventID": e.ID, "readOnly": e.ReadOnly,
		"eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": e.Account,
		"eventCategory": "Management",
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
