package catalog

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Catalog finds the service and the operation that a request means.
type Catalog struct {
	services  []*service.Service
	byPrefix  map[string]*service.Service
	sharing   map[string][]*service.Service // by hostname prefix, the largest service first
	byTarget  map[string]*service.Service
	byVersion map[string][]*service.Service
	bySigning map[string][]*service.Service
	routes    map[*service.Service][]route
	ops       map[*service.Service]map[string]*service.Operation
	scoped    bool // paths are matched only where hostname or scope name a service

	declaring sync.Mutex // held while own is replaced
	own       atomic.Pointer[map[string]*service.Service]
}

// New indexes services.
func New(services ...*service.Service) *Catalog {
	c := &Catalog{
		services: services, byPrefix: map[string]*service.Service{}, sharing: map[string][]*service.Service{},
		byTarget:  map[string]*service.Service{},
		byVersion: map[string][]*service.Service{}, bySigning: map[string][]*service.Service{},
		routes: map[*service.Service][]route{}, ops: map[*service.Service]map[string]*service.Operation{},
	}
	for _, s := range services {
		c.add(s)
	}
	for _, list := range c.sharing {
		slices.SortStableFunc(list, func(a, b *service.Service) int { return len(b.Operations) - len(a.Operations) })
	}
	return c
}

func (c *Catalog) add(s *service.Service) {
	c.byPrefix[s.EndpointPrefix] = s
	c.sharing[s.EndpointPrefix] = append(c.sharing[s.EndpointPrefix], s)
	if s.TargetPrefix != "" {
		c.byTarget[s.TargetPrefix] = s
	}
	if s.Version != "" {
		c.byVersion[s.Version] = append(c.byVersion[s.Version], s)
	}
	c.bySigning[s.SigningName] = append(c.bySigning[s.SigningName], s)
	c.ops[s] = map[string]*service.Operation{}
	for i := range s.Operations {
		op := &s.Operations[i]
		c.ops[s][op.Name] = op
		if op.Path != "" {
			c.routes[s] = append(c.routes[s], newRoute(op))
		}
	}
}

// Services lists what the catalog holds.
func (c *Catalog) Services() []*service.Service { return c.services }

// Request is what identification looks at.
type Request struct {
	Method, Host, Path, RawQuery string
	Header                       http.Header
	Body                         []byte
	// ScopeService is the service in the request's credential scope, "" without
	// one. It is a hint where hostname and path do not decide, never a proof.
	ScopeService string
}

// Target is what a request means.
type Target struct {
	Service   *service.Service
	Operation *service.Operation
	Input     protocol.Input
	Region    string // from the hostname, "" if it names none
	Bucket    string // from a virtual-hosted S3 hostname

	// foreign: the host is one of AWS's, of a service that the catalog has not.
	foreign bool
}

// Identify finds what the request means. A refusal still comes with the target
// as far as it was found: errors are written in the service's dialect.
func (c *Catalog) Identify(r *Request) (*Target, *verdict.Refusal) {
	if t := c.declared(r); t != nil {
		return t, nil
	}
	t, refusal := c.identify(r)
	if refusal == nil && !c.scoped {
		refusal = t.checkVersion()
	}
	if c.scoped || refusal == nil || t.Operation != nil ||
		refusal.Reason != verdict.UnsupportedOperation && refusal.Reason != verdict.UnknownOperation {
		return t, refusal
	}
	// What no table of ours has may be in AWS's models.
	modelled, unknown := Known().identify(r)
	if unknown != nil || modelled.Operation == nil {
		return t.unlisted(r, modelled, refusal)
	}
	if t.Service != nil && t.Service.ID == modelled.Service.ID {
		modelled.Service = t.Service // its refusals are known better
	}
	return modelled, nil
}

func (c *Catalog) identify(r *Request) (*Target, *verdict.Refusal) {
	t := &Target{}
	t.read(r)
	t.fromHost(c, r)
	for _, look := range lookups {
		if op, found := look(c, r, t); found {
			t.Operation = op
			return t, t.check(r)
		}
	}
	return t, verdict.Because(verdict.StageIdentify,
		verdict.Gap{Service: "unknown", Operation: r.Method + " " + r.Path},
		"cannot tell which AWS service "+r.Method+" "+r.Host+r.Path+
			" is meant for: no hostname, X-Amz-Target, Action or "+
			"path that this mock knows")
}

