package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
)

// known is what a diagnosis learns of the identities.
func (ids *identities) known() diagnose.Known {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	k := diagnose.Known{
		Secrets: maps.Clone(ids.secrets), Issuers: maps.Clone(ids.vended), Headers: maps.Clone(ids.headers),
		Files: map[string]string{}, Rotated: map[string]diagnose.Rotated{}, Ends: maps.Clone(ids.ends),
		Roles: offers(ids.host), RoleOfPrincipal: map[string]string{}, Advice: ids.host.Advice,
	}
	if p := ids.host.Platform; p != nil {
		k.Platform = p.Account
	}
	k.Offers = ids.offered()
	for _, u := range ids.project.Users {
		if id, _ := u.Variables(); u.Example && id != "" {
			k.Offered = append(k.Offered, id)
		}
	}
	for _, v := range ids.projectKeys() {
		k.Offered = append(k.Offered, v.Name)
	}
	for _, r := range ids.host.Roles {
		name, _ := ids.roleOf(&r)
		k.RoleOfPrincipal[name] = r.Name
	}
	for _, h := range ids.host.RequestHeaders {
		k.RequestHeaders = append(k.RequestHeaders, h.Name)
	}
	return k
}

// secretValues are the secrets that the identities have, those that the mock issued
// to programs, and others by name.
func (ids *identities) secretValues(ctx context.Context, others map[string]string) ([]string, error) {
	out, err := ids.mock.Admin.Secrets(ctx)
	if err != nil {
		return nil, err
	}
	ids.mu.Lock()
	defer ids.mu.Unlock()
	for _, made := range []map[string]string{ids.secrets, ids.tokens, others} {
		for _, key := range slices.Sorted(maps.Keys(made)) {
			out = append(out, made[key])
		}
	}
	out = append(out, ids.formerTokens...)
	out = append(out, ids.headerValues...)
	for _, s := range ids.applied.Sessions {
		out = append(out, s.Token)
	}
	for _, k := range ids.applied.BedrockAPIKeys {
		out = append(out, k.Secret)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return len(s) < minSecret }), nil
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

// minSecret is the length in bytes of the shortest value that counts as a secret: a
// shorter one could be an ordinary word.
const minSecret = 16
