package service

import (
	"iter"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

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
	// IssuedUntil is when they end.
	IssuedUntil time.Time
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

// Place is where the call's regional resources live: the caller's account, in the
// region of the request.
func (c *Call) Place() Place { return Place{c.Account(), c.Region} }

// ARN makes the ARN of a regional resource of the caller's account.
func (c *Call) ARN(service, resource string) string {
	return "arn:aws:" + service + ":" + c.Region + ":" + c.Account() + ":" + resource
}

// Authorize asks IAM for a further action of the same call, such as
// iam:PassRole; nil means that the caller may.
func (c *Call) Authorize(action, resource string, conditions map[string]string) error {
	ask := iam.Call{Action: action, Resource: resource, Context: map[string][]string{}}
	for k, v := range c.Conditions {
		ask.Context[k] = v
	}
	for k, v := range conditions {
		ask.Context[k] = []string{v}
	}
	if refusal := c.IAM.Authorize(c.Caller, ask); refusal != nil {
		return refusal
	}
	return nil
}

// Trusts reports whether a role's trust policy lets an AWS service assume it on
// behalf of a resource.
func (c *Call) Trusts(roleARN, service, sourceARN string) bool {
	role, ok := c.IAM.RoleByARN(roleARN)
	if !ok {
		return false
	}
	caller := &iam.Credential{Principal: iam.ServicePrincipal(service)}
	return c.IAM.Authorize(caller, iam.Call{
		Action: "sts:AssumeRole", Resource: roleARN, ResourcePolicy: role.Trust,
		Context: map[string][]string{"aws:SourceArn": {sourceARN}, "aws:SourceAccount": {c.Account()}},
	}) == nil
}

// Unimplemented refuses, loudly, what the operation has at AWS and not in this mock:
// what is "the member Tags".
func (c *Call) Unimplemented(what string) *verdict.Refusal {
	gap := verdict.Gap{
		Service: c.Service.ID, Operation: c.Operation.Name, Member: strings.TrimPrefix(what, "the member "),
	}
	return verdict.Because(verdict.StageHandle, gap,
		"this mock does not implement "+what+" of "+c.Service.ID+" "+c.Operation.Name)
}