// read takes what every target has of a request.
func (t *Target) read(r *Request) {
	t.Input = protocol.Input{Header: r.Header, Body: r.Body}
	if r.RawQuery != "" {
		if query, err := url.ParseQuery(r.RawQuery); err == nil {
			t.Input.Query = query
		}
	}
}

// lookups are tried in order; each says whether it settled the service.
var lookups = []func(*Catalog, *Request, *Target) (*service.Operation, bool){
	byTarget, byCBORPath, byAction, byRoute, byS3,
}

func (t *Target) check(r *Request) *verdict.Refusal {
	name := t.operationName(r)
	switch {
	case t.Operation == nil && t.Service.Complete:
		return verdict.Because(verdict.StageIdentify,
			verdict.NoOperation{Service: t.Service.ID, Operation: name, Version: t.Input.Form.Get("Version")},
			t.Service.ID+" has no operation "+name)
	case t.Operation == nil:
		return verdict.Because(verdict.StageIdentify, verdict.Gap{Service: t.Service.ID, Operation: name},
			"this mock does not implement "+t.Service.ID+" "+name)
	}
	return nil
}

// noVersion is what AWS's framework writes for a call of the Query protocol without a version,
// which is likely.
const noVersion = "NO_VERSION_SPECIFIED"

// checkVersion refuses a call of another version of the API, of a service whose table has every
// operation that AWS has.
func (t *Target) checkVersion() *verdict.Refusal {
	s, version := t.Service, t.Input.Form.Get("Version")
	if !s.Complete || s.Version == "" || s.Dialect.Protocol != protocol.Query || version == s.Version {
		return nil
	}
	if version == "" {
		version = noVersion
	}
	return verdict.Because(verdict.StageIdentify,
		verdict.NoOperation{Service: s.ID, Operation: t.Operation.Name, Version: version},
		"the call is of version "+version+" of the API, and "+s.ID+" has "+s.Version)
}

func (t *Target) operationName(r *Request) string {
	if t.Operation != nil {
		return t.Operation.Name
	}
	if a := t.Input.Form.Get("Action"); a != "" {
		return a
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target
	}
	return r.Method + " " + r.Path
}

// byTarget reads the header of the JSON-RPC protocols,
// "DynamoDB_20120810.GetItem"; some clients prefix the service's package.
func byTarget(c *Catalog, r *Request, t *Target) (*service.Operation, bool) {
	target := r.Header.Get("X-Amz-Target")
	prefix, name, ok := cutLast(target, '.')
	if !ok {
		return nil, false
	}
	if _, last, ok := cutLast(prefix, '.'); ok {
		prefix = last
	}
	s := c.byTarget[prefix]
	if s == nil {
		return nil, false
	}
	t.Service = over(s, protocol.JSON10)
	return c.ops[s][name], true
}

// byCBORPath reads the path of rpc-v2-cbor, "/service/X/operation/Y".
func byCBORPath(c *Catalog, r *Request, t *Target) (*service.Operation, bool) {
	if !strings.HasPrefix(r.Path, "/service/") {
		return nil, false
	}
	parts := strings.Split(r.Path, "/")
	if len(parts) != 5 || parts[3] != "operation" {
		return nil, false
	}
	s := c.byTarget[parts[2]]
	if s == nil || s.Dialects[protocol.CBOR].Protocol == "" {
		return nil, false
	}
	t.Service = over(s, protocol.CBOR)
	return c.ops[s][parts[4]], true
}

// byAction reads the parameters of the Query protocol, in the body or the query
// string.
func byAction(c *Catalog, r *Request, t *Target) (*service.Operation, bool) {
	form := t.Input.Query
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		body, err := service.Decompressed(r.Header, r.Body)
		if err != nil {
			return nil, false
		}
		parsed, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, false
		}
		form = parsed
	}
	action := form.Get("Action")
	if action == "" {
		return nil, false
	}
	s := c.queryService(t.Service, form.Get("Version"), action, r.ScopeService)
	if s == nil {
		return nil, false
	}
	t.Service, t.Input.Form = s, form
	return c.ops[s][action], true
}

