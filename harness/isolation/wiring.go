package isolation

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// caVariables name a file of CA certificates. Each is here for who reads it.
var caVariables = []string{
	"SSL_CERT_FILE",       // OpenSSL and with it Ruby, Python and PHP; Go; rustls-native-certs; .NET
	"NODE_EXTRA_CA_CERTS", // Node, Bun: they have a list of their own
	"DENO_CERT",           // Deno
	"REQUESTS_CA_BUNDLE",  // requests, which uses certifi
	"AWS_CA_BUNDLE",       // botocore, which has a list of its own, and other AWS SDKs
	"CURL_CA_BUNDLE",      // curl
	"GIT_SSL_CAINFO",      // git
}

// systemBundles are where systems keep their CA certificates in one file, as Go
// knows them (https://go.dev/src/crypto/x509/root_linux.go).
var systemBundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",                // Debian, Alpine
	"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, Amazon Linux
	"/etc/ssl/ca-bundle.pem",                            // openSUSE
	"/etc/pki/tls/cacert.pem",                           //
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS, RHEL 7
	"/etc/ssl/cert.pem",                                 // Alpine
}

// systemTruststores are where systems keep the truststore of their Java.
var systemTruststores = []string{
	"/etc/ssl/certs/java/cacerts",              // Debian
	"/etc/pki/java/cacerts",                    // Fedora
	"/etc/pki/ca-trust/extracted/java/cacerts", // Fedora
}

// trust is how a subject comes to trust a CA: variables and files.
type trust struct {
	env   []string          // key=value
	files map[string][]byte // of those that exist, to cover
	path  string            // the bundle that env names
}

// newTrust decides how the subject of a Config comes to trust its CA. The bundle
// is the run's CA and what the subject's own variables name: nothing that the
// system's CAs vouch for can be reached anyway.
func newTrust(c *Config) trust {
	bundle := c.CA.PEM()
	for _, extra := range ownBundles(c) {
		bundle = append(append(bundle, '\n'), extra...)
	}
	t := trust{files: make(map[string][]byte)}
	for _, p := range systemBundles {
		if exists(p) {
			t.files[p] = bundle
			if t.path == "" {
				t.path = p
			}
		}
	}
	if t.path == "" {
		t.path = systemBundles[0]
		t.files[t.path] = bundle
	}
	for _, v := range caVariables {
		t.env = append(t.env, v+"="+t.path)
	}
	truststore := c.CA.Truststore()
	for _, p := range append(javaTruststores(c.Env), systemTruststores...) {
		if exists(p) {
			t.files[p] = truststore
		}
	}
	return t
}

// ownBundles reads the certificates that the subject's own variables name.
func ownBundles(c *Config) [][]byte {
	var all [][]byte
	for _, v := range caVariables {
		path, ok := lookupEnv(c.Env, v)
		if !ok || path == "" {
			continue
		}
		data := fileData(c.Files, path)
		if data == nil {
			data, _ = os.ReadFile(path) // unreadable to us is unreadable to the subject
		}
		if bytes.Contains(data, []byte("-----BEGIN CERTIFICATE-----")) {
			all = append(all, data)
		}
	}
	return all
}

func fileData(files []File, path string) []byte {
	for _, f := range files {
		if f.Path == path {
			return f.Data
		}
	}
	return nil
}

// javaTruststores finds those of the Java that the subject's environment names.
func javaTruststores(env []string) []string {
	var homes []string
	if home, ok := lookupEnv(env, "JAVA_HOME"); ok {
		homes = append(homes, home)
	}
	dirs, _ := lookupEnv(env, "PATH")
	for _, dir := range filepath.SplitList(dirs) {
		if java, err := filepath.EvalSymlinks(filepath.Join(dir, "java")); err == nil {
			homes = append(homes, filepath.Dir(filepath.Dir(java)))
		}
	}
	var stores []string
	for _, home := range homes {
		stores = append(stores,
			filepath.Join(home, "lib", "security", "cacerts"),
			filepath.Join(home, "jre", "lib", "security", "cacerts")) // Java 8
	}
	return stores
}

// mergeEnv is env with the variables of over put over it, in the order of env.
func mergeEnv(env, over []string) []string {
	var merged []string
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		if _, ok := lookupEnv(over, name); !ok {
			merged = append(merged, kv)
		}
	}
	return append(merged, over...)
}

// lookupEnv finds a variable; the last of several counts.
func lookupEnv(env []string, name string) (string, bool) {
	for _, kv := range slices.Backward(env) {
		if k, v, _ := strings.Cut(kv, "="); k == name {
			return v, true
		}
	}
	return "", false
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
