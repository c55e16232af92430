package iam_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// keyring is a store with one credential of every sort.
type keyring struct {
	*iam.Store
	now                            time.Time
	user, idle, gone               iam.AppliedKey
	own, platform, ended, long     iam.AppliedSession
	fresh, shut, outdated, removed iam.AppliedBedrockKey
}

func newKeyring(t testing.TB, options ...iam.Option) *keyring {
	t.Helper()
	k := &keyring{now: noon}
	k.Store = iam.New(func() time.Time { return k.now }, options...)
	applied, err := k.Apply(iam.Seed{Accounts: []iam.AccountSeed{
		{
			ID: home,
			Users: []iam.UserSeed{{Name: "app", Allow: []string{"bedrock:*"}, Keys: []iam.KeySeed{
				{ID: "AKIAIOSFODNN7EXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, {Status: "inactive"},
				{Status: "deleted"},
			}}},
			Roles: []iam.RoleSeed{{Name: "job", TrustService: []string{"lambda.amazonaws.com"}}},
			Sessions: []iam.SessionSeed{{Role: "job", Name: "own"}, {Role: "job", ExpiresIn: "-5m"},
				{Role: "job", ExpiresIn: "-800h"}},
			BedrockAPIKeys: []iam.BedrockKeySeed{
				{User: "app"}, {User: "app", Status: "inactive"}, {User: "app", ExpiresIn: "-1h"},
				{User: "app", Status: "deleted"},
			},
		},
		{
			ID: other, Roles: []iam.RoleSeed{{Name: "platform", TrustService: []string{"lambda.amazonaws.com"}}},
			Sessions: []iam.SessionSeed{{Role: "platform", Name: "fn", ExpiresIn: "30m"}},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	k.user, k.idle, k.gone = applied.Keys[0], applied.Keys[1], applied.Keys[2]
	k.own, k.ended, k.long, k.platform = applied.Sessions[0], applied.Sessions[1], applied.Sessions[2],
		applied.Sessions[3]
	b := applied.BedrockAPIKeys
	k.fresh, k.shut, k.outdated, k.removed = b[0], b[1], b[2], b[3]
	return k
}

// The order follows "AWS Auth Error Ordering" in
// https://github.com/dacut/scratchstack-aws-signature: token, then key.
func TestResolve(t *testing.T) {
	k := newKeyring(t)
	foreign := newKeyring(t).platform // genuine, but of another AWS
	for _, c := range []struct {
		name, keyID, token string
		reason             verdict.Reason // "" for found
		cause              verdict.Cause  // nil is not looked at
		detail             []string
	}{
		{"long-term key", k.user.KeyID, "", "", nil, nil},
		{"temporary key", k.own.KeyID, k.own.Token, "", nil, nil},
		{"key with the token of a platform", k.user.KeyID, k.platform.Token, verdict.TokenForOtherKey,
			verdict.ForeignToken{KeyID: k.user.KeyID, TokenKeyID: k.platform.KeyID,
				TokenPrincipal: k.platform.Principal},
			[]string{k.user.KeyID + " is a long-term key of user app of account " + home, k.platform.KeyID,
				k.platform.Principal, "of account " + other, "a token works only with the key it was issued with"}},
		{"session with the token of another", k.own.KeyID, k.platform.Token, verdict.TokenForOtherKey, nil,
			[]string{k.own.KeyID + " is a temporary key of"}},
		{"session with its expired sister's token", k.own.KeyID, k.ended.Token, verdict.TokenForOtherKey, nil,
			[]string{"it also expired"}},
		{"unknown key with a good token", "AKIAUNKNOWN000000000", k.own.Token, verdict.TokenForOtherKey, nil,
			[]string{"AKIAUNKNOWN000000000 is unknown"}},
		{"inactive key with a foreign token", k.idle.KeyID, k.own.Token, verdict.TokenForOtherKey, nil,
			[]string{"an inactive long-term key"}},
		{"deleted key with a foreign token", k.gone.KeyID, k.own.Token, verdict.TokenForOtherKey, nil,
			[]string{"a deleted long-term key"}},
		{"token of nowhere", k.user.KeyID, foreign.Token, verdict.TokenMalformed, nil, []string{"of account " + other,
			"us-east-1", "2026-05-01T12:00:00Z", "996 characters"}},
		{"token of nowhere, unknown key", "AKIAUNKNOWN000000000", foreign.Token, verdict.TokenMalformed, nil, nil},
		{"token cut short", k.own.KeyID, k.own.Token[:900], verdict.TokenMalformed, nil,
			[]string{"the beginning of the token of " + k.own.KeyID, "from 996 characters"}},
		{"token in quotes", k.own.KeyID, `"` + k.own.Token + `"`, verdict.TokenMalformed, nil,
			[]string{"spaces or quotes"}},
		{"token with a newline", k.own.KeyID, k.own.Token + "\n", verdict.TokenMalformed, nil,
			[]string{"spaces or quotes"}},
		{"garbage for a token", k.user.KeyID, "undefined", verdict.TokenMalformed, nil, []string{"not a session token",
			"9 characters"}},
		{"expired token", k.ended.KeyID, k.ended.Token, verdict.TokenExpired,
			verdict.OldToken{Expiration: time.Date(2026, 5, 1, 11, 55, 0, 0, time.UTC)},
			[]string{"expired at 2026-05-01T11:55:00Z, 5m0s ago"}},
		{"long expired token", k.long.KeyID, k.long.Token, verdict.TokenExpired, nil, nil},
		{"temporary key without token", k.own.KeyID, "", verdict.TokenMissing, verdict.NoToken{KeyID: k.own.KeyID},
			[]string{"AWS_SESSION_TOKEN"}},
		{"expired temporary key without token", k.ended.KeyID, "", verdict.TokenMissing, nil, nil},
		{"unknown key", "ASIAY34FZKBOKMUTVV7A", "", verdict.KeyUnknown,
			verdict.UnknownKey{KeyID: "ASIAY34FZKBOKMUTVV7A"}, []string{"account 609629065308, which is not here"}},
		{"unknown key of an old form", "AKIAI44QH8DHBEXAMPLE", "", verdict.KeyUnknown, nil,
			[]string{"AKIAI44QH8DHBEXAMPLE is unknown"}},
		{"empty key", "", "", verdict.KeyUnknown, nil, []string{"empty"}},
		{"key in quotes", "'" + k.user.KeyID + "'", "", verdict.KeyUnknown, nil, []string{"spaces or quotes"}},
		{"inactive key", k.idle.KeyID, "", verdict.KeyInactive, verdict.InactiveKey{KeyID: k.idle.KeyID},
			[]string{"user/app"}},
		{"deleted key", k.gone.KeyID, "", verdict.KeyDeleted, verdict.DeletedKey{KeyID: k.gone.KeyID},
			[]string{"user/app"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, r := k.Resolve(c.keyID, c.token)
			if c.reason == "" {
				if r != nil || got == nil || got.KeyID != c.keyID || got.Token != c.token {
					t.Fatalf("%v, %v", got, r)
				}
				return
			}
			if got != nil || r == nil || r.Stage != verdict.StageAuthenticate || r.Reason != c.reason {
				t.Fatalf("%v, %v; want %s", got, r, c.reason)
			}
			if c.cause != nil && r.Cause != c.cause {
				t.Errorf("%+v, want %+v", r.Cause, c.cause)
			}
			for _, want := range c.detail {
				if !strings.Contains(r.Detail, want) {
					t.Errorf("no %q in %q", want, r.Detail)
				}
			}
			noSecrets(t, k, r.Error()+fmt.Sprintf("%+v", r.Cause))
		})
	}
}

// noSecrets fails where a text holds a secret, or a good part of a token.
func noSecrets(t *testing.T, k *keyring, text string) {
	t.Helper()
	for id, secret := range k.Secrets() {
		if strings.Contains(text, secret) {
			t.Errorf("the secret of %s in %q", id, text)
		}
	}
	for _, s := range []iam.AppliedSession{k.own, k.platform, k.ended, k.long} {
		if strings.Contains(text, s.Token[:40]) {
			t.Errorf("the token of %s in %q", s.KeyID, text)
		}
	}
	for _, b := range []iam.AppliedBedrockKey{k.fresh, k.shut, k.outdated, k.removed} {
		if strings.Contains(text, b.Secret[len(b.Secret)-40:]) {
			t.Errorf("the API key %s in %q", b.ID, text)
		}
	}
}

// A secret pasted in the place of a key id is not repeated.
func TestPastedSecretIsNotRepeated(t *testing.T) {
	k := newKeyring(t)
	secret := "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	for _, token := range []string{"", "x", k.own.Token} {
		_, r := k.Resolve(secret, token)
		if strings.Contains(r.Detail, secret[:10]) {
			t.Errorf("%s", r.Detail)
		}
	}
}

func TestExpiry(t *testing.T) {
	k := newKeyring(t)
	resolve := func() verdict.Reason {
		if _, r := k.Resolve(k.platform.KeyID, k.platform.Token); r != nil {
			return r.Reason
		}
		return ""
	}
	k.now = k.platform.Expiration.Add(-time.Nanosecond)
	if r := resolve(); r != "" {
		t.Errorf("just before: %s", r)
	}
	k.now = k.platform.Expiration
	if r := resolve(); r != verdict.TokenExpired {
		t.Errorf("at the expiration: %q", r)
	}
	k.now = k.now.Add(1000 * time.Hour)
	if r := resolve(); r != verdict.TokenExpired {
		t.Errorf("long after: %q", r)
	}
}

func TestExpiredForgotten(t *testing.T) {
	k := newKeyring(t, iam.WithExpiredForgotten(720*time.Hour))
	if _, r := k.Resolve(k.ended.KeyID, k.ended.Token); r == nil || r.Reason != verdict.TokenExpired {
		t.Errorf("5 minutes ago: %v", r)
	}
	if _, r := k.Resolve(k.long.KeyID, k.long.Token); r == nil || r.Reason != verdict.TokenMalformed {
		t.Errorf("800 hours ago: %v", r)
	}
}

func TestResolveBearer(t *testing.T) {
	k := newKeyring(t)
	foreign := newKeyring(t).fresh.Secret
	for _, c := range []struct {
		name, key string
		reason    verdict.Reason
		detail    string
	}{
		{"good", k.fresh.Secret, "", ""},
		{"inactive", k.shut.Secret, verdict.BearerInvalid, "inactive"},
		{"deleted", k.removed.Secret, verdict.BearerInvalid, "deleted"},
		{"expired", k.outdated.Secret, verdict.BearerExpired, "2026-05-01T11:00:00Z"},
		{"of nowhere", foreign, verdict.BearerInvalid, "it claims to be of app-at-" + home},
		{"well-formed at best", "ABSKx", verdict.BearerInvalid, "not one that was issued here"},
		{"no prefix", "sk-ant-abc", verdict.BearerMalformed, "neither"},
		{"empty", "", verdict.BearerMalformed, "0 characters"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, r := k.ResolveBearer(c.key)
			if c.reason == "" {
				if r != nil || got.Principal.ARN != "arn:aws:iam::111122223333:user/app" ||
					!strings.HasPrefix(got.KeyID, "ACCA") {
					t.Fatalf("%v, %v", got, r)
				}
				if r := k.Authorize(got, iam.Call{Action: "bedrock:CallWithBearerToken", Resource: "*"}); r != nil {
					t.Error(r)
				}
				return
			}
			if r == nil || r.Reason != c.reason || !strings.Contains(r.Detail, c.detail) {
				t.Errorf("%v, %v; want %s with %q", got, r, c.reason, c.detail)
			} else {
				noSecrets(t, k, r.Error())
			}
		})
	}
	if n := len(k.fresh.Secret); n < 100 || !strings.HasPrefix(k.fresh.Secret, "ABSK") {
		t.Errorf("key of %d characters: %.8s", n, k.fresh.Secret)
	}
}

// Nothing that prints shows a secret, unless it is asked for by name.
func TestNothingPrintsSecrets(t *testing.T) {
	k := newKeyring(t)
	c, _ := k.Resolve(k.own.KeyID, k.own.Token)
	user, _ := k.Resolve(k.user.KeyID, "")
	bearer, _ := k.ResolveBearer(k.fresh.Secret)
	if err := k.DeleteKey(iam.UserOf(home, "app"), k.idle.KeyID); err != nil {
		t.Fatal(err)
	}
	created, err := k.CreateKey(iam.UserOf(home, "app"))
	if err != nil {
		t.Fatal(err)
	}
	seeds := iam.UserSeed{Name: "x", Keys: []iam.KeySeed{{ID: "AKIA", Secret: k.user.Secret}}}
	session := iam.SessionSeed{Role: "r", Secret: k.own.Secret, Token: k.own.Token}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "c", c, "v", *c)
	for _, v := range []any{c, *c, user, bearer, created, []any{c}, map[string]iam.Credential{"x": *c}, seeds, session,
		k.user, k.own, k.fresh, []iam.AppliedSession{k.own}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			noSecrets(t, k, fmt.Sprintf(verb, v))
		}
	}
	for _, v := range []any{c, *c, user, bearer, created} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		noSecrets(t, k, string(text))
		if !strings.Contains(string(text), "arn:aws:") {
			t.Errorf("%s names no principal", text)
		}
	}
	noSecrets(t, k, log.String())
	if text, _ := json.Marshal(k.own); !strings.Contains(string(text), k.own.Token) {
		t.Error("the JSON of what was applied must show the token: it hands it out")
	}
}