func (c *Catalog) queryService(fromHost *service.Service, version, action, scope string) *service.Service {
	if fromHost != nil {
		for _, s := range c.sharing[fromHost.EndpointPrefix] { // as RDS, DocDB and Neptune do
			if s.Version == version && c.ops[s][action] != nil {
				return s
			}
		}
		return fromHost
	}
	candidates := c.byVersion[version]
	for _, wanted := range []string{action, ""} {
		for _, s := range candidates {
			if s.SigningName == scope && (wanted == "" || c.ops[s][wanted] != nil) {
				return s
			}
		}
	}
	if len(candidates) > 0 {
		return candidates[0]
	}
	for _, s := range c.bySigning[scope] {
		if s.Version != "" {
			return s
		}
	}
	return nil
}

// byRoute matches method and path of the REST services: of the host's service
// if the host names one, else of those that the scope names, else of all.
func byRoute(c *Catalog, r *Request, t *Target) (*service.Operation, bool) {
	if t.Service != nil {
		for _, s := range c.sharing[t.Service.EndpointPrefix] {
			if op := c.route(s, r, t); op != nil {
				t.Service = s
				return op, true
			}
		}
		return nil, true
	}
	if c.signedAsS3(r) {
		return nil, false // a bucket may be called "apps" or "model"
	}
	scoped := c.bySigning[r.ScopeService]
	lists := [][]*service.Service{scoped, c.services}
	if c.scoped || t.foreign {
		lists = lists[:1]
	}
	for _, list := range lists {
		for _, s := range list {
			if s.Dialect.Protocol == protocol.S3 {
				continue // its patterns match everything
			}
			if op := c.route(s, r, t); op != nil {
				t.Service = s
				return op, true
			}
		}
	}
	for _, s := range c.services {
		for _, prefix := range s.Claims {
			if !t.foreign && strings.HasPrefix(r.Path, prefix) {
				t.Service = s
				return nil, true
			}
		}
	}
	for _, s := range scoped {
		if len(c.routes[s]) > 0 && s.Dialect.Protocol != protocol.S3 {
			t.Service = s
			return nil, true
		}
	}
	return nil, false
}

// signedAsS3 reports whether an S3 client made the request: only those must
// send the payload's hash in a header, or put the signature into the URL.
func (c *Catalog) signedAsS3(r *Request) bool {
	s := c.storage(r.ScopeService)
	return s != nil && s.SigningName == r.ScopeService && (r.Header.Get("X-Amz-Content-Sha256") != "" ||
		strings.Contains(r.RawQuery, "X-Amz-Signature="))
}

// storage is the service that speaks S3's protocol and signs with that name, or else S3; nil
// for a catalog without S3.
func (c *Catalog) storage(scope string) *service.Service {
	for _, s := range c.bySigning[scope] {
		if s.Dialect.Protocol == protocol.S3 {
			return s
		}
	}
	return c.byPrefix["s3"]
}

// byS3 takes what is left for S3, whose paths can be anything: what is signed for
// S3 or names an operation of it, and what is not signed and does not go to another service of AWS. A request
// that is signed for a service this mock does not know is not S3's.
func byS3(c *Catalog, r *Request, t *Target) (*service.Operation, bool) {
	s := c.storage(r.ScopeService)
	if s == nil || c.scoped || r.Header.Get("X-Amz-Target") != "" {
		return nil, false
	}
	// The JavaScript SDK names the operation in the query, whatever the scope is.
	named := c.ops[s][t.Input.Query.Get("x-id")] != nil
	if !named && r.ScopeService != s.SigningName && (r.ScopeService != "" || t.foreign) {
		return nil, false
	}
	t.Service = s
	return c.route(s, r, t), true
}

func (c *Catalog) route(s *service.Service, r *Request, t *Target) *service.Operation {
	path := r.Path
	if t.Bucket != "" {
		path = "/" + t.Bucket + path
	}
	for i := range c.routes[s] {
		if labels, ok := c.routes[s][i].match(r, path, t.Input.Query); ok {
			t.Input.Labels = labels
			return c.routes[s][i].op
		}
	}
	return nil
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// over is the service as it is spoken to in another protocol, if it can be.
func over(s *service.Service, name protocol.Name) *service.Service {
	d, ok := s.Dialects[name]
	if !ok {
		return s
	}
	spoken := *s
	spoken.Dialect = d
	return &spoken
}
