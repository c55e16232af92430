package deploy

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

func (ids *identities) session(s fixtures.Session, values map[string]string) (iam.SessionSeed, error) {
	out := iam.SessionSeed{ExpiresIn: s.ExpiresIn, TokenLength: ids.tokenLength(s.TokenLength)}
	var err error
	if out.Name, err = ids.host.Expand(s.SessionName, values); err != nil {
		return out, err
	}
	if s.Policy != "" {
		policy, err := ids.host.Expand(s.Policy, values)
		if err != nil {
			return out, err
		}
		out.SessionPolicy = policy
	}
	if s.User {
		user, err := ids.theUser("session " + s.Name)
		out.User = user
		return out, err
	}
	role, ok := ids.host.Role(s.Role)
	if !ok {
		return out, fmt.Errorf("session %s is of role %q, which the host does not have", s.Name, s.Role)
	}
	out.Role, _ = ids.roleOf(&role)
	return out, nil
}

// assumed has the mock ask the roles' trust policies, where mockAsks.
func (ids *identities) assumed(e fixtures.Endpoint, seed *iam.SessionSeed) (err error) {
	role, _ := ids.host.Role(e.Role)
	services := e.TrustedServices(role)
	if len(services) == 0 || !mockAsks(e) {
		return nil
	}
	seed.Service, seed.Tags = services[0], map[string]string{}
	values := ids.staticValues()
	for key, text := range e.Tags {
		if seed.Tags[key], err = ids.host.Expand(text, values); err != nil {
			return err
		}
	}
	if through, ok := ids.host.Role(e.Through); ok {
		if seed.Through, _ = ids.roleOf(&through); ids.accountOf(&through) != ids.accountOf(&role) {
			seed.Through = values["role."+through.Name+".arn"]
		}
	}
	seed.ExternalID, err = ids.host.Expand(e.ExternalID, values)
	return err
}

// issue makes a session at the mock.
func (ids *identities) issue(ctx context.Context, e fixtures.Endpoint) (iam.AppliedSession, error) {
	seed, err := ids.session(fixtures.Session{Name: e.Name, Role: e.Role, User: e.User, SessionName: e.SessionName,
		Policy: e.Policy, ExpiresIn: ids.lifetime(e.Name, e.Lifetime)}, ids.staticValues())
	if err == nil {
		err = ids.assumed(e, &seed)
	}
	if err != nil {
		return iam.AppliedSession{}, err
	}
	account := ids.project.Account
	if role, ok := ids.host.Role(e.Role); ok {
		account = ids.accountOf(&role)
	}
	made, err := ids.mock.Admin.Seed(ctx, mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{
		ID: account, Sessions: []iam.SessionSeed{seed},
	}}}})
	if err != nil {
		return iam.AppliedSession{}, err
	}
	if len(made.Sessions) != 1 {
		return iam.AppliedSession{}, fmt.Errorf("the mock made %d sessions of role %s, not one", len(made.Sessions),
			cmp.Or(e.Role, "(the user)"))
	}
	session := made.Sessions[0]
	if session.Refused != "" {
		return session, &metadata.AssumeRoleError{RoleName: seed.Role, Why: session.Refused}
	}
	ids.noteVended(session.KeyID, e)
	ids.noteEnd(session.KeyID, session.Expiration)
	ids.mu.Lock()
	defer ids.mu.Unlock()
	ids.secrets[session.KeyID] = session.Secret
	return session, nil
}

// noteVended remembers that an endpoint handed something out: credentials by
// their key id, a token by its fingerprint.
func (ids *identities) noteVended(what string, e fixtures.Endpoint) {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	ids.handedOut[e.Name] = append(ids.handedOut[e.Name], what)
	ids.vended[what] = fmt.Sprintf("%s endpoint of the host at %s", e.Kind, strings.TrimSuffix(ids.at(e), ":443"))
}

// noteToken remembers a token that an endpoint handed out, and that it is secret: the
// program may print it without ever sending it to AWS.
func (ids *identities) noteToken(token string, e fixtures.Endpoint) {
	ids.noteVended(mockaws.Fingerprint(token), e)
	ids.mu.Lock()
	defer ids.mu.Unlock()
	ids.formerTokens = append(ids.formerTokens, token)
}

// noteEnd notes when credentials end.
func (ids *identities) noteEnd(keyID string, end time.Time) {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	ids.ends[keyID] = end
}
