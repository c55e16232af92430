// Package deploy is the engine of package harness: it deploys a project to a
// simulated host and runs programs there. Package harness is its face, and the
// package that others import.
package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/isolation"
	_ "github.com/hostproof/hostproof/harness/isolation/all" // the backends
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// DefaultTimeout bounds one run of a subject.
const DefaultTimeout = project.DefaultTimeout

// SettingError says that a deployment was asked for what cannot be: an unknown
// host, a variable that the host reserves, a placeholder without a value.
type SettingError struct{ Problem string }

// Error is one line that says what can be.
func (e *SettingError) Error() string { return e.Problem }

// Deployment is a program's place on a simulated host. Make one with Start.
type Deployment struct {
	host           *fixtures.Host
	settings       Settings
	mockMode       string
	mock           *Mock
	backend        isolation.Backend // of programs
	why            string            // it is not the sandbox
	ca             *isolation.CA
	metadata       *noMetadata
	tokens         map[string]string // of the host's issuers, by name
	endpointTokens map[string]string
	layouts        map[isolation.Mode]*layout
	dir            string // the subjects' home
	temporary      string // what subjects see only in the places that it is shown at
	clock          *mockaws.Clock
	subjectClock   *subjectClock
	applied        *mockaws.Applied
	made           map[string]bool // account/name of the roles that exist
	secretsMu      sync.Mutex
	secrets        map[string]string    // key id -> secret
	vended         map[string]string    // key id -> the endpoint that handed it out
	handedOut      map[string][]string  // endpoint -> key ids, and fingerprints of tokens
	ends           map[string]time.Time // key id -> when the credentials end
	formerTokens   []string             // of the host's issuers, rotated away
	headers        map[string]string    // fingerprint -> the request header that had the value
	headerValues   []string             // of these headers
	vending        sync.Mutex
	kept           map[string]metadata.Credentials // by endpoint, until it renews them
	faults         faults
	published      map[string]published // by issuer
	lookupsMu      sync.Mutex
	lookups        []metadata.Lookup
	nameFailures   []ledger.NameFailure
	run            sync.Mutex // one subject at a time, so that exchanges are its own
}

// Start deploys to a host of the fixtures by name. Close the deployment when
// done.
func Start(ctx context.Context, host string, s Settings) (*Deployment, error) {
	if err := s.settle(); err != nil {
		return nil, err
	}
	if s.Catalog == nil {
		s.Catalog = fixtures.Builtin()
	}
	h, err := s.Catalog.Host(host)
	if err != nil {
		return nil, &SettingError{err.Error()}
	}
	if err := s.resolveRoles(h, &Settings{}); err != nil {
		return nil, err
	}
	d := &Deployment{host: h, settings: s, mockMode: mockMode(s.Mock), secrets: map[string]string{},
		vended: map[string]string{}, handedOut: map[string][]string{}, ends: map[string]time.Time{},
		layouts: map[isolation.Mode]*layout{},
		clock:   &mockaws.Clock{}}
	if err := d.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot deploy to %s: %w", host, err), d.Close(context.WithoutCancel(ctx)))
	}
	return d, nil
}

func (d *Deployment) start(ctx context.Context) error {
	var err error
	if other := d.settings.Beside; other != nil {
		d.mock, d.mockMode, d.clock = other.mock, other.mockMode, other.clock
	} else if d.mock, err = startMock(ctx, d.mockMode); err != nil {
		return err
	}
	d.metadata = &noMetadata{}
	if err = d.isolate(ctx); err != nil {
		return err
	}
	if d.dir, err = os.MkdirTemp("", "hostproof-"); err != nil {
		return err
	}
	if d.temporary, err = os.MkdirTemp("", "hostproof-host-"); err != nil {
		return err
	}
	if err := d.newSubjectClock(); err != nil {
		return err
	}
	if err := d.seed(ctx); err != nil {
		return err
	}
	d.forget()
	if err := d.planFaults(ctx); err != nil {
		return err
	}
	// The environment is built once now, so that what is wrong with the settings
	// is said before any subject runs.
	_, env, err := d.lay(d.backend)
	if err != nil {
		return err
	}
	if err := d.checkUnset(env); err != nil {
		return err
	}
	return d.setClock(ctx)
}

// lay builds what a subject finds under an isolation.
func (d *Deployment) lay(b isolation.Backend) (*layout, *ledger.Environment, error) {
	l := d.layouts[b.Name()]
	if l == nil {
		var err error
		if l, err = d.newLayout(b); err != nil {
			l.close()
			return nil, nil, err
		}
		d.layouts[b.Name()] = l
	}
	l.files = nil
	if err := d.renewTokens(); err != nil {
		return nil, nil, err
	}
	env, err := d.environment(l)
	return l, env, err
}

