package deploy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"time"
)

// values are what the placeholders of fixtures and settings stand for, once
// everything is seeded, but for what lies where: a layout knows that.
func (ids *identities) values() map[string]string {
	v := ids.staticValues()
	ids.addCredentials(v)
	now := ids.now().UTC()
	v["time.now"] = now.Format(time.RFC3339)
	v["time.inOneHour"] = now.Add(time.Hour).Format(time.RFC3339)
	v["time.oneHourAgo"] = now.Add(-time.Hour).Format(time.RFC3339)
	if key, err := newKey(); err == nil {
		v["key.p256"] = key
	}
	ids.mu.Lock()
	defer ids.mu.Unlock()
	for name, token := range ids.tokens {
		v["token."+name] = token
	}
	return v
}

func (ids *identities) addCredentials(v map[string]string) {
	if len(ids.project.Users) > 0 {
		k, _ := ids.keyOf(ids.project.Users[0].Name)
		v["user.accessKeyId"], v["user.secretAccessKey"], v["user.arn"] = k.KeyID, k.Secret, k.Principal
		sum := sha256.Sum256([]byte(k.Principal))
		v["user.arnSha256"] = hex.EncodeToString(sum[:])
	}
	for name, made := range ids.sessions {
		at := "session." + name + "."
		v[at+"accessKeyId"], v[at+"secretAccessKey"], v[at+"sessionToken"] = made.KeyID, made.Secret, made.Token
		v[at+"expiration"] = made.Expiration.UTC().Format(time.RFC3339)
	}
	if p := ids.host.Platform; p != nil {
		made := ids.platform
		v["platform.accessKeyId"], v["platform.secretAccessKey"], v["platform.sessionToken"] = made.KeyID, made.Secret,
			made.Token
		v["platform.account"], v["platform.roleArn"] = p.Account, made.RoleARN
	}
}

// credentialVariables are the users' credentials under the names that the
// deployment asks for.
func (ids *identities) credentialVariables() (out []assignment) {
	for _, u := range ids.project.Users {
		if id, secret := u.Variables(); id != "" {
			key, _ := ids.keyOf(u.Name)
			out = append(out, assignment{id, key.KeyID}, assignment{secret, key.Secret})
		}
		if u.Bearer != "" {
			out = append(out, assignment{u.Bearer, ids.bearerOf(u.Name)})
		}
	}
	return out
}

func newKey() (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", fmt.Errorf("making a key: %w", err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("making a key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})), nil
}

type assignment struct{ name, value string }
