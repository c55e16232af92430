// Package service holds the AWS services behind the mock: one file a service,
// each a value with its signing name, its dialect and a table of operations.
//
// A handler knows no HTTP and no authentication: it gets a Call whose caller was
// already identified and allowed, and returns a value that the service's
// dialect writes.
package service

import (
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Service is one AWS service.
type Service struct {
	ID             string // "Bedrock Runtime", as in the service's model
	EndpointPrefix string // "bedrock-runtime": the first label of its hostnames
	SigningName    string // "bedrock": the service in a credential scope
	// OtherSigningName is another service that a credential scope may name, "" for
	// none.
	OtherSigningName string
	Dialect          protocol.Dialect
	// Dialects are what the service also speaks, by protocol.
	Dialects   map[protocol.Name]protocol.Dialect
	SkewWindow time.Duration
	// Bearer: takes Authorization: Bearer with a Bedrock API key.
	Bearer bool
	// TargetPrefix is the last part before the operation in X-Amz-Target.
	TargetPrefix string
	// Version of the API, as Query calls name it.
	Version string
	// Claims are path prefixes that no other service has.
	Claims []string
	// Complete: the table names every operation that AWS has, so that another
	// one is an error of the caller and not a gap of this mock.
	Complete bool
	// Modelled: the table was made from the service's public model.
	Modelled bool
	// GlobalRegion is the region of credential scopes at the endpoint without a
	// region in its name, "" where there is none.
	GlobalRegion string
	// EventSource is the service's name in CloudTrail.
	EventSource string
	Operations  []Operation
}

// Rules are the service's rules of Signature Version 4; an empty region accepts
// any.
func (s *Service) Rules(region string) sigv4.Rules {
	return sigv4.Rules{
		Service: s.SigningName, OtherService: s.OtherSigningName, Region: region, SkewWindow: s.SkewWindow,
		S3: s.Dialect.Protocol == protocol.S3,
	}
}

// Operation is one row of a service's table.
type Operation struct {
	Name string
	// Method and Path route a REST call: "/model/{modelId}/converse"; a label
	// that ends in "+" takes the rest of the path. Empty for RPC protocols.
	Method, Path string
	// Query parameters (name, or name=value) and Header that a REST call must
	// carry to be this operation.
	Query  []string
	Header string
	// Action is what IAM must allow, "bedrock:InvokeModel"; empty where AWS
	// authorizes nothing (sts:GetCallerIdentity).
	Action string
	// Resource is the ARN that Action is asked for; nil means "*".
	Resource func(*Call) string
	// DeniedOn is the resource as a denial names it, where that is not its ARN: IAM
	// says "user alice".
	DeniedOn func(*Call) string
	// ResourcePolicy is the policy attached to the resource, and its account.
	ResourcePolicy func(*Call) (*iam.Policy, string)
	// PolicyRequired: that policy must allow the call even within the account, as
	// the policy of a KMS key must.
	PolicyRequired bool
	// Conditions are condition keys of this operation beside the global ones.
	Conditions func(*Call) map[string][]string
	// Locate runs before the caller is authenticated. It names the region that
	// the signature must be for, "" to leave it to the endpoint, and fails where
	// the call must go to another endpoint.
	Locate func(*Call) (region string, err error)
	// Find runs before the call is authorized: its error tells everybody that
	// there is nothing to call.
	Find func(*Call) error
	// Unsigned: AWS takes this operation without a signature.
	Unsigned bool
	// Duplex: request and response are streams of events that go on side by side.
	Duplex bool
	// Anonymous: AWS takes it with a signature or without; without one, the
	// resource's policy must allow everybody.
	Anonymous bool
	// Form: the call is an HTML form, whose fields carry its signature.
	Form bool
	// SignedOnly tells apart, as the argument "problem", what AWS answers to a call
	// of this operation without a signature; "" for the usual answer.
	SignedOnly string
	// DataEvent: CloudTrail's event history does not show it.
	DataEvent bool
	ReadOnly  bool
	// Output is the element of an empty result in REST-XML.
	Output string
	// Handle does the operation; nil: AWS has it, this mock has not.
	Handle func(*Call) (any, error)
}

// Call is one call of an operation by an identified caller.
type Call struct {
	Service   *Service
	Operation *Operation
	Input     protocol.Input
	Region    string
	Bucket    string // of a virtual-hosted S3 request
	// BucketRegion is what x-amz-bucket-region says in the answer, "" for
	// nothing.
	BucketRegion string
	Caller       *iam.Credential // nil when the operation takes no signature
	Now          time.Time
	RequestID    string
	SourceIP     string
	UserAgent    string
	IAM          *iam.Store
	Trail        *Trail
	// Origin is where the request was sent, "https://sqs.us-east-1.amazonaws.com".
	Origin string
	// Events are the messages of a Duplex operation as they arrive, in the format
	// application/vnd.amazon.eventstream and with their signatures undone. They
	// end early where the stream was cut off or a signature was wrong.
	Events iter.Seq[[]byte]
	// Done is closed when the caller goes away.
	Done <-chan struct{}
	// Conditions are the global condition keys of the request, for further
	// questions to IAM.
	Conditions map[string][]string
	// WebIdentity is set by an operation that takes no signature but a token of
	// an OpenID Connect issuer, once it is verified.
	WebIdentity *WebIdentity
	// IdentityToken is the token itself, verified or not.
	IdentityToken string
	// Issued is the key id of the credentials that the operation hands out.
	Issued string
}

// Account is the caller's account, "" for an anonymous call.
func (c *Call) Account() string {
	if c.Caller == nil {
		return ""
	}
	return c.Caller.Principal.AccountID
}

// Name is the call in the form "bedrock:Converse".
func (c *Call) Name() string { return CallName(c.Service, c.Operation) }

// CallName joins a service's signing name and an operation's name.
func CallName(s *Service, op *Operation) string {
	switch {
	case s == nil:
		return "unknown"
	case op == nil:
		return s.SigningName + ":unknown"
	default:
		return s.SigningName + ":" + op.Name
	}
}

// Error is an operation's own error, after the caller was accepted.
type Error struct {
	Code, Message string
	Status        int               // 0 = 400
	Elements      map[string]string // further elements of S3's document, such as BucketName
	Members       map[string]any    // further members of a JSON document
	MessageKey    string            // of the message in JSON; "message" by default
	QueryError    string            // value of x-amzn-query-error, "Code;Sender"
	Failure       string            // the row of the dialect's failures that it is made of
	Stage         verdict.Stage     // where the call ended; the handler by default
	Framework     bool              // AWS's framework answers so, before the service sees the call
	Detail        string            // what is wrong more precisely than AWS says, for the journal; never sent
	Cause         error             // what a handler may want to know more precisely; never sent
}

// Error is code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Refusal is the error in the words of a verdict.
func (e *Error) Refusal() *verdict.Refusal {
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	stage := e.Stage
	if stage == "" {
		stage = verdict.StageHandle
	}
	r := verdict.Refuse(stage, verdict.OperationFailed, e.Detail, "code", e.Code, "message", e.Message, "status", strconv.Itoa(status))
	for k, v := range e.Elements {
		r.Args[k] = v
	}
	if len(e.Members) > 0 {
		r.Args["members"] = string(mustJSON(e.Members))
	}
	for k, v := range map[string]string{"messageKey": e.MessageKey, "queryError": e.QueryError, "failure": e.Failure} {
		if v != "" {
			r.Args[k] = v
		}
	}
	if e.Framework {
		r.Args["framework"] = "true"
	}
	return r
}

func invalid(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}
