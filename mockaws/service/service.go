package service

import (
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/sigv4"
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
	// Unlisted: no table has the service, and all that is known of it is the name in
	// a credential scope.
	Unlisted bool
	// EitherPath: it is not known whether signatures of the service cover the path
	// encoded twice and normalised, or as it was sent; both are taken.
	EitherPath bool
	// PathAsSent: signatures cover the path as it was sent.
	PathAsSent bool
	// UnsignedPayload and Asymmetric are as in sigv4.Rules.
	UnsignedPayload, Asymmetric bool
	// ObeysExpires is as in sigv4.Rules.
	ObeysExpires bool
	// OwnToken is as in sigv4.Rules.
	OwnToken string
	// GlobalRegion is the region of credential scopes at the endpoint without a
	// region in its name, "" without such an endpoint.
	GlobalRegion string
	// EventSource is the service's name in CloudTrail.
	EventSource string
	Operations  []Operation
}

// SignsAs reports whether a credential scope for the service may have that name.
func (s *Service) SignsAs(name string) bool {
	return name == s.SigningName || name != "" && name == s.OtherSigningName
}

// REST reports whether method and path say which operation of the service is meant.
func (s *Service) REST() bool {
	switch s.Dialect.Protocol {
	case protocol.RESTJSON, protocol.RESTXML, protocol.S3:
		return true
	}
	return false
}

// Rules are the service's rules of Signature Version 4; an empty region accepts
// any.
func (s *Service) Rules(region string) sigv4.Rules {
	return sigv4.Rules{
		Service: s.SigningName, OtherService: s.OtherSigningName, Region: region, SkewWindow: s.SkewWindow,
		S3: s.Dialect.Protocol == protocol.S3, UnsignedPayload: s.UnsignedPayload, Asymmetric: s.Asymmetric,
		ObeysExpires: s.ObeysExpires, OwnToken: s.OwnToken,
	}
}
