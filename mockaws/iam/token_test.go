package iam

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTokenShape(t *testing.T) {
	created := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for _, region := range []string{"us-east-1", "ap-southeast-7", "us-gov-west-1"} {
		m := seededMinter(7)
		for n := MinTokenLength; n <= 2100; n += 4 {
			token := m.token(region, "029608264753", created, n)
			if len(token) != n || !strings.HasPrefix(token, "IQoJb3JpZ2luX2Vj") {
				t.Fatalf("%s: asked for %d characters, got %d: %.20s", region, n, len(token), token)
			}
			r, a, c, err := DecodeToken(token)
			if r != region || a != "029608264753" || !c.Equal(created) || err != nil {
				t.Fatalf("DecodeToken(%d characters) = %q, %q, %v, %v", n, r, a, c, err)
			}
		}
	}
}

func TestTokenLengthRounding(t *testing.T) {
	for n, want := range map[int]int{-1: 356, 0: 356, 356: 356, 357: 360, 996: 996, 997: 1000} {
		if got := tokenLength(n); got != want {
			t.Errorf("tokenLength(%d) = %d, want %d", n, got, want)
		}
	}
}

func TestDecodeForeignToken(t *testing.T) {
	token := newMinter().token("eu-west-1", "111122223333", time.Unix(1.7e9, 0), 996)
	sealed := base64.StdEncoding.EncodeToString([]byte("\x17\x0a\x06er/aws\x10\x01"))
	for _, c := range []struct {
		name, token, region, account, wantErr string
	}{
		{"cut short", token[:600], "eu-west-1", "111122223333", "cut short"},
		{"cut short in the middle of a group", token[:601], "eu-west-1", "111122223333", "cut short"},
		{"cut before the account", token[:60], "eu-west-1", "", "cut short"},
		{"of the global endpoint", sealed, "", "", "cannot be read"},
		{"empty", "", "", "", "not base64"},
		{"not base64", "<your session token>", "", "", "not base64"},
		{"something else", base64.StdEncoding.EncodeToString([]byte("hello world")), "", "", "type byte 0x68"},
	} {
		t.Run(c.name, func(t *testing.T) {
			region, account, _, err := DecodeToken(c.token)
			if region != c.region || account != c.account || err == nil || !strings.Contains(err.Error(), c.wantErr) {
				t.Errorf("DecodeToken = %q, %q, %v; want %q, %q, an error with %q", region, account, err, c.region,
					c.account, c.wantErr)
			}
		})
	}
	if _, _, _, err := DecodeToken("x"); !errors.Is(err, errNotToken) {
		t.Errorf("x: %v", err)
	}
}

func FuzzDecodeToken(f *testing.F) {
	token := seededMinter(1).token("us-east-1", "111122223333", time.Unix(1.7e9, 0), 400)
	f.Add(token)
	f.Add(token[:77])
	f.Add("FwoGZXIvYXdzEA==")
	f.Add("IQoJb3JpZ2luX2VjEP///////////wE=")
	f.Fuzz(func(t *testing.T, token string) {
		region, account, created, err := DecodeToken(token)
		if err == nil && (region == "" || !isAccountID(account) || created.IsZero()) {
			t.Errorf("no error, but %q, %q, %v", region, account, created)
		}
		if account != "" && !isAccountID(account) || printable([]byte(region)) != region {
			t.Errorf("unclean: %q, %q", region, account)
		}
	})
}

func TestMintedIDs(t *testing.T) {
	m := newMinter()
	seen := map[string]bool{}
	for range 2000 {
		for _, account := range []string{"000000000000", "029608264753", "999999999999"} {
			id := m.keyID(prefixLongTerm, account)
			got, ok := AccountOfKey(id)
			if len(id) != 20 || !ok || got != account || seen[id] {
				t.Fatalf("key id %s of account %s: AccountOfKey = %s, %v, seen before: %v", id, account, got, ok,
					seen[id])
			}
			seen[id] = true
		}
	}
	if id := m.uniqueID(prefixRole, "111122223333"); len(id) != 21 || !strings.HasPrefix(id, "AROA") {
		t.Errorf("role id %q", id)
	}
	if secret := m.secret(); len(secret) != 40 {
		t.Errorf("secret has %d characters", len(secret))
	}
	// 123456789012 fixes the first eight characters behind the prefix.
	if id := m.keyID(prefixTemporary, "123456789012"); !strings.HasPrefix(id, "ASIARZPUZDIK") {
		t.Errorf("key id %q", id)
	}
}

func TestSetTokenLength(t *testing.T) {
	s := New(nil)
	s.SetTokenLength(4095)
	if got := s.tokenLength; got != 4096 {
		t.Errorf("got %d, want the next multiple of four", got)
	}
}