// Host is the host as its fixture describes it.
func (d *Deployment) Host() *fixtures.Host { return d.host }

// Mock is the deployment's mock AWS.
func (d *Deployment) Mock() *Mock { return d.mock }

// Environment is what subjects find in their environment.
func (d *Deployment) Environment() (*ledger.Environment, error) {
	_, env, err := d.lay(d.backend)
	return env, err
}

// Run runs a subject to its end. An error means that the harness failed, or
// with an *UnsupportedError beside the result, that the subject called what the
// mock has not. Subjects of one deployment run one after another.
func (d *Deployment) Run(ctx context.Context, s Subject) (*ledger.Result, error) {
	x, err := d.begin(ctx, s)
	if err != nil {
		return nil, err
	}
	return x.finish()
}

// known is what the deployment knows of credentials.
func (d *Deployment) known() diagnose.Known {
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	k := diagnose.Known{
		Secrets: maps.Clone(d.secrets), Issuers: maps.Clone(d.vended), Headers: maps.Clone(d.headers),
		Files: map[string]string{}, Rotated: map[string]diagnose.Rotated{}, Ends: maps.Clone(d.ends),
		Roles: offers(d.host), RoleOfPrincipal: map[string]string{}, Advice: d.host.Advice,
	}
	for _, l := range d.layouts {
		maps.Copy(k.Files, l.contents)
		maps.Copy(k.Rotated, l.formers)
	}
	if p := d.host.Platform; p != nil {
		k.Platform = p.Account
	}
	k.Offers = d.offered()
	for _, u := range d.settings.Users {
		if id, _ := u.Variables(); u.Example && id != "" {
			k.Offered = append(k.Offered, id)
		}
	}
	for _, v := range d.projectKeys() {
		k.Offered = append(k.Offered, v.Name)
	}
	for _, r := range d.host.Roles {
		name, _ := d.roleOf(&r)
		k.RoleOfPrincipal[name] = r.Name
	}
	for _, h := range d.host.RequestHeaders {
		k.RequestHeaders = append(k.RequestHeaders, h.Name)
	}
	return k
}

// offers says by what a host gives programs a role.
func offers(h *fixtures.Host) (out []string) {
	for _, e := range h.Endpoints {
		if e.Role != "" && e.HandsOut() {
			out = append(out, fmt.Sprintf("role %s by its %s endpoint", e.Role, e.Kind))
		}
	}
	for _, s := range h.Sessions {
		if s.Role != "" && !strings.HasPrefix(s.ExpiresIn, "-") {
			out = append(out, fmt.Sprintf("role %s by variables or files", s.Role))
		}
	}
	for _, r := range h.Roles {
		if strings.Contains(r.Trust, "sts:AssumeRoleWithWebIdentity") {
			out = append(out, fmt.Sprintf("role %s by web identity", r.Name))
		}
	}
	return out
}

// secretValues are the secrets that the deployment made, and those that the mock
// issued to programs.
func (d *Deployment) secretValues(ctx context.Context) ([]string, error) {
	out, err := d.mock.Admin.Secrets(ctx)
	if err != nil {
		return nil, err
	}
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	for _, made := range []map[string]string{d.secrets, d.tokens, d.endpointTokens} {
		for _, key := range slices.Sorted(maps.Keys(made)) {
			out = append(out, made[key])
		}
	}
	out = append(out, d.formerTokens...)
	out = append(out, d.headerValues...)
	for _, s := range d.applied.Sessions {
		out = append(out, s.Token)
	}
	for _, k := range d.applied.BedrockAPIKeys {
		out = append(out, k.Secret)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return len(s) < minSecret }), nil
}

// minSecret is the length in bytes of the shortest value that counts as a secret: a
// shorter one could be an ordinary word.
const minSecret = 16

// Close ends the deployment: the mock, the container, the temporary files.
func (d *Deployment) Close(ctx context.Context) error {
	var errs []error
	for _, l := range d.layouts {
		l.close()
	}
	if d.metadata != nil {
		errs = append(errs, d.metadata.close())
	}
	if d.mock != nil && d.settings.Beside == nil {
		errs = append(errs, d.mock.Close(ctx))
	}
	if d.dir != "" {
		errs = append(errs, removeTree(d.dir))
	}
	if d.subjectClock != nil {
		sweepSharedMemory()
	}
	if d.temporary != "" {
		errs = append(errs, removeTree(d.temporary))
	}
	return errors.Join(errs...)
}
