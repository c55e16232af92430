package deploy

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// issuer is what endpoints ask of the identities.
type issuer interface {
	// issue makes the credentials that an endpoint hands out.
	issue(ctx context.Context, e fixtures.Endpoint) (iam.AppliedSession, error)
	// mint makes a token of one of the host's issuers.
	mint(ctx context.Context, issuer, audience string) (string, error)
	// noteToken remembers a token that an endpoint handed out.
	noteToken(token string, e fixtures.Endpoint)
	// verifyPodToken makes the check of the tokens of pods; nil on a host without
	// an issuer.
	verifyPodToken() (func(context.Context, string) error, error)
}

// endpoints are the places of the host that answer programs with credentials or
// tokens, what they were asked, and what goes wrong there on purpose.
type endpoints struct {
	*site
	ids     issuer
	mock    *Mock
	now     func() time.Time
	backend isolation.Backend // of programs
	// metadata stands where a host without instance metadata has none.
	metadata *noMetadata
	// onLookup is called at each request; it may be nil.
	onLookup func(metadata.Lookup)
	// tokens are what endpoints want as authorization, by name.
	tokens map[string]string
	faults faults

	vending sync.Mutex
	kept    map[string]metadata.Credentials // by endpoint, until it renews them

	lookupsMu    sync.Mutex
	lookups      []metadata.Lookup
	nameFailures []ledger.NameFailure
}

func newEndpoints(st *site, mock *Mock, ids issuer, now func() time.Time) *endpoints {
	return &endpoints{site: st, ids: ids, mock: mock, now: now, metadata: &noMetadata{},
		kept: map[string]metadata.Credentials{}}
}

// begin makes all ready for a new deployment: nothing is kept, and all faults are
// still to come.
func (es *endpoints) begin(ctx context.Context) error {
	es.forget()
	return es.planFaults(ctx)
}

// clear forgets what was asked and handed out, before a program runs.
func (es *endpoints) clear() {
	es.metadata.take()
	es.takeLookups()
	es.takeNameFailures()
	es.forget()
}

// handlers makes the handlers of endpoints for programs of one isolation.
func (es *endpoints) handlers(ownNetwork bool) func(fixtures.Endpoint) (http.Handler, error) {
	return (&serving{endpoints: es, ownNetwork: ownNetwork}).handler
}

// noMetadataURL is where a program meets that there is no instance metadata.
func (es *endpoints) noMetadataURL() (string, error) { return es.metadata.url() }

// serving makes the handlers of the endpoints for one isolation.
type serving struct {
	*endpoints
	// ownNetwork says that programs reach the endpoints at their real addresses.
	ownNetwork bool
	// sso is the person's sign-in that two endpoints share; nil until one is made.
	sso *metadata.SSO
}
