package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/moby/moby/client"
)

// place is where an engine may be.
type place struct {
	name string
	// named is true where the user has named the engine.
	named bool
	// host is the engine's address, empty where there is none.
	host func() (string, error)
	// tls are the files of a TLS connection, where the place has some.
	tls func() (ca, cert, key string, ok bool)
}

// places are asked in this order: that of testcontainers, with the context of the docker
// command, which it does not read.
var places = []place{
	{name: "tc.host in ~/.testcontainers.properties", named: true, host: property("tc.host")},
	{name: "DOCKER_HOST", named: true, host: func() (string, error) { return os.Getenv("DOCKER_HOST"), nil }},
	{name: "the context of docker", named: true, host: currentHost, tls: currentTLS},
	{name: client.DefaultDockerHost, host: usual},
	{name: "docker.host in ~/.testcontainers.properties", named: true, host: property("docker.host")},
	{name: "a socket of the user's own", host: rootless},
}

// usual is the engine's usual address. Whether there is a pipe of Windows is seen when it
// is spoken to.
func usual() (string, error) {
	path, isSocket := strings.CutPrefix(client.DefaultDockerHost, "unix://")
	if isSocket && !exists(path) {
		return "", nil
	}
	return client.DefaultDockerHost, nil
}

// rootless are the sockets of an engine without root and of Docker Desktop.
func rootless() (string, error) {
	if runtime.GOOS == "windows" {
		return "", nil
	}
	home, _ := os.UserHomeDir() // the other folders need none
	for _, dir := range []string{
		os.Getenv("XDG_RUNTIME_DIR"), filepath.Join(home, ".docker", "run"), filepath.Join(home, ".docker", "desktop"),
		filepath.Join("/run/user", strconv.Itoa(os.Getuid())),
	} {
		if socket := filepath.Join(dir, "docker.sock"); filepath.IsAbs(dir) && exists(socket) {
			return "unix://" + socket, nil
		}
	}
	return "", nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// property is a setting of ~/.testcontainers.properties, key=value by line.
func property(key string) func() (string, error) {
	return func() (string, error) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", nil
		}
		text, err := read(filepath.Join(home, ".testcontainers.properties"))
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(line, "=")
			if strings.TrimSpace(name) == key {
				return strings.TrimSpace(value), nil
			}
		}
		return "", err
	}
}

// currentHost is the address in the context that the docker command would use. Where
// contexts are is in docker/cli, cli/context/store/doc.go.
func currentHost() (string, error) {
	name, err := currentContext()
	if name == "" || err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(configDir(), "contexts", "meta", contextID(name), "meta.json"))
	if err != nil {
		return "", fmt.Errorf("context %q: %w", name, err)
	}
	var meta struct {
		Endpoints struct{ Docker struct{ Host string } }
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		return "", fmt.Errorf("context %q: %w", name, err)
	}
	return meta.Endpoints.Docker.Host, nil
}

func currentTLS() (ca, cert, key string, ok bool) {
	name, err := currentContext()
	if name == "" || err != nil {
		return "", "", "", false
	}
	dir := filepath.Join(configDir(), "contexts", "tls", contextID(name), "docker")
	ca, cert, key = filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	return ca, cert, key, exists(ca) && exists(cert) && exists(key)
}

// currentContext is the name of the context in use, empty for the usual address.
func currentContext() (string, error) {
	name := os.Getenv("DOCKER_CONTEXT")
	if name == "" {
		text, err := read(filepath.Join(configDir(), "config.json"))
		if len(text) == 0 || err != nil {
			return "", err
		}
		var config struct{ CurrentContext string }
		if err := json.Unmarshal(text, &config); err != nil {
			return "", fmt.Errorf("config.json of docker: %w", err)
		}
		name = config.CurrentContext
	}
	if name == "default" {
		return "", nil
	}
	return name, nil
}

// configDir is the folder of the docker command's settings, relative where nobody is at
// home.
func configDir() string {
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".docker")
}

// contextID is the folder's name of a context: the SHA-256 of its name.
func contextID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

// read is a file's content, empty where there is no such file.
func read(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}
