package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
)

// accounts is what the environment asks of the identities.
type accounts interface {
	// values are what placeholders stand for.
	values() map[string]string
	// credentialVariables are the users' credentials under the project's names.
	credentialVariables() []assignment
	// renewTokens makes a new token of each issuer, and mintAll returns such tokens,
	// which replaceTokens puts in the place of the present ones.
	renewTokens() error
	mintAll(ctx context.Context) (map[string]string, error)
	replaceTokens(tokens map[string]string)
}

// places is what the environment asks of the endpoints.
type places interface {
	// handlers makes the handlers of endpoints for programs of one isolation.
	handlers(ownNetwork bool) func(fixtures.Endpoint) (http.Handler, error)
	// endpointToken is what an endpoint wants as authorization.
	endpointToken(name string) string
	// noMetadataURL is where a program meets that there is no instance metadata.
	noMetadataURL() (string, error)
}

// environment is what a subject finds: variables, files, and where everything
// lies, by isolation.
type environment struct {
	*site
	ids       accounts
	points    places
	mock      *Mock
	now       func() time.Time
	dir       string // the subjects' home
	temporary string // what subjects see only in the places that it is shown at
	layouts   map[isolation.Mode]*layout

	// mu guards the contents of layouts that change while a subject runs: its files
	// of tokens, and who watches them.
	mu sync.Mutex
}

// newEnvironment makes the directories of an environment. With an error, too, it
// has to be closed.
func newEnvironment(st *site, mock *Mock, ids accounts, points places, now func() time.Time) (*environment, error) {
	ev := &environment{site: st, ids: ids, points: points, mock: mock, now: now,
		layouts: map[isolation.Mode]*layout{}}
	var err error
	if ev.dir, err = os.MkdirTemp("", "hostproof-"); err != nil {
		return ev, err
	}
	ev.temporary, err = os.MkdirTemp("", "hostproof-host-")
	return ev, err
}

// reset forgets all layouts, for another host.
func (ev *environment) reset() {
	for _, l := range ev.layouts {
		l.close()
	}
	ev.layouts = map[isolation.Mode]*layout{}
}

// close removes what it made on this machine.
func (ev *environment) close() error {
	for _, l := range ev.layouts {
		l.close()
	}
	var errs []error
	for _, dir := range []string{ev.dir, ev.temporary} {
		if dir != "" {
			errs = append(errs, removeTree(dir))
		}
	}
	return errors.Join(errs...)
}

// lay builds what a subject finds under an isolation.
func (ev *environment) lay(b isolation.Backend) (*layout, *ledger.Environment, error) {
	l := ev.layouts[b.Name()]
	if l == nil {
		var err error
		if l, err = ev.newLayout(b); err != nil {
			l.close()
			return nil, nil, err
		}
		ev.layouts[b.Name()] = l
	}
	l.files = nil
	if err := ev.ids.renewTokens(); err != nil {
		return nil, nil, err
	}
	env, err := ev.build(l)
	return l, env, err
}

// values are what placeholders stand for under a layout.
func (ev *environment) values(l *layout) map[string]string {
	v := ev.ids.values()
	maps.Copy(v, l.values)
	return v
}

// addKnown tells a diagnosis which files there are, and were.
func (ev *environment) addKnown(k *diagnose.Known) {
	ev.mu.Lock()
	defer ev.mu.Unlock()
	for _, l := range ev.layouts {
		maps.Copy(k.Files, l.contents)
		maps.Copy(k.Rotated, l.formers)
	}
}

// rotateTokens has the issuers make new tokens and writes them into the host's
// files.
func (ev *environment) rotateTokens(ctx context.Context) error {
	if !slices.ContainsFunc(ev.host.Files, ofToken) {
		return &SettingError{fmt.Sprintf("host %s has no file with a token of an issuer: there is nothing to rotate",
			ev.host.Name)}
	}
	tokens, err := ev.ids.mintAll(ctx)
	if err != nil {
		return err
	}
	ev.mu.Lock()
	defer ev.mu.Unlock()
	ev.ids.replaceTokens(tokens)
	values := ev.staticValues()
	for name, token := range tokens {
		values["token."+name] = token
	}
	for _, l := range ev.layouts {
		if err := l.rotate(ev.host.Files, l.backend.Home(ev.dir), values, ev.now()); err != nil {
			return err
		}
	}
	return nil
}
