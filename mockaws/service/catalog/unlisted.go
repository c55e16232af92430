package catalog

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// A service's name in a credential scope, and an operation's in AWS's models
// (https://smithy.io/2.0/spec/model.html#shape-id).
var (
	scopeName     = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,62}$`)
	operationName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
)

// unlisted makes a target of a request whose service or operation no table has, so
// that its caller is authenticated all the same: AWS may have it, and the tables be
// older. What cannot be an operation of AWS's, and what names no service, stays
// refused.
func (t *Target) unlisted(r *Request, modelled *Target, refusal *verdict.Refusal) (*Target, *verdict.Refusal) {
	if t.Service == nil && modelled.Service != nil {
		modelled.Region = cmp.Or(modelled.Region, t.Region)
		t = modelled
	}
	name := t.operationName(r)
	s := t.Service
	switch {
	case s != nil && !couldBe(s, name):
		return t, refusal
	case s != nil && r.ScopeService == "":
		return t, verdict.Because(verdict.StageIdentify, verdict.Gap{Service: s.ID, Operation: name},
			s.ID+" "+name+" is not known here, and nobody signed it")
	case s != nil && s.SignsAs(r.ScopeService) && (s.REST() || !service.IsPath(name)):
	case !scopeName.MatchString(r.ScopeService):
		return t, refusal
	default:
		// A host can be of several services, as abc-ats.iot is, and a service can have
		// endpoints that its model does not tell of: the scope alone is known.
		t.Service = nameless(r)
	}
	t.Operation = &service.Operation{Name: lastPart(name), Unlisted: true}
	return t, nil
}

// couldBe says whether AWS could have an operation of that name, or at that method
// and path. All operations of some protocols are at POST /, and named elsewhere.
func couldBe(s *service.Service, name string) bool {
	return service.IsPath(name) && (name != "POST /" || s.REST()) || operationName.MatchString(lastPart(name))
}

// lastPart is the operation in the value of X-Amz-Target; other names are as they
// are.
func lastPart(name string) string {
	if strings.ContainsAny(name, " /") {
		return name // a method and a path
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

// nameless is a service of which only its name in a credential scope is known.
func nameless(r *Request) *service.Service {
	return &service.Service{
		ID: r.ScopeService, EndpointPrefix: r.ScopeService, SigningName: r.ScopeService,
		EventSource: r.ScopeService + ".amazonaws.com", Dialect: spoken(r), Unlisted: true, EitherPath: true,
		// The wider of AWS's two windows.
		SkewWindow: 15 * time.Minute, UnsignedPayload: true, Asymmetric: true,
	}
}

// spoken is the dialect that a request seems to be in.
func spoken(r *Request) protocol.Dialect {
	switch kind := r.Header.Get("Content-Type"); {
	case r.Header.Get("X-Amz-Target") != "":
		return protocol.Dialect{Protocol: protocol.JSON10, Errors: protocol.Tabulate(protocol.JSONRows)}
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		return protocol.Dialect{Protocol: protocol.Query, Errors: protocol.Tabulate(protocol.QueryRows)}
	}
	return protocol.Dialect{Protocol: protocol.RESTJSON, Errors: protocol.Tabulate(protocol.RESTJSONRows)}
}