func TestSecretsAndOwners(t *testing.T) {
	k := newKeyring(t)
	n := 0
	for id, secret := range k.Secrets() {
		n++
		if id == k.user.KeyID && secret != k.user.Secret || id == k.gone.KeyID && secret != k.gone.Secret {
			t.Errorf("%s has another secret", id)
		}
		// Another call from within must not lock.
		if _, ok := k.OwnerOfKey(id); !ok {
			t.Errorf("%s has no owner", id)
		}
	}
	if n != 7 {
		t.Errorf("%d secrets, want 7", n)
	}
	for range k.Secrets() {
		break
	}
	if id, p, ok := k.OwnerOfToken(k.platform.Token); !ok || id != k.platform.KeyID || p.ARN != k.platform.Principal {
		t.Errorf("token of %s, %s, %v", id, p.ARN, ok)
	}
	if _, _, ok := k.OwnerOfToken("x"); ok {
		t.Error("a token that never was has an owner")
	}
	if _, ok := k.OwnerOfKey("x"); ok {
		t.Error("a key that never was has an owner")
	}
}

// Whether pairing or expiry is checked first shows with an expired token of
// another key only.
func TestExpiryFirst(t *testing.T) {
	for _, c := range []struct {
		options []iam.Option
		want    verdict.Reason
	}{{nil, verdict.TokenForOtherKey}, {[]iam.Option{iam.WithExpiryFirst()}, verdict.TokenExpired}} {
		k := newKeyring(t, c.options...)
		if _, r := k.Resolve(k.user.KeyID, k.ended.Token); r == nil || r.Reason != c.want {
			t.Errorf("expired: %v, want %s", r, c.want)
		}
		if _, r := k.Resolve(k.user.KeyID, k.platform.Token); r == nil || r.Reason != verdict.TokenForOtherKey {
			t.Errorf("not expired: %v", r)
		}
	}
}

func TestWithTokenLength(t *testing.T) {
	k := newKeyring(t, iam.WithTokenLength(1201), iam.WithRegion("eu-west-3"))
	if n := len(k.own.Token); n != 1204 {
		t.Errorf("%d characters", n)
	}
	if region, _, _, err := iam.DecodeToken(k.own.Token); region != "eu-west-3" || err != nil {
		t.Errorf("%s, %v", region, err)
	}
}
