package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/project"
)

// This file is the time of a deployment. AWS, the host's credential endpoints
// and its issuers live in one time, which Advance moves. A subject lives in the
// time of this machine, unless it has a clock of its own (SubjectClock).

// checkLifetimes refuses those of sources that the host does not have.
func (d *Deployment) checkLifetimes() error {
	var sources []string
	for _, e := range d.host.Endpoints {
		sources = append(sources, e.Name)
	}
	for _, s := range d.host.Sessions {
		sources = append(sources, s.Name)
	}
	sources = append(sources, project.STS)
	for _, name := range slices.Sorted(maps.Keys(d.settings.Lifetime)) {
		if err := d.has("source of credentials", name, sources); err != nil {
			return err
		}
	}
	return nil
}

// lifetime is how long credentials of a source last: as set, or else as the
// fixture has it.
func (d *Deployment) lifetime(source, fixture string) string {
	if set, ok := d.settings.Lifetime[source]; ok {
		return set.String()
	}
	return fixture
}

// Now is the time in which AWS, the host's endpoints and its issuers live.
func (d *Deployment) Now() time.Time { return d.clock.Now() }

// Advance moves time on, or back: that of AWS, of what the host's endpoints and
// issuers hand out, and of subjects that have a clock of their own
// (SubjectClock), now and while they run. A subject without one stays where it
// is, and its signatures are dated by that much too early.
func (d *Deployment) Advance(ctx context.Context, by time.Duration) error {
	if err := d.mock.Admin.AdvanceClock(ctx, by); err != nil {
		return err
	}
	return d.syncClock(ctx)
}

// setClock moves time to where the project's setting has it.
func (d *Deployment) setClock(ctx context.Context) error {
	if d.settings.Clock == 0 {
		return nil
	}
	return d.Advance(ctx, d.settings.Clock)
}

// syncClock takes over the mock's time, which its management API may have moved.
func (d *Deployment) syncClock(ctx context.Context) error {
	offset, err := d.mock.Admin.ClockOffset(ctx)
	if err != nil {
		return err
	}
	d.clock.SetOffset(offset)
	return d.subjectClock.set(offset)
}

// noteEnd notes when credentials end.
func (d *Deployment) noteEnd(keyID string, end time.Time) {
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	d.ends[keyID] = end
}

// RotateTokens has the host's issuers make new tokens and puts them into the
// host's files, while a subject runs too. On Kubernetes that is done as by the
// kubelet, which swaps a symbolic link, so that a reader finds the old token or
// the new one
// (https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccountToken).
// The old tokens stay valid until they expire. Files in a container are out of
// reach once it runs.
func (d *Deployment) RotateTokens(ctx context.Context) error {
	if !slices.ContainsFunc(d.host.Files, ofToken) {
		return &SettingError{fmt.Sprintf("host %s has no file with a token of an issuer: there is nothing to rotate",
			d.host.Name)}
	}
	tokens, err := d.mintAll(ctx)
	if err != nil {
		return err
	}
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	for _, token := range d.tokens {
		d.formerTokens = append(d.formerTokens, token)
	}
	d.tokens = tokens
	values := d.staticValues()
	for name, token := range tokens {
		values["token."+name] = token
	}
	for _, l := range d.layouts {
		if err := l.rotate(d.host.Files, l.backend.Home(d.dir), values, d.Now()); err != nil {
			return err
		}
	}
	return nil
}

// ofToken reports whether a file is a token and nothing else.
func ofToken(f fixtures.File) bool {
	return strings.HasPrefix(f.Content, "${token.") && strings.HasSuffix(f.Content, "}") && strings.Count(f.Content,
		"$") == 1
}
