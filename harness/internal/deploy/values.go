package deploy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
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
	ids.addKeys(v)
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

// addKeys makes the keys that files and variables may hold. One of the rare kind takes
// some milliseconds, and is made only for a host that has it.
func (ids *identities) addKeys(v map[string]string) {
	const rare = "key.p256short"
	v["key.p256"] = privateKey(wholeCoordinates)
	holds := func(text string) bool { return strings.Contains(text, "${"+rare+"}") }
	if slices.ContainsFunc(ids.host.Files, func(f fixtures.File) bool { return holds(f.Content) }) ||
		slices.ContainsFunc(ids.host.Variables, func(set fixtures.Variable) bool { return holds(set.Value) }) {
		v[rare] = privateKey(shortCoordinate)
	}
}

// privateKey makes keys until one is of that kind, and writes it as PEM. There is a
// random source, or the process has ended (crypto/rand), so that an error cannot come.
func privateKey(kind func(point []byte) bool) string {
	for {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return ""
		}
		public, err := key.PublicKey.Bytes()
		if err != nil {
			return ""
		}
		if !kind(public) {
			continue
		}
		der, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			return ""
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	}
}

// Of 128 keys of P-256 one has a coordinate that begins with a zero byte. A client
// that drops it writes a key that RFC 7518 (section 6.2.1.2) does not know: with keys
// left to chance it would fail on one day in some months. A point is 4, x, y (SEC 1,
// section 2.3.3).
func wholeCoordinates(point []byte) bool { return point[1] != 0 && point[33] != 0 }

func shortCoordinate(point []byte) bool { return point[1] == 0 && point[33] != 0 }

type assignment struct{ name, value string }
