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
// everything is seeded. What lies where depends on the isolation, so that
// addresses and paths come from the layout.
func (d *Deployment) values(l *layout) map[string]string {
	v := d.staticValues()
	d.addCredentials(v)
	now := d.Now().UTC()
	v["time.now"] = now.Format(time.RFC3339)
	v["time.inOneHour"] = now.Add(time.Hour).Format(time.RFC3339)
	v["time.oneHourAgo"] = now.Add(-time.Hour).Format(time.RFC3339)
	if key, err := newKey(); err == nil {
		v["key.p256"] = key
	}
	for name, token := range d.tokens {
		v["token."+name] = token
	}
	for name, value := range l.values {
		v[name] = value
	}
	return v
}

func (d *Deployment) addCredentials(v map[string]string) {
	if len(d.settings.Users) > 0 {
		k := d.applied.Keys[0]
		v["user.accessKeyId"], v["user.secretAccessKey"], v["user.arn"] = k.KeyID, k.Secret, k.Principal
		sum := sha256.Sum256([]byte(k.Principal))
		v["user.arnSha256"] = hex.EncodeToString(sum[:])
	}
	// The first seed made the host's sessions, in order, then the platform's.
	for i, s := range d.host.Sessions {
		made := d.applied.Sessions[i]
		at := "session." + s.Name + "."
		v[at+"accessKeyId"], v[at+"secretAccessKey"], v[at+"sessionToken"] = made.KeyID, made.Secret, made.Token
		v[at+"expiration"] = made.Expiration.UTC().Format(time.RFC3339)
	}
	if p := d.host.Platform; p != nil {
		made := d.applied.Sessions[len(d.host.Sessions)]
		v["platform.accessKeyId"], v["platform.secretAccessKey"], v["platform.sessionToken"] = made.KeyID, made.Secret,
			made.Token
		v["platform.account"], v["platform.roleArn"] = p.Account, made.RoleARN
	}
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
