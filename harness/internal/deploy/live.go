package deploy

import (
	"context"
	"net/http"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// This file is what one can ask of a deployment and do to it, also while a
// program runs there.

// Host is the host as its fixture describes it.
func (d *Deployment) Host() *fixtures.Host { return d.site.host }

// Mock is the deployment's mock AWS.
func (d *Deployment) Mock() *Mock { return d.mock }

// Environment is what subjects find in their environment.
func (d *Deployment) Environment() (*ledger.Environment, error) {
	_, env, err := d.env.lay(d.backend)
	return env, err
}

// Principal is the ARN of one of the deployment's users.
func (d *Deployment) Principal(user string) string { return d.ids.principal(user) }

// RequestHeaders are the headers that the host adds to a request it passes to
// the program, such as Vercel's x-vercel-oidc-token. Each call is a new request;
// it may be made while the program runs.
func (d *Deployment) RequestHeaders() (http.Header, error) { return d.ids.requestHeaders() }

// AddEndpointFault is EndpointFault for what begins while a subject runs.
func (d *Deployment) AddEndpointFault(endpoint string, f fault.Fault) error {
	planned := project.Planned{Plane: fault.Endpoints, Endpoint: endpoint, Fault: f}
	return d.points.planFault(context.Background(), planned, false)
}

// Now is the time in which AWS, the host's endpoints and its issuers live.
func (d *Deployment) Now() time.Time { return d.clock.now() }

// Advance moves time forward or back for AWS, for what the host's endpoints and
// issuers hand out, and of subjects that have a clock of their own
// (SubjectClock), now and while they run. A subject without one stays where it
// is, and its signatures are dated by that much too early.
func (d *Deployment) Advance(ctx context.Context, by time.Duration) error {
	return d.clock.advance(ctx, by)
}

// SetSubjectClock sets how far subjects' clock is ahead of AWS's, also while they
// run. The deployment must have been given a SubjectClock.
func (d *Deployment) SetSubjectClock(ahead time.Duration) error { return d.clock.setSubjects(ahead) }

// RotateTokens has the host's issuers make new tokens and puts them into the
// host's files, while a subject runs too. On Kubernetes that is done as by the
// kubelet, which swaps a symbolic link, so that a reader finds the old token or
// the new one
// (https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccountToken).
// The old tokens stay valid until they expire. Files in a container are out of
// reach once it runs.
func (d *Deployment) RotateTokens(ctx context.Context) error { return d.env.rotateTokens(ctx) }
