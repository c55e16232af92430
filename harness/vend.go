package harness

import (
	"context"
	"fmt"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// vend issues the temporary credentials that one of the host's endpoints hands
// out, anew at each call, and remembers that the endpoint did.
func (d *Deployment) vend(ctx context.Context, e fixtures.Endpoint) (iam.AppliedSession, error) {
	seed, err := d.session(fixtures.Session{Name: e.Name, Role: e.Role, User: e.User, SessionName: e.SessionName, ExpiresIn: e.Lifetime}, d.staticValues())
	if err != nil {
		return iam.AppliedSession{}, err
	}
	made, err := d.mock.Admin.Seed(ctx, mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{
		ID: d.settings.account, Sessions: []iam.SessionSeed{seed},
	}}}})
	if err != nil {
		return iam.AppliedSession{}, err
	}
	if len(made.Sessions) != 1 {
		return iam.AppliedSession{}, fmt.Errorf("the mock made %d sessions of role %s, not one", len(made.Sessions), e.Role)
	}
	session := made.Sessions[0]
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	d.secrets[session.KeyID] = session.Secret
	d.vended[session.KeyID] = fmt.Sprintf("%s endpoint of the host at %s", e.Kind, e.Addresses[0])
	return session, nil
}
