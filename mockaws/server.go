package mockaws

import (
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/all"
	"github.com/hostproof/hostproof/mockaws/service/catalog"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// DefaultMaxBody is the largest request body that is read, in bytes: Bedrock's
// own limit is 25 MB, S3 parts are larger.
const DefaultMaxBody = 64 << 20

// Server is the mock. Make one with New.
type Server struct {
	clock     Clock
	iam       *iam.Store
	catalog   *catalog.Catalog
	journal   *Journal
	trail     *service.Trail
	buckets   *s3.Buckets
	faults    *fault.Plan
	verifier  sigv4.Verifier
	upstreams map[string]*upstream // by endpoint prefix
	issuers   *oidc.Issuers
	tokens    *oidc.Verifier
	searches  searches
	maxBody   int64
	bodies    bodies
	region    string
	// synthesize answers what no table of ours implements with an empty result.
	synthesize atomic.Bool

	journalFile string
}

// Option changes how a Server is made.
type Option func(*Server)

// WithMaxBody bounds request bodies, in bytes.
func WithMaxBody(n int64) Option { return func(s *Server) { s.maxBody = n } }

// WithRegion makes the mock the endpoint of one region: a credential scope of
// another is refused. Without it, the region is the hostname's, and any valid
// region is accepted on a host that names none, such as 127.0.0.1.
func WithRegion(region string) Option { return func(s *Server) { s.region = region } }

// WithSynthesis answers operations that AWS has and this mock does not
// implement with an empty result, where they would be answered 501. Callers are
// authenticated and authorized all the same.
func WithSynthesis() Option { return func(s *Server) { s.synthesize.Store(true) } }

// WithJournalFile keeps the journal in a file: every exchange is in it before
// its response goes out, so that a mock that is killed has lost none, and the
// next one with the same file goes on with it. What was written reaches the disk a
// second later at most, and when the mock is closed: a machine without power may lose
// that second. While the file cannot be written, as on a full disk, each call is
// answered with status 507 and why. A file that is no journal, or that another process
// writes, is refused.
func WithJournalFile(path string) Option { return func(s *Server) { s.journalFile = path } }

// Open is New with an error for options that need the file system.
func Open(opts ...Option) (*Server, error) {
	s := newServer(opts)
	if s.journalFile == "" {
		return s, nil
	}
	var err error
	if s.journal, err = openJournal(s.journalFile); err != nil {
		return nil, err
	}
	return s, nil
}

// Close gives back files that a long run has filled. A server without them
// need not be closed.
func (s *Server) Close() error { return errors.Join(s.journal.Close(), s.trail.Close()) }

// New makes a mock AWS without any account. It panics where a journal's file
// cannot be opened: use Open with WithJournalFile.
func New(opts ...Option) *Server {
	s, err := Open(opts...)
	if err != nil {
		panic("mockaws: " + err.Error())
	}
	return s
}

func newServer(opts []Option) *Server {
	s := &Server{
		journal: newJournal(), trail: &service.Trail{}, buckets: s3.NewBuckets(), faults: fault.NewPlan(fault.Calls),
		maxBody: DefaultMaxBody, upstreams: map[string]*upstream{},
	}
	// An expired token that is not the key's own is answered as expired: likely
	// (cline#852), though the chart of the order of checks puts the pairing first.
	s.iam = iam.New(s.clock.Now, iam.WithExpiryFirst())
	s.issuers = oidc.NewIssuers(s.clock.Now)
	s.tokens = oidc.NewVerifier(faultyIssuers{s, s.issuers}, s.clock.Now)
	s.catalog = catalog.New(all.Services(s.buckets, s.issuers, s.tokens)...)
	for _, o := range opts {
		o(s)
	}
	s.bodies = newBodies(s.maxBody)
	return s
}

// Clock is the mock's time.
func (s *Server) Clock() *Clock { return &s.clock }

// IAM holds the mock's accounts.
func (s *Server) IAM() *iam.Store { return s.iam }

// Journal holds what the mock saw.
func (s *Server) Journal() *Journal { return s.journal }

// Faults are misbehaviours of calls to come.
func (s *Server) Faults() *fault.Plan { return s.faults }

// Trail is CloudTrail's event history.
func (s *Server) Trail() *service.Trail { return s.trail }

// Issuers are the OpenID Connect issuers whose tokens STS can verify.
func (s *Server) Issuers() *oidc.Issuers { return s.issuers }

// Services lists the services of the mock and their operations.
func (s *Server) Services() []*service.Service { return s.catalog.Services() }

// ServeHTTP passes a request through the pipeline, unless it is for the host of
// an issuer.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.journal.ready(); err != nil {
		refused := unrecorded(err, r)
		(&flight{http: r, now: s.clock.Now(), response: refused}).writeResponse(w, refused.Size())
		return
	}
	if s.issuerOf(r) {
		s.serveIssuer(w, r)
		return
	}
	f := &flight{server: s, http: r, out: w, exchange: &Exchange{}}
	f.run()
}
