package deploy

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// renewBefore is how long before their end the endpoints have new credentials:
// EC2 at least 5 minutes
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html).
const renewBefore = 5 * time.Minute

// vendor issues the credentials of one of the host's endpoints through the mock.
func (es *endpoints) vendor(e fixtures.Endpoint) metadata.Vendor {
	if slices.Contains(es.project.WithoutRole, e.Name) || e.Role == "" && !e.User {
		return metadata.Failing(metadata.ErrNoRole)
	}
	if err := es.untrusted(e); err != nil {
		return metadata.Failing(err)
	}
	return metadata.VendorFunc(func(ctx context.Context) (metadata.Credentials, error) { return es.vend(ctx, e) })
}

// vend issues the temporary credentials that one of the host's endpoints hands
// out, and remembers that the endpoint did.
func (es *endpoints) vend(ctx context.Context, e fixtures.Endpoint) (metadata.Credentials, error) {
	es.vending.Lock()
	defer es.vending.Unlock()
	if kept, ok := es.kept[e.Name]; ok && kept.Expiration.Sub(es.now()) > renewBefore {
		return kept, nil
	}
	s, err := es.ids.issue(ctx, e)
	if err != nil {
		return metadata.Credentials{}, err
	}
	c := metadata.Credentials{
		RoleARN: s.RoleARN, AccountID: s.AccountID, AccessKeyID: s.KeyID, SecretAccessKey: s.Secret, Token: s.Token,
		Expiration: s.Expiration, LastUpdated: es.now(),
	}
	if e.Keeps() {
		es.kept[e.Name] = c
	}
	return c, nil
}

// forget drops the credentials that endpoints keep, so that each run finds them
// fresh, whatever the mock's clock did in between.
func (es *endpoints) forget() {
	es.vending.Lock()
	defer es.vending.Unlock()
	es.kept = map[string]metadata.Credentials{}
}

// endpointToken is what an endpoint wants as authorization, one and the same
// for the whole deployment.
func (es *endpoints) endpointToken(name string) string {
	if es.tokens == nil {
		es.tokens = map[string]string{}
	}
	if es.tokens[name] == "" {
		es.tokens[name] = rand.Text()
	}
	return es.tokens[name]
}
