package deploy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// vendor issues the credentials of one of the host's endpoints through the mock.
func (d *Deployment) vendor(e fixtures.Endpoint) metadata.Vendor {
	if slices.Contains(d.settings.WithoutRole, e.Name) || e.Role == "" && !e.User {
		return metadata.Failing(metadata.ErrNoRole)
	}
	if err := d.untrusted(e); err != nil {
		return metadata.Failing(err)
	}
	return metadata.VendorFunc(func(ctx context.Context) (metadata.Credentials, error) { return d.vend(ctx, e) })
}

// renewBefore is how long before their end the endpoints have new credentials:
// EC2 at least 5 minutes
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html).
const renewBefore = 5 * time.Minute

// vend issues the temporary credentials that one of the host's endpoints hands
// out, and remembers that the endpoint did.
func (d *Deployment) vend(ctx context.Context, e fixtures.Endpoint) (metadata.Credentials, error) {
	d.vending.Lock()
	defer d.vending.Unlock()
	if kept, ok := d.kept[e.Name]; ok && kept.Expiration.Sub(d.Now()) > renewBefore {
		return kept, nil
	}
	s, err := d.issue(ctx, e)
	if err != nil {
		return metadata.Credentials{}, err
	}
	c := metadata.Credentials{
		RoleARN: s.RoleARN, AccountID: s.AccountID, AccessKeyID: s.KeyID, SecretAccessKey: s.Secret, Token: s.Token,
		Expiration: s.Expiration, LastUpdated: d.Now(),
	}
	if e.Keeps() {
		d.kept[e.Name] = c
	}
	return c, nil
}

// issue makes a session at the mock.
func (d *Deployment) issue(ctx context.Context, e fixtures.Endpoint) (iam.AppliedSession, error) {
	seed, err := d.session(fixtures.Session{Name: e.Name, Role: e.Role, User: e.User, SessionName: e.SessionName,
		ExpiresIn: d.lifetime(e.Name, e.Lifetime)}, d.staticValues())
	if err != nil {
		return iam.AppliedSession{}, err
	}
	made, err := d.mock.Admin.Seed(ctx, mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{
		ID: d.settings.Account, Sessions: []iam.SessionSeed{seed},
	}}}})
	if err != nil {
		return iam.AppliedSession{}, err
	}
	if len(made.Sessions) != 1 {
		return iam.AppliedSession{}, fmt.Errorf("the mock made %d sessions of role %s, not one", len(made.Sessions),
			cmp.Or(e.Role, "(the user)"))
	}
	session := made.Sessions[0]
	d.noteVended(session.KeyID, e)
	d.noteEnd(session.KeyID, session.Expiration)
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	d.secrets[session.KeyID] = session.Secret
	return session, nil
}

// noteVended remembers that an endpoint handed something out: credentials by
// their key id, a token by its fingerprint.
func (d *Deployment) noteVended(what string, e fixtures.Endpoint) {
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	d.handedOut[e.Name] = append(d.handedOut[e.Name], what)
	d.vended[what] = fmt.Sprintf("%s endpoint of the host at %s", e.Kind, strings.TrimSuffix(d.at(e), ":443"))
}

// at is the first address of an endpoint.
func (d *Deployment) at(e fixtures.Endpoint) string {
	at, err := d.host.Expand(e.Addresses[0], d.staticValues())
	if err != nil {
		return e.Addresses[0]
	}
	return at
}

// forget drops the credentials that endpoints keep, so that each run finds them
// fresh, whatever the mock's clock did in between.
func (d *Deployment) forget() {
	d.vending.Lock()
	defer d.vending.Unlock()
	d.kept = map[string]metadata.Credentials{}
}
