package service

import (
	"encoding/xml"
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
)

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
	// Conditions are condition keys of this operation in addition to the global ones.
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
	// BySession: a session of the service's own permits it, since IAM was asked when the
	// session was made.
	BySession bool
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
	// Unlisted: no table has the operation. Its caller is authenticated, and the
	// answer says that it is not known here.
	Unlisted bool
	// Output is the element of an empty result in REST-XML.
	Output string
	// Further asks IAM what Handle asks by itself and can be known without its state. It
	// is asked for a call that another emulator handles; nil if there is nothing to ask.
	Further func(*Call) error
	// Handle does the operation; nil if AWS has it and this mock does not.
	Handle Handler
}

// Handler does one call of an operation and returns what the service's dialect writes, or
// an *Error or a *verdict.Refusal. Handle, HandleForm, HandleWith and Answer make one of a
// function that says what it takes and returns.
type Handler func(*Call) (any, error)

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

// IsPath reports whether a method and a path stand in for the name of an operation.
func IsPath(name string) bool { return strings.Contains(name, " /") }

// Forwarded is the action that IAM must allow before another emulator handles the
// operation, or before it is answered without a handler: [Operation.Action], or by its
// own name one that the table has no more of than that.
func (op *Operation) Forwarded(s *Service) string {
	if op.Action == "" && op.Handle == nil && !op.Unsigned {
		return CallName(s, op)
	}
	return op.Action
}

// Unimplemented are rows for operations that AWS has and this mock has not.
func Unimplemented(names ...string) []Operation {
	rows := make([]Operation, len(names))
	for i, name := range names {
		rows[i].Name = name
	}
	return rows
}

// NoResource is for actions that AWS denies without saying on which resource
// (terraform-aws-modules/terraform-aws-iam#305); it is evaluated as "*".
func NoResource(*Call) string { return "" }

// Synthesized is the least that a client of the operation takes for a result.
func (op *Operation) Synthesized(d *protocol.Dialect) any {
	switch d.Protocol {
	case protocol.EC2:
		return nil
	case protocol.Query: // with an empty element for the result
		return &struct{}{}
	case protocol.S3:
		return &protocol.Empty{Status: 200}
	case protocol.RESTXML:
		if op.Output == "" {
			return nil
		}
		return &struct{ XMLName xml.Name }{xml.Name{Local: op.Output}}
	default:
		return struct{}{}
	}
}
