package isolation

import (
	"bytes"
	"maps"
	"path"
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

// View is a subject's file system, as far as it has to do with trust. Links are
// followed.
type View interface {
	Exists(path string) bool               // a file
	Read(path string) []byte               // nil for none
	Resolve(path string) (resolved string) // empty for none
}

// TrustEnv is Env with the variables over it by which a subject in a container
// comes to trust the CA, and these variables alone.
func (c *Config) TrustEnv() (env, wiring []string) {
	wiring = trustVariables(systemBundles[0])
	return mergeEnv(c.Env, wiring), wiring
}

// TrustFiles are the files by which a subject in a container comes to trust the
// CA, which has to be there: the one that TrustEnv names, and those that exist
// in its view and are covered.
func (c *Config) TrustFiles(v View) []File {
	t := newTrust(c, withBundle{v})
	var files []File
	for _, p := range slices.Sorted(maps.Keys(t.files)) {
		files = append(files, File{Path: p, Data: t.files[p]})
	}
	return files
}

// withBundle is a View in which there is a bundle at the first place.
type withBundle struct{ View }

func (v withBundle) Exists(path string) bool { return path == systemBundles[0] || v.View.Exists(path) }

func trustVariables(path string) []string {
	var env []string
	for _, name := range caVariables {
		env = append(env, name+"="+path)
	}
	return env
}

// newTrust decides how the subject of a Config comes to trust its CA. The bundle
// is the run's CA and what the subject's own variables name: nothing that the
// system's CAs vouch for can be reached anyway.
func newTrust(c *Config, v View) trust {
	bundle := c.CA.PEM()
	for _, extra := range ownBundles(c, v) {
		bundle = append(append(bundle, '\n'), extra...)
	}
	t := trust{files: make(map[string][]byte)}
	for _, p := range systemBundles {
		if v.Exists(p) {
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
	t.env = trustVariables(t.path)
	truststore := c.CA.Truststore()
	for _, p := range append(javaTruststores(c.Env, v), systemTruststores...) {
		if v.Exists(p) {
			t.files[p] = truststore
		}
	}
	return t
}

// ownBundles reads the certificates that the subject's own variables name.
func ownBundles(c *Config, v View) [][]byte {
	var all [][]byte
	for _, name := range caVariables {
		file, ok := lookupEnv(c.Env, name)
		if !ok || file == "" {
			continue
		}
		data := fileData(c.Files, file)
		if data == nil {
			data = v.Read(file)
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
func javaTruststores(env []string, v View) []string {
	var homes []string
	if home, ok := lookupEnv(env, "JAVA_HOME"); ok {
		homes = append(homes, home)
	}
	dirs, _ := lookupEnv(env, "PATH")
	for _, dir := range strings.Split(dirs, ":") {
		if java := v.Resolve(path.Join(dir, "java")); java != "" {
			homes = append(homes, path.Dir(path.Dir(java)))
		}
	}
	var stores []string
	for _, home := range homes {
		stores = append(stores,
			path.Join(home, "lib", "security", "cacerts"),
			path.Join(home, "jre", "lib", "security", "cacerts")) // Java 8
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
